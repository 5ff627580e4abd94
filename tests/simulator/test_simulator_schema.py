"""What a persona file may say and what it may not: types, names that other parts name, files on files, plain YAML."""

import json
import re
import typing

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from simulator_support import persona_from

from seatrial.core.errors import Mistake
from seatrial.simulator import yaml_source
from seatrial.simulator.fault_kinds import Fault, ModelSwap, Planted, snake_case
from seatrial.simulator.persona import load_persona, shipped_personas
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.schema import Limits, When
from seatrial.simulator.units import pattern, per_second, read_unit, seconds, share
from seatrial.simulator.yaml_source import key_text, parse_yaml, read_yaml, scalar

KINDS = typing.get_args(Fault)
PLAIN = st.text("abcxyz ", min_size=1, max_size=8).map(str.strip).filter(bool)
DATA = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**17), 10**17) | st.floats(-1e9, 1e9) | PLAIN,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PLAIN, inner, max_size=3),
    max_leaves=8,
)
TOP = """
name: x
slots: {day: {words: {Mon: [monday]}}}
dialogues: {day: {en: Which day?}}
facts: {price: 2.5, hours: {Mon: "9:00"}}
"""


def mistake_in(folder, text):
    """The Mistake that a persona file leads to."""
    with pytest.raises(Mistake) as caught:
        persona_from(folder, text)
    return caught.value


def entry(**more):
    """A file with one entry."""
    return TOP + "knowledge: " + json.dumps([{"id": "one", "keywords": {"en": ["open"]}, **more}]) + "\n"


@pytest.mark.parametrize(
    ("text", "line", "key", "told"),
    [
        ("name: x\nlatency:\n  queue:\n    rat: 3", 4, "latency.queue.rat", "did you mean 'rate'"),
        ("name: x\nlatency:\n  first_tokn: 3", 3, "latency.first_tokn", "did you mean 'first_token'"),
        ("name: x\nlatency:\n  jitter: 120 %", 3, "latency.jitter", "expected a share"),
        ("name: x\nlatency: {queue: {rate: 0/s}}", 2, "latency.queue.rate", "expected a rate such as 200/s"),
        ("name: x\nlatency: {first_token: 25h}", 2, "latency.first_token", "expected a duration"),
        ("name: x\nlimits: {rpm: 5}", 2, "limits", "missing required field tpm"),
        ("name: x\nlimits: {rpm: 5, tpm: 2.5}", 2, "limits.tpm", "expected int"),
        ("name: x\ncontext_tokens: 0", 2, "context_tokens", "expected int >= 1"),
        ("name: x\nmodels: gpt", 2, "models", "expected array, got str"),
        ("name: x\nlanguages: []", 2, "languages", "name at least one language"),
        ("name: x\nseed: one", 2, "seed", "expected int, got str"),
        ("name: x\necho: maybe", 2, "echo", "expected bool, got str"),
        ("name: x\nfallback: {kind: 3}", 2, "fallback.kind", "expected str, got int"),
        ("name: x\nslots:\n  kind: 3", 3, "slots.kind", "expected object, got int"),
        ("name: x\nslots: {day: {}}", 2, "slots.day", "a slot needs words or a pattern"),
        (
            "name: x\nslots:\n  a: {pattern: a}\n  b: {pattern: '[z'}",
            4,
            "slots.b.pattern",
            "invalid regular expression",
        ),
        ("name: x\nfaults: [{kind: 5}]", 2, "faults[0].kind", "unknown fault '5'; known are believe_falsehoods, break"),
        ("name: x\nfaults:\n- 3", 3, "faults[0]", "expected object, got int"),
        ("name: x\nfaults:\n- kind: slow\n- kind: model_swap", 4, "faults[1]", "missing required field model"),
        ("name: x\nfaults:\n- kind: done\n  mode: twice", 4, "faults[0].mode", "invalid enum value 'twice'"),
        ("name: x\nfaults:\n- kind: server_error\n  status: 502", 4, "faults[0].status", "invalid enum value 502"),
        ("name: x\nfaults:\n- kind: slow\n  when: {langage: de}", 4, "faults[0].when.langage", "mean 'language'"),
        ("name: x\nfaults:\n- kind: slow\n  when: {every: 0}", 4, "faults[0].when.every", "expected int >= 1"),
        ("name: x\nfaults:\n- kind: drift\n  slower: 0.5", 4, "faults[0].slower", "expected float >= 1"),
        ("name: x\nfaults:\n- kind: differs_by_name\n  factor: 0", 4, "faults[0].factor", "expected float > 0"),
        ("name: x\nfaults:\n- {kind: wrong_answer, answers: {en: 3}}", 3, "faults[0].answers.en", "expected str"),
        ("nam: x", 1, "nam", "did you mean 'name'"),
        ("description: y", 1, None, "missing required field name"),
    ],
)
def test_mistakes_stand_at_their_line_and_key(tmp_path, text, line, key, told):
    """Line and key are those of the guilty part, and the sentence says what is allowed."""
    found = mistake_in(tmp_path, text)
    assert (found.line, found.key) == (line, key)
    assert told in found.what
    assert str(found.path).endswith("persona.yaml")


@pytest.mark.parametrize(
    ("more", "key", "told"),
    [
        ({"keywords": {"en": ["guide dog"]}}, "keywords.en[0]", "'guide dog' is not one word"),
        ({"keywords": {"en": ["open", "a||b"]}}, "keywords.en[1]", "'' is not one word"),
        ({"keywords": {"en": ["*"]}}, "keywords.en[0]", "'*' is not one word"),
        ({"keywords": {"en": "open"}}, "keywords.en", "expected array"),
        ({"answers": {"ne": "Hi"}}, "answers.ne", "'ne' is not among the persona's languages"),
        ({"needs": ["dya"]}, "needs[0]", "'dya' is no slot"),
        ({"answers": {"en": "{hours[day]}"}}, "answers.en", "{hours[day]} names no fact and no slot"),
        ({"needs": ["day"], "answers": {"en": "{hours[day].x}"}}, "answers.en", "{hours[day].x} names no fact"),
        ({"json": {"a": ["{pric}"]}}, "json", "{pric} names no fact"),
        ({"tool": {"name": "t", "arguments": {"a": "{pric}"}}}, "tool.arguments", "{pric} names no fact"),
        ({"tool": {"name": "t", "done": {"en": "{pric}"}}}, "tool.done.en", "{pric} names no fact"),
        ({"tool": {"nmae": "t"}}, "tool.nmae", "did you mean 'name'"),
        ({"anwsers": {}}, "anwsers", "did you mean 'answers'"),
    ],
)
@pytest.mark.parametrize("part", ["knowledge", "refuses"])
def test_mistakes_in_entries_are_told_in_both_lists(tmp_path, part, more, key, told):
    """An entry that could never answer rightly is refused when the file is read, known or refused topic alike."""
    found = mistake_in(tmp_path, entry(**more).replace("knowledge:", f"{part}:"))
    assert found.key == f"{part}[0].{key}"
    assert told in found.what


@pytest.mark.parametrize(
    "more",
    [
        {"needs": ["day"], "answers": {"en": "At {hours[day]} on {day}"}},
        {"answers": {"en": "{price:money} and {Upper} and {}"}},
        {"json": {"list": ["{price}", 3, None, {"deep": "{hours}"}]}},
        {"keywords": {"en": ["open*|hours", "jusqu'"]}},
    ],
)
def test_entries_that_can_be_filled_are_read(tmp_path, more):
    """What can be answered is no mistake."""
    assert persona_from(tmp_path, entry(**more)).knowledge[0].id == "one"


@pytest.mark.parametrize("words", ["[north pier]", "['']", "['!']"])
def test_slot_words_are_single_words(tmp_path, words):
    """A slot's word that no single word of a question can meet is told."""
    found = mistake_in(tmp_path, f"name: x\nslots: {{pier: {{words: {{North: {words}}}}}}}\n")
    assert (found.key, "is not one word" in found.what) == ("slots.pier.words.North", True)


@pytest.mark.parametrize("parts", [("knowledge", "knowledge"), ("knowledge", "refuses"), ("refuses", "refuses")])
def test_ids_are_unique_over_both_lists(tmp_path, parts):
    """Two entries of one id are told wherever they stand."""
    one = {"id": "same", "keywords": {"en": ["a"]}}
    lists = {part: [one] * parts.count(part) for part in parts}
    found = mistake_in(tmp_path, json.dumps({"name": "x", **lists}))
    assert (found.what, found.key) == ("two entries have the id 'same'", f"{parts[0]}[0].id")


def test_faults_of_one_kind_need_names(tmp_path):
    """Two faults may be of one kind under two names; a name may not be another's kind."""
    faults = [{"kind": "slow"}, {"kind": "slow", "name": "second"}]
    assert len(persona_from(tmp_path, json.dumps({"name": "x", "faults": faults})).faults) == 2
    faults.append({"kind": "done", "name": "slow"})
    assert mistake_in(tmp_path, json.dumps({"name": "x", "faults": faults})).key == "faults[2]"


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_is_read_by_its_snake_case_word(tmp_path, kind):
    """Each kind is found under its word, keeps its label, and parameters leave the common part out."""
    word = kind.__struct_config__.tag
    more = {"model": "other"} if kind is ModelSwap else {}
    (fault,) = persona_from(tmp_path, json.dumps({"name": "x", "faults": [{"kind": word, **more}]})).faults
    assert type(fault) is kind
    assert fault.kind == fault.label == word == snake_case(kind.__name__)
    assert not set(fault.parameters()) & set(Planted.__struct_fields__)
    assert fault.rate == 1


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_kind_refuses_a_misspelt_key(tmp_path, kind):
    """No kind switches itself off by a key that it does not know, and each names what it allows."""
    word = kind.__struct_config__.tag
    found = mistake_in(tmp_path, json.dumps({"name": "x", "faults": [{"kind": word, "rat": 1, "model": "m"}]}))
    assert "unknown key" in found.what
    assert {"rate", "when", "kind"} <= set(re.split(r"[ ,]+", found.what.partition("allowed are ")[2]))


def test_model_names_default_to_the_name():
    """A persona answers to its own name unless it lists others."""
    assert Persona(name="a").model_names == ("a",)
    assert Persona(name="a", models=("b", "c")).model_names == ("b", "c")


@pytest.mark.parametrize("name", shipped_personas())
def test_shipped_personas_can_be_sent_elsewhere(name):
    """A shipped persona is described, and its limits are wide enough for a demo of hundreds of questions."""
    persona = load_persona(name)
    assert persona.description
    assert persona.limits is None or persona.limits == Limits(rpm=60_000, tpm=30_000_000)
    assert (name not in ("harbour-ja", "harbour-v2", "zero")) is bool(persona.faults)


def test_files_extend_files_beside_them(tmp_path):
    """The nearest file wins key by key, over four levels, and relative to the file that names the base."""
    folder = tmp_path / "bases"
    folder.mkdir()
    (folder / "a.yaml").write_text("name: a\nseed: 1\ndescription: from a\n")
    (folder / "b.yaml").write_text("extends: a.yaml\nname: b\nseed: 2\n")
    persona = persona_from(tmp_path, "extends: bases/b.yaml\nname: c\n")
    assert (persona.name, persona.seed, persona.description) == ("c", 2, "from a")


def test_a_mistake_in_a_base_is_told_there(tmp_path):
    """File and line are those of the file that holds the mistake, not of the one that extends it."""
    (tmp_path / "base.yaml").write_text("name: b\n\nseed: one\n")
    found = mistake_in(tmp_path, "extends: base.yaml\nname: c\n")
    assert (found.path, found.line, found.key) == ("base.yaml", 3, "seed")


def test_an_overlaid_part_replaces_the_whole_part(tmp_path):
    """Top-level keys are replaced, not merged, and their mistakes are told in the upper file."""
    persona = persona_from(tmp_path, "extends: harbour-v2\nname: c\nfallback: {en: Sorry}\n")
    assert persona.fallback == {"en": "Sorry"}
    found = mistake_in(tmp_path, "extends: harbour-v2\nname: c\nlanguages: [en]\n")
    assert "is not among the persona's languages" in found.what
    assert found.path == "harbour-v2.yaml"


def test_a_chain_of_six_files_is_too_deep(tmp_path):
    """Five files on each other are read, a sixth is refused."""
    for level in range(2, 6):
        (tmp_path / f"{level}.yaml").write_text(f"extends: {level + 1}.yaml\nname: n{level}\n")
    (tmp_path / "6.yaml").write_text("name: last\nseed: 6\n")
    assert persona_from(tmp_path, "extends: 3.yaml\nname: x\n").seed == 6
    assert "more than 5 deep" in mistake_in(tmp_path, "extends: 2.yaml\nname: x\n").what


@pytest.mark.parametrize("name", ["", "nothing-like-it", ".", "harbour-v2.txt"])
def test_names_that_are_no_persona_are_a_mistake(name):
    """A name that is neither shipped nor a readable file is one sentence."""
    with pytest.raises(Mistake, match=r"no persona is called|can not read this file"):
        load_persona(name)


def test_files_over_the_limit_are_not_parsed(tmp_path):
    """One byte beyond the limit is refused by its size."""
    path = tmp_path / "big.yaml"
    path.write_bytes(b"#" * (yaml_source.MAX_BYTES + 1))
    with pytest.raises(Mistake, match="larger than 4 MB"):
        read_yaml(path, "big.yaml")


@given(st.dictionaries(PLAIN, DATA, max_size=4))
def test_plain_data_comes_back_as_it_was(data):
    """What a YAML writer puts down is read as the same data, with a place for every key."""
    source = parse_yaml(yaml.safe_dump(data, allow_unicode=True).encode(), "x.yaml")
    assert source.data == data
    assert all((key,) in source.places for key in data)


@given(st.dictionaries(PLAIN, DATA, max_size=4))
def test_json_is_yaml(data):
    """JSON text is read as JSON reads it, floats and nesting included."""
    assert parse_yaml(msgspec.json.encode(data), "x.yaml").data == json.loads(msgspec.json.encode(data))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("True", True),
        ("FALSE", False),
        ("Null", None),
        ("tRUE", "tRUE"),
        ("yes", "yes"),
        ("off", "off"),
        ("+5", 5),
        ("007", 7),
        ("1e3", 1000.0),
        (".5", 0.5),
        ("1e999", "1e999"),
        ("12345678901234567890", "12345678901234567890"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        (".inf", ".inf"),
        ("12:30:45", "12:30:45"),
    ],
)
def test_scalars_never_lose_anything(text, value):
    """Words of YAML 1.2 have their value in three spellings; numbers too long or too large stay as written."""
    assert scalar(text) == value
    assert type(scalar(text)) is type(value)


@pytest.mark.parametrize("quoted", ['"12"', "'true'", "'~'", "|-\n  12", ">-\n  1.5"])
def test_quoted_scalars_stay_text(quoted):
    """Quotes and blocks keep what looks like a number."""
    assert isinstance(parse_yaml(f"a: {quoted}\n".encode(), "x").data["a"], str)


@pytest.mark.parametrize(
    ("raw", "line", "told"),
    [
        (b"a: 1\nb: [1, 2\n", 3, "not YAML"),
        (b"a: 1\n---\nb: 2\n", 2, "another document"),
        (b"? [a]\n: b\n", 1, "a key must be plain text"),
        (b"", 1, "expected keys and values"),
        (b"just text", 1, "expected keys and values"),
        (b"a: &x [1]\nb: *x\n", 1, "anchors and aliases"),
        (b"a:\n  b: 1\n  b: 2\n", 3, "given twice"),
        (b"a: \x00", None, "not YAML"),
        (b"a: \xff\xfe", None, "not YAML"),
        (b"a: " + b"[" * 60 + b"]" * 60, 1, "nested too deeply"),
        (b"a: *nothing\n", 1, "not YAML"),
    ],
)
def test_what_is_no_plain_yaml_is_told_with_its_line(raw, line, told):
    """Bad YAML leads to one sentence with the line where there is one."""
    with pytest.raises(Mistake, match=told) as caught:
        parse_yaml(raw, "x.yaml")
    assert (caught.value.path, caught.value.line) == ("x.yaml", line)


def test_a_place_that_is_not_known_is_that_around_it():
    """The line of a missing key is the line of what it is missing in."""
    source = parse_yaml(b"a: 1\nb:\n  - c: 2\n", "x.yaml")
    assert source.where(("b", 0, "none", 7)) == ("x.yaml", 3)
    assert source.where(("none",)) == ("x.yaml", 1)
    assert key_text(("b", 0, "c")) == "b[0].c"


@given(st.floats(0, 86_400))
def test_seconds_in_every_form_are_the_same(value):
    """Seconds, milliseconds and plain numbers agree."""
    text = f"{value:.6f}"
    assert seconds(f"{text}s") == seconds(float(text)) == float(text)
    assert seconds(f" {text} ms ") == pytest.approx(float(text) / 1000)


@given(st.integers(0, 100))
def test_per_cent_is_a_hundredth(value):
    """`35 %`, `35%` and 0.35 are one share."""
    assert share(f"{value} %") == share(f"{value}%") == share(value / 100)


@pytest.mark.parametrize(
    ("read", "found"),
    [
        (seconds, "1d"),
        (seconds, "-1s"),
        (seconds, "1 s 2"),
        (seconds, float("nan")),
        (seconds, 86_400.1),
        (seconds, None),
        (share, "1/2"),
        (share, "-1 %"),
        (share, float("nan")),
        (share, True),
        (per_second, "200"),
        (per_second, "200/min"),
        (per_second, float("inf")),
        (per_second, -1),
        (pattern, "a(?P<"),
        (pattern, None),
    ],
)
def test_what_is_no_quantity_is_told_as_found(read, found):
    """Each reader refuses what it can not read and shows it."""
    with pytest.raises(ValueError, match=re.escape(repr(found))):
        read(found)


def test_units_are_bounded_inclusively():
    """A day, the whole and nothing are still quantities."""
    assert (seconds("24h"), seconds("1440m"), seconds(0)) == (86_400, 86_400, 0)
    assert (share("100 %"), share(0), share(1)) == (1, 0, 1)


def test_patterns_ignore_case_and_other_types_are_no_unit():
    """A pattern finds its text in any case; a type without a reader is a defect of the schema."""
    assert pattern("tide").search("TIDE")
    with pytest.raises(NotImplementedError):
        read_unit(When, "x")
