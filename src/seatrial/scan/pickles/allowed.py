"""The allow-lists: exact globals of well-known libraries, each with the role it may play."""

from functools import cache
from pathlib import Path
from typing import Final, Literal, NamedTuple, TypeAlias

from seatrial.scan.pickles.names import modern

Role: TypeAlias = Literal["call", "data", "enum", "ref"]
"""`call`: may be called with any literals. `data`: a class that is made bare and given a state. `enum`: its members are
asked for. `ref`: may be named, never called."""
_ROLES: Final[dict[str, Role]] = {"call": "call", "data": "data", "enum": "enum", "ref": "ref"}
_LISTS: Final = Path(__file__).parent / "lists"
_BASE: Final = "_base"
_FILES: Final = {"_catboost": "catboost", "torchvision": "torch", "__torch__": "torch"}


class Listed(NamedTuple):
    """What one library's lists say: roles by module and name, and modules that have moved."""

    roles: dict[str, dict[str, Role]]
    moves: tuple[tuple[str, str], ...]

    def role_of(self, module: str, name: str) -> Role | None:
        """The role of a name; a module that has moved is also looked up under its new name."""
        role = self.roles.get(module, {}).get(name)
        if role:
            return role
        for old, new in self.moves:
            if module == old or module.startswith(f"{old}."):
                role = self.roles.get(new + module[len(old) :], {}).get(name)
                if role:
                    return role
        return None


@cache
def _libraries() -> frozenset[str]:
    return frozenset(path.name.partition(".")[0] for path in _LISTS.glob("*.txt"))


@cache
def _library(name: str) -> Listed:
    paths = (_LISTS / f"{name}.hand.txt", _LISTS / f"{name}.txt")
    return read_list("\n".join(path.read_text("utf-8") for path in paths if path.exists()))


def read_list(text: str) -> Listed:
    """What a list's text says.

    Lines are `module role name name ...`, `= old new` for a module that has moved, and `# ...` for remarks. A name that
    stands twice has the role in which it stands first.
    """
    roles: dict[str, dict[str, Role]] = {}
    moves: list[tuple[str, str]] = []
    for line in text.splitlines():
        module, _, rest = line.partition(" ")
        if not rest or module == "#":
            continue
        role, *names = rest.split()
        if module == "=":
            moves.append((role, names[0]))
            continue
        known = roles.setdefault(module, {})
        for name in names:
            known.setdefault(name, _ROLES[role])
    return Listed(roles, tuple(moves))


def role_of(module: str, name: str) -> Role | None:
    """The role in which a global is listed, or None: it is not.

    Python 2's names count as those of today. Nothing is imported.
    """
    module, name = modern(module, name)
    top = module.partition(".")[0]
    if top == "__torch__":  # types of TorchScript: its own loader makes them, no module has this name
        return "call"
    role = _library(_BASE).role_of(module, name)
    if role is None and _FILES.get(top, top) in _libraries():
        role = _library(_FILES.get(top, top)).role_of(module, name)
    return role
