"""Names of globals: old and disguised ones, dangers by module and way, roles, what texts and code reveal."""

import _compat_pickle
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.layouts import global_, text
from scanning import ids, scanned

from seatrial.scan.pickles import dangers, names
from seatrial.scan.pickles.allowed import read_list, role_of
from seatrial.scan.pickles.code import reaches_out
from seatrial.scan.pickles.dangers import danger_of, is_covered, is_foreign, is_function, is_standard, reaches
from seatrial.scan.pickles.makers import CODE_TYPES, FUNCTIONS, IMPORTS, MAKERS, TYPES
from seatrial.scan.pickles.values import Sequence

HERE = Path(dangers.__file__).parent
TABLE = [
    (kind, line.partition(" | ")[2].split())
    for kind, part in zip(
        ("attack", "call"), (HERE / "tables" / "dangerous.txt").read_text("utf-8").split("\n= call\n"), strict=True
    )
    for line in part.splitlines()
    if " | " in line and not line.startswith(("#", "="))
]
NAMED = [(kind, module, name) for kind, (module, *rest) in TABLE for name in rest]
WHOLE = [(kind, module) for kind, (module, *rest) in TABLE if not rest]


def test_every_line_of_the_table_is_in_force():
    """Each exact name and each module is found, and called by its own reason."""
    assert len(NAMED) > 300
    assert [each for each in NAMED if danger_of(each[1], each[2]) is None] == []
    assert [each for each in WHOLE if danger_of(each[1], "anything") is None] == []
    assert [each for each in WHOLE if danger_of(f"{each[1]}.deeper", "anything") is None] == []


@pytest.mark.parametrize("kind", ["attack", "call"])
def test_a_call_of_anything_in_the_table_is_an_attack(kind):
    """Whatever kind a name is of, calling it with an argument is none of an honest file's business."""
    lines = sorted({(module, name) for each, module, name in NAMED if each == kind and role_of(module, name) is None})
    quiet = [
        (module, name)
        for module, name in lines
        if scanned(b"\x80\x02" + global_(module, name) + b"K\x01\x85R.").verdict not in ("attack", "review")
    ]
    assert quiet == []


def test_naming_what_no_honest_file_names_is_an_attack():
    """Without a call, too; what may be named is not called one."""
    missed = [
        (module, name)
        for kind, module, name in NAMED
        if kind == "attack"
        and role_of(module, name) is None
        and f"{module}.{name}" not in MAKERS
        and scanned(b"\x80\x02" + global_(module, name) + b".").verdict != "attack"
    ]
    assert [each for each in missed if danger_of(*each).kind == "attack"] == []


def test_modules_of_python_2_are_those_of_the_interpreter():
    """Python's own table of renamed modules is followed, so that no dangerous module hides behind an old name."""
    table = _compat_pickle.IMPORT_MAPPING
    assert {old: names.MODULES_OF_2.get(old) for old in table} == table


@pytest.mark.parametrize("module", ["SimpleHTTPServer", "CGIHTTPServer", "BaseHTTPServer", "DocXMLRPCServer"])
@pytest.mark.parametrize("name", ["test", "HTTPServer"])
def test_servers_of_python_2_are_an_attack(module, name):
    """Python 3 imports what they are called today, in every protocol that old files have."""
    assert scanned(b"\x80\x02" + global_(module, name) + b").").verdict == "attack"


@pytest.mark.parametrize("pair", sorted(_compat_pickle.NAME_MAPPING))
def test_names_of_python_2_are_those_of_the_interpreter(pair):
    """What Python's unpickler makes of an old name is never more dangerous than what is made of it here."""
    new = _compat_pickle.NAME_MAPPING[pair]
    ours, theirs = danger_of(*pair), danger_of(*new)
    assert theirs is None or (ours is not None and ours.kind == theirs.kind)


@pytest.mark.parametrize("name", sorted(_compat_pickle.PYTHON2_EXCEPTIONS))
def test_exceptions_of_python_2_are_builtins(name):
    """They stood in a module of their own."""
    assert names.modern("exceptions", name) == ("builtins", name)


@pytest.mark.parametrize(
    ("name", "plain", "possible"),
    [
        ("a", True, True), ("a.b", True, True), ("_a1.__b__", True, True), ("é", False, True), ("a.é", False, True),
        ("f.<locals>.g", False, True), ("<lambda>", False, True), ("<module>", False, False), ("", False, False),
        ("a..b", False, False), (".a", False, False), ("a.", False, False), ("1a", False, False), ("a b", False, False),
        ("a\n", False, False), ("a\0", False, False), ("a-b", False, False), ("a/b", False, False), ("а", False, True),
    ],
)  # fmt: skip
def test_names_are_those_that_source_can_define(name, plain, possible):
    """ASCII identifiers are plain, others possible, and what no source defines is neither."""
    assert (names.is_plain(name), names.is_possible(name)) == (plain, possible)


@given(st.text(max_size=12))
@settings(max_examples=100)
def test_a_plain_name_is_possible_and_looks_like_itself(name):
    """Nothing that is plain is disguised."""
    assert not names.is_plain(name) or (names.is_possible(name) and names.plain_look(name) == name)


@pytest.mark.parametrize(
    ("name", "has"),
    [
        ("__a__", True),
        ("a.__b__", True),
        ("__b__.a", True),
        ("__a", False),
        ("a__b__", False),
        ("____", False),
        ("", False),
    ],
)
def test_a_dunder_is_a_whole_part(name, has):
    """Two underscores on both sides of a word."""
    assert names.has_dunder(name) == has


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("оs", "system"),
        ("os", "ѕystem"),
        ("ｏｓ", "system"),
        ("os", "sуstem"),
        ("builtins", "еval"),
        ("ρosix", "system"),
    ],
)
def test_names_that_imitate_a_dangerous_one_are_an_attack(module, name):
    """Letters of other scripts and widths look like Latin ones to whoever reads a report."""
    assert "pickle.strange-name" in ids(scanned(b"\x80\x04" + text(module) + text(name) + b"\x93."))


@pytest.mark.parametrize(("module", "name"), [("größe", "Messer"), ("моя", "Модель"), ("数据", "模型")])
def test_names_in_other_scripts_are_only_unknown(module, name):
    """People name their own classes in their own languages."""
    assert ids(scanned(b"\x80\x04" + text(module) + text(name) + b"\x93.")) == ["pickle.unlisted-global"]


@pytest.mark.parametrize(
    ("module", "name", "kind"),
    [
        ("os", "system", "attack"), ("os", "anything", "attack"), ("os.path", "join", "attack"),
        ("osx", "system", "attack"),
        ("osx", "thing", None), ("mypkg", "os.system", "attack"), ("__main__", "os", None), ("mypkg", "os", "attack"),
        ("mypkg", "sys.modules", "attack"), ("mypkg", "subprocess", "attack"), ("mypkg", "A.b", None),
        ("mypkg", "A.__init__.__globals__", "attack"), ("mypkg", "__init__", None), ("mypkg", "eval", "attack"),
        ("mypkg", "Model.eval", "attack"), ("mypkg", "evaluate", None), ("builtins", "eval", "attack"),
        ("builtins", "print", "call"), ("builtins", "dict", None), ("__builtin__", "execfile", "attack"),
        ("torch", "load", "attack"), ("torch", "Tensor", None), ("aiohttp", "get", "call"),
    ],
)  # fmt: skip
def test_dangers_are_found_by_the_longest_way(module, name, kind):
    """Exact names, then modules from the longest on, then the way through dots, then words."""
    found = danger_of(module, name)
    assert (found.kind if found else None) == kind
    assert found is None or len(found.reason) > 5


@pytest.mark.parametrize(
    ("module", "name", "standard"),
    [
        ("os", "x", True), ("calendar", "x", False), ("logging", "shutdown", True), ("logging", "Formatter", False),
        ("io", "text_encoding", True), ("io", "BytesIO", False), ("numpy", "x", False), ("tkinter.font", "Font", True),
        ("tkFont", "Font", True), ("", "", False), ("json.tool", "main", False),
    ],
)  # fmt: skip
def test_the_standard_library_is_told_from_what_only_computes(module, name, standard):
    """Of mixed modules the functions count and the classes do not."""
    assert is_standard(module, name) == standard


@pytest.mark.parametrize(
    ("name", "function"),
    [("run", True), ("Run", False), ("_run", True), ("_Run", False), ("A.run", True), ("a.B", False), ("__x__", True),
     ("1", False), ("", False), ("_", False)],
)  # fmt: skip
def test_functions_are_written_small(name, function):
    """The first letter of the last part tells."""
    assert is_function(name) == function


@pytest.mark.parametrize(
    ("module", "name", "foreign"),
    [
        ("numpy", "save", True), ("numpy", "_reconstruct", False), ("torch._utils", "_rebuild_x", False),
        ("sklearn.x", "fit_it", True), ("sklearn.x", "Fit", False), ("mypkg", "fit_it", False),
        ("pandas", "_unpickle_block", False), ("pandas", "to_period", False), ("numpyx", "save", False),
        ("scipy.a", "A.method", True), ("torch", "tensor", False), ("torch", "create", False),
        ("torch", "compute", True),
        ("numpy", "newbyteorder", True), ("numpy", "asarray", False),
    ],
)  # fmt: skip
def test_functions_of_listed_libraries_that_rebuild_nothing_are_foreign(module, name, foreign):
    """Names that tell of rebuilding, and classes, may be new ones."""
    assert is_foreign(module, name) == foreign
    assert not foreign or is_covered(module)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("/x", True), ("/", False), ("/ x", False), ("~/x", True), ("~", False), ("./x", True), ("../x", True),
        ("..\\x", True), ("...", False), ("D:\\x", True), ("D:x", False), ("\\\\h\\s", True), ("ftp://h", True),
        ("c://x", True), ("://x", False), ("cat /x", True), ("a / b", False), ("10.0.0.1", True), ("10.0.0", False),
        ("10.0.0.1:8", True), ("10.0.0.1.2", False), ("a.py", True), ("a.pyx", False), ("my file.csv", True),
        ("a.csv now", False), ("h.example.org", True), ("example.organic", False), ("h.com/x", True),
        ("h.com x", False),
        ("", False), ("x" * 3000 + ".py", False), ("/" + "x" * 2046, True), ("/" + "x" * 2047, False),
        ("float32", False), ("1.25", False), ("sklearn.svm", False),
    ],
)  # fmt: skip
def test_texts_that_lead_somewhere_are_told(value, found):
    """Paths, addresses, files by their suffix and hosts by their ending; longer than any path is none."""
    assert reaches(value) == found


@given(st.text(max_size=200))
@settings(max_examples=60)
def test_texts_of_every_kind_have_an_answer(value):
    """Looking for payloads, paths and names takes any text."""
    assert reaches(value) in (True, False)
    found = dangers.looks_like_payload(value)
    assert found is None or found in value


@pytest.mark.parametrize(
    "value",
    [
        "__import__ ('os')", "os.popen('x')", "os . system", "os.execv", "os.spawnl", "os.remove", "os.unlink",
        "x.__subclasses__()", "exec(", "execfile (", "socket.socket(", "pty.spawn", "/bin/sh", "/bin/bash", "/bin/zsh",
        "bash -c id", "curl http://x", "curl -s -o y http://x",
        "curl --silent -o /tmp/y https://x", "wget -q -O - http://x", "wget 10.0.0.1", "powershell", "cmd /c dir",
        "cmd.exe /C".lower(), "nc -e x", "nc -le x", "__builtins__", "from os import system", "import ctypes",
        "/etc/passwd", "/etc/shadow", "importlib.import_module", "base64.b64decode", "/dev/tcp/x", "chmod +x", "rm -rf",
        "calc.exe", "subprocess",
    ],
)  # fmt: skip
def test_commands_and_code_are_told(value):
    """Each form is enough alone, in the middle of other text, and in arguments of an unknown class."""
    assert dangers.looks_like_payload(f"first {value} last")
    file = b"\x80\x04" + global_("mypkg", "Thing") + text(f"first {value}") + b"\x85R."
    assert "pickle.payload" in ids(scanned(file))


@pytest.mark.parametrize(
    "value",
    [
        "cos.system", "executive (board)", "bin/shell", "curled up",
        "curl -x is an option, see http", "incremental", "import osmosis", "import outcome",
        "chmod", "a calculation", "subprocesses", "/etc/hosts", "retrieve", "base64", "bash history", "nc -v", "rm -i",
        "prefix__import__", "evaluation()", "systematic", "import numpy", "from ostrich import egg",
    ],
)  # fmt: skip
def test_words_near_to_commands_are_no_commands(value):
    """Only whole forms count."""
    assert dangers.looks_like_payload(value) is None


@pytest.mark.parametrize(
    ("used", "loud"),
    [({"system"}, "system"), ({"mean"}, None), (set(), None), ({"socket", "popen"}, "popen"), ({"urlopen"}, "urlopen"),
     ({"System"}, None), ({"os"}, None), ({"rmtree", "x"}, "rmtree"), ({"ctypes"}, "ctypes")],
)  # fmt: skip
def test_names_used_by_code_that_run_things(used, loud):
    """The first by the alphabet is told; modules that honest functions use are none."""
    assert dangers.runs_things(frozenset(used)) == loud


@pytest.mark.parametrize(
    ("used", "out"),
    [(["open"], True), (["read_csv"], True), (["to_parquet"], True), (["os"], True), (["mean", "shape"], False),
     (["reader"], False), (["numpy"], False), (["math"], False), ([], False), (["socket"], True), (["sleep"], True)],
)  # fmt: skip
def test_code_reaches_out_by_the_names_it_uses(used, out):
    """Files, the network, other code and waiting; computing does not."""
    assert reaches_out(Sequence("tuple", list(used))) == out


@pytest.mark.parametrize(
    ("listed", "module", "name", "role"),
    [
        ("a call B", "a", "B", "call"), ("a call B C", "a", "C", "call"), ("a data B\na call B", "a", "B", "data"),
        ("a enum B", "a", "B", "enum"), ("a ref B", "a", "B", "ref"), ("a call B", "a", "b", None),
        ("a call B", "a.x", "B", None), ("# call B", "#", "B", None), ("a", "a", "", None), ("", "", "", None),
        ("= old new\nnew call B", "old", "B", "call"), ("= old new\nnew.sub call B", "old.sub", "B", "call"),
        ("= old new\nnew call B", "older", "B", None), ("= a b\n= b c\nc call X", "a", "X", None),
        ("= old one\n= old two\ntwo call B", "old", "B", "call"),
        ("= old new\nold data B\nnew call B", "old", "B", "data"),
    ],
)  # fmt: skip
def test_lists_are_read_line_by_line(listed, module, name, role):
    """Roles, first wins; moves lead one step; remarks and empty lines say nothing."""
    assert read_list(listed).role_of(module, name) == role


def test_every_list_is_read_and_no_role_is_unknown():
    """All lists that are shipped can be read, and each says something."""
    paths = sorted((HERE / "lists").glob("*.txt"))
    assert len(paths) > 20
    assert [path.name for path in paths if not any(read_list(path.read_text("utf-8")))] == []


@pytest.mark.parametrize(
    ("table", "least"),
    [(FUNCTIONS, 100), (TYPES, 10), (IMPORTS, 10), (CODE_TYPES, 5)],
    ids=["functions", "types", "imports", "code"],
)
def test_makers_are_no_strangers(table, least):
    """What makes code is neither on a list of what may be called, nor called an unknown thing."""
    assert len(table) >= least
    assert [each for each in table if role_of(*each.rsplit(".", 1)) in ("call", "data")] == []
    module, _, name = table[0].rpartition(".")
    assert "pickle.unlisted-global" not in ids(scanned(b"\x80\x02" + global_(module, name) + b"."))
