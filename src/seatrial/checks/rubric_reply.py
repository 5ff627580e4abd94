"""Reading what a judge replied."""

import math
from typing import Any

import msgspec

from seatrial.checks.json_texts import NotJson, read_json

MOST_CHARACTERS = 20_000


class Judgement(msgspec.Struct, frozen=True):
    """What a judge says: `score` is 0 to 1."""

    passed: bool
    score: float
    reason: str


class Unusable(ValueError):
    """The reply is no judgement; the message says why in a few words."""


def read_judgement(text: str) -> Judgement:
    """The judgement in a reply: a JSON object, alone or between ```json fences.

    Without `score`, pass counts 1 and fail 0. Further keys do not matter.

    Raises:
        Unusable: It is none.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unusable(f"it has {len(text):,} characters")
    try:
        value = read_json(text, fenced=_is_fenced(text))
    except NotJson as error:
        raise Unusable(f"it is no JSON, {error}") from None
    if not isinstance(value, dict):
        raise Unusable("it is no JSON object")
    passed, reason = value.get("passed"), value.get("reason", "")
    if not isinstance(passed, bool):
        raise Unusable('"passed" is neither true nor false')
    if not isinstance(reason, str):
        raise Unusable('"reason" is no text')
    return Judgement(passed, _score(value.get("score"), passed), reason.strip())


def _is_fenced(text: str) -> bool:
    """Whether one block holds all there is; of two objects one may be quoted from what is judged, so none is taken."""
    if text.lstrip().startswith("{"):
        return False
    before, mark, rest = text.partition("```")
    after = rest.rpartition("```")[2]
    if text.count("```") > 2 or (mark and "{" in before + after):
        raise Unusable("it holds more than one object or block")
    return bool(mark)


def _score(value: Any, passed: bool) -> float:
    if value is None:
        return float(passed)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1 or math.isnan(value):
        raise Unusable('"score" is no number from 0 to 1')
    return float(value)
