"""TensorFlow graphs: operations that reach out are found wherever they stand; what models are made of is clean."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import tensorflow as tf
from making.protobufs import body, fixed32, group, number, varint
from scanning import ids, scanned

REACHING = {
    "EagerPyFunc": "attack",
    "PyFunc": "attack",
    "PyFuncStateless": "attack",
    "ReadFile": "attack",
    "ShellExecute": "attack",
    "SystemCommand": "attack",
    "WriteFile": "attack",
    "DataServiceDatasetV2": "review",
    "DebugIdentityV2": "review",
    "LMDBReader": "review",
    "LoadDataset": "review",
    "MatchingFiles": "review",
    "Rpc": "review",
    "SqlDataset": "review",
}
SHAPES = {
    "saved model": tf.saved_model,
    "meta graph": lambda graph: body(1, body(4, "serve")) + body(2, graph),
    "graph": lambda graph: graph,
}


@pytest.mark.parametrize("shape", sorted(SHAPES))
@pytest.mark.parametrize(("op", "verdict"), sorted(REACHING.items()))
def test_operations_that_reach_out_are_found(op, verdict, shape):
    """In a SavedModel, a meta graph and a frozen graph alike."""
    found = scanned(SHAPES[shape](tf.graph(tf.node("Const", "a"), tf.node(op, "b"))))
    assert (found.verdict, found.formats, ids(found)) == (verdict, ("tensorflow",), ["tensorflow.reaches-out"])


def test_operations_in_functions_are_found():
    """What a SavedModel runs stands mostly in functions."""
    hidden = tf.function("f", tf.node("Identity"), tf.node("WriteFile"))
    assert scanned(tf.saved_model(tf.graph(tf.node("NoOp"), functions=[hidden]))).verdict == "attack"
    assert scanned(tf.graph(functions=[hidden])).verdict == "attack"


def test_honest_operations_are_clean():
    """Operations of honest models, savers, tables, text and ragged tensors among them, are no finding."""
    nodes = [tf.node(op, f"n{at}") for at, op in enumerate(tf.HONEST_OPS)]
    assert scanned(tf.saved_model(tf.graph(*nodes, functions=[tf.function("f", *nodes)]))).verdict == "clean"


def test_unknown_operations_are_for_review():
    """An operation that TensorFlow does not have is named, once."""
    found = scanned(tf.graph(tf.node("NoOp"), tf.node("MyCustom", "x"), tf.node("MyCustom", "y")))
    assert (ids(found), found.findings[0].evidence) == (["tensorflow.unknown-operation"], "MyCustom (x)")


def test_evidence_shows_the_path_that_is_written():
    """The constants that a reaching operation is given are shown."""
    nodes = [tf.constant("path", "/etc/cron.d/x"), tf.node("WriteFile", "w", ["path:0", "data"])]
    assert "'/etc/cron.d/x'" in scanned(tf.graph(*nodes)).findings[0].evidence


@pytest.mark.parametrize("path", ["../../a", "/etc/passwd", "C:\\a", "file:///a", "https://example.org/a", "~/a"])
def test_savers_with_fixed_paths_outside_are_for_review(path):
    """A saver that writes or reads at a path chosen by whoever made the graph is for review."""
    nodes = [tf.constant("path", path), tf.node("SaveV2", "s", ["path", "names"])]
    assert ids(scanned(tf.graph(*nodes))) == ["tensorflow.fixed-path"]


def test_savers_as_tensorflow_makes_them_are_clean():
    """The default file name of a saver is no finding."""
    nodes = [tf.constant("save/Const", "model"), tf.node("RestoreV2", "r", ["save/Const"]), tf.node("SaveV2", "s")]
    assert scanned(tf.graph(*nodes)).verdict == "clean"


@pytest.mark.parametrize("target", ["file:///root/.bashrc", "grpc://example.org:1", "http://example.org"])
def test_prints_into_files_are_attacks(target):
    """A print operation that writes to a file or a server is an attack; to the terminal it is honest."""
    attributes = tf.text_attribute("output_stream", target)
    assert "tensorflow.prints-to-file" in ids(scanned(tf.graph(tf.node("PrintV2", attributes=attributes))))
    attributes = tf.list_attribute("debug_urls", ["stdout", target])
    assert "tensorflow.prints-to-file" in ids(scanned(tf.graph(tf.node("DebugIdentity", attributes=attributes))))
    assert (
        scanned(tf.graph(tf.node("PrintV2", attributes=tf.text_attribute("output_stream", "stderr")))).verdict
        == "clean"
    )


@pytest.mark.parametrize("name", ["../../../etc/passwd", "/etc/passwd", "a/../../b"])
def test_assets_outside_the_folder_are_attacks(name):
    """An asset that leaves the model's folder is an attack; one within is honest."""
    assert ids(scanned(tf.saved_model(tf.graph(tf.node("NoOp")), assets=[name]))) == ["tensorflow.asset-leaves"]
    assert scanned(tf.saved_model(tf.graph(tf.node("NoOp")), assets=["vocab.txt", "a/b"])).verdict == "clean"


LAMBDA = json.dumps({"class_name": "Lambda", "config": {"function": "system", "module": "os"}})


def test_keras_metadata_is_read():
    """Layers of Keras in a SavedModel are judged by their configs, in both places where they are kept."""
    honest = json.dumps({"class_name": "Dense", "config": {"units": 1}})
    assert scanned(tf.keras_metadata(honest, LAMBDA)).verdict == "attack"
    assert scanned(tf.keras_metadata(honest)).formats == ("keras metadata",)
    assert scanned(tf.keras_metadata(honest)).verdict == "clean"
    assert scanned(tf.saved_model(tf.graph(tf.node("NoOp")), objects=tf.layer_metadata(LAMBDA))).verdict == "attack"


def test_unknown_fields_and_groups_hide_nothing():
    """Fields that TensorFlow skips before the graph do not keep it from being recognised."""
    first = number(1000, 3) + group(1001, number(1, 1) + body(2, "x")) + fixed32(1002, 1.0)
    assert scanned(number(900, 1) + tf.graph(tf.node("ReadFile"))).verdict == "attack"
    assert "tensorflow" in scanned(tf.saved_model(tf.graph(tf.node("NoOp"))) + first).formats


def test_large_weights_are_stepped_over():
    """Constants with many floats are skipped."""
    assert scanned(tf.graph(tf.weights("w", 1 << 22), tf.node("ReadFile"))).verdict == "attack"


def test_truncated_models_are_unread_and_keep_what_was_found():
    """What stood before a break still counts."""
    whole = tf.graph(tf.node("NoOp", "a" * 50), tf.node("Evil", "b"), tf.node("NoOp", "c" * 50))
    found = scanned(whole[:-20])
    assert {"tensorflow.unknown-operation", "file.unread"} <= set(ids(found))


@pytest.mark.parametrize(
    "data", [b"hello world, this is text", bytes(100), b"\x08\x01", b"\x0a\x05hello", b"\xff" * 40]
)
def test_other_bytes_are_no_graphs(data):
    """Text, zeros and short messages are not taken for TensorFlow's."""
    assert "tensorflow" not in scanned(data).formats


def test_event_logs_and_records_are_recognised():
    """Logs are clean, a wrong length is unread."""
    assert (scanned(tf.event()).formats, scanned(tf.event()).verdict) == (("tensorflow records",), "clean")
    assert scanned(tf.event() + tf.record(b"x" * 100)).verdict == "clean"
    assert scanned(tf.event() + b"junk that is no record").verdict == "unread"
    assert scanned(tf.event()[:-3]).verdict == "unread"


def test_checkpoint_indexes_are_recognised():
    """The index of a checkpoint is clean; without its footer it is not known."""
    assert scanned(tf.checkpoint_index()).formats == ("tensorflow checkpoint",)
    assert scanned(tf.checkpoint_index()[:-1]).formats == ()


WHOLE = tf.saved_model(
    tf.graph(tf.constant("p", "a"), tf.node("WriteFile"), functions=[tf.function("f", tf.node("PrintV2"))]),
    assets=["a"],
    objects=tf.layer_metadata(LAMBDA),
)


@settings(max_examples=80, deadline=None)
@given(st.integers(0, len(WHOLE) - 1), st.integers(0, 255), st.integers(0, len(WHOLE)))
def test_any_change_of_a_model_has_a_verdict(place, byte, cut):
    """No byte that is changed, and no end that is cut, makes the reader fail."""
    data = bytearray(WHOLE)
    data[place] = byte
    assert "file.reader-failed" not in ids(scanned(bytes(data[: len(data) - cut])))


@settings(max_examples=80, deadline=None)
@given(st.binary(max_size=200), st.sampled_from([b"", b"\x08\x01\x12", b"\x0a\x06\x0a\x01a\x12\x01B", varint(10) * 3]))
def test_any_bytes_have_a_verdict(data, start):
    """Whatever follows a beginning like a graph's, a verdict comes."""
    assert "file.reader-failed" not in ids(scanned(start + data))
