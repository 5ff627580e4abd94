"""Arguments of Checks as a user writes them, turned into fields; every mistake says what is allowed."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypeVar

import msgspec

from seatrial.checks.graded.desk import Desks
from seatrial.core.check import Check
from seatrial.core.errors import Mistake
from seatrial.core.target import Target

Text = str | int | float
Texts = Text | tuple[Text, ...]
"""One text or several; YAML gives numbers where a person means digits."""

CHECK = {"$ref": "#/$defs/check"}
"""Where another Check stands inside; whoever puts a whole JSON Schema together defines it."""
Inner = Annotated[Any, msgspec.Meta(extra_json_schema=CHECK)]
"""A Check inside another, as it is written."""

Record = TypeVar("Record", bound=msgspec.Struct)
_PLAIN_TYPES = {
    "str": "a text",
    "int": "a whole number",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a mapping",
    "null": "nothing",
}


class Building(NamedTuple):
    """What a Check may need to be built: the Targets that can judge, where files are, and how to build the inner ones.

    Attributes:
        targets: The Targets of the suite file by name.
        folder: Where relative paths and modules begin.
        make: Builds a Check from any spec.
        desks: Where Targets that judge are asked; all Checks of one suite file share them.
    """

    targets: Mapping[str, Target]
    folder: Path
    make: Callable[[Any], Check]
    desks: Desks


def as_texts(value: Texts) -> tuple[str, ...]:
    """One text or several as a tuple."""
    return tuple(map(str, value)) if isinstance(value, tuple) else (str(value),)


def filled(record: type[Record], arguments: Mapping[str, Any]) -> Record:
    """A record with these fields.

    Raises:
        Mistake: A field is unknown, missing, of a wrong type, or refused by the record.
    """
    title = getattr(record, "title", record.__name__)
    fields = {field.encode_name: field for field in msgspec.structs.fields(record)}
    unknown = [str(key) for key in arguments if key not in fields]
    if unknown:
        raise Mistake(f"`{title}` has no argument `{unknown[0]}`{did_you_mean(unknown[0], fields)}; {allowed(record)}")
    missing = [name for name, field in fields.items() if field.required and name not in arguments]
    if missing:
        raise Mistake(f"`{title}` needs `{missing[0]}`; {allowed(record)}")
    try:
        return msgspec.convert(arguments, record)
    except msgspec.ValidationError as error:
        raise Mistake(f"`{title}`{_plain(str(error))}; {allowed(record)}") from None


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The nearest known name as a half sentence, or nothing."""
    near = difflib.get_close_matches(name, list(known), 1, 0.6)
    return f" (did you mean `{near[0]}`?)" if near else ""


def allowed(record: type[msgspec.Struct]) -> str:
    """What a record's fields are, as a half sentence."""
    return f"it takes {', '.join(f'`{field.encode_name}`' for field in msgspec.structs.fields(record))}"


def _plain(message: str) -> str:
    """` at expect[0]: expected a text, got a number` from the wording of msgspec."""
    what, _, where = message.partition(" - at ")
    place = where.strip("`").removeprefix("$").removeprefix(".")
    for inner in set(re.findall(r"`([^`]*)`", what)):
        parts = [_PLAIN_TYPES.get(part, part) for part in inner.split(" | ")]
        what = what.replace(f"`{inner}`", " or ".join(parts))
    return f"{f' at `{place}`' if place else ''}: {what[:1].lower()}{what[1:]}"
