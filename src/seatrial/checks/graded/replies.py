"""Reading what a judge replied: a JSON object of a known shape, and nothing that it copied from what it judges."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cache
from typing import Any, TypeVar

import msgspec

MOST_CHARACTERS = 20_000
_DROPPED = frozenset({"title", "default", "minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"})
"""Keywords of JSON Schema that endpoints with strict output refuse, or that say nothing to a model."""

_FLAT = re.compile(r"\{[^{}]*\}")
"""An object without another one in it, as every reply is."""

_THOUGHT = re.compile(r"\s*<think>.*?</think>", re.DOTALL)
"""What some models think aloud before they reply; it is dropped where a reply begins with it."""

_WORD = re.compile(r"Invalid enum value '.*'", re.DOTALL)
"""The judge is told what was wrong outside the fences: a word of its reply may come from what it judges."""

Reply = TypeVar("Reply", bound=msgspec.Struct)


class Unusable(ValueError):
    """The reply is no judgement; the message says why in a few words."""


def read_reply(text: str, record: type[Reply], judged: Iterable[str] = ()) -> Reply:
    """The record in a reply: a JSON object, alone or between ```json fences. Further keys do not matter.

    Args:
        text: The reply.
        record: What it must be.
        judged: The texts that the judge was shown: a reply that stands in one of them, be it in another layout or
            with its keys in another order, was copied, not judged.

    Raises:
        Unusable: It is none, or it was copied.
    """
    text = _thought_dropped(text)
    if len(text) > MOST_CHARACTERS:
        raise Unusable(f"it has {len(text):,} characters")
    inner = _unfenced(text.strip())
    if not inner:
        raise Unusable("it is empty")
    if not inner.startswith("{"):
        raise Unusable("it is no JSON object alone")
    try:
        made = msgspec.json.decode(inner, type=record)
    except RecursionError:
        raise Unusable("it is nested too deeply") from None
    except msgspec.ValidationError as error:
        raise Unusable(_first(_WORD.sub("a word that is not allowed", str(error)))) from None
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise Unusable(f"it is no JSON, {_first(str(error))}") from None
    if any(_packed(inner) in _packed(each) or made in _objects(each, record) for each in judged):
        raise Unusable("it only repeats a text that stands in the material")
    return made


def _objects(text: str, record: type[Reply]) -> Iterator[Reply]:
    """The replies that a text brings of its own; a judge with structured output gives one back in its own layout."""
    for found in _FLAT.finditer(text):
        with suppress(msgspec.DecodeError, UnicodeEncodeError):
            yield msgspec.json.decode(found[0], type=record)


@cache
def reply_schema(record: type[msgspec.Struct]) -> dict[str, Any]:
    """The record as JSON Schema for strict structured output: one object, every key required, no further ones."""
    _, components = msgspec.json.schema_components([record])
    made: dict[str, Any] = _strict(components[record.__name__], components)
    return made


def _strict(schema: Any, components: Mapping[str, Any]) -> Any:
    if isinstance(schema, list):
        return [_strict(each, components) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    if "$ref" in schema:
        return _strict(components[schema["$ref"].rpartition("/")[2]], components)
    if "properties" not in schema:
        return {key: _strict(value, components) for key, value in schema.items() if key not in _DROPPED}
    properties = {name: _strict(value, components) for name, value in schema["properties"].items()}
    closed = {"required": list(properties), "additionalProperties": False}
    return {"type": "object", "properties": properties, **closed}


def _thought_dropped(text: str) -> str:
    found = _THOUGHT.match(text)
    return text[found.end() :] if found else text


def _unfenced(text: str) -> str:
    """What a block holds that is all there is; of two objects one may be quoted from what is judged: none is taken."""
    if text.startswith("{") or "```" not in text:
        return text
    before, _, rest = text.partition("```")
    block, mark, after = rest.partition("```")
    if not mark or "```" in after or "{" in before + after:
        raise Unusable("it holds more than one object or block")
    return block.removeprefix("json").removeprefix("JSON").strip()


def _packed(text: str) -> str:
    return "".join(text.split())


def _first(message: str) -> str:
    line = message.partition("\n")[0]
    return line[:1].lower() + line[1:]
