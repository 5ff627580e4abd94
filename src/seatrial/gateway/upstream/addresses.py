"""Where a host is: looked up once in a while and off the way of requests, given in turn."""

import asyncio
import socket
import time
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import ip_address
from itertools import chain, zip_longest
from typing import Final

from seatrial.gateway.upstream.reply import UpstreamError

FRESH: Final = 30.0
"""Seconds that an answer of the resolver is used before it is asked again."""
LookUp = Callable[[str, int], Awaitable[Sequence[str]]]


async def look_up(host: str, port: int) -> list[str]:
    """Ask the machine's resolver, in a thread.

    Raises:
        OSError: It does not know the host.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Addresses:
    """The addresses of one host.

    An old answer is used while a new one is fetched, and for as long as none can be had.

    Args:
        host: A name, or an address.
        port: Its port.
        resolver: Who knows.
        clock: Seconds that only go up.
    """

    __slots__ = ("_asking", "_clock", "_fixed", "_found", "_host", "_old_at", "_port", "_resolver", "_turn")

    def __init__(
        self, host: str, port: int, *, resolver: LookUp = look_up, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._host, self._port, self._resolver, self._clock = host, port, resolver, clock
        self._fixed = _is_address(host)
        self._found: list[str] = [host] if self._fixed else []
        self._old_at = 0.0
        self._asking: asyncio.Task[None] | None = None
        self._turn = -1

    async def now(self) -> list[str]:
        """The addresses in the order in which they should be tried: another first each time, the families by turns.

        Raises:
            UpstreamError: The host is not known.
        """
        if not self._fixed and self._clock() >= self._old_at:
            if self._asking is None:
                self._asking = asyncio.ensure_future(self._ask())
            if not self._found:
                await asyncio.shield(self._asking)
        if not self._found:
            raise UpstreamError("refused_connection", "no connection: the host's name is not known", sent=False)
        if len(self._found) == 1:
            return self._found
        self._turn = (self._turn + 1) % len(self._found)
        return _by_turns(self._found[self._turn :] + self._found[: self._turn])

    async def aclose(self) -> None:
        """Stop looking."""
        if self._asking is not None:
            self._asking.cancel()
            await asyncio.gather(self._asking, return_exceptions=True)

    async def _ask(self) -> None:
        try:
            found = list(await self._resolver(self._host, self._port))
        except (OSError, UnicodeError):  # UnicodeError: a name that no resolver takes
            found = []
        finally:
            self._asking = None
        self._found = found or self._found
        self._old_at = self._clock() + (FRESH if found else 1.0)


def _is_address(host: str) -> bool:
    try:
        ip_address(host.partition("%")[0])
    except ValueError:
        return False
    return True


def _by_turns(addresses: list[str]) -> list[str]:
    """IPv6 and IPv4 by turns, beginning with the family of the first (RFC 8305, section 4)."""
    six = [address for address in addresses if ":" in address]
    four = [address for address in addresses if ":" not in address]
    first, second = (six, four) if ":" in addresses[0] else (four, six)
    return [address for address in chain.from_iterable(zip_longest(first, second)) if address is not None]
