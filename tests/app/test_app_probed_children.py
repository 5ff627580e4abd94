"""Which cases of which suites have children, in which order, and what children carry."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from app_support import put, put_rows, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.config import ProbesConfig, read_config
from seatrial.app.probe_suites import probes_of, wanted
from seatrial.app.probed import Children, Original, originals_of
from seatrial.app.schema_probes import AttackModel, FairnessModel, RobustnessModel
from seatrial.app.selection import Selection
from seatrial.app.suite import load
from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.probe import Dose
from seatrial.core.request import Message


class Written:
    """Cases as a suite has them, broken ones too."""

    def __init__(self, *cases: Case | Mistake) -> None:
        self._cases = cases

    def each(self) -> Iterator[Case | Mistake]:
        yield from self._cases


class Echo:
    """A Probe that says how it was asked: one child for each of the dose, named by case, strength and number."""

    expects = "same_answer"

    def __init__(self, name: str = "echo", *, coarse: bool = False) -> None:
        self.name, self._coarse = name, coarse

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        for number in range(dose.count):
            strength = "" if self._coarse else f"@{dose.strength:g}"
            id = f"{case.id}/{self.name}{strength}/{number}"
            yield msgspec.structs.replace(case, id=id, tags={**case.tags, "family": self.name}, original=case.id)


def case(id: str, **tags: str) -> Case:
    return Case(id=id, turns=(Message("user", id),), checks=("own",), tags=tags, origin=f"c.jsonl:{id}")


def group(model: Any = None, kind: str = "robustness") -> ProbesConfig:
    return ProbesConfig(kind, model or RobustnessModel())  # type: ignore[arg-type]


def children(
    *cases: Case | Mistake, model: Any = None, probes: Any = None, selection: Selection | None = None, seed: int = 0
) -> list[Case]:
    originals = [Original("s", Written(*cases))]  # type: ignore[arg-type]
    made = Children(group(model), probes or [Echo()], originals, selection or Selection(), seed)
    first = list(made)
    assert list(made) == first
    return first


def ids(found: list[Case]) -> list[str]:
    return [each.id for each in found]


def test_children_follow_their_case_family_by_family() -> None:
    """All of the first case, in the order of families and strengths, then all of the second."""
    model = RobustnessModel(strength=[0.5, 1.0], per_case=2)
    found = ids(children(case("a"), case("b"), model=model, probes=[Echo("x"), Echo("y")]))
    assert found[:4] == ["s/a/x@0.5/0", "s/a/x@0.5/1", "s/a/x@1/0", "s/a/x@1/1"]
    assert [each[:5] for each in found] == ["s/a/x"] * 4 + ["s/a/y"] * 4 + ["s/b/x"] * 4 + ["s/b/y"] * 4


def test_a_child_is_told_from_those_of_other_suites() -> None:
    """Its id and its original have the suite in front."""
    originals: Any = [Original("one", Written(case("a"))), Original("two", Written(case("a")))]
    found = list(Children(group(), [Echo()], originals, Selection(), 0))
    assert [(each.id[:5], each.original) for each in found] == [("one/a", "one/a"), ("two/a", "two/a")]


@pytest.mark.parametrize(
    ("strength", "tags"),
    [
        (0.5, []),
        ([0.5], []),
        ([0.5, 0.5], []),
        ([0.5, 1.0], ["echo 0.5", "echo 1"]),
        ([1, 0.25], ["echo 1", "echo 0.25"]),
    ],
)
def test_only_several_strengths_are_tagged(strength: Any, tags: list[str]) -> None:
    """A single one, however often it is written, says nothing that the family does not."""
    found = children(case("a"), model=RobustnessModel(strength=strength))
    assert [each.tags["family_strength"] for each in found if "family_strength" in each.tags] == tags


def test_what_two_strengths_make_alike_counts_once() -> None:
    """A child that was there already is left out, within its case and not beyond."""
    model = RobustnessModel(strength=[0.1, 0.2, 0.3])
    found = ids(children(case("a"), case("b"), model=model, probes=[Echo(coarse=True)]))
    assert found == ["s/a/echo/0", "s/b/echo/0"]


@pytest.mark.parametrize(("more", "checks"), [([], ("own",)), (["extra"], ("own", "extra"))])
def test_checks_of_the_group_come_behind(more: list[str], checks: tuple[str, ...]) -> None:
    """A child has its original's checks and then the group's."""
    assert children(case("a"), model=RobustnessModel(checks=more))[0].checks == checks


def test_broken_cases_have_no_children() -> None:
    """They are mistakes of their own suite, and those behind them are not lost."""
    assert ids(children(case("a"), Mistake("broken"), case("b"))) == ["s/a/echo@0.2/0", "s/b/echo@0.2/0"]


@pytest.mark.parametrize(("limit", "expected"), [(None, 3), (1, 1), (3, 3), (9, 3)])
def test_a_limit_is_of_originals(limit: int | None, expected: int) -> None:
    """So many cases have children, whatever the number of these."""
    model = RobustnessModel(per_case=2)
    assert len(children(*map(case, "abc"), model=model, selection=Selection(limit=limit))) == 2 * expected


def test_a_slice_is_of_originals() -> None:
    """Only cases that are asked themselves have children."""
    selection = Selection(slices={"lang": ("es",)})
    assert ids(children(case("a", lang="en"), case("b", lang="es"), selection=selection)) == ["s/b/echo@0.2/0"]


@given(st.integers(1, 12), st.integers(0, 30), st.integers(0, 99))
@settings(max_examples=50)
def test_a_draw_is_as_large_as_it_can_be_and_keeps_the_order(wanted_: int, count: int, seed: int) -> None:
    """So many cases, or all there are, each once, as they stand in the file."""
    found = [
        each.original for each in children(*(case(f"{n:02}") for n in range(count)), model=drawn(wanted_), seed=seed)
    ]
    assert len(found) == min(wanted_, count)
    assert found == sorted(set(found))  # type: ignore[type-var]


def drawn(count: int) -> RobustnessModel:
    return RobustnessModel(cases=count)


@given(st.integers(1, 8), st.integers(0, 99), st.data())
@settings(max_examples=50)
def test_another_case_in_the_file_changes_no_ones_draw(count: int, seed: int, data: st.DataObject) -> None:
    """A case that is drawn among many is drawn among fewer, too."""
    cases = [case(f"{number:02}") for number in range(20)]
    kept = data.draw(st.lists(st.sampled_from(cases), unique_by=lambda each: each.id))
    among_all = set(ids(children(*cases, model=drawn(count), seed=seed)))
    among_few = set(ids(children(*kept, model=drawn(count), seed=seed)))
    assert among_all & {f"s/{each.id}/echo@0.2/0" for each in kept} <= among_few


def test_a_seed_decides_the_draw() -> None:
    """Over some seeds every case is drawn once at least."""
    cases = [case(name) for name in "abcdef"]
    found = {each.original for seed in range(40) for each in children(*cases, model=drawn(1), seed=seed)}
    assert len(found) == 6


@pytest.mark.parametrize("model", [AttackModel(per_case=2), FairnessModel(per_case=2)])
def test_groups_without_a_strength_ask_for_all_of_it(model: Any) -> None:
    """Attacks and swaps are done or not."""
    assert ids(children(case("a"), model=model)) == ["s/a/echo@1/0", "s/a/echo@1/1"]


SUITES: dict[str, Any] = {name: Written() for name in ("one", "two", "three")}


@pytest.mark.parametrize(
    ("of", "names"),
    [
        ([], ["one", "two", "three"]),
        (["two"], ["two"]),
        (["three", "one"], ["one", "three"]),
        (["one", "one"], ["one"]),
    ],
)
def test_a_group_is_of_its_suites_in_the_files_order(of: list[str], names: list[str]) -> None:
    """All of them where none is named."""
    found = originals_of(group(RobustnessModel(of=of)), SUITES)
    assert [each.suite for each in found] == names


def test_a_suite_that_is_not_there() -> None:
    """The nearest name is offered."""
    said = refused(originals_of, group(RobustnessModel(of=["one", "thre"])), SUITES)
    assert said == "there is no suite `thre`; did you mean `three`?"


FILE = """
targets: {bot: {recorded: a.jsonl}, other: {recorded: a.jsonl}}
suites:
  one: {target: bot, cases: [{from: cases.jsonl}], checks: [contains]}
  two: {target: bot, cases: [{from: cases.jsonl}], checks: [contains]}
  third: {target: other, cases: [{from: cases.jsonl}], checks: [contains]}
probes:
  robustness: {families: [repeated_words], of: [two]}
  attack: {families: [encoding], of: [one, two]}
  fairness: {swap: [pronouns]%s}
"""


def folder(tmp_path: Path, more: str = ", of: [one]") -> Path:
    put_rows(tmp_path, [{"id": "c0", "ask": "Does he like his ferry to Saltholm, and is it his?", "expect": "yes"}])
    return put(tmp_path, FILE % more)


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ((), ("one", "two", "third", "robustness", "attack", "fairness")),
        (("one",), ("one",)),
        (("robustness",), ("two", "robustness")),
        (("attack",), ("one", "two", "attack")),
        (("robustness", "third"), ("two", "third", "robustness")),
        (("fairness", "robustness"), ("one", "two", "robustness", "fairness")),
    ],
)
def test_with_a_group_come_its_suites(tmp_path: Path, only: tuple[str, ...], names: tuple[str, ...]) -> None:
    """In the order of the file, suites before groups."""
    assert wanted(read_config(folder(tmp_path)), Selection(only=only)) == names


def test_a_group_of_all_suites_brings_all_of_them(tmp_path: Path) -> None:
    """Without `of` a group needs every suite's answers."""
    config = read_config(folder(tmp_path, ""))
    assert wanted(config, Selection(only=("fairness",))) == ("one", "two", "third", "fairness")


def test_a_group_of_suites_that_ask_different_targets(tmp_path: Path) -> None:
    """It cannot know whom to ask, and says whom there are."""
    said = refused(load, folder(tmp_path, ""))
    assert "probes.fairness.of: the suites ask different targets (`bot`, `other`); say `of` which" in said


def test_a_name_that_is_neither_suite_nor_group(tmp_path: Path) -> None:
    """`--only` is told with the nearest of both."""
    config = read_config(folder(tmp_path))
    assert refused(wanted, config, Selection(only=("atack",))) == "there is no suite `atack`; did you mean `attack`?"


@pytest.mark.parametrize(
    ("only", "kept"),
    [((), ["one", "two"]), (("one",), []), (("robustness",), ["two"]), (("attack",), ["one", "two"])],
)
def test_answers_are_kept_for_groups_that_are_run(tmp_path: Path, only: tuple[str, ...], kept: list[str]) -> None:
    """Suites that no group of this run looks back at need not keep theirs."""
    trial = load(folder(tmp_path), Selection(only=only))
    assert [suite.name for suite in trial.suites if suite.remembered] == kept


def test_families_are_those_of_the_kind(tmp_path: Path) -> None:
    """Without a list all of them that need nothing more; a prompt to guard goes to each."""
    assert len(probes_of(group(), tmp_path)) > 5
    guarded: Any = probes_of(
        group(AttackModel(families=["prompt_extraction"], system_prompt="Say nothing."), "attack"), tmp_path
    )
    assert [each.system_prompt for each in guarded] == ["Say nothing."]


def test_a_prompt_to_guard_that_is_no_file(tmp_path: Path) -> None:
    """What looks like a path and leads nowhere is told at its key."""
    model = AttackModel(system_prompt="prompts/none.txt")
    with pytest.raises(Mistake) as found:
        probes_of(group(model, "attack"), tmp_path)
    assert found.value.key == "system_prompt"
