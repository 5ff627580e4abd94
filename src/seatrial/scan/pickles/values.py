"""What stands on the stack of a pickle machine. Literals are themselves: None, bool, int, float, str, bytes."""

from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from seatrial.scan.blob import Blob

KEPT: Final = 2000
"""Items of a container that are kept; what is left out was judged when it was made."""
WATCHED: Final = frozenset({"formula", "restore_design_info", "filename", "dtype", "shape", "subclass", "code"})
"""Keys that are kept wherever they stand, as those with an underscore are: what states are judged by."""


@dataclass(slots=True, eq=False)
class Stretch:
    """A long str or bytes, left where it is."""

    blob: Blob
    offset: int
    size: int
    kind: str


@dataclass(slots=True, frozen=True)
class Global:
    """What an import gives: a module's attribute, by names. `offset` is where it was named."""

    module: str
    name: str
    offset: int = field(default=0, compare=False)

    @property
    def full(self) -> str:
        """`module.name`."""
        return f"{self.module}.{self.name}"


@dataclass(slots=True, eq=False)
class Sequence:
    """A tuple, list, set or frozenset. `weight` is how many items there are if each is counted where it is met."""

    kind: Literal["tuple", "list", "set", "frozenset"]
    items: list["Value"]
    more: int = 0
    weight: int = 1

    def add(self, values: list["Value"]) -> None:
        """Put values behind the others."""
        room = KEPT - len(self.items)
        self.items.extend(values[:room] if room > 0 else ())
        self.more += max(0, len(values) - max(room, 0))


@dataclass(slots=True, eq=False)
class Mapping:
    """A dict, as its pairs in order."""

    keys: list["Value"] = field(default_factory=list)
    values: list["Value"] = field(default_factory=list)
    more: int = 0
    weight: int = 1

    def add(self, flat: list["Value"]) -> None:
        """Put in keys and values that stand in turn."""
        if len(self.keys) >= KEPT:
            self.more += len(flat) // 2
            for key, value in zip(flat[::2], flat[1::2], strict=False):
                if isinstance(key, str) and (key[:1] == "_" or key in WATCHED):
                    self.keys.append(key)
                    self.values.append(value)
            return
        self.keys.extend(flat[::2])
        self.values.extend(flat[1::2])

    def get(self, key: str) -> "Value":
        """The last value of a key, or None."""
        for at in range(len(self.keys) - 1, -1, -1):
            if isinstance(self.keys[at], str) and self.keys[at] == key:
                return self.values[at]
        return None


@dataclass(slots=True, eq=False)
class Instance:
    """What a call gives. `held` are things put into it later; `states` what BUILD gave it."""

    callee: "Value"
    args: "Value"
    offset: int
    states: list["Value"] = field(default_factory=list)
    held: Mapping = field(default_factory=Mapping)


@dataclass(slots=True, eq=False)
class Persistent:
    """What the loader makes of a persistent id."""

    id: "Value"


@dataclass(slots=True, eq=False)
class Unknown:
    """Something whose value is not known, and why."""

    why: str


Value: TypeAlias = (
    bool | int | float | str | bytes | Stretch | Global | Sequence | Mapping | Instance | Persistent | Unknown | None
)


def items_of(value: Value, kind: str = "tuple") -> list[Value] | None:
    """The items of a tuple (or another kind of sequence), or None if it is none."""
    return value.items if isinstance(value, Sequence) and value.kind == kind else None
