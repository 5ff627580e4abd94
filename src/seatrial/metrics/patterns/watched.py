"""Takes attempts as they go by and says at the end what those that fail have in common; holds no attempt."""

from collections.abc import Sequence
from zlib import crc32

import msgspec

from seatrial.core.interaction import Interaction
from seatrial.core.score import Score
from seatrial.metrics.patterns.alikeness import Embed, Failing, alike_answers
from seatrial.metrics.patterns.find import find_patterns
from seatrial.metrics.patterns.interactions import BY_PASS, feature, outcome_of, row_of
from seatrial.metrics.patterns.records import DEFAULT, Explanation, Settings
from seatrial.metrics.patterns.rows import Columns

WORDS = 100
"""Different words of one text that become conditions."""


class Watched:
    """The rows of the attempts that were given to it.

    Args:
        outcome: What counts as a failure: `pass`, `failure` or the name of a check.
        keep: The share of the cases that is looked at, 0 to 1; the same cases each time.
        words: Different words of one text that are looked at.
        texts: Failing answers that are grouped.
    """

    def __init__(self, outcome: str = BY_PASS, keep: float = 1.0, words: int = WORDS, texts: int = 300) -> None:
        self._outcome, self._words = outcome, words
        self._limit = int(keep * 2**32)
        self._columns = Columns(feature)
        self._failing = Failing(texts)
        self._seen = self._left_out = 0

    @property
    def known(self) -> int:
        """How many rows with an outcome there are."""
        return len(self._columns)

    def put(self, dialogue: Sequence[Interaction], scores: tuple[Score, ...]) -> None:
        """Look at one attempt: the Interactions of its turns and the Scores of the last."""
        self._seen += 1
        failed = outcome_of(dialogue, scores, self._outcome)
        if failed is None:
            return
        last = dialogue[-1]
        suite, case = last.suite or "", last.case or last.session or last.id
        # By its case, so that its repeats stay together, and not by chance, so that a report can be made again.
        if crc32(f"{suite}/{case}".encode("utf-8", "surrogatepass")) >= self._limit:
            self._left_out += 1
            return
        self._columns.add(row_of(dialogue, self._seen, self._words), failed=failed, suite=suite, case=case)
        self._failing.put(last, failed, suite, case)

    def explained(self, settings: Settings = DEFAULT, embed: Embed | None = None) -> Explanation:
        """What those that fail have in common.

        Args:
            settings: How patterns are looked for.
            embed: Makes vectors of failing answers to group them by; without it they are grouped by their words.
        """
        found = find_patterns(self._columns, self._outcome, settings)
        groups, ungrouped = alike_answers(self._failing, embed)
        return msgspec.structs.replace(found, left_out=self._left_out, alike=groups, ungrouped=ungrouped)
