"""A user's function: found by `module:name`, called with what its parameters are named for, its result made a Score."""

import importlib
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seatrial.checks.wording import bounded, first_line
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

NAMES = ("answer", "expected", "case", "interaction", "evidence")


def load(place: str, folder: Path) -> Callable[..., Any]:
    """The function that `module:name` names; the folder is searched first.

    Raises:
        Mistake: There is no such module or function.
    """
    module_name, mark, name = place.partition(":")
    if not mark or not all(part.isidentifier() for part in (*module_name.split("."), *name.split("."))):
        raise Mistake(f"`{place[:80]}` is no place of a function; write `module:name`")
    with _searched_first(str(folder.resolve())):
        try:
            found: Any = importlib.import_module(module_name)
        except (Exception, SystemExit) as error:
            raise Mistake(f"the module {module_name} cannot be imported: {first_line(error)}") from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise Mistake(f"the module {module_name} has no `{name}`")
        found = getattr(found, part)
    if not callable(found):
        raise Mistake(f"`{place}` is no function but {type(found).__name__}")
    function: Callable[..., Any] = found
    return function


def name_of(function: Callable[..., Any]) -> str:
    """The name of a function, or of its type."""
    return str(getattr(function, "__name__", type(function).__name__))


def parameters_of(function: Callable[..., Any]) -> tuple[str, ...]:
    """The parameters that are filled by name; none when it takes the Evidence as its only argument.

    Raises:
        Mistake: It takes something else.
    """
    try:
        parameters = inspect.signature(function).parameters.values()
    except (TypeError, ValueError):
        return ()
    named = tuple(each.name for each in parameters if each.name in NAMES and each.kind is not each.POSITIONAL_ONLY)
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    others = [p.name for p in parameters if p.name not in named and p.default is p.empty and p.kind not in variable]
    if others if named else len(others) > 1:
        what = f"`{name_of(function)}` takes `{others[0]}`"
        raise Mistake(f"{what}, which a check cannot fill; known parameters are {', '.join(f'`{n}`' for n in NAMES)}")
    return named


def arguments_for(named: tuple[str, ...], evidence: Evidence) -> Iterator[dict[str, Any]]:
    """The arguments by name; once for each right answer when the function asks for `expected`."""
    facts = {
        "answer": evidence.text,
        "case": evidence.case,
        "interaction": evidence.interaction,
        "evidence": evidence,
    }
    given = {name: facts[name] for name in named if name in facts}
    if "expected" not in named:
        yield given
        return
    for text in evidence.expected:
        yield {**given, "expected": text}


def score_of(result: Any, name: str, threshold: float) -> Score:
    """A Score of what a function gave: true or false, a number, a pair of either and a reason, or a Score.

    Raises:
        TypeError: It gave something else.
    """
    if isinstance(result, Score):
        return Score(name, result.passed, result.value, bounded(result.reason), result.source, result.version)
    reason = ""
    if isinstance(result, tuple) and len(result) == 2 and isinstance(result[1], str):
        result, reason = result
    if hasattr(result, "item"):  # a number of numpy
        result = result.item()
    if isinstance(result, bool):
        shown = reason or f"`{name}` gave {str(result).lower()}."
        return Score(name, result, float(result), bounded(shown))
    if isinstance(result, int | float):
        shown = reason or f"`{name}` gave {result:.4g}, wanted is at least {threshold:g}."
        return Score(name, result >= threshold, float(result), bounded(shown))
    what = f"it gave {type(result).__name__}"
    raise TypeError(f"{what}; give true or false, a number, a pair of either and a reason, or a Score")


def ends_politely(answer: str) -> bool:
    """An example of a function that is a Check: the answer ends with thanks or wishes."""
    return answer.rstrip(" .!\n").casefold().endswith(("thank you", "thanks", "have a good trip"))


@contextmanager
def _searched_first(entry: str) -> Iterator[None]:
    sys.path.insert(0, entry)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)
