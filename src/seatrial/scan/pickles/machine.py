"""The pickle machine: carries out every opcode on values that only stand for objects."""

from collections.abc import Callable
from typing import Final, TypeAlias

from seatrial.scan.limits import OverBudget
from seatrial.scan.pickles.court import Court
from seatrial.scan.pickles.reader import Broken, Reader
from seatrial.scan.pickles.values import Value

_BATCH: Final = 4096
MOST_HELD: Final = 3_000_000
"""Containers and instances that a stream may make, and what may stand on its stack: each costs memory here, too."""


class Stopped(Exception):
    """STOP was reached."""


class Machine:
    """One stream. `run` until STOP.

    Args:
        reader: Where the stream is read.
        court: Judges what is done.
        joblib: Whether array bytes follow array wrappers, as joblib's own loader expects.
    """

    __slots__ = ("calls", "court", "headed", "joblib", "made", "marks", "memo", "reader", "stack", "start", "steps")

    def __init__(self, reader: Reader, court: Court, *, joblib: bool = True) -> None:
        self.reader, self.court, self.joblib = reader, court, joblib
        self.stack: list[Value] = []
        self.marks: list[list[Value]] = []
        self.memo: dict[int, Value] = {}
        self.steps, self.calls, self.start = 0, 0, reader.offset
        self.headed, self.made = False, 0

    def run(self, most: int | None = None) -> Value:
        """The value of the stream.

        Args:
            most: Steps after which to give up; None for as many as the budget allows.

        Raises:
            Broken: It breaks off, at `reader.offset`.
            OverBudget: It costs too much.
            Stopped: `most` steps are done.
        """
        table, budget = OPCODES, self.court.part.budget
        byte = self.reader.byte
        while True:
            for _ in range(_BATCH):
                code = byte()
                if code == 46:  # STOP
                    break
                step = table[code]
                if step is None:
                    raise Broken(f"{code:#04x} at offset {self.reader.offset - 1} is no opcode")
                try:
                    step(self)
                except IndexError as error:
                    raise Broken(f"the stack is empty at offset {self.reader.offset - 1}") from error
            else:
                self.steps += _BATCH
                budget.opcodes(_BATCH)
                if self.made + len(self.marks) + len(self.stack) > MOST_HELD:
                    raise OverBudget(f"it makes more than {MOST_HELD} objects")
                if most is not None and self.steps >= most:
                    raise Stopped
                continue
            if not self.stack:
                raise Broken(f"STOP at offset {self.reader.offset - 1} with nothing on the stack")
            return self.stack.pop()

    def pop_mark(self) -> list[Value]:
        """What stands above the last mark.

        Raises:
            Broken: There is no mark.
        """
        if not self.marks:
            raise Broken(f"there is no mark at offset {self.reader.offset - 1}")
        items, self.stack = self.stack, self.marks.pop()
        return items


Step: TypeAlias = Callable[[Machine], None]
OPCODES: Final[list[Step | None]] = [None] * 256
"""By byte; the modules of opcodes fill it when they are imported."""


def opcode(letter: str) -> Callable[[Step], Step]:
    """Put a function into the table."""

    def put(step: Step) -> Step:
        OPCODES[ord(letter)] = step
        return step

    return put
