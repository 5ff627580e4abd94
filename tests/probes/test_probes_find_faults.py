"""Every family of robustness probes finds the fault that was planted for it, and none where there is none."""

import pytest
from weak_persona import simulated, suite_of, with_one_fault

from seatrial.app.front import check
from seatrial.probes.table import KINDS
from seatrial.simulator.persona import load_persona
from seatrial.stats.intervals import wilson

PLANTED = 0.6
FAULTS = {
    "unfamiliar-words": (
        "abbreviations accents confusable deletion fillers homoglyph insertion keyboard misspellings mixed_language "
        "ocr paraphrase substitution swap synonyms typos"
    ),
    "broken-off": "incomplete truncation",
    "never-asks-back": "ambiguous",
    "lookalikes": "confusable homoglyph",
    "blank": "empty_input",
    "case": "case",
    "deletion-characters": "deletion_characters",
    "emoji": "emoji",
    "full-width": "full_width",
    "invisible": "invisible",
    "long-input": "long_input",
    "markup": "markup",
    "noise": "noise",
    "repeated-words": "repeated_words",
    "right-to-left": "right_to_left",
    "special-characters": "special_characters",
    "unicode": "unicode",
    "whitespace": "whitespace",
    "word-order": "word_order",
}
NOT_HERE = {
    "dates",
    "entities",
    "entity_swap",
    "identity",
    "kana",
    "number_words",
    "round_trip",
}
"""Families that have next to nothing to change in these questions, or change nothing by design; see the tests below."""
PAIRS = [(fault, family) for fault, families in FAULTS.items() for family in families.split()]


def reading(outcome, metric):
    """The reading of a metric of the group."""
    [found] = [gate.readings[0] for gate in outcome.gates if gate.gate.metric == f"robustness.{metric}"]
    return found


@pytest.mark.parametrize(("fault", "family"), PAIRS)
def test_a_family_finds_its_fault(tmp_path, fault, family):
    """The share of right answers that break is the planted rate, within its interval of 99.9 %."""
    with simulated(with_one_fault(fault)) as url:
        outcome = check(suite_of(tmp_path, url, "harbour-fragile", [family]))
    broken = reading(outcome, "break_rate")
    low, high = wilson(broken.value * broken.n, broken.n, 0.999)
    assert broken.n >= 15
    assert low <= PLANTED <= high, (family, broken.value, broken.n)


def test_no_family_breaks_the_healthy_twin(tmp_path):
    """Of all families' children none is answered otherwise by the persona that was mended."""
    families = [family for family in KINDS["robustness"] if family not in ("entity_swap", "round_trip")]
    with simulated(load_persona("harbour-v2")) as url:
        outcome = check(suite_of(tmp_path, url, "harbour-v2", families, strength=0.2, most=30))
    assert reading(outcome, "break_rate").n > 700
    assert reading(outcome, "flip_rate").value == 0


def test_every_family_has_a_fault_to_find():
    """A family that is added needs one, or a reason why it has none."""
    assert {family for _, family in PAIRS} | NOT_HERE == set(KINDS["robustness"])
