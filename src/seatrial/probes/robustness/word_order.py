"""The same words in another order that the language allows."""

import random
import re

from seatrial.probes.robustness.signs import pick
from seatrial.probes.robustness.worded import Reword, Worded, capital_first, small_first, verified, words

_END = re.compile(r"^(?P<rest>.+?),? (?P<end>{})\s*(?P<sign>[.?!]*)$", re.DOTALL)
_SENTENCES = re.compile(r"^(?P<one>[^.?!]{3,}[.?!]) +(?P<two>[¿¡]?[^.?!]{3,}[.?!])$")
_ENDS = {
    "en": r"(?:to|for|from|on|in|at) (?:[A-Z][\w-]+)(?: [A-Z][\w-]+)?|on board|today|tomorrow|tonight|right now"
    r"|at the moment|this (?:morning|evening|week|weekend)|on weekdays|at weekends|in winter|in summer|please",
    "de": r"(?:nach|von|ab) [A-ZÄÖÜ][\w-]+|für [A-Z]+-?\d+|an Bord|heute|morgen|heute Abend|im Moment|diese Woche"
    r"|am Wochenende|im Winter|im Sommer|bitte",
    "es": r"(?:a|de|desde|para|en) (?:[A-ZÁÉÍÓÚÑ][\w-]+)|a bordo|hoy|mañana|esta (?:noche|tarde|semana)|ahora"
    r"|en este momento|por favor",
    "fr": r"(?:à|de|depuis|pour|vers) (?:[A-ZÀÂÉÈÊÎÔÛ][\w-]+)|à bord|aujourd'hui|demain|ce (?:soir|matin)"
    r"|cette semaine|en ce moment|s'il vous plaît",
}
"""What may stand before a sentence as well as at its end."""
_FIRST = {"en": "please", "de": "bitte", "es": "por favor", "fr": "s'il vous plaît"}


def _to_the_front(text: str, language: str) -> str:
    found = re.fullmatch(_END.pattern.format(_ENDS[language]), text.strip(), re.DOTALL)
    if found is None or _SENTENCES.match(text.strip()):
        return text
    rest, end, sign = found["rest"], capital_first(found["end"]), found["sign"].strip()
    if language == "de":  # a noun in front must keep its capital, and behind a colon a sentence does
        return f"{end}: {rest}{sign}"
    space = " " if language == "fr" and sign in ("?", "!") else ""
    return f"{end}, {small_first(rest.rstrip())}{space}{sign}"


def _please_to_the_end(text: str, language: str) -> str:
    word = _FIRST[language]
    found = re.fullmatch(rf"{word},? (?P<rest>[^.?!]+?)\s*(?P<sign>[.?!]*)", text.strip(), re.IGNORECASE)
    return f"{capital_first(found['rest'])}, {word}{found['sign']}" if found else text


def _sentences_swapped(text: str, language: str) -> str:
    found = _SENTENCES.match(text.strip())
    if found is None or found["one"].endswith("?") == found["two"].endswith("?"):
        return text
    return f"{found['two']} {found['one']}"


def _reword(language: str) -> Reword:
    def other(text: str, draw: random.Random, strength: float) -> str:
        made = [change(text, language) for change in (_to_the_front, _please_to_the_end, _sentences_swapped)]
        made = [each for each in made if each != text and sorted(words(each)) == sorted(words(text))]
        return pick(draw, made) if made else text

    return other


word_order = Worded(
    name="word_order",
    summary="the same words in another order: where and when to the front, `please` to the end, sentences swapped",
    rewrites={language: verified(_reword(language)) for language in _ENDS},
    example="When does the last ferry leave for Saltholm?",
    keeps=False,
)
