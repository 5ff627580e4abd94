"""OpenVINO's intermediate representation (source: docs.openvino.ai, "Operation specifications"): operators and paths.

Entities are forbidden here and judged where XML is.
"""

import re
from collections.abc import Iterator
from typing import Any, Final
from xml.parsers import expat

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_NET: Final = re.compile(
    rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).){0,4096}+-->\s*+)*+<net\s[^>]*version=", re.DOTALL
)
_OPSET: Final = re.compile(
    r"(?:opset\d{1,3}|experimental|extension|ie_internal_opset|type_relaxed_opset|ov_plugins|)\Z"
)
_FILES: Final = frozenset(
    ("path", "weights_path", "model_path", "file", "filename", "bin", "library", "extension_path")
)

CUSTOM = Rule(
    "openvino.extension-operator",
    "review",
    "An operator of an extension",
    "The model needs native code that somebody must bring along.",
    "Make sure that you know whose operator it is.",
)
PATH = Rule(
    "openvino.leaves-folder",
    "attack",
    "A path leads out of the model's folder",
    "Loading the model reads files elsewhere.",
    "Do not load it.",
    ("CWE-22", *SUPPLY_CHAIN),
)
PLACE = Rule(
    "openvino.impossible-place",
    "attack",
    "Weights at an impossible place",
    "The reader in C++ maps these places into memory.",
    "Do not load it.",
    ("CWE-125", *SUPPLY_CHAIN),
)


class _Entities(Exception):
    """The text declares entities."""


def recognise(part: Part) -> bool:
    """XML whose root is `net` with a version, and that has layers."""
    head = part.blob.read(0, 65536)
    return b"<layers" in head and _NET.match(head) is not None


def inspect(part: Part) -> Iterator[Finding]:
    """Layers and their attributes."""
    limit = part.budget.limits.header
    raw = part.blob.read(0, limit + 1)
    if len(raw) > limit:
        raise Unreadable(f"it has more than {limit} bytes")
    found: list[Finding] = []
    parser = expat.ParserCreate()

    def started(name: str, attributes: dict[str, str]) -> None:
        part.budget.check_time()
        found.extend(_element(part, name, attributes, parser.CurrentLineNumber))

    def declared(*_: Any) -> Any:
        raise _Entities

    parser.StartElementHandler = started
    parser.EntityDeclHandler = declared
    parser.ExternalEntityRefHandler = declared
    try:
        parser.Parse(raw, True)
    except _Entities:
        yield from found
        raise Unreadable("it declares entities") from None
    except (expat.ExpatError, ValueError) as error:
        yield from found
        raise Unreadable(f"it is no XML: {error}") from error
    yield from found


def _element(part: Part, name: str, attributes: dict[str, str], line: int) -> Iterator[Finding]:
    if name == "layer" and not _OPSET.match(attributes.get("version", "")):
        yield part.finding(CUSTOM, f"{attributes.get('type', '')} of {attributes['version']}", line=line)
    for key, value in attributes.items():
        if key in _FILES and leaves(value):
            yield part.finding(PATH, f"{key}={value}", line=line)
    if name == "data" and "offset" in attributes:
        for key in ("offset", "size"):
            value = attributes.get(key, "0")
            if key in attributes and not (value.isdecimal() and len(value) < 16):
                yield part.finding(PLACE, f"{key}={value}", line=line)


OPENVINO = Format("openvino", "OpenVINO models (.xml beside .bin)", recognise, inspect, (CUSTOM, PATH, PLACE))
