"""The door of a gateway, and the store of its keys."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Final

import msgspec

from seatrial.app.serving.reading import GatewayConfig
from seatrial.core.errors import CannotRun, Mistake, SeatrialError
from seatrial.gateway.keys.door import KeyDoor
from seatrial.gateway.keys.key import Hasher, Network
from seatrial.gateway.keys.loopback import LoopbackDoor
from seatrial.gateway.keys.ring import Ring
from seatrial.gateway.keys.server_secret import server_secret
from seatrial.gateway.keys.store import KeyStore
from seatrial.gateway.stages import Door

PAUSE: Final = 0.1
"""Seconds between looks for keys that are not known."""


class Keys:
    """The keys of one process, as the store held them when it was last looked at.

    Args:
        store: The folder.

    Attributes:
        folder: The folder.
        door: Where holders of keys come in; the same for as long as the process lives.
        hasher: Of keys.

    Raises:
        Mistake: The server's secret is not one, or others may read it.
        CannotRun: The store cannot be used.
    """

    def __init__(self, store: Path) -> None:
        self.folder, self.hasher = store, Hasher(server_secret(store))
        self.door = KeyDoor(Ring(self.hasher), look=self.look_soon)
        self._looking: asyncio.Task[None] | None = None
        self._generation: str | None = None
        self.look()

    def open(self) -> KeyStore:
        """The store, for one thread, to be closed."""
        return KeyStore(self.folder, self.hasher)

    async def look_soon(self) -> None:
        """Look once for all who wait, and not too often: whoever shows unknown keys does not wear out the disk."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.ensure_future(self._pause_and_look())
        await asyncio.shield(self._looking)

    async def _pause_and_look(self) -> None:
        await asyncio.sleep(PAUSE)
        with suppress(SeatrialError):  # they stay as they were; whoever watches the store says so
            await asyncio.to_thread(self.look)

    def look(self) -> dict[str, str]:
        """Take over what other processes have changed; gives the wishes to all workers.

        Raises:
            CannotRun: The store cannot be read.
        """
        try:
            with self.open() as store:
                controls = store.controls()
                if controls.get("generation") != self._generation:
                    self.door.ring = Ring(self.hasher, store.entrances())
                    self._generation = controls.get("generation")
        except (sqlite3.DatabaseError, msgspec.MsgspecError) as error:
            raise CannotRun(f"the keys in {self.folder} cannot be read: {error}") from None
        return controls


def door_of(config: GatewayConfig, keys: Keys) -> Door:
    """The door that a file asks for, which was checked."""
    keys.door.trusted = trusted(config)
    return keys.door if config.model.keys == "required" else LoopbackDoor()


def check_door(config: GatewayConfig, host: str) -> None:
    """Whether the door may be as the file says.

    Args:
        config: The file.
        host: What the server listens on.

    Raises:
        Mistake: `keys: none` although others than this machine could ask, or a proxy that is none.
    """
    trusted(config)
    if config.model.keys == "none" and not is_loopback(host):
        what = f"without keys everyone who reaches {host} could spend your money; set it to `required`"
        raise config.document.mistake(f"{what}, or listen on 127.0.0.1", ("gateway", "keys"))


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def trusted(config: GatewayConfig) -> tuple[Network, ...]:
    """The proxies of `trust_proxy`.

    Raises:
        Mistake: One is no address and no network.
    """
    try:
        return networks(config.model.trust_proxy)
    except Mistake as mistake:
        raise config.document.mistake(mistake.what, ("gateway", "trust_proxy")) from None


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """`10.0.0.0/8`, `192.168.1.7`, `::1` as networks.

    Raises:
        Mistake: One is none of these.
    """
    found = []
    for text in texts:
        try:
            found.append(ip_network(text.strip()))
        except ValueError:
            what = f"an address or a network such as 10.0.0.0/8 is expected, {text[:60]!r} was found"
            raise Mistake(what) from None
    return tuple(found)
