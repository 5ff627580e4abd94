"""ONNX and TensorFlow: each operator, place and size beside the nearest honest one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import onnx_models, tensorflow
from making.looking import seen
from making.onnx_models import Tensor, simple
from making.protobufs import body, fixed32, fixed64, group, number, varint
from making.tensorflow import constant, graph, list_attribute, node, saved_model, text_attribute
from scanning import scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.graphs.paths import leaves
from seatrial.scan.graphs.protobuf import Message
from seatrial.scan.graphs.tensorflow_ops import REACHING, is_known, reaching
from seatrial.scan.limits import Budget, Limits


def evidence(data, name="model"):
    """Ids with what they show."""
    return [(each.id, each.evidence) for each in scanned(data, name).findings]


def told(data):
    """Ids without their family, sorted."""
    return sorted({each.id.partition(".")[2] for each in seen(data).findings})


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        *(
            ("", False),
            (".", False),
            ("./a", False),
            ("a/b", False),
            ("a//b", False),
            ("a/..", False),
            ("a/./../b", False),
        ),
        *(
            ("a/b/../../c", False),
            ("...", False),
            ("..a", False),
            ("a..", False),
            ("a~", False),
            ("~", True),
            ("~a", True),
        ),
        *(("..", True), ("./..", True), ("a/../..", True), ("a\\..\\..", True), (" /a", True), ("\\a", True)),
        *(("c:", True), ("C:a", True), ("ab:c", False), ("file:a", True), ("FILE:a", True), ("s3://a", True)),
        *(("http://a", True), ("g+s.x-1://a", True), ("1a://b", False), ("a\0", True), ("://a", False)),
    ],
)
def test_a_path_leaves_or_stays(path, wanted):
    """Only steps that climb above the start, roots, drives, homes, addresses and zero bytes leave."""
    assert leaves(path) is wanted


@given(st.lists(st.sampled_from(["a", "b", ".", ""]), min_size=1, max_size=6).filter(lambda steps: steps[0] != ""))
def test_a_path_without_steps_upwards_stays(steps):
    """However it winds downwards, it stays."""
    assert not leaves("/".join(steps))
    assert leaves("/".join([*steps, *[".."] * (len(steps) + 1)]))


@pytest.mark.parametrize(
    "domain",
    [
        *(
            "",
            "ai.onnx",
            "ai.onnx.ml",
            "ai.onnx.training",
            "ai.onnx.preview",
            "ai.onnx.preview.training",
            "com.microsoft",
        ),
        *(
            "com.microsoft.nchwc",
            "com.ms.internal.nhwc",
            "org.pytorch.aten",
            "pkg.onnxscript.torch_lib",
            "this",
            "local",
        ),
        *(
            "pkg.onnxscript.torch_lib.common",
            "pkg.torch.2.1",
            "pkg.transformers.models.bert",
            "qonnx.custom_op.general",
        ),
        *("onnxscript.atenlib", "tensorrt", "trt.plugins", "mmdeploy", "ai.onnx.contrib", "torchvision", "spox"),
    ],
)
def test_domains_of_runtimes_and_exporters_are_known(domain):
    """An operator of these needs no library of somebody's."""
    assert evidence(simple(op="Anything", domain=domain)) == []


@pytest.mark.parametrize(
    "domain",
    ["com.evil", "ai.onnxx", "ai.onnx.evil", "com.microsoft.evil", "AI.ONNX", "onnx", "pkg.evil", "trt.evil", " "],
)
def test_domains_that_only_resemble_them_are_for_a_person(domain):
    """One letter more is another's domain."""
    assert evidence(simple(op="Op", domain=domain)) == [("onnx.custom-operator", f"{domain}::Op")]


@pytest.mark.parametrize("domain", ["", "ai.onnx.contrib", "com.evil"])
@pytest.mark.parametrize(
    ("name", "runs"),
    [
        *(("PyOp", True), ("PyCustomOp", True), ("PyOpRunner", True), ("PythonOp", True), ("PyFunc", True)),
        *(("Shell", True), ("ShellCommand", True), ("ExecCommand", True), ("SystemCall", True), ("ReadFile", True)),
        *(
            ("Pyramid", False),
            ("Exp", False),
            ("Executor", True),
            ("SystemTime", False),
            ("Shape", False),
            ("pyop", False),
        ),
    ],
)
def test_operators_that_call_python_or_a_shell_are_known_by_their_names(domain, name, runs):
    """In any domain the name decides; words that only begin alike are no attack."""
    found = [each for each in evidence(simple(op=name, domain=domain)) if each[0] == "onnx.python-operator"]
    assert found == ([("onnx.python-operator", f"{domain or 'ai.onnx'}::{name}")] if runs else [])


@pytest.mark.parametrize(
    ("kind", "elements", "size"),
    [
        *((1, 3, 12), (2, 3, 3), (3, 3, 3), (4, 3, 6), (5, 3, 6), (6, 3, 12), (7, 3, 24), (9, 3, 3), (10, 3, 6)),
        *((11, 3, 24), (12, 3, 12), (13, 3, 24), (14, 3, 24), (15, 3, 48), (16, 3, 6), (17, 3, 3), (20, 3, 3)),
        *((21, 3, 2), (22, 4, 2), (23, 1, 1), (25, 5, 2), (26, 4, 1)),
    ],
)
def test_every_type_of_onnx_takes_its_bits(kind, elements, size):
    """Raw data of exactly these bytes are clean; one more or fewer is for a person."""
    assert evidence(simple(Tensor("w", (elements,), kind, bytes(size)))) == []
    for other in (size - 1, size + 1):
        assert told(simple(Tensor("w", (elements,), kind, bytes(other)))) == ["sizes-differ"]


@pytest.mark.parametrize(
    ("shape", "wanted"),
    [
        ((), []),
        ((0,), []),
        ((0, 1 << 40), []),
        ((-1,), ["impossible-shape"]),
        ((2, -(1 << 63)), ["impossible-shape"]),
        ((1 << 48,), ["sizes-differ"]),
        (((1 << 48) + 1,), ["impossible-shape"]),
        ((1 << 24, 1 << 25), ["impossible-shape"]),
        ((1 << 62, 0), ["impossible-shape"]),
    ],
)
def test_shapes_of_onnx_are_those_that_a_machine_can_hold(shape, wanted):
    """Up to two hundred and eighty thousand billion elements a person looks; beyond it is an attack."""
    raw = bytes(4) if shape == () else b""
    assert told(simple(Tensor("w", shape, 1, raw))) == wanted


@pytest.mark.parametrize(
    ("entries", "wanted"),
    [
        ({"location": "weights.bin"}, []),
        ({"location": "sub/weights.bin", "offset": "0", "length": "16"}, []),
        ({"location": "w.bin", "offset": "-1"}, ["impossible-shape"]),
        ({"location": "w.bin", "length": " -5"}, ["impossible-shape"]),
        ({"location": "w.bin", "checksum": "-1"}, []),
        ({"location": "../w.bin"}, ["data-outside"]),
        ({"location": "/etc/passwd", "offset": "-1"}, ["data-outside"]),
        ({"location": "http://host/w"}, ["data-outside"]),
        ({"offset": "0"}, []),
    ],
)
def test_weights_in_other_files_stay_beside_the_model(entries, wanted):
    """The location decides first, then numbers below nought."""
    assert told(simple(Tensor("w", (4,), 1, None, entries))) == wanted


def test_the_same_finding_is_told_once():
    """A thousand tensors of one place, and operators of one name, are one finding each."""
    tensors = [Tensor("w", (4,), 1, None, {"location": "/etc/passwd"})] * 50
    nodes = [onnx_models.node("Op", "com.evil")] * 50
    found = evidence(onnx_models.model(onnx_models.graph(*nodes, tensors=tensors)))
    assert sorted(found) == [("onnx.custom-operator", "com.evil::Op"), ("onnx.data-outside", "w: /etc/passwd")]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (varint(0) + b"\0", "a field has the number 0"),
        (varint(1 << 32) + b"\0", f"a field has the number {1 << 29}"),
        (b"\x0e", "a field has the wire type 6"),
        (b"\x0f", "a field has the wire type 7"),
        (b"\x0c", "a field has the wire type 4"),
        (b"\x0a\x05abc", "a field declares more bytes than there are"),
        (b"\x09abc", "a field declares more bytes than there are"),
        (b"\x0dabc", "a field declares more bytes than there are"),
        (b"\x08\xff", "a number in it breaks off"),
        (b"\x08" + b"\xff" * 10, "a number in it is too long"),
        (b"\x0b\x14", "a group in it is not closed"),
        (b"\x0b" * 101, "groups in it nest too deeply"),
        (b"\x0b\x0e", "a field has the wire type 6"),
        (b"\x0b\x08", "a number in it breaks off"),
    ],
)
def test_what_is_no_field_is_refused_in_a_sentence(data, reason):
    """Each way in which bytes are no message has its own words."""
    with pytest.raises(Unreadable) as found:
        list(Message.of(BytesBlob(data), Budget(Limits())).fields())
    assert str(found.value) == reason


@given(
    st.lists(st.sampled_from([number(2, 300), fixed32(3, 1), fixed64(4, 1), body(5, b"ab"), b"\x33\x34"]), max_size=5)
)
def test_a_group_of_any_fields_is_stepped_over(fields):
    """Behind a group the next field is found, whatever stood inside; the group's stretch holds the fields."""
    data = group(1, b"".join(fields)) + number(7, 9)
    first, last = list(Message.of(BytesBlob(data), Budget(Limits())).fields())
    assert (first.number, last.number, last.value) == (1, 7, 9)


@pytest.mark.parametrize("op", sorted(REACHING))
def test_every_operation_that_reaches_out_is_found_with_its_reason(op):
    """Each operation of the list, in a saved model, has the severity and the reason that the list gives it."""
    severity, reason = REACHING[op]
    found = [each for each in seen(saved_model(graph(node(op, "bad")))).findings if each.id == "tensorflow.reaches-out"]
    assert [(each.severity, each.evidence) for each in found] == [(severity, f"{op} (bad): {reason}")]


@pytest.mark.parametrize(
    ("op", "severity"),
    [
        *(("ShellOp", "attack"), ("RunShell", "attack"), ("SystemCommand", "attack"), ("ExecuteCommand", "attack")),
        *(("PyCall", "attack"), ("PyExec", "attack"), ("LoadLibrary", "attack"), ("MySubprocess", "attack")),
        *(("SystemTime", None), ("Execute", None), ("Shape", None), ("PyramidNet", None), ("Exec", None)),
    ],
)
def test_names_that_say_what_they_do_are_believed(op, severity):
    """An operation that no library registers is judged by its name, where that is plain."""
    found = reaching(op)
    assert (found[0] if found else None) == severity


@pytest.mark.parametrize(
    ("op", "known"),
    [
        *(
            ("MatMul", True),
            ("BatchMatMulV3", True),
            ("MyGrad", True),
            ("SomethingDataset", True),
            ("OddDatasetV2", True),
        ),
        *(("Addons>X", True), ("Text>Y", True), ("_FusedConv2D", True), ("XlaWhile", True), ("SentencepieceOp", True)),
        *(
            ("matmul", False),
            ("Evil>X", False),
            ("DatasetEvil", True),
            ("MyDatasetX", False),
            ("Grad", False),
            ("", False),
        ),
    ],
)
def test_operations_are_known_by_name_or_family(op, known):
    """Gradients, datasets and families of TensorFlow's are known by their pattern, others by their exact name."""
    assert is_known(op) is known


@pytest.mark.parametrize(
    ("op", "attribute", "texts", "found"),
    [
        ("PrintV2", "output_stream", "stderr", []),
        ("PrintV2", "output_stream", "log(info)", []),
        ("PrintV2", "output_stream", "file:///tmp/x", ["PrintV2: file:///tmp/x"]),
        ("PrintV2", "output_stream", "/etc/cron.d/x", ["PrintV2: /etc/cron.d/x"]),
        ("PrintV2", "other", "file:///tmp/x", []),
        ("DecodeProtoV2", "descriptor_source", "local://", []),
        ("DecodeProtoV2", "descriptor_source", "/etc/passwd", ["DecodeProtoV2: /etc/passwd"]),
        ("EncodeProto", "descriptor_source", "http://x", ["EncodeProto: http://x"]),
        ("MatMul", "output_stream", "file:///tmp/x", []),
    ],
)
def test_operations_that_write_are_judged_by_where(op, attribute, texts, found):
    """The terminal and the program itself are honest; a file or a server chosen by the graph is an attack."""
    data = saved_model(graph(node(op, "n", attributes=text_attribute(attribute, texts))))
    assert [shown for id, shown in evidence(data) if id == "tensorflow.prints-to-file"] == found


def test_every_server_of_a_debugger_is_named():
    """An attribute that is a list is read to its end."""
    urls = ["grpc://a:1", "memory:x", "file:///b"]
    data = graph(node("DebugIdentityV3", "n", attributes=list_attribute("debug_urls", urls)))
    shown = [text for id, text in evidence(data) if id == "tensorflow.prints-to-file"]
    assert shown == ["DebugIdentityV3: grpc://a:1", "DebugIdentityV3: file:///b"]


@pytest.mark.parametrize(
    "op", ["SaveV2", "Save", "RestoreV2", "Restore", "SaveSlices", "RestoreSlice", "MergeV2Checkpoints"]
)
@pytest.mark.parametrize(
    ("path", "fixed"), [("model", False), ("a/b", False), ("", False), ("/tmp/x", True), ("../x", True)]
)
def test_savers_are_judged_by_their_first_constant(op, path, fixed):
    """A relative default is what every saver has; a place outside was chosen by somebody."""
    data = saved_model(graph(constant("p", path), node(op, "s", ["p:0", "q"])))
    found = [shown for id, shown in evidence(data) if id == "tensorflow.fixed-path"]
    assert found == ([f"{op} (s) {path!r}"] if fixed else [])


def test_the_constants_of_a_file_operation_are_shown():
    """Whoever reads the report sees which file is written, and what with."""
    data = graph(constant("f", "/etc/cron.d/x"), constant("t", "* * * * * id"), node("WriteFile", "w", ["f:0", "t"]))
    assert evidence(data) == [
        ("tensorflow.reaches-out", "WriteFile (w): writes any file '/etc/cron.d/x', '* * * * * id'")
    ]


@pytest.mark.parametrize(
    ("asset", "leaves_it"), [("vocab.txt", False), ("sub/vocab.txt", False), ("../v", True), ("/v", True)]
)
def test_assets_stay_in_the_model(asset, leaves_it):
    """An asset is a name below the model's own folder."""
    found = evidence(saved_model(graph(node("MatMul")), assets=[asset]))
    assert found == ([("tensorflow.asset-leaves", asset)] if leaves_it else [])


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (tensorflow.event() + b"x", "a record has a wrong checksum, or breaks off"),
        (tensorflow.event() + tensorflow.record(b"ab")[:-1], "a record declares more bytes than there are"),
        (tensorflow.event() + bytes(12) + b"x", "a record has a wrong checksum, or breaks off"),
        (tensorflow.event() + tensorflow.record(b""), None),
        (tensorflow.event(), None),
    ],
)
def test_records_follow_each_other_to_the_end(data, reason):
    """Empty records are honest; what breaks off, or has a false length, is unread."""
    wanted = [] if reason is None else [("file.unread", f"as tensorflow records: {reason}")]
    assert evidence(data) == wanted


@pytest.mark.parametrize(
    "data",
    [
        tensorflow.checkpoint_index()[:-1],
        b"\0\0\x41\x08" + tensorflow.checkpoint_index()[4:],
        b"\0\1\4\x08" + tensorflow.checkpoint_index()[4:],
        b"\0\0\4\x09" + tensorflow.checkpoint_index()[4:],
        b"\0\0",
    ],
)
def test_an_index_is_known_by_both_its_ends(data):
    """A first key that is another, or a footer that is none, is another file."""
    assert "tensorflow checkpoint" in seen(tensorflow.checkpoint_index()).formats
    assert "tensorflow checkpoint" not in seen(data).formats
