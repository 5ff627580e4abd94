"""A function, a few cases, a few checks: the small trial of a notebook."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from seatrial.app import gates as app_gates
from seatrial.app.bridge import run_sync
from seatrial.app.cases import Shared, make_case
from seatrial.app.check import Silent
from seatrial.app.conclude import conclude, held_of
from seatrial.app.mistakes import brief
from seatrial.app.outcome import Outcome
from seatrial.app.schema_cases import CaseModel
from seatrial.app.survey import Checks
from seatrial.app.validation import explain
from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.ids import new_id
from seatrial.core.run import RunInfo, SuiteInfo
from seatrial.core.target import Target
from seatrial.run.engine import run
from seatrial.run.journal import Journal
from seatrial.run.plan import Plan, Planned, Repeat, SuitePlan

SUITE = "evaluation"


def evaluate(
    function: Callable[..., Any] | Target,
    cases: Iterable[Case | dict[str, Any]],
    checks: Sequence[Any] = (),
    *,
    gates: Sequence[str] = (),
    repeat: int = 1,
    concurrency: int = 10,
) -> Outcome:
    """Ask a function every case and judge its answers.

    Args:
        function: Sync or async; called with the question. Or any Target.
        cases: Mappings with the keys of a suite file (`ask`, `expect`, `tags`, ...), or Cases.
        checks: On every case: names, lines, mappings, Checks, or functions.
        gates: Lines such as `pass_rate >= 95%`.
        repeat: How often each case is asked.
        concurrency: Requests in flight at once.

    Returns:
        A report that shows itself: text in a console, HTML in a notebook.

    Raises:
        Mistake: A case, a check or a gate is wrong.
    """
    for name, given in (("cases", cases), ("checks", checks), ("gates", gates)):
        if isinstance(given, str | dict):
            raise Mistake(f"{name} is a list, {brief(given)} was found")
    built = Checks({}, Path())
    planned = [Planned(case, built.of_case(case)) for case in _cases(cases, tuple(checks))]
    for each in planned:
        if not each.checks:
            raise Mistake(f"nothing checks the case `{each.case.id}`; give it `checks`, or all of them")
    target = _target(function)
    suite = SuitePlan(SUITE, target, lambda: iter(planned), len(planned), Repeat(repeat), concurrency)
    held = [app_gates.read_gate(line, (SUITE,)) for line in gates]
    info = RunInfo(
        id=new_id(),
        at=time.time_ns(),
        file="",
        plan="",
        suites=(SuiteInfo(SUITE, target.name, target.identity, len(planned), repeat),),
        gates=tuple(gate.text for gate in held),
        seatrial=version("seatrial"),
    )
    return run_sync(lambda: _run(info, suite))


async def _run(info: RunInfo, suite: SuitePlan) -> Outcome:
    try:
        with (
            tempfile.TemporaryDirectory(prefix="seatrial-") as folder,
            Journal.begin(Path(folder) / "run.jsonl", info) as journal,
        ):
            result = await run(Plan(info, (suite,)), journal, Silent())
            cases = ((SUITE, planned.case) for planned in suite.cases())
            outcome = conclude(held_of(info, (), None), result, journal, cases)
    finally:
        await suite.target.aclose()
    if outcome.error is not None:
        raise outcome.error
    return msgspec.structs.replace(outcome, journal=None)


def _target(function: Any) -> Target:
    from seatrial.targets.function import FunctionTarget

    if isinstance(function, Target):
        return function
    if not callable(function):
        raise Mistake(f"{type(function).__name__} is neither a function nor a Target")
    return FunctionTarget(getattr(function, "__name__", type(function).__name__), function)


def _cases(cases: Iterable[Case | dict[str, Any]], checks: tuple[Any, ...]) -> Iterator[Case]:
    seen: set[str] = set()
    for i, each in enumerate(cases):
        place = f"cases[{i}]"
        case = _with_checks(each, checks) if isinstance(each, Case) else _made(each, place, checks)
        if case.id in seen:
            raise Mistake(f"the id `{case.id}` is taken already", key=place)
        seen.add(case.id)
        yield case


def _with_checks(case: Case, checks: tuple[Any, ...]) -> Case:
    return msgspec.structs.replace(case, checks=(*case.checks, *checks))


def _made(row: Any, place: str, checks: tuple[Any, ...]) -> Case:
    try:
        return make_case(msgspec.convert(row, CaseModel), place, Shared(checks=checks))
    except msgspec.ValidationError as error:
        what, keys = explain(str(error), row if isinstance(row, dict) else {}, CaseModel)
        raise Mistake(what, key=".".join([place, *map(str, keys)])) from None
    except Mistake as mistake:
        raise Mistake(mistake.what, key=place) from None
