"""TensorFlow: SavedModel, frozen graphs and meta graphs, read without TensorFlow.

Source: tensorflow/core/protobuf/{saved_model,meta_graph}.proto, framework/{graph,function,node_def,attr_value}.proto.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format
from seatrial.scan.graphs import keras_objects
from seatrial.scan.graphs.glimpse import Seen, bodies, fields_of, glimpse, holds
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.graphs.protobuf import BYTES, VARINT, Count, Field, Message, by_number, first_text
from seatrial.scan.graphs.tensorflow_ops import is_known, reaching
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, UNSAFE_LOADING, Rule

REACHES_OUT = Rule(
    "tensorflow.reaches-out",
    "attack",
    "The graph has an operation that reaches out of it",
    "Operations run when the model is called, some already when it is loaded: they can read and write files.",
    "Do not load it, unless you know what this operation is for.",
    UNSAFE_LOADING,
)
UNKNOWN_OP = Rule(
    "tensorflow.unknown-operation",
    "review",
    "The graph has an operation that TensorFlow itself does not have",
    "It runs machine code from a library that is loaded beside the model.",
    "Find out which library it belongs to.",
)
OUTPUT_FILE = Rule(
    "tensorflow.prints-to-file",
    "attack",
    "A print or debug operation writes to a file or a server",
    "Whoever made the graph chose where: a start-up script for example.",
    "Do not load it.",
    UNSAFE_LOADING,
)
FIXED_PATH = Rule(
    "tensorflow.fixed-path",
    "review",
    "Saves or restores at a path that is fixed in the graph",
    "It writes over what stands there, or reads what is not part of the model.",
    "Ask for a model that was saved anew.",
    ("CWE-73", *SUPPLY_CHAIN),
)
ASSET_LEAVES = Rule(
    "tensorflow.asset-leaves",
    "attack",
    "An asset file lies outside the model's folder",
    "Loading the model reads, and its operations may give out, any file of yours.",
    "Do not load it.",
    ("CWE-22", *SUPPLY_CHAIN),
)
RULES: Final = (REACHES_OUT, UNKNOWN_OP, OUTPUT_FILE, FIXED_PATH, ASSET_LEAVES, *keras_objects.RULES)
_NAME: Final = re.compile(rb"[A-Za-z0-9.^_][\w.\-/\\>:]*")
_OP: Final = re.compile(rb"[A-Z_a-z][\w>.:]*")
_MOST: Final = 20_000


def _is_node(data: bytes) -> bool:
    seen = fields_of(data, 8)
    names, ops = bodies(seen, 1), bodies(seen, 2)
    return bool(names and ops) and _NAME.fullmatch(names[0]) is not None and _OP.fullmatch(ops[0]) is not None


def _is_graph(seen: tuple[Seen, ...]) -> bool:
    functions = [body for library in bodies(seen, 2)[:4] for body in bodies(fields_of(library, 4), 1)]
    nodes = [node for function in functions[:4] for node in bodies(fields_of(function, 64), 3)]
    return any(_is_node(body) for body in (*bodies(seen, 1)[:8], *nodes[:8]))


def _is_meta_graph(seen: tuple[Seen, ...]) -> bool:
    return any(_is_graph(fields_of(body)) for body in bodies(seen, 2)[:4])


def _is_saved_model(seen: tuple[Seen, ...]) -> bool:
    metas = [fields_of(body) for body in bodies(seen, 2)[:4]]
    if any(_is_meta_graph(meta) for meta in metas):
        return True
    return holds(seen, 1, VARINT) and any(b"serve" in info for meta in metas for info in bodies(meta, 1))


def _recognise(part: Part) -> bool:
    seen = glimpse(part.blob)
    return _is_saved_model(seen) or _is_meta_graph(seen) or _is_graph(seen)


@dataclass(slots=True)
class _Graph:
    """What is found while nodes are walked: constants by name, and nodes whose inputs tell more."""

    part: Part
    count: Count
    told: set[str] = field(default_factory=set)
    constants: dict[str, str] = field(default_factory=dict)
    waiting: list[tuple[Rule, str, str, tuple[str, ...], int]] = field(default_factory=list)

    def nodes(self, message: Message, number: int) -> Iterator[Finding]:
        """All nodes that are fields of a number."""
        for each in message.fields():
            if each.number == number and each.kind == BYTES:
                yield from self._node(each)
                self.count.one()

    def _node(self, node: Field) -> Iterator[Finding]:
        name = op = ""
        inputs: list[str] = []
        attributes: list[Message] = []
        for each in node.body.fields():
            if each.kind != BYTES:
                continue
            if each.number == 1:
                name = each.body.text(1 << 16)
            elif each.number == 2:
                op = each.body.text(1 << 16)
            elif each.number == 3 and len(inputs) < 8:
                inputs.append(each.body.text(1 << 16).partition(":")[0])
            elif each.number == 5:
                attributes.append(each.body)
        if op == "Const" and len(self.constants) < _MOST:
            self._constant(name, attributes)
        found = reaching(op)
        if found and op not in self.told:
            self.told.add(op)
            self.waiting.append((REACHES_OUT, f"{op} ({name}): {found[1]}", found[0], tuple(inputs), node.place))
        elif not found and op not in self.told and not is_known(op):
            self.told.add(op)
            yield self.part.finding(UNKNOWN_OP, f"{op} ({name})", offset=node.place)
        if op.startswith(("Print", "Debug", "DecodeProto", "EncodeProto")):
            yield from self._outputs(op, attributes, node.place)
        if op in ("SaveV2", "Save", "RestoreV2", "Restore", "SaveSlices", "RestoreSlice", "MergeV2Checkpoints"):
            self.waiting.append((FIXED_PATH, f"{op} ({name})", "review", tuple(inputs), node.place))

    def _constant(self, name: str, attributes: list[Message]) -> None:
        for key, value in _attributes(attributes):
            if key != "value":
                continue
            for tensor in (each.body for each in value.fields() if each.number == 8 and each.kind == BYTES):
                texts: list[str] = []
                for each in tensor.fields():
                    if each.number == 1 and each.value != 7:
                        return
                    if each.number == 8 and each.kind == BYTES and len(texts) < 4 and each.body.size < 4096:
                        texts.append(each.body.text())
                self.constants[name] = ", ".join(texts)

    def _outputs(self, op: str, attributes: list[Message], place: int) -> Iterator[Finding]:
        for key, value in _attributes(attributes):
            if key in ("output_stream", "debug_urls", "descriptor_source"):
                for text in _texts(value):
                    if text.startswith(("file:", "grpc:", "/", "http")):
                        yield self.part.finding(OUTPUT_FILE, f"{op}: {text}", offset=place)

    def inputs(self) -> Iterator[Finding]:
        """What needed the constants of all nodes first."""
        for rule, words, severity, inputs, place in self.waiting:
            paths = [self.constants[each] for each in inputs if each in self.constants]
            if rule is FIXED_PATH and not any(leaves(path) for path in paths[:1]):
                continue
            shown = f"{words} {', '.join(map(repr, paths))}".strip()
            yield self.part.finding(rule, shown, offset=place, severity="review" if severity == "review" else "attack")


def _attributes(given: list[Message]) -> Iterator[tuple[str, Message]]:
    for each in given:
        fields = by_number(each)
        for value in fields.get(2, []):
            yield first_text(fields, 1, 1 << 16), value.body


def _texts(value: Message) -> Iterator[str]:
    """Texts of an AttrValue: one (`s`), or a list of them."""
    for each in value.fields():
        if each.number == 2 and each.kind == BYTES:
            yield each.body.text(1 << 16)
        elif each.number == 1 and each.kind == BYTES:
            for inner in each.body.fields():
                if inner.number == 2 and inner.kind == BYTES:
                    yield inner.body.text(1 << 16)


def _inspect(part: Part) -> Iterator[Finding]:
    seen, whole = glimpse(part.blob), Message.of(part.blob, part.budget)
    if _is_saved_model(seen):
        for each in whole.fields():
            if each.number == 2 and each.kind == BYTES:
                yield from _meta_graph(part, each.body)
    elif _is_meta_graph(seen):
        yield from _meta_graph(part, whole)
    else:
        yield from _graph(part, whole)


def _meta_graph(part: Part, message: Message) -> Iterator[Finding]:
    for each in message.fields():
        if each.kind != BYTES:
            continue
        if each.number == 2:
            yield from _graph(part, each.body)
        elif each.number == 6:
            name = first_text(by_number(each.body), 2, 1 << 16)
            if leaves(name):
                yield part.finding(ASSET_LEAVES, name, offset=each.place)
        elif each.number == 7:
            yield from _objects(part, each.body)


def _graph(part: Part, message: Message) -> Iterator[Finding]:
    graph = _Graph(part, Count(part.budget))
    yield from graph.nodes(message, 1)
    for library in message.fields():
        if library.number == 2 and library.kind == BYTES:
            for function in library.body.fields():
                if function.number == 1 and function.kind == BYTES:
                    yield from graph.nodes(function.body, 3)
    yield from graph.inputs()


def _objects(part: Part, message: Message) -> Iterator[Finding]:
    """The object graph: until TensorFlow 2.4 the metadata of Keras layers stand in it."""
    for node in message.fields():
        if node.number != 1 or node.kind != BYTES:
            continue
        for user in node.body.fields():
            if user.number == 4 and user.kind == BYTES:
                metadata = first_text(by_number(user.body), 3)
                yield from keras_objects.text_findings(part, metadata)


SAVED_MODEL = Format(
    "tensorflow",
    "TensorFlow SavedModel, frozen graph (.pb) and meta graph (.meta)",
    _recognise,
    _inspect,
    RULES,
)
