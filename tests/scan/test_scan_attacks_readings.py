"""Attacks by an author who has read the scanner: other readings, crowding out, iteration, and what never ends."""

import io
import struct
import zipfile

import pytest
from making.layouts import array_bytes, dtype, global_, text, wrapper
from scanning import ids, scanned

SYSTEM = global_("os", "system") + text("id") + b"\x85R"
HEAD = b"\x80\x04"


def called(module, name, *args):
    """A call with arguments that are opcodes already."""
    return global_(module, name) + b"(" + b"".join(args) + b"tR"


def made(module, name, **state):
    """An object that is made bare and given a state of opcodes."""
    pairs = b"".join(text(key) + value for key, value in state.items())
    return global_(module, name) + b")\x81}(" + pairs + b"ub"


def array_of(opcodes):
    """A wrapper of joblib whose array bytes are opcodes for `pickle.load`."""
    return wrapper("u1", (len(opcodes),), aligned=False) + opcodes


@pytest.mark.parametrize(
    ("before", "opcodes"),
    [
        (b"", b"N0" * 5000 + SYSTEM),
        (b"(K\x01", b"t" + SYSTEM),
        (b"]" + text("os") + b"\x94" + text("system") + b"\x94", b"0h\x00h\x01\x93" + text("id") + b"\x85R"),
        (text("x") + b"\x940", text("y") + b"\x940h\x010" + SYSTEM),
    ],
    ids=["behind idle opcodes", "closes a tuple", "remembers names", "counts what is remembered"],
)
def test_array_bytes_are_read_as_pickle_would_go_on_with_them(before, opcodes):
    """However the opcodes in an array lean on what stands before it, they are an attack."""
    assert scanned(HEAD + before + array_of(opcodes) + b".").verdict == "attack"


def test_array_bytes_that_look_like_opcodes_change_nothing_before_them():
    """An array whose bytes would change a list or an object of the file is clean, and its file, too."""
    for opcode in (b"b", b"a", b"s", b"0", b"R", b"\x93"):
        body = array_of(opcode + array_bytes((7,), 1))
        assert scanned(HEAD + b"](" + made("collections", "OrderedDict") + b"K\x01" + body + b"e.").findings == ()


def test_a_pickle_inside_an_array_is_read_with_both_memos():
    """Names that joblib's nested unpickler remembers are others than those of `pickle.load`."""
    outer = text("os") + b"\x940" + text("system") + b"\x940"
    names = text("collections") + b"\x940" + text("OrderedDict") + b"\x940h\x00h\x01\x93"
    inner = b"\x80\x04" + names + text("id") + b"\x85R."
    assert scanned(HEAD + outer + wrapper("O", (1,), aligned=False) + inner + b".").verdict == "attack"


def test_the_flag_of_objects_counts_more_than_the_name_of_a_type():
    """Numpy takes an array for one of objects by a flag: joblib unpickles it, and so do we."""
    flagged = dtype("V8")[:-4] + b"K\x3ftb"
    named = wrapper("u1", (8,), aligned=False)
    file = HEAD + named.replace(dtype("u1"), flagged) + b"\x80\x04" + b"N0" * 5000 + SYSTEM + b"." + b"."
    assert scanned(file).verdict == "attack"


@pytest.mark.parametrize("filename", ["/tmp/x.npy", "../x.npy", "sub/x.npy", "C:\\x.npy", ".."])
def test_arrays_in_other_files_are_only_beside_the_pickle(filename):
    """Joblib's oldest layout loads arrays, as pickles, from files that it names: a path is an attack."""
    for name in ("NDArrayWrapper", "ZNDArrayWrapper"):
        file = HEAD + made("joblib.numpy_pickle_compat", name, filename=text(filename)) + b"."
        assert ids(scanned(file)) == ["pickle.dangerous-call"]
    file = HEAD + made("joblib.numpy_pickle_compat", "NDArrayWrapper", filename=text("model.pkl_01.npy")) + b"."
    assert scanned(file).verdict == "clean"


@pytest.mark.parametrize("key", ["_parse_arg_template", "__class__", "__setstate__"])
def test_thousands_of_keys_hide_none(key):
    """A key that decides is found behind thousands that do not."""
    junk = b"".join(b"(" + b"".join(text(f"k{batch}_{at}") + b"N" for at in range(900)) + b"u" for batch in range(4))
    state = b"}" + junk + text(key) + text("import os") + b"s"
    file = HEAD + global_("scipy.stats._continuous_distns", "norm_gen") + b")\x81" + state + b"b."
    assert scanned(file).verdict == "attack"


def test_lesser_findings_do_not_crowd_out_an_attack():
    """Hundreds of oddities before it do not turn an attack into something for review."""
    noise = b"".join(text(f"s{at}") + b"q\x050" for at in range(400))
    file = HEAD + noise + called("builtins", "getattr", text("x"), text("__class__")) + b"."
    assert "pickle.dangerous-call" in ids(scanned(file))


READER = made("gensim.models.word2vec", "LineSentence", source=text("/etc/passwd"), limit=b"N")


@pytest.mark.parametrize(
    "file",
    [
        called("builtins", "list", READER),
        called("collections", "Counter", READER),
        called("pandas", "DataFrame", READER),
        called("builtins", "tuple", called("itertools", "chain", READER)),
        global_("builtins", "tuple") + READER + b"\x85\x81",
        called("copyreg", "_reconstructor", global_("builtins", "list"), global_("builtins", "list"), READER),
    ],
    ids=["list", "Counter", "DataFrame", "chain", "new", "reconstructor"],
)
def test_going_through_an_object_of_an_unknown_class_runs_it(file):
    """A class that reads a file when it is iterated over is an attack in the hands of `list`."""
    assert scanned(HEAD + file + b".").verdict == "attack"


def test_going_through_what_holds_items_is_honest():
    """Containers of containers, slices of what has no end, and adaptors over literals stay clean."""
    ordered = called("collections", "OrderedDict", b"]")
    endless = called("itertools", "islice", called("itertools", "count", b"K\x00"), b"K\x05")
    parts = [called("builtins", "list", ordered), called("builtins", "list", endless)]
    parts += [called("builtins", "tuple", called("itertools", "product", b"]", b"]"))]
    parts += [called("builtins", "list", called("builtins", "range", b"K\x05"))]
    assert scanned(HEAD + b"](" + b"".join(parts) + b"e.").findings == ()


@pytest.mark.parametrize(
    "source",
    [
        called("itertools", "count", b"K\x00"),
        called("itertools", "repeat", b"K\x00"),
        called("itertools", "cycle", b"](K\x01e"),
        called("itertools", "chain", called("itertools", "repeat", b"N")),
        called("builtins", "range", b"J\xff\xff\xff\x7f"),
        called("itertools", "permutations", called("builtins", "range", b"K\x14")),
        called("itertools", "product", *[b"](" + b"K\x01" * 30 + b"e"] * 8),
    ],
    ids=["count", "repeat", "cycle", "chain", "range", "permutations", "product"],
)
def test_going_through_what_never_ends_is_an_attack(source):
    """`list` of an endless iterable takes all memory."""
    assert ids(scanned(HEAD + called("builtins", "list", source) + b".")) == ["pickle.endless"]


def test_an_array_without_end_is_an_attack():
    """A shape of terabytes exhausts whoever loads it."""
    huge = global_("numpy", "ndarray") + b"\x8a\x06" + struct.pack("<Q", 1 << 44)[:6] + b"\x85C\x01b\x87R"
    assert ids(scanned(HEAD + global_("numpy.core.multiarray", "_reconstruct") + huge + b".")) == ["pickle.absurd-size"]


@pytest.mark.parametrize("depth", [12, 60, 250])
@pytest.mark.parametrize("kind", ["list", "tuple", "dict"])
def test_an_object_that_holds_itself_many_times_over_is_an_attack(kind, depth):
    """Some levels of twenty references each are a few hundred bytes, and more items than memory holds."""
    close = {"list": b"l", "tuple": b"t", "dict": b"d"}[kind]
    levels = b"".join(
        b"(" + b"".join((b"K" + bytes([at]) if kind == "dict" else b"") + b"h" + bytes([level]) for at in range(20))
        + close + b"\x94"
        for level in range(depth)
    )  # fmt: skip
    assert "pickle.expansion" in ids(scanned(HEAD + b"N\x94" + levels + b"."))


def test_a_list_that_is_shared_is_honest():
    """A thousand rows that are one list, of a thousand items, are what `[row] * 1000` writes."""
    row = b"](" + b"K\x01" * 20_000 + b"e\x94"
    assert scanned(HEAD + b"](" + row + b"h\x00" * 20_000 + b"e.").findings == ()


def commented(comment):
    """An archive of an honest model with a comment."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("model/data.pkl", b"\x80\x02N.")
        archive.comment = comment
    return buffer.getvalue()


@pytest.mark.parametrize("payload", [b"cos\nsystem\n(S'id'\ntR.", b"(S'id'\nios\nsystem\n."])
def test_the_comment_of_an_archive_may_be_a_pickle(payload):
    """A pickle of protocol 0 is text, and is found where only a comment should stand."""
    assert scanned(commented(payload)).verdict == "attack"
    assert scanned(commented(b"Made by hand.\nKeep it so.")).verdict == "clean"
