"""Every family of robustness probes finds the fault that was planted for it, and none where there is none."""

import pytest
from weak_persona import plain_rows, tried, with_one_fault

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
"""Fault -> the families that find it in plain questions."""
ELSEWHERE = {"dates", "entities", "entity_swap", "identity", "kana", "number_words", "round_trip"}
"""Families that change what plain questions do not have, or nothing: test_probes_faults_of_own_questions.py."""
BREAKS = "robustness.break_rate"


def group(families, strength=0.3):
    """The part `probes` of a suite file."""
    return f"robustness: {{families: [{', '.join(families)}], strength: {strength}, concurrency: 20}}"


@pytest.mark.parametrize("fault", list(FAULTS))
def test_its_families_find_a_fault(tmp_path, fault):
    """Of each family, the share of right answers that break is the planted rate, within its interval of 99.9 %."""
    families = FAULTS[fault].split()
    found = tried(tmp_path, with_one_fault(fault), plain_rows(), group(families), BREAKS)
    assert sorted(found.families) == sorted(families)
    for family, (broken, asked) in found.families.items():
        low, high = wilson(broken, asked, 0.999)
        assert asked >= 15
        assert low <= PLANTED <= high, (family, broken, asked)


def test_no_family_breaks_the_healthy_twin(tmp_path):
    """Of all families' children none is answered otherwise by the persona that was mended."""
    families = sorted(set(KINDS["robustness"]) - {"entity_swap", "round_trip", "long_input"})
    found = tried(tmp_path, load_persona("harbour-v2"), plain_rows(25), group(families, 0.2), "robustness.flip_rate")
    assert found.whole[0] == 0
    assert found.whole[1] > 500


def test_every_family_has_a_fault_to_find():
    """A family that is added needs one, or a reason why it has none."""
    here = {family for families in FAULTS.values() for family in families.split()}
    assert here | ELSEWHERE == set(KINDS["robustness"])
