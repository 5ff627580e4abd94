"""Persona files: what is read, and how a mistake in one is told."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_support import persona_from

from seatrial.core.errors import Mistake
from seatrial.simulator.persona import load_persona, shipped_personas
from seatrial.simulator.units import pattern, per_second, seconds, share
from seatrial.simulator.yaml_source import parse_yaml, scalar

ENTRY = "name: x\nslots: {isle: {words: {A: [a], B: [b]}}}\nfacts: {pier: {A: 1}}\nknowledge:\n  - id: one\n"


def test_shipped_personas_are_listed_and_load():
    """The shipped personas are there under their names."""
    harbour = [f"harbour-{name}" for name in ("fragile", "gullible", "ja", "unfair", "v1", "v2")]
    assert shipped_personas() == [*harbour, "zero"]
    assert [load_persona(name).name for name in shipped_personas()] == shipped_personas()


def test_faulty_persona_knows_what_the_mended_one_knows():
    """harbour-v1 extends harbour-v2: same knowledge, other faults."""
    faulty, mended = load_persona("harbour-v1"), load_persona("harbour-v2")
    assert faulty.knowledge == mended.knowledge
    assert (len(mended.faults), len(faulty.faults)) == (0, 10)


def test_file_may_extend_a_shipped_persona(tmp_path):
    """A file of one's own takes over what it does not say."""
    persona = persona_from(tmp_path, "extends: harbour-v2\nname: mine\nlatency: {first_token: 1s}\n")
    assert (persona.name, persona.latency.first_token, len(persona.knowledge)) == ("mine", 1.0, 18)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: x\nfautls: []", ":2: fautls: unknown key (did you mean 'faults'?)"),
        ("name: x\nfaults:\n - kind: slo", ":3: faults[0].kind: unknown fault 'slo' (did you mean 'slow'?)"),
        ("name: x\nfaults:\n - kind: slow\n   deley: 2s", ":4: faults[0].deley: unknown key (did you mean 'delay'?)"),
        ("name: x\nfaults:\n - kind: slow\n   delay: soon", ":4: faults[0].delay: expected a duration such as 80ms"),
        ("name: x\nfaults:\n - kind: slow\n   rate: 1.5", ":4: faults[0].rate: expected a share such as 0.35 or 35 %"),
        ("name: x\nfaults:\n - {kind: slow}\n - {kind: slow}", ":4: faults[1]: two faults are called 'slow'"),
        ("name: x\nfaults:\n - rate: 1", ":3: faults[0]: object missing required field kind"),
        ("name: x\nslots:\n  b: {words: {}}\n  a:\n    wrods: 1", ":5: slots.a.wrods: unknown key (did you mean"),
        ("name: x\nslots: {a: {pattern: '('}}", ":2: slots.a.pattern: invalid regular expression '('"),
        ("name: x\nlanguages: [en, xx]", ":2: languages[1]: the language 'xx' can not be told"),
        ("name: x\nlimits: {rpm: 0, tpm: 1}", ":2: limits.rpm: expected int >= 1"),
        ("name: x\nname: y", ":2: name: this key is given twice"),
        ("name: x\nfacts: &a {b: *a}", ":2: "),
        ("- a", ":1: expected keys and values at the top of the file"),
        ("name: [", "not YAML: "),
        (ENTRY + "    keywords: {en: [a]}\n    needs: [port]", ":7: knowledge[0].needs[0]: 'port' is no slot"),
        (ENTRY + "    keywords: {en: [a]}\n    needs: [isle]", ": dialogues must say how to ask back for 'isle'"),
        (
            ENTRY + "    keywords: {en: [a]}\n    answers: {en: 'Pier {peir}'}",
            ":7: knowledge[0].answers.en: {peir} names",
        ),
        (ENTRY + "    keywords: {de: [a]}", ":6: knowledge[0].keywords.de: 'de' is not among the persona's languages"),
        ("extends: harbor-v2\nname: x", "(did you mean 'harbour-v2'?)"),
    ],
)
def test_mistakes_name_file_line_and_key(tmp_path, text, told):
    """Each mistake is one sentence with the place, and with the nearest known key where one is near."""
    with pytest.raises(Mistake) as caught:
        persona_from(tmp_path, text)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


def test_fact_that_is_missing_for_one_island_is_found(tmp_path):
    """A table without a row for one of the slot's values is told before anybody asks for it."""
    text = ENTRY + "    keywords: {en: [a]}\n    needs: [isle]\n    answers: {en: '{pier[isle]}'}\n"
    with pytest.raises(Mistake, match=r"\{pier\[isle\]\} names no fact"):
        persona_from(tmp_path, text + "dialogues: {isle: {en: Which?}}\n")


def test_unknown_persona_names_the_nearest(tmp_path):
    """A misspelt persona and a missing file are told apart."""
    with pytest.raises(Mistake, match="did you mean 'harbour-v1'"):
        load_persona("harbor-v1")
    with pytest.raises(Mistake, match="can not read this file"):
        load_persona(tmp_path / "none.yaml")


def test_circle_of_files_is_refused(tmp_path):
    """Two files that extend each other are a mistake, not an endless loop."""
    (tmp_path / "other.yaml").write_text("extends: persona.yaml\nname: o\n")
    with pytest.raises(Mistake, match="circle"):
        persona_from(tmp_path, "extends: other.yaml\nname: x\n")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_told(raw):
    """No file leads to anything but data or a Mistake."""
    try:
        found = parse_yaml(raw, "x.yaml").data
    except Mistake as mistake:
        found = {"told": mistake.path}
    assert isinstance(found, dict)
    assert found.get("told", "x.yaml") == "x.yaml"


def test_deep_nesting_is_refused():
    """Ten thousand brackets are a Mistake."""
    with pytest.raises(Mistake):
        parse_yaml(b"a: " + b"[" * 10_000 + b"]" * 10_000, "x.yaml")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("21:40", "21:40"),
        ("no", "no"),
        ("12", 12),
        ("-1.5", -1.5),
        ("true", True),
        ("~", None),
        ("2024-01-01", "2024-01-01"),
    ],
)
def test_scalars_follow_yaml_1_2(text, value):
    """Times of day, dates and `no` stay text."""
    assert scalar(text) == value


@pytest.mark.parametrize(
    ("read", "text", "value"),
    [
        (seconds, "80ms", 0.08),
        (seconds, "2.5s", 2.5),
        (seconds, "5m", 300),
        (seconds, 3, 3),
        (share, "35 %", 0.35),
        (share, 0.5, 0.5),
        (per_second, "200/s", 200),
    ],
)
def test_units_are_read(read, text, value):
    """Durations, shares and rates are read in the forms that the docs show."""
    assert read(text) == pytest.approx(value)


@pytest.mark.parametrize(
    ("read", "text"),
    [(seconds, "soon"), (seconds, -1), (seconds, True), (share, "135 %"), (share, 2), (per_second, 0), (pattern, 3)],
)
def test_wrong_units_are_refused(read, text):
    """What is no such quantity is a ValueError that shows what was found."""
    with pytest.raises(ValueError, match=str(text)):
        read(text)
