"""How names and texts in source are worked out, and which names are dangerous."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.scan.source.calls import Source
from seatrial.scan.source.dangers import canonical, danger_of, loading_danger
from seatrial.scan.source.folding import fold
from seatrial.scan.source.names import Names

FOLDED = {
    "'a' + 'b' + 'c'": "abc",
    "('a' + 'b') + ('c' + 'd')": "abcd",
    "''.join(['a', 'b'])": "ab",
    "'-'.join(('a', 'b'))": "a-b",
    "''.join('abc')": "abc",
    "''.join(map(chr, [97, 98]))": "ab",
    "''.join(chr(x) for x in [97, 98])": "ab",
    "''.join([chr(x) for x in (97, 98)])": "ab",
    "'%s-%s' % ('a', 'b')": "a-b",
    "'%s' % 'a'": "a",
    "f'a{\"b\"}c'": "abc",
    "'abc'[::-1]": "cba",
    "'abc'[1:]": "bc",
    "'abc'[-2:]": "bc",
    "chr(97)": "a",
    "'abc'.replace('b', 'x')": "axc",
    "'ABC'.lower()": "abc",
    "' a '.strip()": "a",
    "b'abc'.decode()": "abc",
    "'abc'.encode('utf-8')": "abc",
    "bytes([97, 98])": "ab",
    "bytearray((97, 98)).decode()": "ab",
    "bytes.fromhex('6162')": "ab",
    "base64.b64decode('YWI=')": "ab",
    "b32decode('MFRA====')": "ab",
    "binascii.unhexlify('6162')": "ab",
    "codecs.decode('no', 'rot13')": "ab",
    "codecs.decode('6162', 'hex')": "ab",
    "codecs.decode('YWI=', 'base64')": "ab",
    "str('ab')": "ab",
    "''.join(reversed('ab'))": "ba",
}
NOT_FOLDED = [
    "name",
    "'a' + name",
    "'a' * 3",
    "1 + 2",
    "''.join(names)",
    "'%s %d' % ('a', 1)",
    "'%s' % ('a', 'b')",
    "'abc'[n:]",
    "'abc'[::0]",
    "'abc'[1]",
    "chr(n)",
    "chr(99999999)",
    "base64.b64decode('a')",
    "bytes.fromhex('zz')",
    "f'{name}'",
    "('a' * 9).replace('a', 'b')",
    "open('a').read()",
]


def expression(text):
    """The syntax of an expression."""
    return ast.parse(text, mode="eval").body


@pytest.mark.parametrize(("text", "expected"), sorted(FOLDED.items()))
def test_texts_are_worked_out(text, expected):
    """What only spells a text gives that text."""
    assert fold(expression(text)).text == expected


@pytest.mark.parametrize("text", NOT_FOLDED)
def test_what_needs_running_is_not_worked_out(text):
    """Anything that is not literal stays unknown."""
    assert fold(expression(text)) is None


def test_plain_literals_are_not_pieced():
    """Only a text that was put together counts as spelled in pieces."""
    assert (fold(expression("'a'")).pieced, fold(expression("'a' + 'b'")).pieced) == (False, True)


def test_growth_is_bounded():
    """A replacement that would make a text of many megabytes is not carried out."""
    assert fold(expression(f"'{'a' * 3000}'.replace('a', '{'b' * 3000}')")) is None


RESOLVED = {
    "import os\nos.system": "os.system",
    "import os as o\no.system": "os.system",
    "import os.path\nos.path.join": "os.path.join",
    "from os import system\nsystem": "os.system",
    "from os import system as s\ns": "os.system",
    "from os import *\nsystem": "os.system",
    "import os\ns = os.system\ns": "os.system",
    "import os\na = b = os\nb.system": "os.system",
    "import os, sys\na, b = os, sys\na.system": "os.system",
    "import os\nif (o := os): pass\no.system": "os.system",
    "import os\no: object = os\no.system": "os.system",
    "import socket\nwith socket.socket() as s: pass\ns.connect": "socket.socket().connect",
    "eval": "builtins.eval",
    "__builtins__.eval": "builtins.eval",
    "__builtins__['eval']": "builtins.eval",
    "globals()['__builtins__'].eval": "builtins.eval",
    "__import__('os').system": "os.system",
    "import importlib\nimportlib.import_module('os').system": "os.system",
    "import os\ngetattr(os, 'system')": "os.system",
    "import os\nos.__dict__['system']": "os.system",
    "import os\nvars(os)['system']": "os.system",
    "import sys\nsys.modules['os'].system": "os.system",
    "import os\n(os or None).system": None,
    "import os, functools\nfunctools.partial(os.system)": "os.system",
    "os.system": None,
    "def eval(): pass\neval": None,
    "x = 1\nx.system": None,
    "a = b\nb = a\na.x": None,
}


@pytest.mark.parametrize(("text", "expected"), sorted(RESOLVED.items()))
def test_names_are_followed(text, expected):
    """Imports, assignments and ways round them lead to one dotted name."""
    tree = ast.parse(text)
    assert Names(ast.walk(tree)).of(tree.body[-1].value) == expected


DANGEROUS = [
    "__builtin__.eval",
    "builtins.exec",
    "ctypes.CDLL",
    "importlib.import_module",
    "joblib.load",
    "keras.src.utils.get_file",
    "keras.utils.get_file",
    "np.load",
    "os.system",
    "pathlib.Path.write_text",
    "pickle.loads",
    "posix.system",
    "str.__class__",
    "subprocess.Popen",
    "sys.modules",
    "tensorflow.keras.models.load_model",
    "torch.hub.load",
    "torch.load",
    "urllib.request.urlopen",
]
HARMLESS = [
    "builtins.dict",
    "collections.OrderedDict",
    "keras.layers.Dense",
    "numpy.array",
    "os.path.join",
    "oscar.system",
    "pathlib.Path",
    "pickletools",
    "sklearn.svm.SVC",
    "torch.nn.Linear",
    "urllib.parse.quote",
]


@pytest.mark.parametrize("name", DANGEROUS)
def test_dangerous_names_have_a_reason(name):
    """Whole modules and single names, under their aliases too."""
    assert danger_of(name)


@pytest.mark.parametrize("name", HARMLESS)
def test_harmless_names_have_none(name):
    """What only builds, and what is only named alike, has no reason."""
    assert danger_of(name) is None


def test_what_is_dangerous_in_a_pickle_is_so_in_a_config():
    """The tables of pickles count where names are loaded from files, words that only sound alike do not."""
    assert loading_danger("torch._dynamo.config")
    assert not danger_of("torch._dynamo.config")
    assert not any(map(loading_danger, ["os.path.join", "collections.OrderedDict", "mine.system", "torch.nn.Linear"]))


def test_names_have_one_spelling():
    """Old modules and private paths of Keras count as the public ones."""
    assert canonical("tensorflow.python.keras.layers.Dense") == "keras.layers.Dense"
    assert canonical("__builtin__.eval") == "builtins.eval"


CODE = """
import os, base64, requests
KEY = base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKQ==')
PAGE = requests.get('http://a').text
def later():
    first(KEY)
def now():
    second(PAGE)
now()
if __name__ == '__main__':
    third(os.environ)
"""


def test_calls_know_when_they_run_and_where_values_come_from():
    """Functions called at import run at import; others and the main block do not."""
    source = Source(ast.parse("from x import first, second, third\n" + CODE))
    calls = {each.name.removeprefix("x."): each for each in source.calls()}
    assert [calls[each].at_import for each in ("first", "second", "third")] == [False, True, False]
    origins = {each: source.origins(calls[each].node.args[0]) for each in ("first", "second", "third")}
    assert (origins["first"].decoded, origins["second"].downloaded, origins["third"].environment) == (True, True, True)
    assert not origins["second"].decoded


@given(
    st.recursive(
        st.sampled_from(["'a'", "x", "1", "b'\\xff'"]),
        lambda inner: (
            st.builds("({}+{})".format, inner, inner)
            | st.builds("''.join([{}])".format, inner)
            | st.builds("{}[::-1]".format, inner)
            | st.builds("bytes({})".format, inner)
            | st.builds("base64.b64decode({})".format, inner)
            | st.builds("getattr({}, {})".format, inner, inner)
            | st.builds("({} % {})".format, inner, inner)
        ),
        max_leaves=10,
    )
)
def test_any_expression_is_worked_out_or_not(text):
    """Folding and following names end for any expression."""
    tree = ast.parse(f"x = {text}\ny = {text}\nx")
    assert fold(tree.body[0].value) is None or fold(tree.body[0].value).text is not None
    found = Names(ast.walk(tree)).of(tree.body[-1].value)
    assert found is None or isinstance(found, str)
