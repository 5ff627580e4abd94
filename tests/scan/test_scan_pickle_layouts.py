"""What stands between and behind pickles: joblib's arrays, torch's storages, code, states, several readings."""

import pickle

import pytest
from making.layouts import array_bytes, dtype, global_, joblib_file, storage, tensor, text, torch_legacy
from scanning import ids, scanned

from seatrial.scan.part import Settings

SYSTEM = b"cos\nsystem\nX\x02\x00\x00\x00id\x85R"


@pytest.mark.parametrize("aligned", [False, True])
@pytest.mark.parametrize(
    ("code", "size"), [("f8", 8), ("b1", 1), ("i4", 4), ("c16", 16), ("U3", 12), ("S5", 5), ("M8[ns]", 8)]
)
def test_arrays_of_joblib_are_skipped_exactly(code, size, aligned):
    """What follows an inline array is read again from the right byte: clean, and an attack behind it is seen."""
    data = array_bytes((3, 2), size)
    assert scanned(joblib_file(code, (3, 2), data, aligned=aligned)).findings == ()
    assert scanned(joblib_file(code, (3, 2), data, aligned=aligned, behind=SYSTEM)).verdict == "attack"


def test_an_array_of_objects_holds_a_pickle():
    """Joblib loads an array of objects by pickle: it is looked at, and what follows it, too."""
    inner = b"\x80\x03]" + SYSTEM + b"a."
    assert scanned(joblib_file("O", (1,), pickle.dumps([1, 2], 3), aligned=False)).verdict == "clean"
    assert scanned(joblib_file("O", (1,), inner, aligned=False)).verdict == "attack"
    fields = b"}" + text("a") + dtype("O") + b"K\x00\x86s"
    assert scanned(joblib_file("V8", (1,), inner, aligned=False, fields=fields, size=8)).verdict == "attack"


def test_array_bytes_that_are_a_pickle_for_another_loader_are_an_attack():
    """A file that joblib reads as an array and `pickle.load` as commands has two readings."""
    payload = SYSTEM + b"0."
    found = scanned(joblib_file("u1", (len(payload),), payload, aligned=False))
    assert ids(found) == ["pickle.two-readings"]


def test_an_array_that_is_not_there_could_not_be_read():
    """A shape with more bytes than the file has is unread; one with more than any disk has is an attack."""
    assert scanned(joblib_file("f8", (1000,), b"")).verdict == "unread"
    assert "pickle.absurd-size" in ids(scanned(joblib_file("f8", (1 << 30, 1 << 30), b"")))


def test_an_array_subclass_must_be_listed():
    """The class of an array is imported: `numpy.memmap` is honest, a strange one is not."""
    assert scanned(joblib_file("u1", (1,), b"\xff", subclass=("numpy", "memmap"))).verdict == "clean"
    assert scanned(joblib_file("u1", (1,), b"\xff", subclass=("os", "system"))).verdict == "attack"


def test_storages_of_torch_are_skipped_exactly():
    """Torch's layout before 1.6 is clean to its last byte; what is behind the storages is seen."""
    body = b"]" + tensor("1", 3) + b"a" + tensor("2", 2, "DoubleStorage") + b"a"
    data = torch_legacy(body, [("1", 3, 4), ("2", 2, 8)])
    assert scanned(data).findings == ()
    assert ids(scanned(data + b"GARBAGE")) == ["pickle.trailing-data"]
    assert scanned(data[:-1]).verdict == "unread"


@pytest.mark.parametrize("number", range(4))
def test_each_pickle_of_torchs_old_layout_is_looked_at(number):
    """A command in the system's dict, the object or the keys is an attack."""
    heads = [pickle.dumps(each, 2) for each in (0x1950A86A20F9469CFC6C, 1001, {}, [])]
    heads[number] = b"\x80\x02" + SYSTEM + b"."
    assert scanned(b"".join(heads)).verdict == "attack"


@pytest.mark.parametrize(
    "pid",
    [
        storage("0", 3, "load"),
        b"(" + text("storage") + text("torch.FloatStorage") + text("0") + text("cpu") + b"K\x01tQ",
        b"(" + text("other") + b"K\x01tQ",
        b"K\x01Q",
    ],
)
def test_a_persistent_id_of_another_shape_is_for_review(pid):
    """Only torch's storages are known; what else a loader makes of an id is not."""
    assert "pickle.persistent-id" in ids(scanned(b"\x80\x02" + pid + b"."))


def test_the_views_and_modules_of_torch_are_known():
    """Ids with a view, and the class of a module with its source, are honest."""
    view = b"(" + text("0") + b"K\x00K\x02t"
    module = (
        b"("
        + text("module")
        + global_("torch.nn.modules.linear", "Linear")
        + text("a.py")
        + text("class Linear:")
        + b"tQ"
    )
    assert scanned(b"\x80\x02" + tensor("0", 2, view=view) + b".").verdict == "clean"
    assert scanned(b"\x80\x02" + module + b")\x81}b.").verdict == "clean"


def test_bytes_that_torch_loads_are_a_file_of_their_own():
    """`torch.storage._load_from_bytes` is clean with a clean file inside, and names the inner place of an attack."""
    call = global_("torch.storage", "_load_from_bytes")
    assert scanned(b"\x80\x02" + call + text(pickle.dumps([1], 2)) + b"\x85R.").verdict == "clean"
    found = scanned(b"\x80\x02" + call + text(b"\x80\x02" + SYSTEM + b".") + b"\x85R.")
    assert found.verdict == "attack"
    assert found.findings[0].member.startswith("bytes at ")


def made_code(*names):
    """A code object as cloudpickle writes it, with the names that it uses."""
    used = b"(" + b"".join(text(each) for each in names) + b"t"
    code = global_("cloudpickle.cloudpickle", "_builtin_type") + text("CodeType") + b"\x85R"
    return code + b"(K\x01K\x00K\x00K\x01K\x02K\x43" + text(b"d\x00S\x00") + b"(Nt" + used + b"tR"


def made_function(*names):
    """A function as cloudpickle writes it."""
    return global_("cloudpickle.cloudpickle", "_make_function") + b"(" + made_code(*names) + b"}NNNtR"


def test_code_in_a_file_is_for_review():
    """Functions that come as code are for review; with names that start programs they are an attack."""
    assert scanned(b"\x80\x04" + made_function("sum", "path") + b".").verdict == "review"
    assert scanned(b"\x80\x04" + made_function("os", "system") + b".").verdict == "attack"
    assert scanned(b"\x80\x04" + made_function("sum") + b")R.").verdict == "review"


def test_code_that_runs_while_loading_must_not_reach_out():
    """A function that only opens files is for review; called by the file itself it is an attack."""
    assert scanned(b"\x80\x04" + made_function("open", "write") + b".").verdict == "review"
    assert scanned(b"\x80\x04" + made_function("open", "write") + b")R.").verdict == "attack"


NAMING = global_("builtins", "setattr") + b"(" + global_("__main__", "A")


@pytest.mark.parametrize(
    ("stream", "verdict"),
    [
        (NAMING + text("__qualname__") + text("A") + b"tR", "review"),
        (NAMING + text("__reduce__") + text("A") + b"tR", "attack"),
        (global_("builtins", "setattr") + b"(cos\npath\n" + text("__doc__") + b"NtR", "attack"),
        (global_("dill._dill", "_eval_repr") + text("NotImplemented") + b"\x85R", "review"),
        (global_("dill._dill", "_eval_repr") + text("exit()") + b"\x85R", "attack"),
        (global_("dill._dill", "_import_module") + text("os") + b"\x85R", "review"),
        (global_("dill._dill", "_import_module") + text("os.system") + b"\x85R", "attack"),
        (global_("dill._dill", "_load_type") + text("a b") + b"\x85R", "attack"),
        (global_("builtins", "open"), "review"),
        (global_("builtins", "getattr") + global_("builtins", "object") + text("__new__") + b"\x86R", "clean"),
        (
            global_("builtins", "getattr") + global_("builtins", "object") + text("__init_subclass__") + b"\x86R",
            "attack",
        ),
    ],
)
def test_what_dill_and_cloudpickle_write_beside_code(stream, verdict):
    """Their own small calls are for review in the form in which they write them, and attacks in others."""
    assert scanned(b"\x80\x04" + stream + b".").verdict == verdict


@pytest.mark.parametrize("module", ["subprocess", "socket", "pty", "ctypes"])
def test_modules_that_code_imports_count(module):
    """A module that starts programs or opens connections is an attack, `math` is for review."""
    call = global_("cloudpickle.cloudpickle", "subimport")
    assert scanned(b"\x80\x04" + call + text(module) + b"\x85R.").verdict == "attack"
    assert scanned(b"\x80\x04" + call + text("math") + b"\x85R.").verdict == "review"


ORDERED = global_("collections", "OrderedDict") + b")R"
REFUSED = {
    "getattr of a hidden name": global_("builtins", "getattr") + ORDERED + text("__class__") + b"\x86R",
    "getattr of a computed name": global_("builtins", "getattr") + ORDERED + ORDERED + b"\x86R",
    "getattr of a module's function": global_("builtins", "getattr") + b"cos\nenviron\n" + text("get") + b"\x86R",
    "iter with a function": global_("builtins", "iter") + global_("builtins", "input") + b"K\x01\x86R",
    "attrgetter of a hidden name": global_("operator", "attrgetter") + text("a.__globals__") + b"\x85R",
    "partial of getattr": global_("functools", "partial") + global_("builtins", "getattr") + b"\x85R",
    "reduce over a function": global_("functools", "reduce") + global_("builtins", "len") + b")\x86R",
    "a generator made by a function": global_("numpy.random._pickle", "__generator_ctor")
    + text("id") + global_("builtins", "print") + b"\x86R",
    "torch calls a function": global_("torch._tensor", "_rebuild_from_type_v2")
    + b"(" + global_("builtins", "print") + global_("torch", "Tensor") + b")NtR",
    "a memmap is made": global_("numpy", "memmap") + text("/tmp/x") + b"\x85\x81",
    "a memmap by reconstruction": global_("copyreg", "__newobj__")
    + global_("numpy", "memmap") + text("/tmp/x") + b"\x86R",
    "a zone read from a file": global_("dateutil.tz.tz", "tzfile") + text("/etc/passwd") + b"\x85R",
    "a method called as a function": global_("numpy", "ndarray.tofile") + b"N" + text("/tmp/x") + b"\x86R",
    "a formula with a call": global_("statsmodels.base.data", "PandasData") + b")\x81}("
    + text("restore_design_info") + b"\x88" + text("formula") + text("y ~ exec(x)") + b"ub",
}  # fmt: skip


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_checked_call_refuses_what_no_file_needs(name):
    """Calls that are harmless by their arguments are attacks with others."""
    assert scanned(b"\x80\x04" + REFUSED[name] + b".").verdict == "attack"


def test_a_formula_of_names_is_clean():
    """The data of a statsmodels model with an ordinary formula are clean."""
    made = global_("statsmodels.base.data", "PandasData") + b")\x81}("
    state = text("restore_design_info") + b"\x88" + text("formula") + text("y ~ x1 + C(group) * np.log(z)") + b"ub"
    assert scanned(b"\x80\x04" + made + state + b".").verdict == "clean"


def test_pickles_in_the_state_of_an_unknown_class_are_looked_at():
    """Bytes that an unknown class would unpickle are looked at as well."""
    state = b"}" + text("blob") + text(b"\x80\x02" + SYSTEM + b".") + b"s"
    found = scanned(b"\x80\x04" + global_("mypkg", "Model") + b")\x81" + state + b"b.")
    assert found.verdict == "attack"


def test_old_names_of_libraries_are_listed():
    """Files of former versions of numpy, pandas and scikit-learn are clean."""
    old = (("sklearn.ensemble.forest", "RandomForestClassifier"), ("pandas.core.indexes.numeric", "Int64Index"))
    for module, name in (*old, ("numpy.core.multiarray", "scalar"), ("sklearn.tree.tree", "DecisionTreeClassifier")):
        assert scanned(b"\x80\x02" + global_(module, name) + b".").verdict == "clean"


def test_too_much_is_over_budget():
    """More opcodes than the limits allow end in a review, not in waiting."""
    from seatrial.scan.limits import Limits

    found = scanned(b"\x80\x02]" + b"K\x01a" * 100_000 + b".", settings=Settings(limits=Limits(opcodes=50_000)))
    assert ids(found) == ["file.over-budget"]
