"""Cases that Probes made are judged beside the answers to their originals, resumed or not."""

import asyncio
import dataclasses
from pathlib import Path

from msgspec.structs import replace
from run_fakes import FakeTarget, case, go, suite

from seatrial.core.check import Check, Evidence
from seatrial.core.interaction import Failure, FailureKind
from seatrial.core.request import Request
from seatrial.core.score import Score
from seatrial.run.plan import SuitePlan


def probed(target: FakeTarget, *, remembered: bool = True) -> tuple[SuitePlan, SuitePlan]:
    """Two cases, and a child of each in another suite."""
    originals = [case("a", "first"), case("b", "second")]
    children = [replace(each, id=f"{each.id}~x", original=f"behaviour/{each.id}") for each in originals]
    return suite(originals, target, name="behaviour", remembered=remembered), suite(children, target, name="robustness")


def watching(seen: dict[str, str | None]):
    """A judge that writes down which original it was shown beside each case."""

    async def judge(checks: tuple[Check, ...], evidence: Evidence) -> tuple[Score, ...]:
        seen[evidence.case.id] = evidence.original and evidence.original.text
        return (Score("beside", True),)

    return judge


async def test_children_see_the_answers_to_their_originals(tmp_path: Path) -> None:
    """Each its own; originals themselves have none, and the child's row in the Batch names it."""
    seen: dict[str, str | None] = {}
    result = await go(tmp_path / "j.jsonl", *probed(FakeTarget()), judge=watching(seen))
    assert seen == {"a": None, "b": None, "a~x": "first", "b~x": "second"}
    assert result.batch.labels["original"].names == ["behaviour/a", "behaviour/b"]


async def test_nothing_is_kept_where_nobody_asks_for_it(tmp_path: Path) -> None:
    """The answers of other suites are not held in memory."""
    seen: dict[str, str | None] = {}
    await go(tmp_path / "j.jsonl", *probed(FakeTarget(), remembered=False), judge=watching(seen))
    assert seen["a~x"] is None


async def test_a_resumed_run_remembers(tmp_path: Path) -> None:
    """Answers of an earlier process are read from the journal."""
    stop = asyncio.Event()
    first, second = probed(FakeTarget())
    await go(tmp_path / "j.jsonl", first, replace_cases(second), stop=stop, judge=watching({}))
    seen: dict[str, str | None] = {}
    await go(tmp_path / "j.jsonl", first, second, judge=watching(seen))
    assert seen == {"a~x": "first", "b~x": "second"}


def replace_cases(plan: SuitePlan) -> SuitePlan:
    """The same suite before any of its cases could be asked."""
    return dataclasses.replace(plan, cases=lambda: iter(()))


async def test_an_original_that_failed_is_none(tmp_path: Path) -> None:
    """A failure is no answer to compare with."""

    def reply(request: Request) -> str | Failure:
        return Failure(FailureKind.TIMEOUT, "slow") if request.case == "a" else request.question

    seen: dict[str, str | None] = {}
    await go(tmp_path / "j.jsonl", *probed(FakeTarget(reply)), judge=watching(seen))
    assert (seen["a~x"], seen["b~x"]) == (None, "second")
