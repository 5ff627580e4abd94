"""Which class does the answer name, and is it the right one?"""

import re
from functools import cached_property
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import Expecting, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.stated import Place, number_in
from seatrial.checks.wording import listed, quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.forms import collapsed
from seatrial.text.words import spaced


class Label(Expecting, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The answer names the expected one of some classes: `{label: [refund, booking]}`.

    `labels` are the classes, or a mapping of each to the words that mean it. An answer that is one of these words is
    that class; else the only class whose words stand in it, as whole words (in scripts without spaces, anywhere). An
    answer that names none, or more than one, fails. With `positive` and `score` (a pattern or a JSONPath, such as
    `$.score`) the probability that the answer states for the positive class is read for `checks.NAME.auc`.
    """

    labels: tuple[str, ...] | dict[str, Texts]
    positive: str | None = None
    score: str | None = None

    title = "label"
    short: ClassVar[str | None] = "labels"
    forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "array", "items": {"type": "string"}, "minItems": 2},)

    def prepare(self) -> None:
        """Refuse fewer than two classes, words of two classes, and a score without its class."""
        super().prepare()
        if len(self.words) < 2:
            raise Mistake("`label` needs at least two `labels`")
        taken: dict[str, str] = {}
        for label, words in self.words.items():
            for word in words:
                if taken.setdefault(word, label) != label or not word:
                    raise Mistake(f"{quoted(word)} means two labels, or nothing; each word of `label` means one")
        if (self.positive is None) != (self.score is None):
            raise Mistake(
                "`score` and `positive` of `label` belong together: the probability of which class is stated?"
            )
        if self.positive is not None and self.positive not in self.words:
            raise Mistake(
                f"`positive` is {quoted(self.positive)}, which is none of the labels {listed(tuple(self.words))}"
            )
        for text in as_texts(self.expect) if self.expect is not None else ():
            if self._named(text) is None:
                raise Mistake(f"`label` expects {quoted(text)}, which is none of {listed(tuple(self.words))}")
        _ = self.place

    @cached_property
    def words(self) -> dict[str, tuple[str, ...]]:
        """The words of each class, folded."""
        given = self.labels if isinstance(self.labels, dict) else {label: label for label in self.labels}
        return {label: tuple(_folded(word) for word in (*as_texts(words), label)) for label, words in given.items()}

    @cached_property
    def place(self) -> Place | None:
        """Where the score of the positive class stands."""
        return None if self.score is None else Place(self.score)

    @cached_property
    def patterns(self) -> dict[str, re.Pattern[str]]:
        """For each class, its words as whole words."""
        return {
            label: re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, words))})(?!\w)")
            for label, words in self.words.items()
        }

    def judge(self, evidence: Evidence) -> Score:
        """Read the class and compare."""
        wanted = [self._named(text) for text in self.right_answers(evidence)]
        right = {label for label in wanted if label is not None}
        if not right:
            return self.cannot_say(f"What is expected is none of the labels {listed(tuple(self.words))}.")
        named = self._named(evidence.text)
        shown = f"The answer names {named}" if named else f"It names no one of the labels; {answered(evidence)}"
        score = self.says(named in right, f"{shown}, right is {' or '.join(sorted(right))}.")
        truth = named if named in right else min(right)
        return self._with_score(msgspec.structs.replace(score, label=named or "", truth=truth or ""), evidence)

    def _with_score(self, score: Score, evidence: Evidence) -> Score:
        if self.place is None:
            return score
        stated = number_in(evidence.text, self.place)
        if stated is None or not 0 <= stated <= 1:
            return score
        return msgspec.structs.replace(score, value=stated, parts={"positive": float(score.truth == self.positive)})

    def _named(self, text: str) -> str | None:
        folded = _folded(text)
        bare = folded.strip(" .!\"'`*")
        for label, words in self.words.items():
            if bare in words:
                return label
        found = [label for label, pattern in self.patterns.items() if pattern.search(folded)]
        return found[0] if len(found) == 1 else None

    @classmethod
    def example(cls) -> Example:
        """The right class, and another."""
        spec = {"label": ["refund", "booking"]}
        return examples_of(spec, "This is about a refund.", "Booking", "refund")


def _folded(text: str) -> str:
    return collapsed(spaced(text[:100_000])).casefold()
