"""Hooks that Python runs when it starts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.looking import mutated

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.packages.start_up import START_UP, inspect_start_up, is_start_up, judge
from seatrial.scan.part import Part

NAMESPACE = (
    "import sys, types, os;has_mfs = sys.version_info > (3, 5);p = os.path.join(sys._getframe(1).f_locals['sitedir'], "
    "*('google',));importlib = has_mfs and __import__('importlib.util');has_mfs and __import__('importlib.machinery');"
    "m = has_mfs and sys.modules.setdefault('google', importlib.util.module_from_spec("
    "importlib.machinery.PathFinder.find_spec('google', [os.path.dirname(p)])));"
    "m = m or sys.modules.setdefault('google', types.ModuleType('google'));"
    "mp = (m or []) and m.__dict__.setdefault('__path__',[]);(p not in mp) and mp.append(p)"
)
KNOWN = {
    "coverage": "import coverage; coverage.process_startup()",
    "coverage 7.10": (
        'import sys; exec(\'import os\\n\\nif os.getenv("COVERAGE_PROCESS_START"):\\n try:\\n  import coverage\\n'
        ' except:\\n  pass\\n else:\\n  coverage.process_startup(slug="pth")\\n\')'
    ),
    "easy-install": "import sys; sys.__plen = len(sys.path)",
    "easy-install end": (
        "import sys; new=sys.path[sys.__plen:]; del sys.path[sys.__plen:]; p=getattr(sys,'__egginsert',0); "
        "sys.path[p:p]=new; sys.__egginsert = p+len(new)"
    ),
    "editables": "import _editable_impl_thing",
    "namespace": NAMESPACE,
    "pytest-cov": (
        'import os, sys;exec(\'if "COV_CORE_SOURCE" in os.environ:\\n    try:\\n        from '
        "pytest_cov.embed import init"
        '\\n        init()\\n    except Exception as exc:\\n        sys.stderr.write("failed {0!r}".format(exc))\')'
    ),
    "pywin32": "import pywin32_bootstrap",
    "scikit-build": "import _thing_editable",
    "setuptools": (
        "import os; var = 'SETUPTOOLS_USE_DISTUTILS'; enabled = os.environ.get(var, 'local') == 'local'; "
        "enabled and __import__('_distutils_hack').add_shim(); "
    ),
    "setuptools editable": "import __editable___thing_1_0_finder; __editable___thing_1_0_finder.install()",
    "virtualenv": "import _virtualenv",
}
ATTACKS = {
    "alias": "import os as o; o.system('id')",
    "attribute": "import os; f = os.system; f('id')",
    "base64": "import base64 as b; exec(b.b64decode('aWQ='))",
    "compile": "import sys; compile('1', 'x', 'exec')",
    "computed exec": "import sys; exec(open('/srv/x').read())",
    "ctypes": "import ctypes",
    "eval": "import sys; eval('1')",
    "from": "import sys; from subprocess import run",
    "getattr": "import sys; getattr(__import__('os'), 'system')('id')",
    "import call": "import sys; __import__('socket')",
    "import computed": "import sys; __import__('so' + 'cket')",
    "lambda": "import os;(lambda: os.popen)()('id')",
    "litellm 1.82.8": (
        "import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', "
        "\"import base64; exec(base64.b64decode('aQ=='))\"])"
    ),
    "modules": "import sys; sys.modules['os'].system('id')",
    "nested exec": "import sys; exec('exec(\"import socket\")')",
    "system": "import os; os.system('id')",
    "tab": "import\tos; os.system('id')",
    "urllib": "import urllib.request",
    "walrus": "import os; (f := os.execv)('/bin/sh', ['sh'])",
}
UNKNOWN = {
    "another module": "import thing",
    "broken": "import os; if x:",
    "call": "import sys; sys.path.insert(0, '/srv')",
    "computed": "import sys; [x for x in sys.path][0]()",
    "finder": "import sys; sys.meta_path.append(sys)",
}


def part_of(data, name="thing.pth"):
    """A Part with bytes and a name."""
    return Part(BytesBlob(data), name, lambda part: iter(()), Budget(Limits()))


def found(data, name="thing.pth"):
    """Id and line of what is found in a hook."""
    return [(each.id, each.line) for each in inspect_start_up(part_of(data, name))]


@pytest.mark.parametrize("which", sorted(KNOWN))
def test_hooks_of_known_tools_are_notes(which):
    """The hooks that tools are known to leave need no look."""
    assert found(KNOWN[which].encode() + b"\n") == [("start-up.known-code", 1)]


@pytest.mark.parametrize("which", sorted(ATTACKS))
def test_what_no_honest_hook_does_is_an_attack(which):
    """A hook that starts a program, connects, or hides code is an attack, however it is spelt."""
    assert found(b"/srv/lib\n" + ATTACKS[which].encode()) == [("start-up.attack", 2)]


@pytest.mark.parametrize("which", sorted(UNKNOWN))
def test_unknown_hooks_are_worth_a_look(which):
    """A hook that runs something unknown is for a person to read."""
    assert found(UNKNOWN[which].encode()) == [("start-up.unknown-code", 1)]


@pytest.mark.parametrize(
    "line", ["/srv/project/src", "../other", "# a comment", "", "importlib_thing", " import os", "imports/x"]
)
def test_lines_that_are_no_code_run_nothing(line):
    """Only lines that begin with `import` and a blank are run."""
    assert found(line.encode()) == []


@pytest.mark.parametrize("line", ["/tmp/x", "/dev/shm", "/var/tmp/lib", "C:\\Windows\\Temp\\x", "\\\\server\\share"])
def test_paths_that_others_can_write_to_are_told(line):
    """Modules must not come from a folder that everybody can write to."""
    assert found(line.encode()) == [("start-up.outside-path", 1)]


def test_each_line_is_judged_by_itself():
    """Findings stand at the lines that they are about."""
    text = f"{KNOWN['virtualenv']}\n/tmp/x\n{UNKNOWN['call']}\n{ATTACKS['system']}\n"
    assert [line for _, line in found(text.encode())] == [1, 2, 3, 4]


@pytest.mark.parametrize("name", ["sitecustomize.py", "a/usercustomize.py", "lib\\sitecustomize.py"])
def test_customisation_modules_are_judged_whole(name):
    """Python imports these modules when it starts, so what they do counts."""
    assert found(b"import sys\n", name) == [("start-up.known-code", 1)]
    assert found(b"import coverage\ncoverage.process_startup()\n", name) == [("start-up.known-code", 1)]
    assert found(b"import subprocess\nsubprocess.run(['x'])\n", name) == [("start-up.unknown-code", 1)]
    assert found(b"import base64\nexec(base64.b64decode('aWQ='))\n", name) == [("start-up.attack", 1)]


@pytest.mark.parametrize(
    ("name", "is_one"),
    [("x.pth", True), ("a/B.PTH", True), ("sitecustomize.py", True), ("mysitecustomize.py", False), ("x.pt", False)],
)
def test_names_decide_what_python_runs(name, is_one):
    """Only the name tells a hook from any other text."""
    assert is_start_up(name) is is_one


@pytest.mark.parametrize("data", [b"", b"\x80\x02}q\x00.", b"PK\x03\x04\x00", b"\x80\x04\x95import os"])
def test_models_of_the_same_suffix_are_no_hooks(data):
    """Torch's files end with .pth, too: only text is a hook."""
    assert not START_UP.recognise(part_of(data))


def test_texts_of_that_name_are_hooks():
    """A text that ends with .pth is one, with or without a mark."""
    assert START_UP.recognise(part_of(b"import os\n"))
    assert START_UP.recognise(part_of(b"# caf\xe9\nimport os\n"))
    assert START_UP.recognise(part_of(b"# \x00\nimport os\n"))
    assert START_UP.recognise(part_of(b"\xef\xbb\xbfimport os; os.system('x')\n"))
    assert found(b"\xef\xbb\xbfimport os; os.system('x')\n") == [("start-up.attack", 1)]


def test_hooks_that_are_no_hooks_size_cannot_be_read():
    """A quarter of a megabyte of hook is nothing that a reader should judge."""
    with pytest.raises(Unreadable):
        found(b"#" * ((1 << 18) + 1))


def test_deep_code_is_unknown_and_no_error():
    """Code that is nested too deeply to parse is for a person."""
    assert judge("import os;" + "(" * 5000 + ")" * 5000, strict=True)[0] == "unknown"
    assert judge("import os;" + "-" * 200_000 + "1", strict=True)[0] == "unknown"


@settings(max_examples=100)
@given(st.sampled_from(sorted({**KNOWN, **ATTACKS})), st.integers(0, 400), st.integers(0, 255), st.integers(0, 300))
def test_any_change_of_a_hook_gives_a_judgement(which, place, byte, cut):
    """However a hook is changed, it is judged or unreadable."""
    data = mutated({**KNOWN, **ATTACKS}[which].encode(), place, byte, cut)
    try:
        assert all(name.startswith("start-up.") for name, _ in found(data))
    except Unreadable:
        assert len(data) > 1 << 18


@settings(max_examples=60)
@given(st.text(max_size=80))
def test_any_code_is_judged(text):
    """Whatever follows the import, a judgement comes."""
    assert judge("import os; " + text, strict=True)[0] in ("known", "unknown", "attack")
