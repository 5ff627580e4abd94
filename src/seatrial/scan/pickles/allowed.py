"""The allow-lists: exact globals of well-known libraries, each with the role it may play."""

from functools import cache
from pathlib import Path
from typing import Final, Literal, TypeAlias

from seatrial.scan.pickles.names import modern

Role: TypeAlias = Literal["call", "data", "enum", "ref"]
"""`call`: may be called with any literals. `data`: a class that is made bare and given a state. `enum`: its members are
asked for. `ref`: may be named, never called."""
_ROLES: Final[dict[str, Role]] = {"call": "call", "data": "data", "enum": "enum", "ref": "ref"}
_LISTS: Final = Path(__file__).parent / "lists"
_BASE: Final = "_base"
_FILES: Final = {
    "_catboost": "catboost",
    "imblearn": "sklearn_family",
    "category_encoders": "sklearn_family",
    "skorch": "sklearn_family",
    "pandas_compat": "pandas",
    "__torch__": "torch",
}


@cache
def _file(name: str) -> dict[str, dict[str, Role]]:
    path = _LISTS / f"{name}.txt"
    try:
        text = path.read_text("utf-8")
    except (OSError, ValueError):
        return {}
    return read_list(text)


def read_list(text: str) -> dict[str, dict[str, Role]]:
    """The roles of a list's text: by module, then by name.

    Lines are `module role name name ...`; those that begin with `#` are remarks. A name that stands twice has the role
    that allows more: `call`, `data`, `enum`, then `ref`.
    """
    found: dict[str, dict[str, Role]] = {}
    for line in text.splitlines():
        module, _, rest = line.partition(" ")
        if not rest or module == "#":
            continue
        role, *names = rest.split()
        roles = found.setdefault(module, {})
        for name in names:
            roles.setdefault(name, _ROLES[role])
    return found


def role_of(module: str, name: str) -> Role | None:
    """The role in which a global is listed, or None: it is not.

    Python 2's names count as those of today. Nothing is imported.
    """
    module, name = modern(module, name)
    top = module.partition(".")[0]
    if top == "__torch__":  # types of TorchScript: its own loader makes them, no module has this name
        return "call"
    role = _file(_BASE).get(module, {}).get(name)
    if role is None and top.isidentifier() and top.isascii():
        role = _file(_FILES.get(top, top)).get(module, {}).get(name)
    return role
