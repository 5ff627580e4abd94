"""What an audit finds in cases, and what it leaves alone."""

import pytest

from seatrial.cases.audit import Group, audit
from seatrial.cases.audit_record import KINDS, Audit, kind_of
from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.request import Message


def case(ask, *expect, line=0, **more):
    """A case that stands in a line of a file."""
    tags = {name: value for name, value in more.items() if name not in ("context", "reference", "checks", "id")}
    fields = {name: value for name, value in more.items() if name not in tags}
    number = line or abs(hash((ask, expect))) % 1_000_000
    fields = {"id": f"c{number}", **fields}
    return Case(turns=(Message("user", ask),), expect=expect, tags=tags, origin=f"cases.jsonl:{number}", **fields)


def kinds(*cases, **how):
    """The kinds of what is found, sorted."""
    return sorted(finding.id.removeprefix("cases.") for finding in audit([Group(cases)], **how).findings)


def evidence(*cases):
    """What the one finding says."""
    (finding,) = audit([Group(cases)]).findings
    return finding.evidence


def test_clean_cases_have_no_findings():
    """Two questions with their answers."""
    found = audit([Group([case("When does it leave?", "21:40"), case("Is it open on Sunday?", "yes")])])
    assert found == Audit(cases=2)
    assert audit([]) == Audit(cases=0)


def test_the_same_question_twice_is_a_duplicate():
    """White space, case and a final mark aside; the finding says where the other stands."""
    one, other = case("When does it leave?", "21:40", line=3), case(" when does it  leave", "21:40", line=9)
    (finding,) = audit([Group([one, other])]).findings
    assert (finding.id, finding.severity, finding.path) == ("cases.duplicate", "medium", "cases.jsonl:9")
    assert "also at cases.jsonl:3" in finding.evidence


def test_another_context_makes_another_case():
    """And so does another turn before it; another suite may ask the same."""
    assert kinds(case("Who?", "A", line=1, context=("x",)), case("Who?", "A", line=2, context=("y",))) == []
    same = [case("Who?", "A", line=1)]
    assert audit([Group(same, (), "one"), Group(same, (), "two")]).findings == ()


def test_thousands_of_the_same_question():
    """Each is told once: beside the first where answers agree, beside the first other answer where they do not."""
    many = [case("When?", "now", line=i + 1) for i in range(5_000)] + [case("When?", "never", line=6_000)]
    found = audit([Group(many)]).findings
    assert len(found) == 5_000
    [worst] = [each for each in found if each.id == "cases.contradiction"]
    assert '"never" here, "now" at cases.jsonl:1' in worst.evidence


def test_a_third_answer_is_held_against_both_others():
    """The one that it contradicts is named, though it agrees with the first."""
    rows = [case("When?", "9", "21:00", line=1), case("When?", "21:00", line=2), case("When?", "9", line=3)]
    [finding] = [each for each in audit([Group(rows)]).findings if each.id == "cases.contradiction"]
    assert (finding.path, "cases.jsonl:2" in finding.evidence) == ("cases.jsonl:3", True)


def test_another_answer_to_the_same_question_is_a_contradiction():
    """Both answers and the other place are told; a common answer, or none at all, is no contradiction."""
    told = evidence(case("When?", "21:40", line=1), case("when", "22:10", line=2))
    assert '"22:10" here, "21:40" at cases.jsonl:1' in told
    assert kinds(case("When?", "21:40", "9:40 pm"), case("when", "9:40 PM")) == ["duplicate"]
    assert kinds(case("When?", "21:40"), case("when")) == ["duplicate"]


LONG = "When does the very last ferry leave for the island of Saltholm in the summer season"


def test_nearly_the_same_question_is_told():
    """Unless it expects something else, or both stand in one group on purpose."""
    assert kinds(case(f"{LONG}?", "a"), case(f"{LONG}s?", "a")) == ["near"]
    assert kinds(case(f"{LONG}?", "a"), case(f"{LONG}s?", "b")) == []
    assert kinds(case(f"{LONG}?", "a", group="g"), case(f"{LONG}s?", "a", group="g")) == []
    assert kinds(case(f"{LONG}?", "a"), case(f"{LONG}s?", "a"), similar=0.999) == []


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("The caf\ufffd is open", "a replacement character"),
        ("The cafÃ© is open", '"Ã©" where "é" is meant'),
        ("It costs â‚¬5", '"â‚¬" where "€" is meant'),
        ("It doesnâ€™t", "where"),
        ("Bell \x07 rings", "the character U+0007"),
        ("Half \ud83d an emoji", "the character U+D83D"),
        ("In the \ufeffmiddle", "the character U+FEFF"),
    ],
)
def test_damaged_characters_are_found(text, what):
    """In the question as in the answer, with what was meant where that is known."""
    assert what in evidence(case(text, "yes"))
    assert kinds(case("Right?", text)) == ["damage"]
    assert all(finding.evidence.isprintable() for finding in audit([Group([case(text)])]).findings)


@pytest.mark.parametrize("text", ["Café à São João — “gut” 渡轮 🚢 Ωμέγα", "ÂNGELO E ÃO", "Tab\tand\nline\r\n", "50 £"])
def test_ordinary_characters_are_not_damage(text):
    """Accents, dashes, emoji and other scripts are what they are."""
    assert kinds(case(text, "yes")) == []


def test_empty_texts_are_found():
    """An expected answer, a reference or a context without characters judges nothing."""
    assert kinds(case("When?", "")) == ["empty"]
    assert kinds(case("When?", reference=" \n")) == ["empty"]
    assert kinds(case("When?", "x", context=("",))) == ["empty"]


def test_absurd_lengths_are_found():
    """A hundred times the median, or a hundredth of it; not twice as long, and not among few."""
    usual = [case(f"Is pier {'abcdefghijklmnopqrstuvwxyz'[i]} open on the first Sunday?", "yes") for i in range(24)]
    assert kinds(*usual, case("Is it open? " * 500, "yes")) == ["length"]
    assert kinds(*usual, case("Hm?", "yes")) == ["length"]
    assert kinds(*usual, case("Is the small green pier behind the old mill open on the last Sunday?", "yes")) == []
    assert kinds(case("Is it open? " * 500, "yes"), case("Where?", "here")) == []


def test_a_leaked_answer_is_found():
    """By whole words, wherever in the conversation the user says it."""
    told = evidence(case("The ferry Seagull leaves at nine. Which ferry leaves at nine?", "Seagull"))
    assert told.startswith('"Seagull" stands in "The ferry Seagull')
    assert kinds(case("Which seagulls eat chips?", "seagull")) == []
    assert kinds(case("What is 7 minus 0?", "7")) == []


@pytest.mark.parametrize(
    "asked",
    [
        case("Which one: A) Saltholm B) Graynes?", "Saltholm"),
        case("Is it Saltholm or Graynes?", "Saltholm"),
        case("Is it Saltholm, Aldwick or Graynes?", "Graynes"),
        case("Saltholm?", "Saltholm", checks=({"choice": ["Saltholm", "Graynes"]},)),
    ],
)
def test_options_are_no_leak(asked):
    """A question that names its options has to name the right one."""
    assert kinds(asked) == []


def test_answers_that_cases_have_in_common_are_options():
    """Reviews that are positive or negative, whatever the words between."""
    answers = ("positive", "negative", "positive", "negative")
    reviews = ("Fine ship.", "The coffee was cold and late.", "I will come back in spring!", "Never again.")
    asked = [case(f"positive / negative? {text}", answer) for text, answer in zip(reviews, answers, strict=True)]
    assert kinds(*asked) == []


def test_broken_rows_are_findings():
    """With their place, beside the cases that can be read."""
    mistake = Mistake("not JSON: truncated", path="cases.jsonl", line=7)
    found = audit([Group([case("When?", "x")], [mistake])])
    (finding,) = found.findings
    assert (finding.path, finding.severity, finding.evidence) == ("cases.jsonl:7", "high", "not JSON: truncated")
    assert found.cases == 1


def test_the_worst_stands_first():
    """High before medium before low, and the counts follow."""
    cases = [case("Lost \ufffd", "x", line=1), case("Who?", "a", line=2), case("who", "a", line=3)]
    found = audit([Group(cases)])
    assert [finding.severity for finding in found.findings] == ["high", "medium"]
    assert [found.at_least(severity) for severity in ("high", "medium", "low")] == [1, 2, 2]


def test_each_kind_says_how_to_mend_it():
    """One sentence or more, and a title without a full stop."""
    for kind in KINDS.values():
        assert kind.mend.endswith(".")
        assert not kind.title.endswith(".")
    assert kind_of(audit([Group([case("Lost \ufffd")])]).findings[0]) == KINDS["damage"]


def attempts(**passed):
    """A run: for each case of the suite s whether its attempts passed."""
    batch = Batch()
    for name, values in passed.items():
        for value in values:
            batch.add_row(name, {"passed": value}, {"suite": "s"})
    return batch


def test_cases_that_tell_no_systems_apart_are_found():
    """Each that all systems fail by itself, all that every system passes together."""
    cases = [case(f"Question {name}?", id=name, line=i) for i, name in enumerate("abcd", 1)]
    runs = [attempts(a=[1.0], b=[0.0], c=[1.0], d=[1.0]), attempts(a=[1.0], b=[0.0], c=[0.0])]
    found = audit([Group(cases, (), "s")], runs).findings
    assert [(each.id, each.member) for each in found] == [("cases.hopeless", "b"), ("cases.easy", None)]
    assert "failed 2 of 2 attempts" in found[0].evidence
    assert found[1].evidence.startswith("1 of 3 cases")


def test_one_attempt_says_nothing():
    """Two repeats do, and a run without judged attempts is told."""
    cases = [case("Question a?", id="a")]
    assert audit([Group(cases)], [attempts(a=[0.0])]).findings == ()
    assert [each.id for each in audit([Group(cases)], [attempts(a=[0.0, 0.0])]).findings] == ["cases.hopeless"]
    assert "no judged attempts" in audit([Group(cases)], [Batch()]).left_out[0]


def test_runs_of_another_suite_do_not_count():
    """The same id in another suite is another case."""
    assert audit([Group([case("Question a?", id="a")], (), "t")], [attempts(a=[0.0, 0.0])]).findings == ()
