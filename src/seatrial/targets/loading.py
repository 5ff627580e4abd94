"""A Python object by `module:name`, with the user's own line in the message when that goes wrong."""

import importlib
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from seatrial.core.errors import Mistake


def split_place(text: str) -> tuple[str, str]:
    """The module and the name of `module:name`.

    Raises:
        Mistake: The text has another form.
    """
    module, mark, name = text.partition(":")
    if not mark or not all(part.isidentifier() for part in (*module.split("."), *name.split("."))):
        raise Mistake(f"{text!r} is no place of a function; write module:name", key="python")
    return module, name


def load(text: str, folder: Path | None = None) -> Any:
    """Import the object that `module:name` names; `folder` (or the working directory) is searched first.

    Raises:
        Mistake: The module cannot be imported or has no such name.
    """
    module_name, name = split_place(text)
    with _searched_first(folder or Path.cwd()):
        try:
            found: Any = importlib.import_module(module_name)
        except (Exception, SystemExit) as error:  # a user's module may raise anything while it is imported
            raise _not_imported(module_name, error) from error
    for part in name.split("."):
        if not hasattr(found, part):
            raise Mistake(f"the module {module_name} has no {name}", key="python")
        found = getattr(found, part)
    return found


def where(error: BaseException) -> str:
    """`file:line` of the innermost frame that is the user's: neither importlib's nor this package's."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}"
    ours = str(Path(__file__).parent)
    frames = traceback.extract_tb(error.__traceback__)
    theirs = [frame for frame in frames if "importlib" not in frame.filename and not frame.filename.startswith(ours)]
    theirs = [frame for frame in theirs if "/concurrent/futures/" not in frame.filename]
    return f"{Path(theirs[-1].filename).name}:{theirs[-1].lineno}" if theirs else ""


def first_line(error: BaseException) -> str:
    """The type and the first line of an error, bounded."""
    lines = str(error).strip().splitlines()
    return f"{type(error).__name__}: {lines[0][:300]}" if lines else type(error).__name__


def _not_imported(module: str, error: BaseException) -> Mistake:
    place = where(error)
    if isinstance(error, ModuleNotFoundError) and error.name and (module + ".").startswith(error.name + "."):
        return Mistake(f"there is no module {error.name} in the working directory or among the packages", key="python")
    at = f" at {place}" if place else ""
    return Mistake(f"the module {module} cannot be imported{at}: {first_line(error)}", key="python")


@contextmanager
def _searched_first(folder: Path) -> Iterator[None]:
    entry = str(folder)
    sys.path.insert(0, entry)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        if entry in sys.path:
            sys.path.remove(entry)
