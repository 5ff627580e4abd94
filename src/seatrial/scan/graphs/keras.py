"""Keras configs: `config.json` of a `.keras` archive, `to_json()` alone, and `keras_metadata.pb` of SavedModels."""

from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.configs.documents import read_json
from seatrial.scan.format import Format
from seatrial.scan.graphs import keras_objects
from seatrial.scan.graphs.glimpse import bodies, fields_of, glimpse
from seatrial.scan.graphs.protobuf import BYTES, Message, by_number, first_text
from seatrial.scan.part import Part

_KEYS: Final = ("class_name",)
_KINDS: Final = (b"_tf_keras_", b"_generic_user_object", b"_tf_keras")


def _config(part: Part) -> Any | None:
    whole = read_json(part.blob, (*_KEYS, "keras_version"))
    if isinstance(whole, dict) and ("keras_version" in whole or "class_name" in whole):
        return whole
    return None


def _inspect(part: Part) -> Iterator[Finding]:
    yield from keras_objects.object_findings(part, _config(part))


def _is_metadata(part: Part) -> bool:
    nodes = [fields_of(body, 16) for body in bodies(glimpse(part.blob), 1)[:16]]
    return any(kind.startswith(_KINDS) for node in nodes for kind in bodies(node, 4))


def _inspect_metadata(part: Part) -> Iterator[Finding]:
    for node in Message.of(part.blob, part.budget).fields():
        if node.number == 1 and node.kind == BYTES:
            part.budget.member()
            yield from keras_objects.text_findings(part, first_text(by_number(node.body), 5))


KERAS = Format(
    "keras",
    "Keras config: config.json of .keras, models as JSON",
    lambda part: _config(part) is not None,
    _inspect,
    keras_objects.RULES,
)
KERAS_METADATA = Format(
    "keras metadata",
    "Keras metadata of a TensorFlow SavedModel (keras_metadata.pb)",
    _is_metadata,
    _inspect_metadata,
    keras_objects.RULES,
)
