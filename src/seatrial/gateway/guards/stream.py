"""A streamed answer on its way through the Guards.

Each text of the stream (the content of a choice, the arguments of a call) has a window of its own. An event goes on
when all of its text is settled, byte for byte unless something in it was taken out, and never before an event in front
of it. Guards that only flag hold nothing back; Guards that judge the answer as a whole hold all of it until its end.
"""

from collections import deque
from typing import Any, Final

import msgspec

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.guards.deltas import Channel, Piece, Read, read_event
from seatrial.gateway.guards.events import DONE, Events, data_of, with_data
from seatrial.gateway.guards.finding import Match
from seatrial.gateway.guards.guard import Guard, Guarding, blocked, note
from seatrial.gateway.guards.placeholders import Placeholders, Restorer
from seatrial.gateway.guards.places import Place
from seatrial.gateway.guards.requests import Look, finder_of, take_of
from seatrial.gateway.guards.whole_stream import Told
from seatrial.gateway.guards.window import Looker, Window
from seatrial.gateway.wire.errors import Refusal

MOST_HELD: Final = 8 * 1024 * 1024
"""Bytes that are held back at the most."""
MOST_TEXTS: Final = 2_000
"""Texts in one stream."""


class _Event:
    """An event that waits, with the parts of windows that its text is."""

    __slots__ = ("changed", "data", "parts", "raw")

    def __init__(self, raw: bytes, data: Any, parts: "list[tuple[Window, int, Place]]") -> None:
        self.raw, self.data, self.parts = raw, data, parts
        self.changed = False

    @property
    def settled(self) -> bool:
        return all(window.settled >= begin + len(place.text) for window, begin, place in self.parts)

    def given(self) -> bytes:
        for window, begin, place in self.parts:
            text = place.text
            new = window.given(begin, text)
            window.forget(begin + len(text))
            if new != text:
                place.text = new
                self.changed = True
        return with_data(self.raw, self.data) if self.changed else self.raw


class GuardedStream:
    """The Filter of one streamed answer.

    Args:
        exchange: Is told what was found.
        guarding: Who look at it.
    """

    __slots__ = (
        "_events",
        "_exchange",
        "_flaggers",
        "_held",
        "_look",
        "_lookers",
        "_placeholders",
        "_queue",
        "_told",
        "_windows",
    )

    def __init__(self, exchange: Exchange, guarding: Guarding) -> None:
        self._exchange = exchange
        self._placeholders = Placeholders(dict(exchange.withheld))
        self._look = Look(exchange, "answer", self._placeholders, guarding)
        found = [(guard, finder_of(guard, exchange)) for guard in guarding.answer]
        self._lookers = [
            Looker(finder, self._acting(guard))
            for guard, finder in found
            if finder is not None and guard.action in ("redact", "block")
        ]
        if exchange.withheld:
            self._lookers.append(Looker(restorer := Restorer(dict(exchange.withheld)), self._restoring(restorer)))
        flagging = [(guard, finder) for guard, finder in found if finder is not None and guard.action == "flag"]
        judging = [guard for guard in guarding.answer if guard.judge is not None]
        self._told = Told(flagging, judging, self._look)
        self._windows: dict[Channel, Window] = {}
        self._events = Events()
        self._queue: deque[_Event] = deque()
        self._held = 0

    def feed(self, chunk: bytes) -> bytes:
        """What may go on to the client now.

        Raises:
            Refusal: A Guard stops the answer; or too much of it would have to be held back.
        """
        out: list[bytes] = []
        for raw in self._events.feed(chunk):
            self._take(raw, out)
        if not self._told.holds:
            self._release(out)
        if self._held + self._events.size > MOST_HELD:
            raise Refusal(502, "api_error", "guard_held_too_much", "Too much of the answer had to be held back.")
        return b"".join(out)

    async def end(self) -> bytes:
        """What was held back, when the reply is over.

        Raises:
            Refusal: A Guard stops it.
        """
        out: list[bytes] = []
        if rest := self._events.rest():
            self._take(rest, out)
        self._flush()
        await self._told.judge()
        if not self._told.holds or self._told.over:
            self._release(out)
        return b"".join(out)

    def _take(self, raw: bytes, out: list[bytes]) -> None:
        data = data_of(raw)
        if data is None:
            out.append(raw)  # a comment: it keeps the connection alive
            return
        if data.strip() == DONE:
            self._told.over = True
            self._flush()
            self._queue.append(_Event(raw, None, []))
            return
        try:
            value = msgspec.json.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            value = None
        event = _Event(raw, value, [])
        self._queue.append(event)
        self._held += len(raw)
        if isinstance(value, dict):
            self._read(event, read_event(value))

    def _read(self, event: _Event, read: Read) -> None:
        for piece in read.pieces:
            self._piece(event, piece)
        for ended in read.ended:
            for channel, window in self._windows.items():
                if channel[0] == ended:
                    window.flush()
        if read.all_ended or (read.ended and "choices" in event.data):
            self._told.over = True
        if read.all_ended:
            self._flush()
        for place in read.whole:
            self._whole(event, place)

    def _piece(self, event: _Event, piece: Piece) -> None:
        channel, place = piece
        text = place.text
        self._told.add(channel, place)
        if not text or not self._lookers:
            return
        window = self._windows.get(channel)
        if window is None:
            if len(self._windows) >= MOST_TEXTS:
                raise Refusal(502, "api_error", "guard_held_too_much", "The answer has too many parts to be guarded.")
            window = self._windows[channel] = Window(self._lookers, quoted=place.quoted)
        event.parts.append((window, window.size, place))
        window.feed(text)

    def _whole(self, event: _Event, place: Place) -> None:
        """A text that stands in one event as a whole."""
        if place.text and self._lookers:
            window = Window(self._lookers, quoted=place.quoted)
            event.parts.append((window, 0, place))
            window.feed(place.text)
            window.flush()

    def _flush(self) -> None:
        for window in self._windows.values():
            window.flush()

    def _release(self, out: list[bytes]) -> None:
        queue = self._queue
        while queue and queue[0].settled:
            event = queue.popleft()
            self._held -= len(event.raw)
            out.append(event.given())

    def _acting(self, guard: Guard) -> Any:
        def act(match: Match, text: str, quoted: bool) -> str:
            if guard.action == "block":
                raise blocked(self._exchange, "answer", guard)
            note(self._exchange, "answer", guard)
            return take_of(guard, match.kind, text, self._placeholders.take)

        return act

    def _restoring(self, restorer: Restorer) -> Any:
        def act(match: Match, text: str, quoted: bool) -> str:
            return restorer.value(text, quoted=quoted)

        return act
