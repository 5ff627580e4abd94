"""The door of a gateway without keys: for programs on this machine, and not for web pages that a browser has open.

Any page may make a browser send requests to 127.0.0.1, and a name that is led there (DNS rebinding) could even read the
replies. Browsers say whence a page is in `Origin`, and by which name it asks in `Host`; both must be this machine.
"""

from functools import lru_cache

from seatrial.gateway.absent import OpenDoor
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.keys.address import parse
from seatrial.gateway.wire.errors import Refusal


class LoopbackDoor(OpenDoor):
    """Lets everyone in who is here."""

    async def enter(self, exchange: Exchange, client: str | None) -> None:
        """Set the caller.

        Raises:
            Refusal: 403: the request was sent by another site's page, or to another name.
        """
        for name, value in exchange.headers:
            if (name == b"host" and not _is_host(value)) or (name == b"origin" and not _is_origin(value)):
                told = name.decode("latin-1").capitalize()
                message = f"Without keys only programs on this machine may ask; the header {told} names another place."
                raise Refusal(403, "permission_error", "not_from_here", message)
        await super().enter(exchange, client)


@lru_cache(1024)
def _is_host(value: bytes) -> bool:
    """Whether a host is this machine, or a name without dots, which nobody can have in the public DNS."""
    text = value.decode("latin-1").strip().lower()
    address = parse(text)
    return address.is_loopback if address is not None else "." not in text.partition(":")[0].rstrip(".")


@lru_cache(1024)
def _is_origin(value: bytes) -> bool:
    """Whether an origin is this machine; `null` is that of pages that hide theirs."""
    host = value.decode("latin-1").strip().lower().partition("://")[2]
    address = parse(host)
    return address.is_loopback if address is not None else host.partition(":")[0] == "localhost"
