"""The report as JSON, back from JSON, and the JSON Schema of it."""

import inspect
from pathlib import Path
from typing import Any

import msgspec

from seatrial.core.errors import Mistake
from seatrial.report.model import FORMAT, Report

MOST_BYTES = 200_000_000


class _Head(msgspec.Struct):
    format: str = ""


def encode(report: Report) -> bytes:
    r"""The report as JSON, indented, with a newline at its end; half a surrogate pair becomes the text `\ud800`."""
    try:
        made = msgspec.json.encode(report)
    except UnicodeEncodeError:
        made = msgspec.json.encode(_whole(msgspec.to_builtins(report)))
    return msgspec.json.format(made, indent=1) + b"\n"


def decode(data: bytes, path: str | Path = "report.json") -> Report:
    """The report of a JSON text.

    Raises:
        Mistake: It is no report, a broken one, or one of another version; the sentence names the file.
    """
    if len(data) > MOST_BYTES:
        raise Mistake(f"a report has at most {MOST_BYTES:,} bytes, this has {len(data):,}", path=path)
    try:
        head = msgspec.json.decode(data, type=_Head)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Mistake(f"this is no JSON report of Seatrial: {error}", path=path) from None
    if head.format != FORMAT:
        raise Mistake(f"this is format `{head.format}`; this version of Seatrial reads `{FORMAT}`", path=path)
    try:
        return msgspec.json.decode(data, type=Report)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Mistake(f"the report is broken: {error}", path=path) from None


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a report."""
    made = cleaned(msgspec.json.schema(Report))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": FORMAT, **made}


def cleaned(schema: Any) -> Any:
    """A JSON Schema whose descriptions have no indentation: docstrings have it up to Python 3.12 and not after."""
    if isinstance(schema, dict):
        return {
            key: inspect.cleandoc(value) if key == "description" and isinstance(value, str) else cleaned(value)
            for key, value in schema.items()
        }
    return [cleaned(value) for value in schema] if isinstance(schema, list) else schema


def schema_text() -> str:
    """The JSON Schema as it is committed in `schema/report.schema.json`."""
    return msgspec.json.format(msgspec.json.encode(schema(), order="sorted"), indent=2).decode() + "\n"


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        return value.encode("utf-8", "backslashreplace").decode()
    if isinstance(value, dict):
        return {_whole(key): _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list | tuple) else value
