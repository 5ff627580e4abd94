"""A question between words of another language."""

import random
from collections.abc import Iterator

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.probes.child import asked, child, dice
from seatrial.probes.robustness.languages import language_of
from seatrial.probes.robustness.signs import pick

_BEFORE = {
    "en": ("Excuse me,", "Sorry to ask:", "One question:"),
    "de": ("Entschuldigung,", "Kurze Frage:", "Ach so,"),
    "es": ("Disculpe,", "Una pregunta:", "Oiga,"),
    "fr": ("Excusez-moi,", "Petite question :", "Dites,"),
    "it": ("Scusi,", "Una domanda:", "Senta,"),
    "pt": ("Desculpe,", "Uma pergunta:", "Olhe,"),
}
_BEHIND = {
    "en": ("Cheers!", "Many thanks in advance!", "Much appreciated!"),
    "de": ("Besten Dank im Voraus!", "Vielen lieben Dank!", "Schöne Grüße!"),
    "es": ("¡Mil gracias!", "¡Muy amable!", "¡Un saludo!"),
    "fr": ("Merci d'avance !", "Bien cordialement !", "Bonne journée !"),
    "it": ("Grazie mille!", "Molto gentile!", "Cordiali saluti!"),
    "pt": ("Muito obrigado!", "Com os melhores cumprimentos!", "Um abraço!"),
}
LANGUAGES = tuple(_BEFORE)
OTHER = "other_language"
"""The tag that names the language around the question."""


class MixedLanguage(msgspec.Struct, frozen=True, kw_only=True):
    """Puts words of another language around a question; the question itself stays as it is.

    At a strength below a half they stand on one side of it, else on both. A question in none of the languages that
    have such words gets English, German, Spanish, ... around it; one without the tag `language` counts as English.
    """

    name: str
    summary: str
    example: str
    expects: Expectation = "same_answer"
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """Up to `dose.count` children, each with its language as a tag."""
        text, seen = asked(case), set[str]()
        if not text.strip() or dose.strength <= 0:
            return
        others = [language for language in LANGUAGES if language != (language_of(case) or "en")]
        for number in range(dose.count):
            draw = dice(case, self.name, number, dose)
            language = pick(draw, others)
            made = _around(text, language, draw, dose.strength)
            if made not in seen:
                seen.add(made)
                yield child(case, self.name, made, dose, **{OTHER: language})


def _around(text: str, language: str, draw: random.Random, strength: float) -> str:
    before, behind = pick(draw, _BEFORE[language]), pick(draw, _BEHIND[language])
    if strength >= 0.5:
        return f"{before} {text} {behind}"
    return f"{before} {text}" if draw.random() < 0.5 else f"{text} {behind}"


mixed_language = MixedLanguage(
    name="mixed_language",
    summary="words of another language (en, de, es, fr, it, pt) around the question; the tag `other_language` names it",
    example="When does the last ferry leave for Saltholm?",
)
