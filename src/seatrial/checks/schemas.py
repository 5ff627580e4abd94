"""JSON Schema without the network: jsonschema, imported when the first schema is used."""

from collections.abc import Iterable
from typing import Any, Protocol

from seatrial.core.errors import Mistake


class Validator(Protocol):
    """A schema that is ready to be used."""

    def iter_errors(self, instance: Any) -> Iterable[Any]:
        """Every error of a value."""
        ...


def validator(schema: Any) -> Validator:
    """A validator of this schema: draft 2020-12 unless its `$schema` says another; nothing is ever fetched.

    Raises:
        Mistake: It is no JSON Schema.
    """
    import jsonschema
    from referencing import Registry

    cls = jsonschema.validators.validator_for(schema, default=jsonschema.Draft202012Validator)
    try:
        cls.check_schema(schema)
    except jsonschema.SchemaError as error:
        raise Mistake(f"no JSON Schema at {error.json_path}: {error.message[:200]}") from None
    empty: Registry[Any] = Registry()
    made: Validator = cls(schema, registry=empty)
    return made


def first_error(ready: Validator, value: Any) -> str | None:
    """`$.fare: 'x' is not of type 'number'`: the first error with its place; None when the value fits.

    Raises:
        LookupError: The schema refers to another that is not inside it.
    """
    for error in ready.iter_errors(value):
        return f"`{error.json_path}`: {error.message[:150]}"
    return None
