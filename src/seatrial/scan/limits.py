"""What reading one file may cost, and the account that is kept of it."""

import time

import msgspec

MEGABYTE = 1 << 20


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on reading one file with all that is inside it. Counts come first: they are the same on every machine.

    `depth` is containers within containers, `members` their entries, `unpacked` bytes, `header` the bytes of one header
    or text that is parsed whole, `opcodes` the steps of pickle machines, `seconds` processor time (a last resort).
    """

    depth: int = 12
    members: int = 100_000
    unpacked: int = 1024 * MEGABYTE
    header: int = 100 * MEGABYTE
    opcodes: int = 20_000_000
    findings: int = 1000
    seconds: float = 20.0


class OverBudget(Exception):
    """Reading on would cost more than the limits allow; its text says which."""


class Budget:
    """What is left of the limits for one file."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._unpacked, self._members, self._opcodes = limits.unpacked, limits.members, limits.opcodes
        self._until = time.process_time() + limits.seconds

    def unpack(self, size: int) -> None:
        """Pay for unpacked bytes.

        Raises:
            OverBudget: There is not enough left.
        """
        self._unpacked -= size
        if self._unpacked < 0:
            raise OverBudget(f"it unpacks to more than {self.limits.unpacked // MEGABYTE} MB")
        self.check_time()

    def member(self) -> None:
        """Pay for one entry of a container."""
        self._members -= 1
        if self._members < 0:
            raise OverBudget(f"it has more than {self.limits.members} members")
        if not self._members & 127:
            self.check_time()

    def opcodes(self, count: int) -> None:
        """Pay for steps of a pickle machine."""
        self._opcodes -= count
        if self._opcodes < 0:
            raise OverBudget(f"it has more than {self.limits.opcodes} pickle opcodes")
        self.check_time()

    def check_time(self) -> None:
        """Stop what takes too long."""
        if time.process_time() > self._until:
            raise OverBudget(f"it took longer than {self.limits.seconds:g} s to read")
