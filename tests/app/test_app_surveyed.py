"""The first pass over cases: digests, ids, needs of checks, users and judges; and specs in their own form."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from app_support import mistake_of, put, put_rows, refused
from hypothesis import given
from hypothesis import strategies as st

from seatrial.app.mistakes import MOST, Mistakes
from seatrial.app.selection import Selection
from seatrial.app.suite import load
from seatrial.app.survey import Checks, Surveyed, at_origin, spec_key
from seatrial.core.case import Case, SimulatedUser
from seatrial.core.errors import Mistake
from seatrial.core.request import Message, Tool


class Written:
    """Cases as a suite has them, broken ones too."""

    def __init__(self, *cases: Case | Mistake) -> None:
        self._cases = cases

    def each(self) -> Iterator[Case | Mistake]:
        yield from self._cases

    def __iter__(self) -> Iterator[Case]:
        return (each for each in self._cases if isinstance(each, Case))


def case(id: str = "a", *checks: Any, **fields: Any) -> Case:
    given_: dict[str, Any] = {"turns": (Message("user", "q"),), "expect": ("x",), "origin": f"c.jsonl:{id}", **fields}
    return Case(id=id, checks=checks or ("contains",), **given_)


def read(*cases: Case | Mistake, selection: Selection | None = None, tmp: Path = Path()) -> tuple[Surveyed, list[str]]:
    """The survey and the lines of what is wrong."""
    made, mistakes = Surveyed(Written(*cases), Checks({}, tmp), selection or Selection()), Mistakes()  # type: ignore[arg-type]
    made.read(mistakes)
    said = mistake_of(mistakes.end)
    return made, said.splitlines() if said else []


def digest(*cases: Case, **more: Any) -> str:
    made, said = read(*cases, **more)
    assert said == []
    return made.digest


CHANGES: list[dict[str, Any]] = [
    {"turns": (Message("user", "other"),)},
    {"turns": (Message("system", "q"), Message("user", "q"))},
    {"expect": ("y",)},
    {"expect": ("x", "y")},
    {"reference": "r"},
    {"context": ("c",)},
    {"tools": (Tool("t"),)},
    {"params": {"temperature": 0}},
    {"variables": {"a": 1}},
    {"tags": {"a": "b"}},
    {"user": SimulatedUser(target="u")},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_digest_changes_with_everything_that_is_asked(change: dict[str, Any]) -> None:
    """One field of one case is another plan."""
    assert digest(case()) != digest(case(**change))


def test_a_digest_is_of_cases_in_their_order() -> None:
    """Turned round, one more, one less: each is another plan; places and originals are none."""
    one, two = case("1"), case("2")
    found = [digest(one, two), digest(two, one), digest(one), digest(), digest(one, two, case("3"))]
    assert len(set(found)) == 5
    assert digest(case(origin="d.jsonl:9"), case("2", original="s/a")) == digest(case(), case("2"))


def test_a_digest_is_of_what_is_selected() -> None:
    """Cases that are not asked leave it; they are counted apart."""
    cases = [case("1"), case("2", tags={"l": "es"}), case("3")]
    made, said = read(*cases, selection=Selection(slices={"l": ("es",)}))
    assert (made.total, made.written, said) == (1, 3, [])
    assert made.digest == digest(cases[1])
    assert [each.id for each in made.cases()] == ["2"]
    assert [planned.case.id for planned in made] == ["2"]


def test_checks_with_other_settings_are_another_plan() -> None:
    """And the same ones, written in another order of keys, are the same."""
    base = {"length": {"min": 1, "max": 9}}
    assert digest(case("a", base)) == digest(case("a", {"length": {"max": 9, "min": 1}}))
    assert digest(case("a", base)) != digest(case("a", {"length": {"min": 1, "max": 8}}))


class Named:
    """Something with the shape of a check."""

    name, version = "mine", "2"


def plain(answer: str) -> bool:
    return bool(answer)


@pytest.mark.parametrize(
    ("spec", "key"),
    [
        ("contains", "contains"),
        (7, 7),
        (1.5, 1.5),
        (True, True),
        (None, None),
        ([1], [1]),
        ({"a": 1}, {"a": 1}),
        (Named(), ["mine", "2"]),
        (plain, ["plain", ""]),
        (object(), ["object", ""]),
    ],
)
def test_specs_in_a_form_that_can_be_written(spec: Any, key: Any) -> None:
    """Plain values as they are, objects by their name and version."""
    assert spec_key(spec) == key


def test_a_spec_is_built_once() -> None:
    """The same check as written is the same object for all cases; another is another."""
    checks = Checks({}, Path())
    one, two, other = checks.of(["contains", "contains", {"length": {"min": 1}}])
    assert one is two is not other
    assert checks.of([{"length": {"min": 1}}])[0] is other
    assert checks.of([]) == ()


def test_templates_make_a_check_for_each_value() -> None:
    """Cases with one value share a check, those with another have their own."""
    checks, spec = Checks({}, Path()), {"regex": "{{ x }}"}
    built = [checks.of_case(case(str(n), spec, variables={"x": value}))[0] for n, value in enumerate("aba")]
    assert built[0] is built[2] is not built[1]


def test_ids_that_are_taken() -> None:
    """Each further case of an id is told with the place of the first."""
    _, said = read(case("a"), case("b"), case("a", origin="d.jsonl:2"), case("a", origin="d.jsonl:3"))
    assert said == [f"d.jsonl:{line}: the id `a` is taken already, at c.jsonl:a" for line in (2, 3)]


def test_a_row_that_is_read_twice_is_one() -> None:
    """Two globs that mean the same line say the same id of the same place, which is no mistake."""
    assert read(case("a"), case("a"))[1] == []


@pytest.mark.parametrize(
    ("fields", "check", "said"),
    [
        ({"expect": ()}, "contains", "the check `contains` needs `expect`, which the case does not have"),
        (
            {"expect": ()},
            "bleu >= 0.4",
            "the check `bleu` needs `reference` or `expect`, neither of which the case has",
        ),
        ({}, "nonsense", "nonsense"),
        ({}, {"regex": "("}, "is no regular expression"),
        ({}, {"regex": "{{ wind }}"}, "the template cannot be filled"),
        ({}, {"a": 1, "b": 2}, "a check is a mapping with one key"),
        ({}, 7, "is no check"),
    ],
)
def test_checks_that_do_not_fit_their_case(fields: dict[str, Any], check: Any, said: str) -> None:
    """Each is told at its case; other checks of that case are looked at all the same."""
    _, lines = read(case("a", check, "alsononsense", origin="c.jsonl:4", **fields))
    assert len(lines) == 2
    assert said in lines[0]
    assert "alsononsense" in lines[1]
    assert all(line.startswith("c.jsonl:4: ") for line in lines)


def test_a_case_without_a_check_is_told_by_its_id() -> None:
    """Nothing would judge it."""
    (said,) = read(Case(id="a" * 80, turns=(Message("user", "q"),), origin="c.jsonl:4"))[1]
    assert said.startswith(f"c.jsonl:4: nothing checks the case `{'a' * 60}…`")


def test_broken_cases_count_as_mistakes_alone() -> None:
    """They are neither written nor selected, and those behind them are."""
    made, said = read(Mistake("broken"), case("a"))
    assert (made.written, made.total, said) == (1, 1, ["broken"])


def test_a_survey_ends_when_nobody_reads_on() -> None:
    """After so many mistakes the rest is not gone through."""
    made, said = read(*[Mistake(f"m{n}") for n in range(MOST)], case("a"))
    assert (made.written, len(said)) == (0, MOST)


def test_who_plays_the_user_is_known_with_the_first_place() -> None:
    """Each target once."""
    users = [SimulatedUser(target=name) for name in ("u", "v", "u")]
    made, _ = read(*(case(str(n), user=user) for n, user in enumerate(users)))
    assert made.users == {"u": "c.jsonl:0", "v": "c.jsonl:1"}


def test_families_that_made_no_child() -> None:
    """Named ones without a child, each once, in their order; cases of a person's own are no child."""
    made, _ = read(case("a", original="s/a", tags={"family": "x"}), case("b", tags={"family": "y"}))
    assert made.without_child(["y", "x", "z", "y"]) == ["y", "z"]
    assert made.without_child([]) == []


@pytest.mark.parametrize(
    ("origin", "said"),
    [
        ("c.jsonl:7", "c.jsonl:7: wrong"),
        ("a:b.jsonl:7", "a:b.jsonl:7: wrong"),
        ("", "wrong"),
        ("c.jsonl", "wrong"),
        ("c.jsonl:x", "wrong"),
        (":7", "wrong"),
    ],
)
def test_places_of_cases(origin: str, said: str) -> None:
    """A path with a line; anything else is no place."""
    assert str(at_origin(origin, "wrong")) == said


@given(st.lists(st.sampled_from("abcd"), max_size=12), st.none() | st.integers(1, 5))
def test_a_limit_takes_the_first_of_what_is_wanted(tags: list[str], limit: int | None) -> None:
    """The same cases whether they are filtered one by one or streamed."""
    cases = [case(str(n), tags={"t": tag}) for n, tag in enumerate(tags)]
    selection = Selection(slices={"t": ("a", "b")}, limit=limit)
    expected = [each.id for each in cases if each.tags["t"] in "ab"][:limit]
    chosen = selection.filter()
    assert [each.id for each in selection.of_cases(cases)] == expected
    assert [each.id for each in cases if chosen(each)] == expected


SUITE = """
targets: {bot: {recorded: a.jsonl}, judge: {recorded: a.jsonl}}
suites: {s: {target: bot, cases: [{from: cases.jsonl}], checks: [%s]}}
"""


@pytest.mark.parametrize(
    ("checks", "judges"),
    [("contains", set()), ("{rubric: Says yes.}", {"judge"}), ("contains, {not: {rubric: Says yes.}}", {"judge"})],
)
def test_judges_are_those_whom_checks_ask(tmp_path: Path, checks: str, judges: set[str]) -> None:
    """Inside another check, too; checks that compute ask nobody."""
    put_rows(tmp_path, [{"ask": "x", "expect": "y"}])
    assert load(put(tmp_path, SUITE % checks)).cases["s"].judges == judges


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_file_is_surveyed_whole(tmp_path: Path, count: int) -> None:
    """As many cases as rows; blank lines are none, and a file without any is a mistake or a suite of nought."""
    put(tmp_path, "\n".join(json.dumps({"ask": f"q{n}", "expect": "y"}) + "\n" for n in range(count)), "cases.jsonl")
    path = put(tmp_path, SUITE % "contains")
    if count:
        assert load(path).cases["s"].total == count
    else:
        assert "cases" in refused(load, path)
