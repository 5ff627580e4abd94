"""Calls that are judged by their arguments: each with what honest files give it and with what none does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.layouts import global_, text
from scanning import ids, scanned

from seatrial.scan.pickles.checks import CHECKS
from seatrial.scan.pickles.names import modern
from seatrial.scan.pickles.states import FATAL_KEYS

HEAD = b"\x80\x04"
ORDERED = global_("collections", "OrderedDict") + b")R"
OBJECT = global_("builtins", "object")
SYSTEM = global_("os", "system")
LEN = global_("builtins", "len")
OWN = global_("mypkg", "Thing")
BIG = b"\x8a\x05\1\0\0\0\1"
MADE = global_("cloudpickle.cloudpickle", "_make_function") + b"(" + text("mean") + b"tR"


def called(module, name, *args):
    """A file that makes one call."""
    return HEAD + global_(module, name) + b"(" + b"".join(args) + b"tR."


def verdict(module, name, *args):
    """What a call with some arguments comes to."""
    found = scanned(called(module, name, *args))
    assert "file.reader-failed" not in ids(found)
    return found.verdict


HONEST = [
    ("_codecs", "encode", (text("ab"), text("latin1"))),
    ("_codecs", "encode", (text("ab"), text("LATIN-1"))),
    ("_codecs", "encode", (text("ab"), text("utf-8"))),
    ("_codecs", "encode", (text("ab"),)),
    ("_codecs", "encode", (text("ab"), text("ascii"), text("strict"))),
    ("functools", "partial", (LEN,)),
    ("functools", "partial", (LEN, text("a"))),
    ("functools", "partial", (ORDERED,)),
    ("functools", "reduce", (global_("operator", "or_"), b"](" + global_("builtins", "int") + b"e")),
    ("functools", "reduce", (global_("operator", "and_"), b")")),
    ("operator", "itemgetter", (b"K\1",)),
    ("operator", "itemgetter", (text("a"), b"N", b"K\1")),
    ("operator", "attrgetter", (text("a"),)),
    ("operator", "attrgetter", (text("a.b"), text("c"))),
    ("operator", "methodcaller", (text("lower"),)),
    ("operator", "methodcaller", (text("split"), text(","))),
    ("operator", "getitem", (global_("typing", "List"), global_("builtins", "int"))),
    ("builtins", "getattr", (OBJECT, text("__new__"))),
    ("builtins", "getattr", (ORDERED, text("update"))),
    ("builtins", "getattr", (ORDERED, text("update"), b"N")),
    ("builtins", "getattr", (text("abc"), text("upper"))),
    ("builtins", "bytearray", (b"C\2ab",)),
    ("builtins", "bytearray", (b"K\5",)),
    ("builtins", "bytearray", (text("ab"), text("latin-1"))),
    ("builtins", "bytearray", (b"](K\1K\xffe",)),
    ("builtins", "bytes", ()),
    ("builtins", "iter", (b"]",)),
    ("builtins", "type", (b"N",)),
    ("collections", "defaultdict", ()),
    ("collections", "defaultdict", (b"N",)),
    ("collections", "defaultdict", (global_("builtins", "list"),)),
    ("collections", "defaultdict", (global_("functools", "partial") + LEN + b"\x85R",)),
    ("copyreg", "_reconstructor", (global_("fractions", "Fraction"), OBJECT, b"N")),
    ("copy_reg", "_reconstructor", (global_("fractions", "Fraction"), global_("__builtin__", "object"), b"N")),
    ("copyreg", "__newobj__", (global_("fractions", "Fraction"),)),
    ("dateutil.tz.tz", "tzfile", (b"N", text("Europe/Berlin"))),
    ("logging", "getLogger", ()),
    ("logging", "getLogger", (text("mypkg"),)),
    ("numpy.core", "_ufunc_reconstruct", (text("numpy"), text("add"))),
    ("numpy.core.multiarray", "scalar", (global_("numpy", "dtype") + text("f8") + b"\x85R", b"C\x08" + bytes(8))),
    ("numpy.core.multiarray", "_reconstruct", (global_("numpy", "ndarray"), b"K\0\x85", b"C\1b")),
    ("pandas.core.indexes.base", "_new_Index", (global_("pandas.core.indexes.base", "Index"), b"}")),
    ("numpy.random._pickle", "__generator_ctor", (text("PCG64"),)),
    ("torch._utils", "_rebuild_parameter_with_state", (b"N", b"\x88", ORDERED, b"}")),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name", "args"), HONEST)
def test_what_honest_files_call_is_clean(module, name, args):
    """Arguments as libraries write them, in all their usual forms."""
    assert scanned(called(module, name, *args)).findings == ()


REFUSED = [
    ("_codecs", "encode", (text("ab"), text("rot13"))),
    ("_codecs", "encode", (text("ab"), text("latin1"), text("x"), text("y"))),
    ("_codecs", "encode", (b"K\1", text("latin1"))),
    ("_codecs", "encode", (text("ab"), b"K\1")),
    ("_codecs", "encode", ()),
    ("functools", "partial", ()),
    ("functools", "partial", (text("a"),)),
    ("functools", "partial", (SYSTEM,)),
    ("functools", "partial", (global_("builtins", "getattr"),)),
    ("functools", "partial", (global_("operator", "attrgetter"),)),
    ("functools", "partial", (global_("functools", "partial"),)),
    ("functools", "reduce", (LEN, b"]")),
    ("functools", "reduce", (global_("operator", "or_"), text("ab"))),
    ("functools", "reduce", (global_("operator", "or_"), b"]", b"N")),
    ("functools", "reduce", ()),
    ("operator", "itemgetter", ()),
    ("operator", "itemgetter", (LEN,)),
    ("operator", "attrgetter", ()),
    ("operator", "attrgetter", (b"K\1",)),
    ("operator", "attrgetter", (text("a"), text("_b"))),
    ("operator", "attrgetter", (text("a..b"),)),
    ("operator", "attrgetter", (text(""),)),
    ("operator", "methodcaller", ()),
    ("operator", "methodcaller", (text("system"),)),
    ("operator", "methodcaller", (text("__call__"),)),
    ("operator", "methodcaller", (b"K\1",)),
    ("operator", "getitem", (b"}", text("a"))),
    ("operator", "getitem", (global_("typing", "List"),)),
    ("builtins", "getattr", (SYSTEM, text("x"))),
    ("builtins", "getattr", (ORDERED,)),
    ("builtins", "getattr", ()),
    ("builtins", "getattr", (ORDERED, text("a"), b"N", b"N")),
    ("builtins", "getattr", (text("abc"), text("format"))),
    ("builtins", "getattr", (text("abc"), text("_hidden"))),
    ("builtins", "getattr", (ORDERED, text("a.__class__"))),
    ("builtins", "getattr", (ORDERED, text("a b"))),
    ("builtins", "getattr", (OWN, text("_hidden"))),
    ("builtins", "bytearray", (LEN,)),
    ("builtins", "bytes", (b"\x88",)),
    ("builtins", "bytearray", (BIG,)),
    ("builtins", "iter", ()),
    ("builtins", "iter", (b"]", b"N")),
    ("builtins", "map", (SYSTEM, b"]")),
    ("builtins", "filter", (OWN, b"]")),
    ("builtins", "map", (text("a"), b"]")),
    ("copyreg", "_reconstructor", (OWN,)),
    ("copyreg", "_reconstructor", (OWN, b"N", b"N")),
    ("copyreg", "_reconstructor", (SYSTEM, OBJECT, b"N")),
    ("copyreg", "__newobj__", ()),
    ("copyreg", "__newobj__", (SYSTEM,)),
    ("dateutil.tz.tz", "tzfile", (text("/etc/localtime"),)),
    ("dateutil.tz.tz", "tzfile", (b"N", text("a"), b"N")),
    ("logging", "getLogger", (b"K\1",)),
    ("logging", "getLogger", (text("a"), text("b"))),
    ("numpy.core", "_ufunc_reconstruct", (text("os"), text("system"))),
    ("numpy.core", "_ufunc_reconstruct", (text("numpy"),)),
    ("numpy.core", "_ufunc_reconstruct", (b"N", b"N")),
    ("numpy.core.multiarray", "scalar", ()),
    ("numpy.core.multiarray", "scalar", (text("f8"), b"N")),
    ("numpy.core.multiarray", "scalar", (ORDERED, b"N", b"N")),
    ("numpy.core.multiarray", "_reconstruct", ()),
    ("numpy.core.multiarray", "_reconstruct", (text("ndarray"), b")", b"C\1b")),
    ("numpy.core.multiarray", "_reconstruct", (SYSTEM, b"K\0\x85", b"C\1b")),
    ("numpy.core.multiarray", "_reconstruct", (global_("numpy", "ndarray"), BIG + b"\x85", b"C\1b")),
    ("pandas.core.indexes.base", "_new_Index", (SYSTEM, b"}")),
    ("pandas.core.indexes.base", "_new_Index", (global_("pandas.core.indexes.base", "Index"), b")")),
    ("pandas.core.indexes.base", "_new_Index", ()),
    ("numpy.random._pickle", "__generator_ctor", (SYSTEM,)),
    ("torch._tensor", "_rebuild_from_type_v2", ()),
    ("torch._tensor", "_rebuild_from_type_v2", (SYSTEM, OBJECT, b")", b"}")),
    ("torch._tensor", "_rebuild_from_type_v2", (global_("torch._utils", "nothing_listed"), OBJECT, b")", b"}")),
    ("torch._utils", "_rebuild_parameter_with_state", (b"N", b"\x88", b"N")),
    ("torch._utils", "_rebuild_parameter_with_state", (b"N", b"\x88", b"N", b"}" + text("__class__") + b"Ns")),
    ("torch.storage", "_load_from_bytes", (text("a"),)),
    ("torch.storage", "_load_from_bytes", ()),
    ("torch.storage", "_load_from_bytes", (b"C\1a", b"C\1b")),
]  # fmt: skip


@pytest.mark.parametrize(("module", "name", "args"), REFUSED)
def test_what_no_honest_file_gives_is_an_attack(module, name, args):
    """Missing, surplus, computed or harmful arguments: nothing writes them."""
    assert verdict(module, name, *args) == "attack"


ASKED = [
    ("builtins", "type", (text("A"), b")", b"}")),
    ("builtins", "type", ()),
    ("builtins", "map", (LEN, b"]")),
    ("builtins", "filter", (b"N", b"]")),
    ("builtins", "map", ()),
    ("operator", "getitem", (OWN, b"K\1")),
    ("collections", "defaultdict", (text("a"),)),
    ("collections", "defaultdict", (ORDERED,)),
    ("copyreg", "_reconstructor", (OWN, OWN, b"N")),
    ("builtins", "getattr", (OWN, text("method"))),
    ("builtins", "getattr", (ORDERED, text("load_it"))),
    ("builtins", "getattr", (MADE, text("name"))),
    ("functools", "partial", (OWN,)),
    ("copyreg", "__newobj__", (OWN,)),
    ("collections", "defaultdict", (MADE,)),
]


@pytest.mark.parametrize(("module", "name", "args"), ASKED)
def test_what_a_person_should_look_at_is_for_review(module, name, args):
    """Unusual but not harmful in itself."""
    assert verdict(module, name, *args) == "review"


ONE_OF_EACH = sorted({check: name for name, check in sorted(CHECKS.items())}.values())


@pytest.mark.parametrize("name", ONE_OF_EACH)
@pytest.mark.parametrize("args", [b")", b"N\x85", b"]}\x86", b"K\1" + text("a") + b"C\1b\x87"])
def test_no_check_fails_whatever_it_is_given(name, args):
    """Each check has an answer for no arguments and for arguments of the wrong kinds."""
    module, _, attribute = name.rpartition(".")
    found = scanned(HEAD + global_(module, attribute) + args + b"R.")
    assert "file.reader-failed" not in ids(found)
    assert found.verdict in ("clean", "review", "attack")


VALUES = st.sampled_from([b"N", b"K\1", text("a"), b"C\1b", b"]", b"}", b")", ORDERED, SYSTEM, LEN, MADE, b"\x88", BIG])


@given(st.sampled_from(sorted(CHECKS)), st.lists(VALUES, max_size=5))
@settings(max_examples=120)
def test_a_harmful_argument_is_never_clean(name, args):
    """Whatever is called with `os.system` among its arguments, the file is an attack."""
    module, _, attribute = name.rpartition(".")
    found = scanned(called(module, attribute, *args))
    assert "file.reader-failed" not in ids(found)
    assert SYSTEM not in args or found.verdict == "attack"


def test_checks_stand_under_names_of_today():
    """A call is looked up after Python 2's names are replaced: an old name in the table would never be found."""
    assert [name for name in sorted(CHECKS) if ".".join(modern(*name.rsplit(".", 1))) != name] == []


def stated(target, *pairs, slots=False):
    """A file that makes something and gives it a state."""
    state = b"}(" + b"".join(text(key) + value for key, value in pairs) + b"u"
    return HEAD + target + (b"N" + state + b"\x86" if slots else state) + b"b."


FRACTION = global_("fractions", "Fraction") + b")\x81"


@pytest.mark.parametrize("slots", [False, True])
@pytest.mark.parametrize("key", sorted(FATAL_KEYS))
def test_keys_that_decide_how_an_object_behaves_are_an_attack(key, slots):
    """In a state and in the slots beside it, of a listed class and after an honest key."""
    assert "pickle.special-keys" in ids(scanned(stated(FRACTION, ("a", b"N"), (key, b"N"), slots=slots)))


@pytest.mark.parametrize(
    ("key", "slots", "banned"),
    [
        ("__dict__", True, True), ("__weakref__", True, True), ("__dict__", False, False), ("__doc__", True, False),
        ("__module__", False, False), ("_private", True, False), ("__mine", False, False), ("class", True, False),
    ],
)  # fmt: skip
def test_other_keys_are_data(key, slots, banned):
    """Only in slots would `__dict__` replace all attributes at once."""
    assert ("pickle.special-keys" in ids(scanned(stated(FRACTION, (key, b"N"), slots=slots)))) == banned


@pytest.mark.parametrize(
    "state",
    [b"N", b")", b"]", b"K\1", b"K\1K\2\x86", b"NN\x86", b"}}\x86", b"}", b"}K\1Ns", b"NNN\x87", text("a")],
)
def test_states_of_every_shape_are_read(state):
    """A class may take anything as its state; without keys there is nothing to judge."""
    assert scanned(HEAD + FRACTION + state + b"b.").findings == ()


NORM = global_("scipy.stats._continuous_distns", "norm_gen") + b")\x81"
TEMPLATE = """
def _parse_args(self, loc=0, scale=1):
    return (), loc, scale

def _parse_args_rvs(self, loc=0, scale=1, size=None):
    return self._argcheck_rvs(loc, scale, size=size)

def _parse_args_stats(self, loc=0, scale=1, moments='mv'):
    return (), loc, scale, moments
"""


def long(value):
    """BINUNICODE."""
    return b"X" + len(value.encode()).to_bytes(4, "little") + value.encode()


@pytest.mark.parametrize(
    ("template", "verdict"),
    [
        (TEMPLATE, "clean"),
        ("", "clean"),
        (TEMPLATE + "import os", "attack"),
        (TEMPLATE.replace("loc=0", "loc=id()"), "attack"),
        (TEMPLATE.replace("return ()", "return id()"), "attack"),
        (TEMPLATE.replace("_argcheck_rvs(loc", "_argcheck_rvs(id(loc)"), "attack"),
        (TEMPLATE.replace("_parse_args(", "other("), "attack"),
        (TEMPLATE.replace("\n    return", "; id()\n    return", 1), "attack"),
    ],
)
def test_templates_of_scipy_only_parse_arguments(template, verdict):
    """Their text is run when a distribution is loaded: scipy's own lines are known, others are an attack."""
    assert scanned(stated(NORM, ("_parse_arg_template", long(template)))).verdict == verdict


@pytest.mark.parametrize("value", [b"N", b"K\1", b"C\1a", b"]"])
def test_a_template_that_is_no_text_is_an_attack(value):
    """Scipy only writes a text there."""
    assert scanned(stated(NORM, ("_parse_arg_template", value))).verdict == "attack"


DATA = global_("statsmodels.base.data", "PandasData") + b")\x81"


@pytest.mark.parametrize(
    ("formula", "verdict"),
    [
        ("y ~ x", "clean"),
        ("y ~ x1 + x2:x3 - 1", "clean"),
        ("np.log(y) ~ C(group) + np.sqrt(x)", "clean"),
        ("y ~ x ** 2", "clean"),
        ("y ~ Q(x)", "clean"),
        ("y ~ center(x)", "review"),
        ("y ~ np.load(x)", "review"),
        ("y ~ x.method()", "review"),
        ("y ~ x[0]", "review"),
        ("y ~ open(x)", "attack"),
        ("y ~ eval(x)", "attack"),
        ("y ~ lambda: 1", "attack"),
        ("y ~ x.__class__", "attack"),
        ("y ~ __import__('os')", "attack"),
        ("y ~ os.system('id')", "attack"),
    ],
)
def test_formulas_are_names_and_known_functions(formula, verdict):
    """Patsy evaluates them as Python: other calls are for review, what reaches out is an attack."""
    file = stated(DATA, ("restore_design_info", b"\x88"), ("formula", long(formula)))
    assert scanned(file).verdict == verdict


def test_formulas_count_only_where_they_are_evaluated():
    """Without the key that makes the model evaluate it a formula is text; with it there must be one."""
    assert scanned(stated(DATA, ("formula", long("y ~ open(x)")))).verdict == "clean"
    assert scanned(stated(DATA, ("restore_design_info", b"\x88"))).verdict == "attack"
    other = stated(FRACTION, ("restore_design_info", b"\x88"), ("formula", long("y ~ open(x)")))
    assert scanned(other).verdict == "clean"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (text("a.npy"), "clean"), (text("a b.npy.z"), "clean"), (text("a/b"), "attack"), (text(".a"), "attack"),
        (text(""), "attack"), (text("C:x"), "attack"), (text("a\\b"), "attack"), (b"N", "attack"),
        (text("n" * 255), "clean"), (b"X\0\1\0\0" + b"n" * 256, "attack"), (text("a\0"), "attack"),
    ],
)  # fmt: skip
def test_arrays_beside_a_pickle_have_a_plain_name(value, verdict):
    """Joblib's oldest layout opens them by name, in the same folder."""
    target = global_("joblib.numpy_pickle", "NDArrayWrapper") + b")\x81"
    found = scanned(stated(target, ("filename", value)))
    assert (found.verdict == "attack") == (verdict == "attack")
