"""Does the answer's JSON fit a JSON Schema?"""

from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, filled
from seatrial.checks.built_in import BuiltIn, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.json_texts import MOST_CHARACTERS, NotJson, read_json
from seatrial.checks.schemas import Validator, first_error, validator
from seatrial.core.check import Check, Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

MOST_BYTES = 5_000_000


class JsonSchema(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is JSON that fits a schema: inline (`{json_schema: {type: object}}`) or a file (`path`).

    Draft 2020-12 unless the schema's `$schema` says another. References to other hosts are not followed. An answer of
    more than 200,000 characters is not judged.
    """

    schema: dict[str, Any] | bool | None = None
    path: str | None = None
    fenced: bool = False

    title = "json_schema"
    forms: ClassVar[tuple[dict[str, Any], ...]] = ({"type": "string"}, {"type": "object"})

    def prepare(self) -> None:
        """Refuse a schema that is none, so that this is known before anything is asked."""
        if self.schema is None:
            raise Mistake("`json_schema` needs a schema: inline, or as `path` of a JSON file")
        _ = self.ready

    @cached_property
    def ready(self) -> Validator:
        """The validator, made once."""
        return validator(self.schema)

    def judge(self, evidence: Evidence) -> Score:
        """Read the JSON and look for the first error."""
        if len(evidence.text) > MOST_CHARACTERS:
            return self.cannot_say(f"The answer has {len(evidence.text):,} characters; 200,000 are looked into.")
        try:
            value = read_json(evidence.text, self.fenced)
        except NotJson as error:
            return self.says(False, f"It is no JSON: {error}; {answered(evidence)}.")
        wrong = first_error(self.ready, value)
        return self.says(wrong is None, "It fits the schema." if wrong is None else f"At {wrong}.")

    @classmethod
    def arguments_of(cls, value: Any) -> Mapping[str, Any]:
        """A mapping is a schema unless it has only the names of arguments; a text is a path."""
        if isinstance(value, str):
            return {"path": value}
        if isinstance(value, Mapping) and value and not value.keys() <= set(cls.__struct_fields__):
            return {"schema": value}
        return super().arguments_of(value)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Read the schema's file where one is named."""
        arguments = dict(cls.arguments_of(value))
        path = arguments.get("path")
        if isinstance(path, str) and "schema" not in arguments:
            arguments["schema"] = _read(building.folder / path)
        return filled(cls, arguments)

    @classmethod
    def example(cls) -> Example:
        """A fare as a number, and as a text."""
        spec = {"json_schema": {"type": "object", "properties": {"fare": {"type": "number"}}, "required": ["fare"]}}
        return examples_of(spec, '{"fare": 12.5}', '{"fare": "12.5"}')


def _read(path: Path) -> Any:
    try:
        if path.stat().st_size > MOST_BYTES:
            raise Mistake(f"has more than {MOST_BYTES:,} bytes, which is no schema for a check", path=path)
        return msgspec.json.decode(path.read_bytes())
    except OSError as error:
        raise Mistake(f"the schema cannot be read: {error.strerror}", path=path) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise Mistake(f"is no JSON: {error}", path=path) from None
