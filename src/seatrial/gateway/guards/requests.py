"""Guards on a request, and on an answer that comes whole."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

import msgspec

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.guards.canaries import Canaries, planted_in
from seatrial.gateway.guards.finding import Finder, Match
from seatrial.gateway.guards.guard import Guard, Guarding, Said, blocked, note
from seatrial.gateway.guards.placeholders import Placeholders, replaced
from seatrial.gateway.guards.places import SYSTEM, USER, Place, request_fields, request_places
from seatrial.gateway.wire.bodies import changed
from seatrial.gateway.wire.errors import Refusal, bad_request

MOST_CHARACTERS: Final = 500_000
"""Of all texts of a request or an answer together; longer ones are stopped unless all guards only flag."""
A_WHILE: Final = 50_000
"""Characters after which other requests have their turn."""


async def guard_request(exchange: Exchange, guarding: Guarding) -> None:
    """Look at a request; its body, its route and its record may be other ones then.

    Raises:
        Refusal: It is blocked, or its texts cannot be read or are too long.
    """
    fields = read_fields(exchange.body)
    places = list(request_places(fields))
    look = Look(exchange, "request", Placeholders(exchange.withheld), guarding)
    try:
        await look.at(places, guarding.request)
    finally:
        if look.changed:  # also of a request that is blocked: its record must not hold what was found
            exchange.body = changed(exchange.body, fields)
    if not guarding.restores:
        exchange.withheld.clear()


def read_fields(body: bytes) -> dict[str, Any]:
    """The fields of a request that hold text.

    Raises:
        Refusal: They cannot be read.
    """
    try:
        return request_fields(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        raise bad_request("The request's texts cannot be read.") from None


def finder_of(guard: Guard, exchange: Exchange) -> Finder | None:
    """What a Guard finds in an answer of this request."""
    if not guard.planted:
        return guard.finder
    places = request_places(read_fields(exchange.body))
    tokens = [token for place in places if place.role == SYSTEM for token in planted_in(place.text)]
    return Canaries(tokens) if tokens else None


class Look:
    """One look at the texts of a request or an answer.

    Args:
        exchange: Is told what was found.
        stage: `request` or `answer`.
        placeholders: For what is taken out.
        guarding: Where requests are sent that are to be sent elsewhere.

    Attributes:
        changed: Whether any text is another one now.
    """

    __slots__ = ("_exchange", "_guarding", "_placeholders", "_stage", "changed")

    def __init__(self, exchange: Exchange, stage: str, placeholders: Placeholders, guarding: Guarding) -> None:
        self._exchange, self._stage, self._placeholders, self._guarding = exchange, stage, placeholders, guarding
        self.changed = False

    async def at(self, places: Sequence[Place], guards: Sequence[Guard]) -> None:
        """Look.

        Raises:
            Refusal: Something is blocked, or the texts are too long.
        """
        size = sum(len(place.text) for place in places)
        if size > MOST_CHARACTERS and any(guard.action != "flag" for guard in guards):
            message = f"The texts of the {self._stage} are longer than {MOST_CHARACTERS:,} characters together."
            raise Refusal(413, "invalid_request_error", "request_too_large", message)
        for guard in guards:
            if guard.judge is not None:
                await self._judged(guard, places)
            elif finder := finder_of(guard, self._exchange):
                await self._found(guard, finder, places)

    async def _found(self, guard: Guard, finder: Finder, places: Sequence[Place]) -> None:
        read, found = 0, False
        for place in places:
            if place.role not in guard.roles:
                continue
            text = place.text
            if matches := finder.find(text):
                if guard.action in ("flag", "downgrade"):
                    self.act(guard)
                    return
                found = True
                self._take_out(guard, place, matches)
            read += len(text)
            if read > A_WHILE:
                read = 0
                await asyncio.sleep(0)
        if found:
            self.act(guard)

    def _take_out(self, guard: Guard, place: Place, matches: Sequence[Match]) -> None:
        text, take = place.text, self._placeholders.take
        self._placeholders.reserve(text)
        place.text = replaced(text, [(a, b, take_of(guard, kind, text[a:b], take)) for kind, a, b in matches])
        self.changed = True

    async def _judged(self, guard: Guard, places: Sequence[Place]) -> None:
        assert guard.judge is not None  # noqa: S101  that is why it is here
        answer = self._stage == "answer"
        messages = () if answer else tuple((place.role, place.text) for place in places)
        for text in said_in(places) if answer else asked_in(places):
            said = Said(text[:MOST_CHARACTERS], self._exchange, messages, answer)
            if not await guard.judge.judge(said):
                self.act(guard)
                return

    def act(self, guard: Guard) -> None:
        """What a Guard wants when it has found something, but for taking it out.

        Raises:
            Refusal: It blocks.
        """
        exchange = self._exchange
        if guard.action == "block":
            raise blocked(exchange, self._stage, guard)
        if guard.action == "downgrade" and self._guarding.downgrade_to is not None:
            exchange.route = self._guarding.downgrade_to
        note(exchange, self._stage, guard)


def said_in(places: Sequence[Place]) -> list[str]:
    """The texts of an answer that are judged as a whole: one for each choice, without thoughts and calls."""
    return [place.text for place in places if place.key in ("content", "text") and place.text]


def asked_in(places: Sequence[Place]) -> list[str]:
    """The text of a request that is judged as a whole: the last that a user says."""
    return [place.text for place in places if place.role == USER][-1:]


def take_of(guard: Guard, kind: str, value: str, take: Any) -> str:
    """What stands in the place of a match: a placeholder, or nothing for what nobody sees."""
    if guard.name == "invisible":
        return ""
    named: str = take(kind if guard.name == "pii" else guard.name, value)
    return named
