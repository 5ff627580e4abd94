"""What holds for every tensor and native model format alike."""

import importlib
import json
import pkgutil
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making.boosters import as_json, lightgbm, ubj, xgboost_model
from making.flat import catboost, executorch, tflite
from making.looking import seen
from making.native import FRAME, MODEL, R, coreml, field, network, openvino, rds
from making.templates import HONEST as TEMPLATES
from making.tensors import TENSORS, honest_gguf, npy, safetensors

from seatrial.scan import formats
from seatrial.scan.format import Format
from seatrial.scan.table import BUILT_IN

CONFIG = json.dumps({"model_type": "llama", "chat_template": TEMPLATES["llama3"]}).encode()
HONEST = {
    "npy": npy(("<f4", (2, 2)), b"\x00" * 16),
    "safetensors": safetensors(TENSORS, b"\x00" * 20),
    "gguf": honest_gguf(),
    "jinja": TEMPLATES["qwen"].encode(),
    "transformers": CONFIG,
    "xgboost-json": as_json(xgboost_model()),
    "xgboost-ubj": ubj(xgboost_model()),
    "lightgbm": lightgbm(),
    "catboost": catboost(),
    "tflite": tflite(),
    "executorch": executorch(),
    "coreml": coreml(500, network(field(160, b""))),
    "openvino": openvino(),
    "rds": rds(R.vector(FRAME, MODEL)),
}
CUT_MAY_END_WELL = {"jinja", "lightgbm", "executorch", "coreml", "openvino"}
"""Formats in which a beginning can be whole: templates, fields in a row, XML without layers, ends of padding."""


def _formats():
    found = {}
    for each in pkgutil.iter_modules(formats.__path__):
        module = importlib.import_module(f"seatrial.scan.formats.{each.name}")
        found |= {f"formats.{each.name}:{name}": one for name, one in vars(module).items() if isinstance(one, Format)}
    return found


FORMATS = _formats()
RULES = sorted({(rule.id, rule) for each in FORMATS.values() for rule in each.rules}, key=lambda pair: pair[0])


def test_every_format_is_in_the_table():
    """A format that nobody looks up finds nothing."""
    assert sorted(set(FORMATS) - set(BUILT_IN)) == []


@pytest.mark.parametrize("place", sorted(FORMATS))
def test_a_format_says_what_it_is(place):
    """A name, and a line for the docs."""
    each = FORMATS[place]
    assert re.fullmatch(r"[a-z][a-z0-9-]+", each.name)
    assert 10 < len(each.title) < 110


@pytest.mark.parametrize("rule", [rule for _, rule in RULES], ids=[name for name, _ in RULES])
def test_a_rule_says_what_is_wrong_why_and_what_to_do(rule):
    """Words for people, a stable id, and names in others' lists."""
    assert re.fullmatch(r"[a-z]+\.[a-z-]+", rule.id)
    assert rule.severity in ("low", "review", "attack")
    assert not rule.title.endswith(".")
    assert rule.why.endswith(".")
    assert rule.mend.endswith(".")
    assert rule.taxonomy


def test_ids_name_one_rule_each():
    """Two rules of one id could not be told apart in a baseline."""
    assert len({name for name, _ in RULES}) == len(RULES)


@pytest.mark.parametrize("name", sorted(HONEST))
def test_an_honest_file_is_of_its_format_and_no_other(name):
    """Recognition by content finds the one format, under a name that says nothing, and judges it clean."""
    found = seen(HONEST[name], "data")
    ours = [each for each in found.formats if each in {one.name for one in FORMATS.values()}]
    assert (found.verdict, found.findings, ours) == ("clean", (), [name])


@pytest.mark.parametrize("name", sorted(HONEST))
@pytest.mark.parametrize("suffix", [".pkl", ".txt", ".json", ".safetensors", ".py"])
def test_a_suffix_does_not_change_what_a_file_is(name, suffix):
    """Content decides: under any name the format is still seen."""
    assert name in seen(HONEST[name], f"file{suffix}").formats


@pytest.mark.parametrize("name", sorted(HONEST))
def test_a_cut_file_is_never_an_attack(name):
    """At every byte at which a download may break off, the rest could not be read; nobody is accused."""
    data = HONEST[name]
    step = max(1, len(data) // 150)
    verdicts = {seen(data[:size], "data").verdict for size in range(1, len(data), step)}
    assert "attack" not in verdicts
    assert "clean" not in verdicts or name in CUT_MAY_END_WELL


@pytest.mark.parametrize("name", sorted(HONEST))
def test_only_what_a_format_announces_is_found_in_it(name):
    """Whatever byte is changed, findings are of the format's own rules, or of the file as such."""
    data = HONEST[name]
    known = {pair[0] for pair in RULES}
    for place in range(0, len(data), max(1, len(data) // 60)):
        changed = data[:place] + b"\xff" + data[place + 1 :]
        ids = {each.id for each in seen(changed, "data").findings if each.id.partition(".")[0] in {*PREFIXES}}
        assert ids <= known


PREFIXES = sorted({name.partition(".")[0] for name, _ in RULES})


@settings(max_examples=150)
@given(st.sampled_from(sorted(HONEST)), st.sampled_from(sorted(HONEST)), st.integers(0, 10_000))
def test_one_file_within_another_gives_a_verdict(outer, inner, place):
    """A file put into the middle of another ends in a verdict, with no reader failing."""
    data = HONEST[outer]
    place %= len(data)
    found = seen(data[:place] + HONEST[inner] + data[place:], "data")
    assert "file.reader-failed" not in [each.id for each in found.findings]


@settings(max_examples=150)
@given(st.sampled_from(sorted(HONEST)), st.binary(max_size=60))
def test_any_bytes_behind_a_beginning_give_a_verdict(name, tail):
    """Each format's first bytes with anything behind them end in a verdict, with no reader failing."""
    for head in (4, 8, 16, 40):
        found = seen(HONEST[name][:head] + tail, "data")
        assert "file.reader-failed" not in [each.id for each in found.findings]


@pytest.mark.parametrize("name", ["catboost", "gguf", "npy", "safetensors"])
def test_what_is_appended_is_told_and_looked_at(name):
    """A pickle behind a model's end is found as one."""
    found = seen(HONEST[name] + b"\x80\x04" + b"\x00" * 64 + b"cos\nsystem\n(S'id'\ntR.", "data")
    assert found.verdict in ("review", "attack")
    assert f"{name}.trailing-bytes" in [each.id for each in found.findings]
