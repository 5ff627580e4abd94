"""Checks from what stands in a suite file: a name, a line, a mapping, an object, a function."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec

from seatrial.checks.arguments import Building
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example
from seatrial.checks.fragments import arguments_schema
from seatrial.checks.graded.desk import Desks
from seatrial.checks.limits import Line, Measuring, parse_line
from seatrial.checks.registry import family, find, names
from seatrial.checks.wording import first_line
from seatrial.core.check import Check, Expense, Need
from seatrial.core.errors import Mistake
from seatrial.core.target import Target

DEEPEST = 12
MOST = 1000
"""Checks inside checks (`all_of`, `not`, ...) may stand this deep and be this many; an alias of YAML could go on for
ever."""


class CheckInfo(msgspec.Struct, frozen=True):
    """What is known of a Check without building it.

    `arguments` is a JSON Schema of the value behind its name in a mapping; where other Checks stand inside, it refers
    to `#/$defs/check`. A third party's Check may have no example. `family` is the folder of a built-in one, `after` the
    paper or the program that defines what it measures, `prompt` the data file that a model is asked by.
    """

    name: str
    summary: str
    needs: frozenset[Need]
    cost: Expense
    arguments: dict[str, Any]
    example: Example | None = None
    family: str = ""
    after: str = ""
    prompt: str = ""


def build_check(
    spec: Any, targets: Mapping[str, Target] = {}, *, folder: Path | None = None, desks: Desks | None = None
) -> Check:
    """The Check that a spec means.

    Args:
        spec: A name (`contains`), a line (`latency <= 3s`), a mapping with one key (`{regex: "[0-9]+"}`), any object
            with the shape of a Check, or a Python function.
        targets: The Targets by name, for Checks that ask a model.
        folder: Where relative paths and modules begin; the working directory without it.
        desks: Where these Targets are asked, for Checks that are to share what they learn of an endpoint.

    Raises:
        Mistake: There is no such Check, or its arguments are wrong; the sentence says what is allowed.
    """
    return _Workshop(targets, folder or Path(), desks or Desks()).build(spec, 0)


def known_checks() -> list[CheckInfo]:
    """All Checks that a suite file can name, third parties' too.

    Raises:
        Mistake: A third party's Check cannot be imported.
    """
    return [_info(name, find(name)) for name in names()]


class _Workshop:
    """Builds one spec with all that stands inside it."""

    def __init__(self, targets: Mapping[str, Target], folder: Path, desks: Desks) -> None:
        self._targets, self._folder, self._desks, self._built = targets, folder, desks, 0

    def build(self, spec: Any, depth: int) -> Check:
        self._built += 1
        if depth > DEEPEST or self._built > MOST:
            raise Mistake(f"checks stand inside each other more than {DEEPEST} deep or more than {MOST} altogether")
        building = Building(self._targets, self._folder, lambda inner: self.build(inner, depth + 1), self._desks)
        if isinstance(spec, str):
            line = parse_line(spec)
            return _of_line(line, building) if line else _named(spec.strip(), None, building)
        if isinstance(spec, Mapping):
            return _of_mapping(spec, building)
        if isinstance(spec, Check) and not isinstance(spec, type):
            return spec
        if callable(spec):
            return _named("python", spec, building)
        raise Mistake(f"{type(spec).__name__} `{str(spec)[:80]}` is no check; write a name, a comparison or a mapping")


def _of_line(line: Line, building: Building) -> Check:
    made = find(line.name)
    if isinstance(made, type) and issubclass(made, BuiltIn) and "limit" not in made.__struct_fields__:
        raise Mistake(f"`{line.name}` measures nothing that can be compared; measuring checks are {_measuring()}")
    part = {} if line.part is None else {"of": line.part}
    return _named(line.name, {"limit": line.limit, **part}, building)


def _measuring() -> str:
    built_in = [(name, find(name)) for name in names()]
    return ", ".join(name for name, made in built_in if isinstance(made, type) and issubclass(made, Measuring))


def _of_mapping(spec: Mapping[Any, Any], building: Building) -> Check:
    if len(spec) != 1:
        keys = ", ".join(str(key) for key in spec) or "none"
        raise Mistake(f"a check is a mapping with one key, its name; this has {len(spec)}: {keys[:80]}")
    [(name, value)] = spec.items()
    if not isinstance(name, str):
        raise Mistake(f"the name of a check is a text, not {name!r}")
    return _named(name, value, building)


def _named(name: str, value: Any, building: Building) -> Check:
    made = find(name)
    if isinstance(made, type) and issubclass(made, BuiltIn):
        return made.from_spec(value, building)
    return _third_party(name, made, value)


def _third_party(name: str, made: Callable[..., Any], value: Any) -> Check:
    """A third party's factory is called with the mapping as named arguments, with the bare value, or with nothing."""
    try:
        given = value if isinstance(value, Mapping) else {}
        built = made(**given) if value is None or given else made(value)
    except Mistake:
        raise
    except Exception as error:  # a third party's code may raise anything
        raise Mistake(f"the check `{name}` refuses its arguments: {first_line(error)}") from error
    if not isinstance(built, Check):
        raise Mistake(f"the check `{name}` is broken: its factory gave {type(built).__name__}, which is no check")
    return built


def _info(name: str, made: Any) -> CheckInfo:
    summary = next(iter((made.__doc__ or "").strip().splitlines()), "")
    if not (isinstance(made, type) and issubclass(made, BuiltIn)):
        needs, cost = getattr(made, "needs", None), getattr(made, "cost", None)
        known = needs if isinstance(needs, frozenset) else frozenset()
        return CheckInfo(name, summary, known, cost if cost in ("free", "cheap", "model") else "free", {})
    facts = (made.usual_needs, made.usual_cost, arguments_schema(made), made.example())
    return CheckInfo(name, summary, *facts, family(name), made.after, getattr(made, "prompt_name", ""))
