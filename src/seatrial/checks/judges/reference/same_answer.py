"""Is it the same answer as that to the original?"""

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, ClassVar, Literal

import msgspec

from seatrial.checks.arguments import Building, Texts, as_texts, filled
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.judges.meaning.embedders import NoVectors
from seatrial.checks.judges.meaning.embedding import ByVectors
from seatrial.checks.wording import quoted
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer
from seatrial.core.score import Score
from seatrial.text.sameness import Likeness, same_answer, same_form, same_numbers, same_words

MOST_CHARACTERS = 2_000_000
"""Longer answers are not judged."""
NEAR: Mapping[str, float] = {"words": 0.6, "meaning": 0.85, "all": 0.6}
_WORD = re.compile(r"\w+")
_MEASURES: Mapping[str, Callable[[str, str], Likeness]] = {
    "all": same_answer,
    "text": same_form,
    "numbers": same_numbers,
    "words": same_words,
}


class SameAnswer(ByVectors, BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The answer is the same as that to the case that a probe made this one of; no right answer is needed.

    `by` says what must be the same: the `text` (but for case and punctuation), the `numbers`, the `words` (the cosine
    of their bags), the `meaning` (the cosine of embeddings, by the local model or the Target that `with` names), the
    one of `labels` that is named, or, without it, `all` that costs nothing: the same text; or else the same numbers, a
    question in both or in neither, and words that are near enough. Tool calls must be the same calls. `at_least` is
    what is near enough, 0 to 1.
    """

    by: Literal["all", "text", "numbers", "words", "meaning", "label"] = "all"
    at_least: float | None = None
    labels: Texts = ()
    embeds_with: str | None = msgspec.field(default=None, name="with")

    title = "same_answer"
    short: ClassVar[str | None] = "by"
    usual_needs: ClassVar[frozenset[Need]] = frozenset({Need.ANSWER, Need.ORIGINAL})

    def prepare(self) -> None:
        """Refuse a share that is none, labels that are missing, a model that nothing is asked of."""
        if self.at_least is not None and not 0 <= self.at_least <= 1:
            raise Mistake(f"`at_least` of `same_answer` is a share from 0 to 1, not {self.at_least:g}")
        if (self.by == "label") != bool(as_texts(self.labels)):
            raise Mistake("`labels` of `same_answer` belong to `by: label`, which needs them")
        if self.embeds_with is not None and self.by != "meaning":
            raise Mistake("`with` of `same_answer` belongs to `by: meaning`")

    @property
    def cost(self) -> Expense:
        """Nothing, but by meaning."""
        if self.by != "meaning":
            return "free"
        return "cheap" if self.embeds_with is None else "model"

    @property
    def version(self) -> str:
        """The edition, and who embeds where something is embedded."""
        return f"{self.edition} {self.embedder.identity}" if self.by == "meaning" else self.edition

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Compare the two answers."""
        mine = evidence.interaction.answer
        other = evidence.original.answer if evidence.original is not None else None
        if mine is None or other is None:
            return self.cannot_say("There are no two answers.")
        if max(len(mine.text), len(other.text)) > MOST_CHARACTERS:
            return self.cannot_say(f"Only answers of up to {MOST_CHARACTERS:,} characters are compared.")
        if mine.tool_calls or other.tool_calls:
            return self._calls(mine, other)
        if self.by == "meaning":
            return self._meaning(mine.text, other.text)
        if self.by == "label":
            return self._label(mine.text, other.text)
        return self._found(_MEASURES[self.by](mine.text, other.text), other.text)

    def _found(self, found: Likeness, other: str) -> Score:
        least = NEAR.get(self.by, 1.0) if self.at_least is None else self.at_least
        passed = found.value >= least
        said = "The same" if passed else "Another"
        return self.says(passed, f"{said} answer, {found.why}; to the original it was {quoted(other)}.", found.value)

    def _calls(self, mine: Answer, other: Answer) -> Score:
        one, two = ([(call.name, _arguments(call.arguments)) for call in each.tool_calls] for each in (mine, other))
        names = " and ".join(", ".join(name for name, _ in each) or "no call" for each in (one, two))
        return self.says(one == two, f"{'The same calls' if one == two else 'Other calls'}: {names}.")

    def _label(self, mine: str, other: str) -> Score:
        one, two = self._named(mine), self._named(other)
        if len(two) != 1:
            return self.cannot_say("The answer to the original names no one of the labels.")
        named = " and ".join(sorted(one)) or "none"
        return self.says(one == two, f"It names {named}; to the original it was {min(two)}.")

    def _named(self, text: str) -> set[str]:
        words = f" {' '.join(_WORD.findall(text.casefold()))} "
        return {label for label in as_texts(self.labels) if f" {' '.join(_WORD.findall(label.casefold()))} " in words}

    async def _meaning(self, mine: str, other: str) -> Score:
        if not mine.strip() or not other.strip():
            return self._found(same_form(mine, other), other)
        try:
            found = await self.embedder.cosines(mine, [other])
        except NoVectors as none:
            return self.cannot_say(str(none))
        [value] = found.values
        score = self._found(Likeness(value, f"their similarity is {value:.3g}{found.note}"), other)
        return msgspec.structs.replace(score, cost=found.cost)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Find who embeds, where something is embedded."""
        made = filled(cls, cls.arguments_of(value))
        if made.by == "meaning":
            made.settle_in(building.targets)
        return made

    @classmethod
    def example(cls) -> Example:
        """The same in a slightly other form, and another time."""
        original = evidence_of("The last ferry leaves at 21:40.").interaction
        same, other = evidence_of("the last ferry leaves at 21:40"), evidence_of("The last ferry leaves at 23:15.")
        return Example(
            "same_answer",
            msgspec.structs.replace(same, original=original),
            msgspec.structs.replace(other, original=original),
        )


def _arguments(text: str) -> Any:
    """Arguments as data, so that neither order nor white space counts; as they are where they are no JSON."""
    try:
        return msgspec.json.decode(text)
    except msgspec.DecodeError:
        return text
