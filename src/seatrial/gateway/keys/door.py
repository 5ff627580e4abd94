"""The door with keys: who shows one that is known, is still good, and comes from where it may."""

from collections.abc import Awaitable, Callable, Sequence

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.keys.address import client_address, within
from seatrial.gateway.keys.key import PREFIX, Network
from seatrial.gateway.keys.ring import Holder, Ring
from seatrial.gateway.wire.errors import Refusal

BEARER = b"Bearer "
_PREFIX = PREFIX.encode()
Look = Callable[[], Awaitable[None]]
_CHALLENGE = ((b"www-authenticate", b"Bearer"),)


class KeyDoor:
    """Lets holders of keys in.

    Attributes:
        ring: The keys; a new ring takes its place when any of them has changed.

    Args:
        ring: The keys.
        trusted: Proxies whose `X-Forwarded-For` is believed.
        look: Renews the ring; called for a key that is not known: it may have been made a moment ago.
    """

    __slots__ = ("_look", "ring", "trusted")

    def __init__(self, ring: Ring, trusted: Sequence[Network] = (), look: Look | None = None) -> None:
        self.ring, self.trusted, self._look = ring, tuple(trusted), look

    async def enter(self, exchange: Exchange, client: str | None) -> None:
        """Set the caller.

        Raises:
            Refusal: 401 or 403.
        """
        holder = await self.known(exchange.headers, client, exchange.started)
        if holder.admin:
            message = "This key opens the admin side alone; `seatrial keys create` makes one for models."
            raise Refusal(403, "permission_error", "admin_key", message)
        exchange.caller = holder

    async def known(self, headers: Sequence[tuple[bytes, bytes]], client: str | None, now: int) -> Holder:
        """As `holder`, but a key that is not known is looked for before it is refused."""
        try:
            return self.holder(headers, client, now)
        except Refusal:
            text = key_in(headers)
            if self._look is None or not text or not text.startswith(_PREFIX) or self.ring.find(text) is not None:
                raise
        await self._look()
        return self.holder(headers, client, now)

    def holder(self, headers: Sequence[tuple[bytes, bytes]], client: str | None, now: int) -> Holder:
        """Whose key the headers show.

        Args:
            headers: Of the request, names in lower case.
            client: The other end of the connection.
            now: UTC nanoseconds.

        Raises:
            Refusal: No key (401), one that is not good (401), or not from there (403).
        """
        text = key_in(headers)
        if text is None:
            raise _unknown("missing_api_key", "No key was sent: `Authorization: Bearer sk-st-...` is expected.")
        holder = self.ring.find(text)
        if holder is None:
            raise _unknown("invalid_api_key", "The key is not known here.")
        if now >= holder.ends:
            what = "was revoked" if holder.revoked else "has expired"
            raise _unknown("invalid_api_key", f"The key {what}.")
        if holder.networks is not None and not within(client_address(headers, client, self.trusted), holder.networks):
            raise Refusal(403, "permission_error", "address_not_allowed", "The key may not be used from this address.")
        return holder


def key_in(headers: Sequence[tuple[bytes, bytes]]) -> bytes | None:
    """The key of `Authorization: Bearer`, else of Anthropic's `x-api-key`."""
    other = None
    for name, value in headers:
        if name == b"authorization":
            if value[:7] == BEARER or value[:7].lower() == b"bearer ":
                return value[7:].strip() or None
        elif name == b"x-api-key":
            other = value.strip() or None
    return other


def _unknown(code: str, message: str) -> Refusal:
    return Refusal(401, "authentication_error", code, message, headers=_CHALLENGE)
