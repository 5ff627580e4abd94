"""Imbalance, gaps and omissions over tags, and languages that are not as tagged."""

import sys

import pytest

from seatrial.cases.audit import Group, audit
from seatrial.core.case import Case
from seatrial.core.request import Message

LETTERS = "abcdefghijklmnopqrstuvwxyz"


def cases(count, tags):
    """So many different cases with the tags that a function gives each."""
    return [
        Case(
            id=str(i),
            turns=(Message("user", f"Is {LETTERS[i % 26]} {LETTERS[i // 26 % 26]} {LETTERS[i // 676]} open?"),),
            tags=tags(i),
            origin=f"cases.jsonl:{i + 1}",
        )
        for i in range(count)
    ]


def found(count, tags):
    """What is found, as kind and evidence."""
    findings = audit([Group(cases(count, tags))]).findings
    return [(each.id.removeprefix("cases."), each.evidence) for each in findings]


def test_balanced_tags_have_no_findings():
    """Two tags that meet in all combinations."""
    assert found(120, lambda i: {"use": "ab"[i % 2], "tier": "xyz"[i // 2 % 3]}) == []


def test_values_with_few_cases_are_told():
    """All of a tag in one finding, at the rarest."""
    ((kind, told),) = found(100, lambda i: {"use": "rare" if i == 50 else "few" if i < 5 else "ab"[i % 2]})
    assert kind == "few"
    assert "rare (1), few (5)" in told


def test_a_value_that_has_nearly_all_is_told():
    """Ninety of a hundred and more."""
    kinds = [kind for kind, _ in found(200, lambda i: {"use": "rest" if i < 12 else "main"})]
    assert kinds == ["lopsided"]


def test_combinations_that_never_occur_are_told():
    """Where at least three cases were to be expected."""
    ((kind, told),) = found(
        400, lambda i: {"use": "ab"[i % 2], "tier": "xyz"[i // 2 % 3] if i % 2 or i // 2 % 3 else "y"}
    )
    assert kind == "gap"
    assert "`use` and `tier`: no case has a with x" in told


def test_tags_that_follow_from_each_other_are_no_gap():
    """A city has one country; most combinations cannot be."""
    kinds = [kind for kind, _ in found(400, lambda i: {"city": "abcd"[i % 4], "land": "xyxy"[i % 4] * (1 + i % 4)})]
    assert "gap" not in kinds


def test_a_missing_tag_is_told_with_its_places():
    """Where most cases have it."""
    ((kind, told),) = found(20, lambda i: {} if i in (3, 7) else {"use": "a"})
    assert kind == "untagged"
    assert told == "`use` is missing in 2 of 20 cases: cases.jsonl:4, cases.jsonl:8"
    assert found(20, lambda i: {"use": "a"} if i < 3 else {}) == []


def test_a_number_of_each_case_is_no_slice():
    """Tags that have a value of its own for each case are left alone."""
    assert found(100, lambda i: {"number": str(i)}) == []


def test_few_cases_need_no_balance():
    """Under thirty, nothing is said of it."""
    assert found(20, lambda i: {"use": "ab"[i == 0]}) == []


def asked(text, **tags):
    """One case in a language."""
    return audit([Group([Case(id="1", turns=(Message("user", text),), tags=tags, origin="cases.jsonl:1")])])


GERMAN = "Wann fährt die letzte Fähre nach Saltholm, und was kostet die Fahrt mit einem Fahrrad?"


def test_a_wrong_language_is_found():
    """A German question that is tagged as English, whatever the region."""
    pytest.importorskip("py3langid")
    for tags in ({"language": "en"}, {"lang": "en-GB"}, {"locale": "en_US"}):
        (finding,) = asked(GERMAN, **tags).findings
        assert finding.id == "cases.language"
        assert "tagged en, reads as de" in finding.evidence


def test_a_right_or_unsure_language_is_left_alone():
    """German as German, two words, digits, and tags that are no codes."""
    pytest.importorskip("py3langid")
    assert asked(GERMAN, language="de").findings == ()
    assert asked("Saltholm, bitte", language="en").findings == ()
    assert asked("21:40 17 12.5 " * 5, language="en").findings == ()
    assert asked(GERMAN, language="English").findings == ()


def test_without_the_extra_languages_are_left_out(monkeypatch):
    """A note says what to install, and everything else is found."""
    for name in [name for name in sys.modules if name.partition(".")[0] == "py3langid"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "py3langid", None)
    monkeypatch.setitem(sys.modules, "py3langid.langid", None)
    from seatrial.text import languages

    languages._identifier.cache_clear()
    languages._codes.cache_clear()
    found = asked(GERMAN + " \ufffd", language="en")
    assert [each.id for each in found.findings] == ["cases.damage"]
    assert "pip install 'seatrial[text]'" in found.left_out[0]
