"""ONNX models: paths of weights, operators of unknown origin, shapes that do not fit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import onnx_models as onnx
from making.onnx_models import Tensor
from making.protobufs import body, number, varint
from scanning import ids, on_disk, scanned

OUTSIDE = [
    "../../../etc/passwd",
    "..\\..\\a",
    "/etc/passwd",
    "C:\\a",
    "C:a",
    "a/../../b",
    "file:///a",
    "http://a/b",
    "~/a",
    "a\0b",
]


@pytest.mark.parametrize("location", OUTSIDE)
def test_weights_outside_the_folder_are_attacks(location):
    """Every way out of the folder is found."""
    found = scanned(onnx.simple(Tensor(raw=None, outside={"location": location})))
    assert (found.verdict, found.formats, ids(found)) == ("attack", ("onnx",), ["onnx.data-outside"])


@pytest.mark.parametrize("location", ["./w.bin", "a/../b", "data/w.bin", "model.onnx.data", "w..bin"])
def test_weights_beside_the_model_are_clean(location):
    """Weights in files of the same folder are honest."""
    outside = {"location": location, "offset": "4096", "length": "16"}
    assert scanned(onnx.simple(Tensor(raw=None, outside=outside))).verdict == "clean"


@pytest.mark.parametrize("key", ["length", "offset"])
def test_places_below_zero_are_attacks(key):
    """An offset or a length below zero is written to overflow."""
    outside = {"location": "a", key: "-1"}
    assert ids(scanned(onnx.simple(Tensor(raw=None, outside=outside)))) == ["onnx.impossible-shape"]


def test_linked_weights_are_for_review(tmp_path):
    """Weights that are a link to elsewhere are for review."""
    (tmp_path / "w.bin").symlink_to("/etc/hostname")
    found = on_disk(tmp_path, onnx.simple(Tensor(raw=None, outside={"location": "w.bin"})), "m.onnx")
    assert ids(found) == ["onnx.data-linked"]


PLACES = {
    "attribute": lambda inner: onnx.model(onnx.graph(onnx.node("If", attributes=onnx.attribute("then", graph=inner)))),
    "attributes": lambda inner: onnx.model(onnx.graph(onnx.node("If", attributes=onnx.attribute("a", graphs=[inner])))),
    "graph": onnx.model,
    "training": lambda inner: onnx.model(onnx.graph(onnx.node()), training=inner),
    "within": lambda inner: PLACES["attribute"](
        onnx.graph(onnx.node("Loop", attributes=onnx.attribute("body", graph=inner)))
    ),
}


@pytest.mark.parametrize("place", sorted(PLACES))
def test_all_graphs_are_looked_at(place):
    """Operators and tensors are found in subgraphs, training graphs and graphs within those."""
    bad = Tensor(raw=None, outside={"location": "/etc/passwd"})
    found = scanned(PLACES[place](onnx.graph(onnx.node("Evil", "evil.domain"), tensors=[bad])))
    assert sorted(ids(found)) == ["onnx.custom-operator", "onnx.data-outside"]


@pytest.mark.parametrize("kind", ["sparse", "tensor"])
def test_tensors_of_attributes_are_looked_at(kind):
    """A constant operator's value is a tensor like any other."""
    bad = Tensor(raw=None, outside={"location": "/etc/passwd"})
    attributes = onnx.attribute("value", **{kind: bad})
    assert "onnx.data-outside" in ids(scanned(onnx.model(onnx.graph(onnx.node("Constant", attributes=attributes)))))


def test_functions_of_the_model_are_its_own():
    """A function's domain is known to its model, but what the function calls is looked at."""
    good, bad = onnx.function("F", "mine", onnx.node()), onnx.function("F", "mine", onnx.node("X", "evil"))
    calling = onnx.graph(onnx.node("F", "mine"))
    assert scanned(onnx.model(calling, functions=[good])).verdict == "clean"
    assert ids(scanned(onnx.model(calling, functions=[bad]))) == ["onnx.custom-operator"]
    assert ids(scanned(onnx.model(calling))) == ["onnx.custom-operator"]


KNOWN = [
    "",
    "ai.onnx",
    "ai.onnx.contrib",
    "ai.onnx.ml",
    "ai.onnx.preview.training",
    "ai.onnx.training",
    "com.microsoft",
    "com.microsoft.nchwc",
    "com.ms.internal.nhwc",
    "org.pytorch.aten",
    "pkg.onnxscript.torch_lib.common",
    "pkg.torch.2.3.0",
]


@pytest.mark.parametrize("domain", KNOWN)
def test_known_domains_are_clean(domain):
    """Operators of ONNX, ONNX Runtime and exporters are no finding."""
    assert scanned(onnx.simple(op="FusedMatMul", domain=domain)).verdict == "clean"


@pytest.mark.parametrize(
    "op", ["ExecCommand", "PyCustomOp", "PyOp", "PythonOp", "ReadFile", "ShellExecute", "WriteFile"]
)
def test_operators_that_run_things_are_attacks(op):
    """An operator that calls Python or a shell is an attack, in any domain."""
    assert ids(scanned(onnx.simple(op=op, domain="ai.onnx.contrib"))) == ["onnx.python-operator"]


SIZES = {1: 4, 2: 1, 3: 1, 4: 2, 5: 2, 6: 4, 7: 8, 9: 1, 10: 2, 11: 8, 12: 4, 13: 8, 14: 8, 15: 16, 16: 2, 17: 1, 20: 1}


@pytest.mark.parametrize(("kind", "size"), sorted(SIZES.items()))
def test_shapes_are_held_against_the_data(kind, size):
    """Data that fit the shape are clean, more or less are for review."""
    assert scanned(onnx.simple(Tensor(shape=(3, 2), kind=kind, raw=bytes(6 * size)))).verdict == "clean"
    assert ids(scanned(onnx.simple(Tensor(shape=(3, 2), kind=kind, raw=bytes(6 * size - 1))))) == ["onnx.sizes-differ"]
    assert ids(scanned(onnx.simple(Tensor(shape=(300, 2), kind=kind, raw=bytes(6 * size))))) == ["onnx.sizes-differ"]


@pytest.mark.parametrize(("shape", "size"), [((), 4), ((0,), 0), ((0, 5), 0), ((1, 1, 1, 1), 4)])
def test_odd_shapes_are_clean(shape, size):
    """Scalars and empty tensors are honest."""
    assert scanned(onnx.simple(Tensor(shape=shape, raw=bytes(size)))).verdict == "clean"


def test_small_integers_are_packed():
    """Five elements of four bits take three bytes."""
    assert scanned(onnx.simple(Tensor(shape=(5,), kind=22, raw=bytes(3)))).verdict == "clean"


@pytest.mark.parametrize("shape", [(-1, 4), (1 << 40, 1 << 40), (-(1 << 63),), (1 << 63,), (1 << 62, 4)])
def test_impossible_shapes_are_attacks(shape):
    """Sizes below zero or beyond any machine are attacks."""
    assert "onnx.impossible-shape" in ids(scanned(onnx.simple(Tensor(shape=shape))))


def test_packed_dimensions_are_read():
    """Sizes may stand side by side in one field."""
    tensor = body(1, varint(2) + varint(2)) + number(2, 1) + body(8, "w") + body(9, bytes(15))
    graph = onnx.graph(onnx.node()) + body(5, tensor)
    assert ids(scanned(onnx.model(graph))) == ["onnx.sizes-differ"]


def test_metadata_and_large_tensors_are_stepped_over():
    """Properties are no finding, and weights of many megabytes are not read."""
    big = Tensor(shape=(1 << 21,), raw=bytes(1 << 23))
    assert scanned(onnx.model(onnx.graph(onnx.node(), tensors=[big]), metadata=[("author", "a")])).verdict == "clean"


def test_truncated_models_are_unread():
    """A model that breaks off was not judged."""
    assert scanned(onnx.simple(Tensor())[:-10]).verdict == "unread"


WHOLE = onnx.model(
    onnx.graph(
        onnx.node("If", attributes=onnx.attribute("a", graph=onnx.graph(onnx.node("X", "y"), tensors=[Tensor()])))
    ),
    functions=[onnx.function("F", "mine", onnx.node())],
    training=onnx.graph(tensors=[Tensor(raw=None, outside={"location": "a"})]),
)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, len(WHOLE)))
def test_any_change_of_a_model_has_a_verdict(place, byte, cut):
    """No byte that is changed, and no end that is cut, makes the reader fail."""
    data = bytearray(WHOLE)
    data[place] = byte
    assert "file.reader-failed" not in ids(scanned(bytes(data[: len(data) - cut])))


def test_deep_subgraphs_have_a_verdict():
    """Graphs within graphs hundreds deep are walked without recursion."""
    inner = onnx.graph(onnx.node("Evil", "evil"))
    for _ in range(300):
        inner = onnx.graph(onnx.node("If", attributes=onnx.attribute("a", graph=inner)))
    assert "onnx.custom-operator" in ids(scanned(onnx.model(inner)))
