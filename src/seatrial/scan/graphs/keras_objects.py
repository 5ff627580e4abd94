"""Objects in a Keras config: what each would import, call or read when the model is loaded.

Source: keras/src/saving/serialization_lib.py, keras/src/legacy/saving; CVE-2024-3660, CVE-2025-1550, CVE-2025-8747,
CVE-2025-9905, CVE-2025-9906, CVE-2025-12058.
"""

import base64
import re
from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import BytesBlob
from seatrial.scan.configs.documents import objects, parse
from seatrial.scan.graphs import keras_rules
from seatrial.scan.graphs.keras_names import SPECIAL, builds_only, computes_only, is_keras, plain
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.part import Part
from seatrial.scan.source.dangers import danger_of, loading_danger
from seatrial.scan.source.marshalled import NoCode, code_names, reaching

RULES: Final = keras_rules.RULES
_LOOKUPS: Final = frozenset(
    {"StringLookup", "IntegerLookup", "TextVectorization", "IndexLookup", "Lookup", "WordPieceTokenizer"}
)
_FILES: Final = ("vocabulary", "filepath", "filename", "path", "merges", "vocabulary_file", "url", "fpath", "origin")
_LEGACY: Final = re.compile(r"[\w<>./ ]+")


def text_findings(part: Part, text: str) -> Iterator[Finding]:
    """What is found in a config that stands as JSON text in another file."""
    if text:
        whole = parse(text)
        if whole is not None:
            yield from object_findings(part, whole)


def object_findings(part: Part, whole: Any) -> Iterator[Finding]:
    """What is found in a parsed config.

    Raises:
        OverBudget: It has too many objects.
    """
    told: set[tuple[str, str]] = set()
    for each in objects(whole, part):
        if isinstance(each.get("class_name"), str):
            for finding in _object(part, each):
                if (finding.id, finding.evidence) not in told:
                    told.add((finding.id, finding.evidence))
                    yield finding


def _object(part: Part, given: dict[str, Any]) -> Iterator[Finding]:
    name, config = given["class_name"], given.get("config")
    module = given.get("module")
    module = plain(module) if isinstance(module, str) else ""
    inner: dict[str, Any] = config if isinstance(config, dict) else {}
    if name == "function":
        yield from _function(part, module, config, given.get("registered_name"))
    elif name == "__lambda__":
        yield from _code(part, inner.get("code", inner.get("value")), "__lambda__")
    elif name == "__typespec__":
        yield from _class(part, module if module != "tensorflow" else "keras", str(given.get("spec_name")), given)
    elif name == "Lambda" or name.endswith(">Lambda"):
        yield from _lambda(part, inner)
    elif name not in SPECIAL or module:
        yield from _class(part, module, name, given)
    yield from _reads(part, name, inner)


def _class(part: Part, module: str, name: str, given: dict[str, Any]) -> Iterator[Finding]:
    shown = f"{module}.{name}" if module else name
    registered = given.get("registered_name")
    danger = danger_of(shown) if module else None
    if danger is None and module and not is_keras(module) and not builds_only(module):
        danger = loading_danger(shown) or danger_of(module)
    if danger is not None or (is_keras(module) and name[:1].islower() and not computes_only(module)):
        yield part.finding(keras_rules.FOREIGN_MODULE, f"{shown}: {danger or 'is no part of a model'}")
    elif isinstance(registered, str) and ">" in registered and not registered.startswith("keras"):
        yield part.finding(keras_rules.CUSTOM, registered)
    elif module and not builds_only(module):
        yield part.finding(keras_rules.CUSTOM, shown)
    elif not module and "module" in given and isinstance(registered, str) and registered:
        yield part.finding(keras_rules.CUSTOM, registered)
    elif not module and ">" in name and not name.startswith(("keras", "Keras")):
        yield part.finding(keras_rules.CUSTOM, name)


def _function(part: Part, module: str, config: Any, registered: Any) -> Iterator[Finding]:
    name = config if isinstance(config, str) else str(registered)
    shown = f"{module}.{name}"
    if module in ("", "builtins") and danger_of(f"builtins.{name}") is None:
        if isinstance(registered, str) and ">" in registered:
            yield part.finding(keras_rules.CUSTOM, registered)
        elif danger_of(name) is not None:
            yield part.finding(keras_rules.FOREIGN_MODULE, f"{shown}: {danger_of(name)}")
        return
    danger = (danger_of if is_keras(module) else loading_danger)(shown) or danger_of(module)
    if danger is not None or (is_keras(module) and not computes_only(module)):
        yield part.finding(keras_rules.FOREIGN_MODULE, f"{shown}: {danger or 'is no part of a model'}")
    elif not computes_only(module):
        yield part.finding(keras_rules.CUSTOM, shown)


def _lambda(part: Part, config: dict[str, Any]) -> Iterator[Finding]:
    """A Lambda layer: marshalled code (a list or tuple that begins with it), or the name of a function."""
    found = False
    for key in ("function", "output_shape", "mask"):
        value = config.get(key)
        if isinstance(value, dict):
            # Its own object (`__lambda__`, `function`) is looked at by itself; a tuple holds the code as old files do.
            found |= value.get("class_name") in ("__lambda__", "function")
            value = value.get("items")
        if isinstance(value, list) and value and isinstance(value[0], str) and len(value[0]) > 40:
            yield from _code(part, value[0], key)
            found = True
        elif isinstance(value, str) and key == "function":
            yield from _named(part, value, config.get("module"))
            found = True
    if not found:
        yield part.finding(keras_rules.LAMBDA, str(config.get("name") or "Lambda"))


def _named(part: Part, name: str, module: Any) -> Iterator[Finding]:
    """A function that is found by its name, in a module or among what is already loaded."""
    shown = f"{plain(module)}.{name}" if isinstance(module, str) else name
    danger = danger_of(shown) or danger_of(f"builtins.{name}")
    if danger is not None:
        yield part.finding(keras_rules.FOREIGN_MODULE, f"{shown}: {danger}")
    else:
        yield part.finding(keras_rules.LAMBDA, f"function {shown}")


def _code(part: Part, value: Any, place: str) -> Iterator[Finding]:
    try:
        raw = base64.b64decode(value if isinstance(value, str) else "", validate=False)
        names = reaching(code_names(raw))
    except (ValueError, NoCode) as error:
        yield part.finding(keras_rules.LAMBDA, f"{place}: code that could not be read ({error})")
        return
    if names:
        yield part.finding(keras_rules.LAMBDA_ATTACK, f"{place}: {', '.join(names)}")
    else:
        yield part.finding(keras_rules.LAMBDA, f"{place}: {len(raw)} bytes of code")


def _reads(part: Part, name: str, config: dict[str, Any]) -> Iterator[Finding]:
    """Layers that read something else while they are made."""
    if name == "TorchModuleWrapper":
        yield part.finding(keras_rules.TORCH_MODULE, name)
        try:
            raw = base64.b64decode(str(config.get("module", "")))
        except ValueError:
            raw = b""
        if raw:
            yield from part.inside("TorchModuleWrapper", BytesBlob(raw)).look()
    for key in _FILES:
        value = config.get(key)
        if not isinstance(value, str) or not value:
            continue
        if name in _LOOKUPS or name == "TFSMLayer":
            outside = leaves(value)
            yield part.finding(keras_rules.PATH if outside else keras_rules.FILE, f"{name}.{key}: {value}")
        elif "://" in value:
            yield part.finding(keras_rules.PATH, f"{name}.{key}: {value}")
