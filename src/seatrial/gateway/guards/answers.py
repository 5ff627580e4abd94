"""Guards on an answer that comes whole."""

from typing import Any

import msgspec

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.guards.guard import Guard, Guarding
from seatrial.gateway.guards.judging import OfSchema
from seatrial.gateway.guards.placeholders import Placeholders, Restorer, replaced
from seatrial.gateway.guards.places import Place, answer_places
from seatrial.gateway.guards.requests import Look
from seatrial.gateway.wire.bodies import changed
from seatrial.gateway.wire.errors import Refusal


async def guard_answer(exchange: Exchange, guarding: Guarding, body: bytes) -> bytes:
    """Look at a whole answer; gives what goes to the client: the same bytes where nothing had to change.

    Raises:
        Refusal: It is blocked, cannot be read, or its texts are too long.
    """
    try:
        fields: Any = msgspec.json.decode(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        fields = None
    if not isinstance(fields, dict):
        if not exchange.withheld and all(guard.action == "flag" for guard in guarding.answer):
            return body
        raise Refusal(502, "api_error", "upstream_bad_response", "The provider's answer cannot be read by its guards.")
    places = list(answer_places(fields))
    restored = dict(exchange.withheld)
    look = Look(exchange, "answer", Placeholders(dict(restored)), guarding)
    mended = sum(mend(place, guard) for guard in guarding.answer if guard.mend for place in places)
    await look.at(places, guarding.answer)
    put_back = sum(restore(place, Restorer(restored)) for place in places) if restored else 0
    if not (look.changed or mended or put_back):
        return body
    touched = {name: value for name, value in fields.items() if isinstance(value, list | dict)}
    return changed(body, touched)


def mend(place: Place, guard: Guard) -> bool:
    """Cut an answer down to the JSON in it, where that fits and the answer does not."""
    judge = guard.judge
    if not isinstance(judge, OfSchema) or place.quoted or judge.fits(place.text):
        return False
    found = judge.mended(place.text)
    if found is not None:
        place.text = found
    return found is not None


def restore(place: Place, restorer: Restorer) -> bool:
    """Put back what was taken out of the request."""
    text = place.text
    found = restorer.find(text)
    if found:
        edits = [(start, end, restorer.value(text[start:end], quoted=place.quoted)) for _, start, end in found]
        place.text = replaced(text, edits)
    return bool(found)
