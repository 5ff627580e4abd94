"""Attacks through functions that nobody has listed: what a call is given tells what it is for."""

import pytest
from making.layouts import global_, text
from scanning import ids, scanned

HEAD = b"\x80\x04"
OPEN = global_("builtins", "open")


def called(module, name, *args):
    """A file that calls something with arguments that are opcodes already."""
    return HEAD + global_(module, name) + b"(" + b"".join(args) + b"tR."


@pytest.mark.parametrize(
    "argument",
    [
        "/etc/passwd", "~/.ssh/id_rsa", "../x", "C:\\x", "\\\\host\\share", "http://127.0.0.1/x", "s3://bucket/x",
        "evil.example.com", "127.0.0.1:80", "model.pkl", "x.so", "touch /tmp/x",
    ],
)  # fmt: skip
def test_an_unknown_function_that_is_given_a_path_or_an_address_is_an_attack(argument):
    """What a function of an unknown library does with a path, an address or a command is not hard to guess."""
    assert ids(scanned(called("some.library", "fetch", text(argument)))) == ["pickle.payload"]
    assert ids(scanned(called("some.library", "Reader.from_it", b"K\x01", text(argument)))) == ["pickle.payload"]


@pytest.mark.parametrize("argument", ["Europe/Berlin", "n/a", "text/plain", "a b c", "1.5", "utf-8", "v1.2.3", "a.b"])
def test_an_unknown_function_that_is_given_other_texts_is_for_review(argument):
    """Names of zones, media types and versions are no paths; a class may keep a path as data."""
    assert scanned(called("some.library", "rebuild", text(argument))).verdict == "review"
    assert scanned(called("some.library", "Thing", text("/data/" + argument))).verdict == "review"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("xgboost.core", "Booster"), ("lightgbm.basic", "Booster"), ("pandas", "read_csv"), ("torch", "from_file"),
        ("sklearn.datasets", "load_svmlight_file"), ("numpy._core.fromnumeric", "_wrapfunc"), ("torch.nn", "Linear"),
    ],
)  # fmt: skip
def test_what_libraries_open_by_name_is_an_attack(module, name):
    """Classes that honest files only make bare, and functions, are given no paths."""
    assert scanned(called(module, name, b"N", text("/tmp/x"))).verdict == "attack"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("pandas.core.reshape.merge", "merge"), ("scipy.optimize._minimize", "minimize"),
        ("sklearn.utils._mocking", "check_it"), ("xgboost.training", "train"),
        ("torch.fx.graph_module", "_forward_from_src"), ("joblib.func_inspect", "get_func_code"),
    ],
)  # fmt: skip
def test_functions_of_listed_libraries_that_rebuild_nothing_are_not_called(module, name):
    """Where all that rebuilds objects is listed, a call of anything else is no honest file's."""
    assert scanned(called(module, name, b"K\x01")).verdict == "attack"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("torch._utils", "_rebuild_new_kind_of_tensor"), ("pandas._libs.new", "_unpickle_thing"),
        ("numpy._core.multiarray", "_reconstruct_it"), ("sklearn.new._fast", "__pyx_unpickle_New"),
    ],
)  # fmt: skip
def test_reconstructors_of_versions_to_come_are_for_review(module, name):
    """A name that tells that it rebuilds something may be one that a later version has."""
    assert scanned(called(module, name, b"K\x01")).verdict == "review"


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("time", "sleep"), ("uuid", "getnode"), ("logging", "shutdown"), ("locale", "setlocale"), ("warnings", "warn"),
        ("gettext", "translation"), ("hashlib", "file_digest"), ("json", "dump"), ("functools", "update_wrapper"),
        ("operator", "setitem"), ("email.utils", "make_msgid"), ("random", "seed"), ("traceback", "print_exc"),
        ("contextlib", "chdir"), ("io", "text_encoding"), ("encodings", "search_function"), ("types", "new_class"),
    ],
)  # fmt: skip
def test_functions_of_quiet_modules_that_do_more_than_compute_are_not_called(module, name):
    """Waiting, writing, and changing the process are an attack also in modules that mostly compute."""
    assert scanned(called(module, name, b"K\x01")).verdict == "attack"


@pytest.mark.parametrize(
    ("module", "name"), [("zlib", "decompress"), ("math", "sqrt"), ("copy", "copy"), ("statistics", "mean")]
)
def test_functions_that_only_compute_are_for_review(module, name):
    """Nothing is harmed by a square root."""
    assert scanned(called(module, name, b"K\x01")).verdict == "review"


@pytest.mark.parametrize(
    ("module", "name"), [("heapq", "nlargest"), ("re", "sub"), ("weakref", "ref"), ("some.library", "apply")]
)
def test_something_dangerous_as_an_argument_is_an_attack(module, name):
    """Functions that are given `open` call it."""
    assert scanned(called(module, name, b"K\x01", OPEN)).verdict == "attack"


def test_an_instance_without_arguments_of_a_function_is_a_call():
    """INST of a class leaves `__init__` out; INST of a function calls it."""
    assert scanned(b"(iuuid\ngetnode\n.").verdict == "attack"
    assert scanned(b"(iuuid\nThing\n.").verdict == "review"


def shipped(names, *, called):
    """A function as cloudpickle writes it, by the names its code uses, and a call of it."""
    kind = global_("cloudpickle.cloudpickle", "_builtin_type") + text("CodeType") + b"\x85R"
    code = kind + b"(" + b"".join(map(text, names)) + b"tR"
    function = global_("cloudpickle.cloudpickle", "_make_function") + code + b"\x85R"
    return HEAD + function + (b")R." if called else b".")


@pytest.mark.parametrize("name", ["pip", "smtplib", "antigravity", "Thread", "FileHandler", "read_pickle", "open"])
def test_code_that_runs_while_loading_must_not_reach_out(name):
    """Code of the file that is only shipped is for review; what it reaches for decides when it is called at once."""
    assert scanned(shipped([name], called=False)).verdict == "review"
    assert scanned(shipped([name], called=True)).verdict == "attack"
    assert scanned(shipped(["mean"], called=True)).verdict == "review"


def test_names_of_code_are_found_behind_thousands():
    """A name behind a thousand others is seen."""
    assert scanned(shipped([*(f"n{at}" for at in range(1500)), "system"], called=False)).verdict == "attack"


@pytest.mark.parametrize(
    "source",
    ["    os = 1\n", "    open('/tmp/x')\n", "import subprocess\n", "    __builtins__\n", "x" * 70_000 + " eval"],
)
def test_the_source_of_a_traced_module_only_computes(source):
    """torch.fx ships source that runs when it is loaded: for review, and an attack when it reaches out."""
    honest = (
        "import torch\ndef forward(self, x):\n    return getattr(getattr(self, 'a').b, '1')(x)\n"
        + "# a remark\n" * 9000
    )
    for code, verdict in ((honest, "review"), (honest + source, "attack")):
        text_of = b"X" + len(code).to_bytes(4, "little") + code.encode()
        body = b"}" + text("_code") + text_of + b"s"
        assert scanned(called("torch.fx.graph_module", "reduce_graph_module", body, text(""))).verdict == verdict
