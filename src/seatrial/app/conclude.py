"""From what a run measured to its verdict and its report."""

from collections.abc import Iterable

import msgspec

from seatrial.app.gates import restored, suite_of
from seatrial.app.outcome import Outcome as Ended
from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.errors import CannotRun
from seatrial.core.finding import Inspection
from seatrial.core.gate import Gate
from seatrial.core.run import RunInfo
from seatrial.core.verdict import GateResult, Outcome, Verdict
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.compare import Comparison, compare
from seatrial.metrics.decide import judge_gates
from seatrial.report.build import Circumstances, build_report
from seatrial.run.journal import Journal, replay
from seatrial.run.result import RunResult
from seatrial.store.lines import Damage


class Held(msgspec.Struct, frozen=True):
    """What a Batch is held to.

    `suites` are the names that gates may begin with; `looks` is how often the gates of a suite may be looked at before
    the run ends (suites that repeat until decided).
    """

    gates: tuple[Gate, ...]
    suites: tuple[str, ...]
    looks: dict[str, int] = {}
    baseline: Baseline | None = None
    inspection: Inspection | None = None

    def verdict(self, batch: Batch, reasons: Iterable[str] = ()) -> Verdict:
        """All gates together."""
        return Verdict.of(self._judge(self.gates, batch), reasons)

    def comparison(self, batch: Batch, run: str) -> Comparison | None:
        """The run against the baseline, if there is one."""
        return compare(batch, self.baseline, now_name=run) if self.baseline is not None and len(batch) else None

    def decided(self, suite: str, batch: Batch) -> bool:
        """Whether no gate that is about this suite is open any more."""
        about = tuple(gate for gate in self.gates if suite_of(gate, self.suites) in (None, suite))
        return all(result.outcome is not Outcome.UNDECIDED for result in self._judge(about, batch))

    def _judge(self, gates: tuple[Gate, ...], batch: Batch) -> list[GateResult]:
        results: dict[int, GateResult] = {}
        findings = self.inspection.findings if self.inspection is not None else None
        numbered: dict[int, list[int]] = {}
        for i, gate in enumerate(gates):
            suite = suite_of(gate, self.suites)
            looks = max(self.looks.values(), default=1) if suite is None else self.looks.get(suite, 1)
            numbered.setdefault(looks, []).append(i)
        for looks, numbers in numbered.items():
            judged = judge_gates([gates[i] for i in numbers], batch, self.suites, self.baseline, findings, looks=looks)
            results |= dict(zip(numbers, judged, strict=True))
        return [results[i] for i in range(len(gates))]


def held_of(info: RunInfo, suites: Iterable[str], baseline: Baseline | None) -> Held:
    """What a run is held to, from its head; `suites` are all names of the suite file where it is known."""
    adaptive = info.selection.get("until_decided", ())
    looks = {suite.name: suite.repeat for suite in info.suites if suite.name in adaptive}
    names = dict.fromkeys([*suites, *(suite.name for suite in info.suites)])
    return Held(tuple(restored(text) for text in info.gates), tuple(names), looks, baseline, info.inspection)


def conclude(
    held: Held, result: RunResult, journal: Journal, cases: Iterable[tuple[str, Case]], told: tuple[str, ...] = ()
) -> Ended:
    """The verdict and the report of a run that has ended; the verdict is written to its journal.

    `told` is what else a reader of the report must know.
    """
    error, info = result.error, journal.info
    unasked = [f"no case of the suite {each.name} is selected" for each in info.suites if not each.cases]
    verdict = held.verdict(result.batch, [*result.reasons, *unasked, *_unread(info)])
    try:
        journal.concluded(verdict.readiness)
    except CannotRun as broken:
        error = error or broken
    circumstances = Circumstances(
        state=result.state,
        asked_again=result.asked_again,
        resumed=result.resumed,
        notes=_notes(result),
        warnings=(*told, *warnings(result.damage)),
    )
    document = build_report(
        info,
        verdict,
        result.batch,
        replay(journal.path),
        cases,
        comparison=held.comparison(result.batch, info.id),
        circumstances=circumstances,
    )
    return Ended(verdict=verdict, report=document, batch=result.batch, error=error, journal=journal.path)


def _unread(info: RunInfo) -> list[str]:
    """What was not read was not judged: it keeps a run from ready."""
    files = [each.path for each in info.inspection.files if each.verdict == "unread"] if info.inspection else []
    more = f" and {len(files) - 3} more" if len(files) > 3 else ""
    return [f"{', '.join(files[:3])}{more} could not be read"] if files else []


def warnings(damage: Damage) -> tuple[str, ...]:
    """What a reader must know of a journal that could not be read whole."""
    if not damage.count:
        return ()
    first = "; ".join(damage.first[:3])
    return (f"{damage.count:,} lines of the journal could not be read and are left out: {first}",)


def _notes(result: RunResult) -> tuple[str, ...]:
    notes = []
    if result.resumed or result.asked_again:
        again = f"{result.asked_again:,} requests that were in flight then may have been asked twice"
        notes.append(f"This run was taken up again: {result.resumed:,} attempts were there already, {again}.")
    if result.judged_again:
        notes.append(f"{result.judged_again:,} answers were there already and were judged again without being asked.")
    return tuple(notes)
