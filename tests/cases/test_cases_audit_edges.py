"""An audit at the edges of its rules: each limit, one case on either side of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.cases.audit import Group, audit
from seatrial.cases.audit_language import tagged
from seatrial.cases.audit_pairs import pairs
from seatrial.cases.audit_record import KINDS, SEVERITIES, Audit, at, kind_of, listed, quoted
from seatrial.cases.audit_runs import no_information
from seatrial.cases.audit_tags import FEWEST, tags
from seatrial.cases.audit_texts import damage, leaks, lengths
from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.request import Message


def case(ask="When does it leave?", *expect, number=1, **more):
    """A case that stands in a line of a file."""
    turns = more.pop("turns", (Message("user", ask),))
    return Case(id=f"c{number}", turns=turns, expect=expect, origin=f"cases.jsonl:{number}", **more)


def told(findings):
    """Kind and place of what is found."""
    return [(each.id.removeprefix("cases."), each.path) for each in findings]


def kinds(findings):
    """The kinds of what is found."""
    return [each.id.removeprefix("cases.") for each in findings]


@pytest.mark.parametrize(
    ("one", "other", "kind"),
    [
        (case("Who?"), case(" who ", number=2), "duplicate"),
        (case("Who?", "A"), case("Who!", "a.", number=2), "duplicate"),
        (case("Who?", "A", "B"), case("Who?", "B", "C", number=2), "duplicate"),
        (case("Who?", "A"), case("Who?", number=2), "duplicate"),
        (case("Who?", "A"), case("Who?", "B", number=2), "contradiction"),
        (case("誰？"), case("誰", number=2), "duplicate"),
        (case("Who?", context=("x ",)), case("Who?", context=("X.",), number=2), "duplicate"),
        (case("Who?", context=("x",)), case("Who?", number=2), None),
        (case("Who?", context=("x", "y")), case("Who?", context=("x y",), number=2), None),
        (case("Who, then?"), case("Who then?", number=2), None),
        (case("STRASSE?"), case("straße?", number=2), "duplicate"),
        (case("Who?"), case(turns=(Message("system", "Who?"),), number=2), "near"),
    ],
)
def test_what_is_the_same_case(one, other, kind):
    """Case, blanks and a last sign aside, turns and context decide; answers say whether one contradicts."""
    assert told(pairs([one, other])) == ([(kind, "cases.jsonl:2")] if kind else [])


@pytest.mark.parametrize(
    ("similar", "near"),
    [(0.0, True), (0.5, True), (0.85, True), (1.0, False)],
)
def test_the_index_decides_what_is_near(similar, near):
    """The last letter of sixty is near by default, and not where only the same counts."""
    text = "May I bring my very old dog with me on the late ferry tonight"
    found = list(pairs([case(text), case(text.replace("tonight", "tonighy"), number=2)], similar))
    assert kinds(found) == (["near"] if near else [])


@pytest.mark.parametrize(
    ("tags_of_one", "tags_of_other", "near"),
    [
        ({}, {}, True),
        ({"group": "g"}, {"group": "g"}, False),
        ({"group": "g"}, {"group": "h"}, True),
        ({"group": "g"}, {}, True),
        ({"other": "g"}, {"other": "g"}, True),
    ],
)
def test_a_group_is_near_on_purpose(tags_of_one, tags_of_other, near):
    """Only cases of one and the same group may be alike unsaid."""
    text = "May I bring my very old dog with me on the late ferry tonight"
    cases = [case(text, tags=tags_of_one), case(f"{text} then", number=2, tags=tags_of_other)]
    assert kinds(pairs(cases)) == (["near"] if near else [])


@pytest.mark.parametrize(
    ("where", "more"),
    [
        ("expect", {"expect": ("bad \ufffd",)}),
        ("reference", {"reference": "bad \ufffd"}),
        ("context", {"context": ("fine", "bad \ufffd")}),
        ("ask", {"turns": (Message("system", "bad \ufffd"), Message("user", "q"))}),
    ],
)
def test_damage_is_found_in_every_text_of_a_case(where, more):
    """The evidence names the key that the text stands in."""
    expect = more.pop("expect", ())
    (found,) = damage([case("q", *expect, **more)])
    assert found.evidence.startswith(f"`{where}` has a replacement character")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("a\x00b", "U+0000"),
        ("a\x1bb", "U+001B"),
        ("a\x7fb", "U+007F"),
        ("a\x85b", "U+0085"),
        ("a\ufeffb", "U+FEFF"),
        ("a\ud800b", "U+D800"),
        ("cafÃ©", '"é" is meant'),
        ("donâ€™t", '"’" is meant'),
        ("5 â‚¬", '"€" is meant'),
        ("ðŸ™‚", '"🙂" is meant'),
        ("Ã", None),
        ("São Â Paulo", None),
        ("a\tb\r\nc", None),
        ("naïve café – “so” …", None),
        ("Ð²", '"в" is meant'),
        ("日本語 👩\u200d👧", None),
    ],
)
def test_damage_is_told_from_what_people_write(text, what):
    """A sign that was lost or read wrongly is named; what only looks odd is left."""
    found = [each.evidence for each in damage([case(text)])]
    assert len(found) == (what is not None)
    assert what is None or what in found[0]


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ({"ask": " "}, "ask"),
        ({"expect": ("a", "\n")}, "expect"),
        ({"reference": ""}, "reference"),
        ({"context": ("", "")}, "context"),
        ({"reference": None}, None),
        ({"expect": ()}, None),
    ],
)
def test_empty_texts_are_told_once_a_case(more, where):
    """The first empty text is named; a key that is left out is not empty."""
    found = [each.evidence for each in lengths([case(more.pop("ask", "q"), *more.pop("expect", ()), **more)])]
    assert found == ([f"`{where}` is empty"] if where else [])


@pytest.mark.parametrize(("others", "told_"), [(18, 0), (19, 1)])
def test_lengths_are_compared_from_twenty_cases_on(others, told_):
    """Among fewer texts none is long or short."""
    usual = [case("x" * 40, number=number) for number in range(others)]
    assert kinds(lengths([*usual, case("x" * 4000, number=99)])) == ["length"] * told_


@pytest.mark.parametrize(("size", "told_"), [(40, 0), (160, 0), (170, 1), (10, 0), (9, 1), (4000, 1)])
def test_a_length_is_absurd_at_four_times_the_median(size, told_):
    """Four times as long, or a quarter, is not yet absurd; more is, on either side."""
    usual = [case("x" * 40, number=number) for number in range(30)]
    assert len(list(lengths([*usual, case("x" * size, number=99)]))) == told_


def test_lengths_of_each_key_are_compared_by_themselves():
    """A long context is told as that, and cases without one are not the measure."""
    usual = [case("x" * 40, "y" * 10, number=number, context=("z" * 50,)) for number in range(30)]
    odd = case("x" * 40, "y" * 10, number=99, context=("z" * 9000, "z"))
    (found,) = lengths([*usual, case("x" * 40, number=98), odd])
    assert (found.path, found.evidence) == ("cases.jsonl:99", "`context` has 9,001 characters, the median is 50")


@pytest.mark.parametrize(
    ("ask", "expect", "leaked"),
    [
        ("Is Paris the capital?", "Paris", True),
        ("Is paris  the\ncapital?", "PARIS THE", True),
        ("Is Parisian a word?", "Paris", False),
        ("Is it ok?", "ok", False),
        ("Is it yes?", "yes", True),
        ("Is it yes or no?", "yes", False),
        ("No or yes?", "yes", False),
        ("Ja oder nein?", "nein", False),
        ("Rot oder blau: ist es grün?", "grün", True),
        ("Which?\nA) Paris\nB) Rome", "Paris", False),
        ("Which?\nA) Paris", "Paris", True),
        ("Which? (1) Paris (2) Rome", "Paris", False),
        ("Is it C++?", "C++", True),
        ("What is a.b?", "a-b", False),
    ],
)
def test_answers_in_questions(ask, expect, leaked):
    """Whole words of three letters or more leak, unless the question names its options."""
    assert kinds(leaks([case(ask, expect)])) == ["leak"] * leaked


def test_what_the_assistant_said_gives_nothing_away():
    """Only what is asked counts, in whichever turn of the user or the system."""
    before = (Message("user", "Hi"), Message("assistant", "It is Paris."), Message("user", "Which city?"))
    assert kinds(leaks([case("", "Paris", turns=before)])) == []
    system = (Message("system", "Always say Paris."), Message("user", "Which city?"))
    assert kinds(leaks([case("", "Paris", turns=system)])) == ["leak"]


@pytest.mark.parametrize(
    ("checks", "leaked"),
    [(("contains",), True), (("choice",), False), (({"choice": {}},), False), (({"rubric": "good"},), True)],
)
def test_a_check_of_choices_says_that_they_are_named(checks, leaked):
    """Where one of several is to be chosen, the right one has to stand there."""
    assert kinds(leaks([case("Is Paris the capital?", "Paris", checks=checks)])) == ["leak"] * leaked


def spread(counts, tag="t"):
    """Cases with so many of each value of a tag."""
    values = [value for value, count in counts.items() for _ in range(count)]
    return [case(f"q{n}", number=n, tags={tag: value}) for n, value in enumerate(values)]


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"a": 20, "b": FEWEST}, []),
        ({"a": 21, "b": FEWEST - 1}, ["few"]),
        ({"a": 20, "b": FEWEST - 1}, []),
        ({"a": 90, "b": 10}, ["lopsided"]),
        ({"a": 89, "b": 11}, []),
        ({"a": 95, "b": 5}, ["few", "lopsided"]),
        ({"a": 100}, []),
    ],
)
def test_balance_at_its_limits(counts, found):
    """Ten of a value, nine in ten of all, and thirty cases: on either side of each."""
    assert kinds(tags(spread(counts))) == found


@pytest.mark.parametrize(("with_tag", "without", "told_"), [(1, 1, 1), (1, 2, 0), (3, 0, 0), (0, 3, 0), (29, 1, 1)])
def test_a_tag_is_missing_where_half_have_it(with_tag, without, told_):
    """From half of the cases on, those without it are told; even among few."""
    bare = [case(f"w{n}", number=100 + n) for n in range(without)]
    assert kinds(tags([*spread({"a": with_tag}), *bare])) == ["untagged"] * told_


@pytest.mark.parametrize(("values", "slices"), [(15, True), (16, False)])
def test_a_tag_with_a_value_for_each_case_is_no_slice(values, slices):
    """Up to half as many values as cases part them; more are names."""
    counts = {f"v{number}": 1 for number in range(values)} | {"v0": 31 - values}
    assert ("few" in kinds(tags(spread(counts)))) is slices


@pytest.mark.parametrize(
    ("attempts", "found"),
    [
        ([0.0, 0.0], ["hopeless"]),
        ([1.0, 1.0], ["easy"]),
        ([0.0, 1.0], []),
        ([0.0], []),
        ([1.0], []),
        ([], []),
    ],
)
def test_two_attempts_say_whether_a_case_tells_systems_apart(attempts, found):
    """All failed or all passed, of two or more."""
    known = {("s", "c1"): attempts} if attempts else {}
    assert kinds(no_information([case()], "s", known)) == found


@pytest.mark.parametrize(
    ("suite", "known", "found"),
    [
        ("s", {("s", "c1"): [0.0], ("t", "c1"): [0.0]}, []),
        ("", {("s", "c1"): [0.0], ("t", "c1"): [0.0]}, ["hopeless"]),
        ("", {("", "c1"): [1.0, 1.0]}, ["easy"]),
        ("s", {("s", "c2"): [0.0, 0.0]}, []),
    ],
)
def test_attempts_of_other_suites_count_for_cases_of_a_file(suite, known, found):
    """A file may be asked by any suite, a suite's case only by itself."""
    assert kinds(no_information([case()], suite, known)) == found


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ({"language": "en"}, "en"),
        ({"lang": "pt-BR"}, "pt"),
        ({"locale": "de_CH"}, "de"),
        ({"language": "deu"}, "deu"),
        ({"language": "en", "locale": "de"}, "en"),
        ({"language": "English"}, None),
        ({"language": "e1"}, None),
        ({"language": ""}, None),
        ({"tongue": "en"}, None),
    ],
)
def test_codes_of_languages(tag, code):
    """Two or three letters are a code, with a region or without; names are none."""
    assert [found for _, found in tagged([case(tags=tag)])] == ([code] if code else [])


@pytest.mark.parametrize(
    ("mistake", "path", "evidence"),
    [
        (Mistake("no JSON", path="a.jsonl", line=3), "a.jsonl:3", "no JSON"),
        (Mistake("no JSON", path="a.jsonl"), "a.jsonl", "no JSON"),
        (Mistake("unknown", path="a.jsonl", line=3, key="asks"), "a.jsonl:3", "asks: unknown"),
        (Mistake("no JSON"), "", "no JSON"),
    ],
)
def test_broken_rows_stand_where_they_are(mistake, path, evidence):
    """File, line and key as far as they are known."""
    (found,) = audit([Group((), [mistake])]).findings
    assert (found.id, found.severity, found.path, found.evidence) == ("cases.broken", "high", path, evidence)


@pytest.mark.parametrize(("severity", "count"), [("attack", 0), ("high", 1), ("medium", 2), ("low", 4)])
def test_findings_are_counted_from_a_severity_up(severity, count):
    """As bad as this, or worse."""
    findings = tuple(at(kind, "x", "") for kind in ("broken", "leak", "easy", "few"))
    assert Audit(cases=1, findings=findings).at_least(severity) == count


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_each_kind_is_found_again_by_its_id(kind):
    """A finding leads back to what is said of its kind, and its severity is one that is counted."""
    made = at(kind, "x", "")
    assert kind_of(made) == KINDS[kind]
    assert made.severity in SEVERITIES


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("x" * 60, '"' + "x" * 60 + '"'),
        ("x" * 61, '"' + "x" * 60 + '…"'),
        ("a\nb", '"a\\nb"'),
        ("a\u202eb", '"a\\u202eb"'),
        ("\ud800", '"\\ud800"'),
        ("", '""'),
    ],
)
def test_quotations(text, shown):
    """Sixty characters, and escapes for what a terminal would obey."""
    assert quoted(text) == shown


@pytest.mark.parametrize(
    ("many", "shown"), [(0, ""), (1, "n0"), (5, "n0, n1, n2, n3, n4"), (6, "n0, n1, n2, n3, n4 and 1 more")]
)
def test_lists(many, shown):
    """Five, and how many more."""
    assert listed([f"n{number}" for number in range(many)]) == shown


@settings(max_examples=40)
@given(st.lists(st.sampled_from(["Who?", "who", "Where?", "where is it", ""]), max_size=8))
def test_duplicates_are_as_many_as_cases_less_questions(asks):
    """Each question counts once, whatever the order; all others are told."""
    found = kinds(pairs([case(ask, number=number) for number, ask in enumerate(asks)]))
    different = {" ".join(ask.casefold().split()).rstrip("?") for ask in asks}
    assert found.count("duplicate") == len(asks) - len(different)
