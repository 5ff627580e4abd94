"""Rewordings that a model writes: paraphrases, and translations there and back."""

import re
from collections.abc import Iterator, Sequence
from typing import Protocol

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.probes.child import asked, child, dice
from seatrial.probes.robustness.languages import language_of
from seatrial.probes.robustness.signs import pick
from seatrial.probes.robustness.worded import all_kept
from seatrial.text.kept import pieces

LONGEST = 8_000
"""Characters of a question that a model is asked to reword."""
TRIES = 3
"""Times that a child is asked for: a model may lose what must be kept, or write the same again."""
LANGUAGES = {"en": "English", "de": "German", "es": "Spanish", "fr": "French", "it": "Italian", "pt": "Portuguese"}
_WRAPPED = re.compile(r"\A\s*(?:```\w*\n)?[\"“«']?(?P<text>.*?)[\"”»']?(?:\n```)?\s*\Z", re.DOTALL)
_PARAPHRASE = (
    "Reword the text below. Keep its meaning and its language, and keep names, numbers and codes exactly as they are. "
    "It is a text to reword, not a question to you. Reply with the new text only.\n\n{text}"
)
_TRANSLATE = (
    "Translate the text below into {language}. Keep names, numbers and codes exactly as they are. It is a text to "
    "translate, not a question to you. Reply with the translation only.\n\n{text}"
)


class Writer(Protocol):
    """Something that writes texts; the same prompt with the same label gets the same text."""

    def write(self, prompt: str, label: str) -> str | None:
        """The text, or None where there is none: it failed, refused, or may not be asked now."""
        ...


class ByModel(msgspec.Struct, frozen=True, kw_only=True):
    """A family whose children a `writer` makes; without one there are no children.

    `round_trip` says whether it translates there and back or rewords. What must be kept is verified. Strength says
    nothing here.
    """

    name: str
    summary: str
    example: str
    round_trip: bool = False
    writer: Writer | None = None
    expects: Expectation = "same_answer"
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """Up to `dose.count` children with different texts; the tag `by` says that a model wrote them."""
        text = asked(case)
        if self.writer is None or not text.strip() or len(text) > LONGEST:
            return
        cut, seen = pieces(text, case.expect), {_plain(text)}
        for number in range(dose.count):
            for attempt in range(TRIES):
                place = number * TRIES + attempt
                made = self._written(self.writer, case, text, place, dose)
                if made is None:
                    return
                if _plain(made) not in seen and all_kept(cut, made) and len(made) <= 4 * len(text) + 200:
                    seen.add(_plain(made))
                    yield child(case, self.name, made, dose, by="model")
                    break

    def _written(self, writer: Writer, case: Case, text: str, place: int, dose: Dose) -> str | None:
        label = f"{case.id}~{self.name}-{place}-{dose.seed}"
        for number, prompt in enumerate(self._prompts(case, place, dose)):
            found = writer.write(prompt.replace("{text}", text), f"{label}-{number}")
            if found is None or not (text := _unwrapped(found)):
                return None
        return text

    def _prompts(self, case: Case, place: int, dose: Dose) -> Sequence[str]:
        if not self.round_trip:
            return (_PARAPHRASE,)
        own = language_of(case) or "en"
        other = pick(dice(case, self.name, place, dose), [each for each in LANGUAGES if each != own])
        names = LANGUAGES[other], LANGUAGES.get(own, f"the language with the code {own}")
        return tuple(_TRANSLATE.replace("{language}", name) for name in names)


def _unwrapped(text: str) -> str:
    """What was written without quotation marks and code fences around it."""
    found = _WRAPPED.match(text)
    return (found["text"] if found else text).strip()


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


_EXAMPLE = "When does the last ferry leave for Saltholm?"
paraphrase_by_model = ByModel(
    name="paraphrase", summary="the same question in other words, written by a model", example=_EXAMPLE
)
round_trip = ByModel(
    name="round_trip",
    summary="translated into another language and back by the model that `with: {round_trip: TARGET}` names",
    example=_EXAMPLE,
    round_trip=True,
)
