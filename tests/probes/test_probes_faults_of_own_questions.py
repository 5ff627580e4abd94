"""Families that change what plain questions do not have find their faults in questions of their own."""

import shutil
from pathlib import Path

import msgspec
import pytest
from weak_persona import plain_rows, tried, with_one_fault

from seatrial.simulator.fault_kinds import WrongAnswer
from seatrial.simulator.persona import load_persona

BREAKS = "robustness.break_rate"
LAST = {"Saltholm": "21:40", "Graynes": "20:15", "Fennport": "22:05", "Kelprock": "18:50"}
JAPANESE = {"Saltholm": "サルトホルム", "Graynes": "グレインズ", "Fennport": "フェンポート", "Kelprock": "ケルプロック"}
ASKS = {
    "dates": "I arrive on 2026-11-{day} at {hour}:20. When does the last ferry leave for {island}?",
    "number_words": "We are {many} in all. When does the last ferry leave for {island}?",
    "entities": "Hello, number {many} here. When does the last ferry leave for {island}?",
    "entity_swap": "The last ferry to {island} leaves at {time}.\n\n"
    "And when does the last ferry leave for {island}? {many}",
    "kana": "{ja}へのさいごのフェリーはなんじにでますか。{many}",
}  # fmt: skip
FAULTS = {
    "dates": "dates",
    "number_words": "number-words",
    "entities": "names-otherwise",
    "entity_swap": "answers-from-memory",
    "kana": "kana",
}
HEALTHY = {"kana": "harbour-ja"}


def rows_of(family, count=48):
    """Questions that the family can change, all with a known answer."""
    for number in range(count):
        island = list(LAST)[number % 4]
        time = LAST[island]
        text = ASKS[family].format(
            island=island,
            time=time,
            ja=JAPANESE[island],
            many=2 + number % 11,
            hour=10 + number % 12,
            day=10 + number % 18,
        )
        row = {"id": f"q{number}", "ask": f"{text}", "expect": time, "checks": ["contains"], "tags": {}}
        row["tags"] = {"language": "ja" if family == "kana" else "en"}
        yield row | ({"context": [text.partition("\n")[0]]} if family == "entity_swap" else {})


def group(family, more=""):
    """The part `probes` of a suite file."""
    return f"robustness: {{families: [{family}], strength: 0.6, per_case: 2, concurrency: 20{more}}}"


@pytest.mark.parametrize("family", list(FAULTS))
def test_the_family_finds_its_fault(tmp_path, family):
    """Of the children that meet the fault's condition, the planted share breaks, and of the others none."""
    persona = with_one_fault(FAULTS[family], of=HEALTHY.get(family))
    found = tried(tmp_path, persona, list(rows_of(family)), group(family), BREAKS)
    low, high = found.interval
    assert found.met >= 40
    assert found.whole[0] == found.struck
    assert low <= 0.6 <= high


@pytest.mark.parametrize("family", list(FAULTS))
def test_the_healthy_twin_is_left_alone(tmp_path, family):
    """Without the fault nothing breaks."""
    persona = load_persona(HEALTHY.get(family, "harbour-v2"))
    found = tried(tmp_path, persona, list(rows_of(family, 24)), group(family), BREAKS)
    assert found.whole[0] == 0
    assert found.whole[1] >= 20


@pytest.mark.parametrize("rate", [0.0, 0.6])
def test_round_trip_finds_its_fault(tmp_path, rate):
    """A translation uses words that the persona is not used to; the healthy twin (rate 0) understands them."""
    shutil.copy(Path(__file__).with_name("round_trip_writer.py"), tmp_path)
    rows = [row for row in plain_rows(200) if row["tags"]["language"] == "en"]
    persona = with_one_fault("unfamiliar-words")
    persona = msgspec.structs.replace(persona, faults=(msgspec.structs.replace(persona.faults[0], rate=rate),))
    writer = 'writer: {python: "round_trip_writer:translate"}'
    found = tried(tmp_path, persona, rows, group("round_trip", ", with: {round_trip: writer}"), BREAKS, more=writer)
    low, high = found.interval
    assert found.met >= 4
    assert found.whole[0] == found.struck
    assert low <= rate <= high


def test_identity_finds_nothing(tmp_path):
    """Asking the same again shows chance only: what is always wrong, or always right, does not flip."""
    fault = WrongAnswer(rate=0.6, sticky=True)
    persona = msgspec.structs.replace(load_persona("harbour-v2"), faults=(fault,))
    found = tried(tmp_path, persona, plain_rows(), group("identity"), "robustness.flip_rate")
    assert found.struck > 40
    assert found.whole[0] == 0
    assert found.whole[1] > 50
