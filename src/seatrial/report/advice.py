"""What to do next: at most a handful of sentences, each with a command where one helps."""

import shlex
from pathlib import Path

from seatrial.core.verdict import GateResult, Outcome, Readiness
from seatrial.metrics.wording import count
from seatrial.report.model import Report

MOST = 5


def next_steps(report: Report) -> tuple[str, ...]:
    """The most useful next steps, first things first.

    A run without a suite file (`st.evaluate`) is not kept, so no command is offered that would look for it.
    """
    steps = [*_unfinished(report), *_no_answers(report), *_not_judged(report)]
    run, kept = report.run.id, bool(report.run.file)
    if kept and report.counts.judged > report.counts.passed:
        steps.append(f"Read the conversations behind the failures: seatrial show {run} --format html{_place(report)}")
    steps += _more_cases(report.verdict.gates)
    if kept and report.comparison is None and report.verdict.readiness is Readiness.NOT_READY:
        steps.append(f"See what changed against an earlier run: seatrial compare {run} BASELINE{_place(report)}")
    if kept and report.verdict.readiness is Readiness.READY:
        steps.append(f"Keep this run as the baseline of the next: seatrial bless {run}{_place(report)}")
    return tuple(steps[:MOST])


def _place(report: Report) -> str:
    """Where commands must look for the run: the suite file's folder, unless that is the working directory."""
    folder = Path(report.run.file).parent
    return "" if folder == Path() else f" --in {shlex.quote(str(folder))}"


def _unfinished(report: Report) -> list[str]:
    if report.state == "done" or not report.run.file:
        return []
    so_far = f" after {report.counts.asked:,} of {report.counts.planned:,}" if report.counts.planned else ""
    return [f"Go on where the run stopped{so_far}: seatrial check {shlex.quote(report.run.file)}"]


def _no_answers(report: Report) -> list[str]:
    if not report.failures:
        return []
    kinds = ", ".join(f"{each.kind} {each.count:,}" for each in report.failures[:3])
    return [f"Mend what kept {count(report.counts.failed, 'request')} without an answer: {kinds}"]


def _not_judged(report: Report) -> list[str]:
    if not report.counts.not_judged:
        return []
    silent = list(dict.fromkeys(each.name for each in report.checks if each.not_judged))[:3]
    which = f" by {', '.join(silent)}" if silent else ""
    return [f"See why {count(report.counts.not_judged, 'answer')} could not be judged{which}"]


def _more_cases(gates: tuple[GateResult, ...]) -> list[str]:
    open_ = [result for result in gates if result.outcome is Outcome.UNDECIDED and result.more_cases]
    if not open_:
        return []
    most = max(open_, key=lambda result: result.more_cases or 0)
    more = f"{most.more_cases:,}"
    if len(open_) == 1:
        return [f"Run about {more} more cases to decide `{most.gate.text}`"]
    return [f"Run about {more} more cases to decide all {len(open_)} open gates (`{most.gate.text}` needs the most)"]
