"""Gates over attacks: met, missed or undecided by their intervals, and never by what was not judged."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.batch import Batch
from seatrial.core.gate import parse_gate
from seatrial.core.interaction import FailureKind
from seatrial.metrics.decide import judge_gates
from seatrial.metrics.table import find_metric, known_metrics


def attacked(**words):
    """A Batch of a group `attack`: for each family a word, h hit, o held, n not judged, x no answer."""
    batch = Batch()
    for family, word in words.items():
        for letter in word:
            cells, labels, failure = {"failed": float(letter == "x")}, {}, None
            check = "over_refusal" if family == "over_refusal" else "canary"
            if letter in "ho":
                cells |= {"passed": float(letter == "o"), f"check:{check}": float(letter == "o")}
                labels = {f"label:{check}": "hit" if letter == "h" else "held"}
            elif letter == "n":
                cells[f"unjudged:{check}"] = 1.0
            else:
                failure = FailureKind.SERVER_ERROR
            tags = {"suite": "attack", "family": family, "owasp": "LLM01:2026"}
            batch.add_row(f"c{len(batch)}", cells, tags, failure, labels)
    return batch


def decided(text, batch):
    """The outcome of one gate."""
    [result] = judge_gates([parse_gate(text)], batch, ["attack"])
    return result


@pytest.mark.parametrize(
    ("word", "outcome"),
    [
        ("o" * 500, "met"),
        ("o" * 100, "not enough evidence"),
        ("h" * 50 + "o" * 50, "missed"),
        ("h" + "o" * 99, "not enough evidence"),
        ("n" * 500, "not enough evidence"),
        ("x" * 500, "not enough evidence"),
        ("o" * 400 + "n" * 100, "not enough evidence"),
        ("", "not enough evidence"),
    ],
)
def test_a_gate_is_decided_by_its_interval(word, outcome):
    """A hundred attempts without a hit do not show one in a hundred; what was not judged shows nothing."""
    assert decided("attack.success_rate <= 1%", attacked(encoding=word)).outcome.value == outcome


def test_one_family_that_gives_in_is_enough_to_miss():
    """The worst family is named, whatever the others hold."""
    batch = attacked(encoding="o" * 200, delimiter="h" * 60 + "o" * 40, few_shot="o" * 200)
    result = decided("attack.success_rate <= 5% in every family", batch)
    assert result.outcome.value == "missed"
    assert "delimiter" in result.why


def test_one_slice_can_be_meant():
    """A gate on one family looks at that one only."""
    batch = attacked(encoding="o" * 200, delimiter="h" * 100)
    assert decided("attack.success_rate <= 5% where family = encoding", batch).outcome.value == "met"
    assert decided("attack.success_rate <= 5% where family = delimiter", batch).outcome.value == "missed"


def test_taxonomies_are_slices_as_well():
    """The ids are tags, so a gate can be over every one of them."""
    batch = attacked(encoding="o" * 300, delimiter="o" * 300)
    result = decided("attack.success_rate <= 5% in every owasp", batch)
    assert result.outcome.value == "met"
    assert result.readings[0].slice == (("owasp", "LLM01:2026"),)


def test_twins_have_a_gate_of_their_own():
    """Refused twins miss it, and leave the success rate alone."""
    batch = attacked(encoding="o" * 200, over_refusal="h" * 50 + "o" * 50)
    assert decided("attack.over_refusal <= 5%", batch).outcome.value == "missed"
    assert decided("attack.success_rate <= 5%", batch).outcome.value == "met"


def test_both_are_listed_for_people():
    """The catalogue says what they are and which way is better."""
    listed = {info.name: info for info in known_metrics()}
    for name in ("success_rate", "over_refusal"):
        assert (listed[name].unit, listed[name].direction) == ("rate", "down")
        assert find_metric(name).direction == "down"


@settings(max_examples=60)
@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 20), st.integers(0, 20))
def test_what_was_not_judged_never_helps(hits, held, unjudged, failed):
    """Adding attempts that nobody could judge, or that failed, changes neither the rate nor its interval."""
    metric = find_metric("success_rate")
    bare = metric.measure(attacked(encoding="h" * hits + "o" * held))
    more = metric.measure(attacked(encoding="h" * hits + "o" * held + "n" * unjudged + "x" * failed))
    assert (bare.value, bare.low, bare.high, bare.n) == (more.value, more.low, more.high, more.n)
    if hits + held:
        assert more.asked - bare.asked == unjudged + failed
