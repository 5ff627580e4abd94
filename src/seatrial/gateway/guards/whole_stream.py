"""What Guards want to see of a streamed answer as a whole, gathered while it passes."""

from collections.abc import Sequence

from seatrial.gateway.guards.deltas import Channel
from seatrial.gateway.guards.finding import Finder
from seatrial.gateway.guards.guard import Guard
from seatrial.gateway.guards.places import ASSISTANT, Place
from seatrial.gateway.guards.requests import MOST_CHARACTERS, Look
from seatrial.gateway.wire.errors import Refusal

_JUDGED = frozenset({"content", "text", "delta"})


class Told:
    """The texts of a stream.

    Args:
        flagging: Guards that only flag what they find.
        judging: Guards that judge a text as a whole.
        look: Knows what happens then.

    Attributes:
        holds: Whether nothing may go on before it was judged.
        over: Whether the answer came to its end.
    """

    __slots__ = ("_flagging", "_judging", "_look", "_size", "_texts", "holds", "over")

    def __init__(self, flagging: Sequence[tuple[Guard, Finder]], judging: Sequence[Guard], look: Look) -> None:
        self._flagging, self._judging, self._look = flagging, judging, look
        self.holds, self.over = any(guard.action == "block" for guard in judging), False
        self._texts: dict[Channel, tuple[Place, list[str]]] = {}
        self._size = 0

    def add(self, channel: Channel, place: Place) -> None:
        """A piece of a text, if anybody wants to see it.

        Raises:
            Refusal: It is to be judged and too long for that.
        """
        if not self._flagging and not self._judging:
            return
        text = place.text
        self._size += len(text)
        if self._size <= MOST_CHARACTERS:
            self._texts.setdefault(channel, (place, []))[1].append(text)
        elif self.holds:
            raise Refusal(502, "api_error", "guard_held_too_much", "The answer is too long for its guards.")

    async def judge(self) -> None:
        """Look at what has come.

        Raises:
            Refusal: It is blocked; or is to be judged but too long.
        """
        texts = [("".join(parts), place) for place, parts in self._texts.values()]
        for guard, finder in self._flagging:
            if any(finder.find(text) for text, _ in texts):
                self._look.act(guard)
        if self._judging and self.over:
            whole = [text for text, place in texts if place.key in _JUDGED and not place.quoted]
            places = [Place({"content": text}, "content", ASSISTANT) for text in whole]
            await self._look.at(places, self._judging)
