"""Two runs of the same cases side by side: what got worse, what got better, and whether that is more than chance."""

from typing import Literal

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.metric import PairedMetric
from seatrial.core.reading import Reading
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.case_changes import CaseSet, Majority, Tally, case_set, tallies
from seatrial.metrics.paired import paired_reading, pairs, t_test
from seatrial.metrics.table import find_metric
from seatrial.metrics.wording import count, value_with_interval
from seatrial.stats.paired import mcnemar_exact
from seatrial.stats.power import smallest_p_of_repeats

Significance = Literal["worse", "better", "no change shown"]
COMPARED = ("pass_rate", "score.mean", "failures.rate", "latency.mean", "first_token.mean", "cost.mean")
ALPHA = 0.05


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One metric in both runs. `difference` is now minus before over `difference.n` cases that both have.

    `se` is the standard error of the paired difference; None with fewer than two such cases.
    """

    name: str
    before: Reading
    now: Reading
    difference: Reading
    se: float | None = None

    @property
    def significance(self) -> Significance:
        """Whether the whole interval of the difference lies on one side of no change."""
        low, high = self.difference.low, self.difference.high
        up = self.difference.direction == "up"
        if high is not None and high < 0:
            return "worse" if up else "better"
        if low is not None and low > 0:
            return "better" if up else "worse"
        return "no change shown"


class Comparison(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """Two runs, paired by case.

    A case passes in a run if more than half of its judged attempts pass; a tie is no pass. `worse` counts cases that
    passed before and do not now, `better` the reverse; `p` is McNemar's exact test of these two numbers. `flaky` cases
    both pass and fail within one of the runs. `changes` begins with the pass rate.
    """

    before: str = ""
    now: str = ""
    cases: int = 0
    worse: int = 0
    better: int = 0
    p: float = 1.0
    significance: Significance = "no change shown"
    changes: tuple[Change, ...] = ()
    new_failures: CaseSet = CaseSet()
    fixed: CaseSet = CaseSet()
    still_failing: CaseSet = CaseSet()
    flaky: CaseSet = CaseSet()
    only_before: CaseSet = CaseSet()
    only_now: CaseSet = CaseSet()
    summary: str = ""
    notes: tuple[str, ...] = ()

    @property
    def is_worse(self) -> bool:
        """Whether the pass rate is significantly lower than before."""
        return self.significance == "worse"


def compare(now: Batch, before: Batch | Baseline, *, now_name: str = "", before_name: str = "") -> Comparison:
    """Hold a run against an earlier one, or against a Baseline, case by case.

    Args:
        now: The run in question.
        before: What it is held against.
        now_name: How a reader knows `now`, e.g. its id.
        before_name: How a reader knows `before`; a Baseline's run if left out.
    """
    if isinstance(before, Baseline):
        before_name, before = before_name or before.run, before.as_batch()
    old, new = tallies(before), tallies(now)
    both = [case for case in new if case in old]
    worse = [case for case in both if _ends(old[case], new[case]) == ("passes", "fails")]
    better = [case for case in both if _ends(old[case], new[case]) == ("fails", "passes")]
    still = [case for case in both if _ends(old[case], new[case]) == ("fails", "fails")]
    judged = sum("not judged" not in _ends(old[case], new[case]) for case in both)
    changes = tuple(filter(None, (_change(name, before, now) for name in COMPARED)))
    p = mcnemar_exact(len(worse), len(better))
    passing = next((change for change in changes if change.name == "pass_rate"), None)
    significance = passing.significance if passing else "no change shown"
    return Comparison(
        before=before_name,
        now=now_name,
        cases=judged,
        worse=len(worse),
        better=len(better),
        p=p,
        significance=significance,
        changes=changes,
        new_failures=case_set(worse, old, new),
        fixed=case_set(better, old, new),
        still_failing=case_set(still, old, new),
        flaky=case_set([case for case in both if old[case].is_flaky or new[case].is_flaky], old, new),
        only_before=case_set([case for case in old if case not in new], old, new),
        only_now=case_set([case for case in new if case not in old], old, new),
        summary=_summary(passing, significance, judged, (len(worse), len(better), p)),
        notes=tuple(_notes(before, now, both, old, new)),
    )


def _ends(before: Tally, now: Tally) -> tuple[Majority, Majority]:
    return before.majority, now.majority


def _change(name: str, before: Batch, now: Batch) -> Change | None:
    metric = find_metric(name)
    if not isinstance(metric, PairedMetric):
        return None
    found = pairs(metric.per_case(before), metric.per_case(now))
    if not found.now or (name.startswith("cost") and before.currency != now.currency):
        return None
    after = metric.measure(now)
    difference = paired_reading(msgspec.structs.replace(after, asked=0, not_judged=0), found)
    se = t_test(found).se if len(found.now) > 1 else None
    return Change(name, metric.measure(before), after, difference, se)


def _summary(passing: Change | None, significance: Significance, cases: int, changed: tuple[int, int, float]) -> str:
    worse, better, p = changed
    if passing is None:
        return "No case was judged in both runs, so nothing can be compared."
    verdict = {
        "worse": "The pass rate is lower than before, by more than chance explains",
        "better": "The pass rate is higher than before, by more than chance explains",
        "no change shown": "No change of the pass rate is shown",
    }[significance]
    return (
        f"{verdict}: {value_with_interval(passing.difference)} over {count(cases, 'case')}; "
        f"{worse} got worse and {better} better (McNemar's exact test p = {p:.2g})."
    )


def _notes(before: Batch, now: Batch, both: list[str], old: dict[str, Tally], new: dict[str, Tally]) -> list[str]:
    notes = []
    repeats = min(max((side[case].judged for case in both), default=0) for side in (old, new))
    if repeats and smallest_p_of_repeats(repeats) > ALPHA:
        each = "One attempt" if repeats == 1 else f"{repeats} repeats"
        best = smallest_p_of_repeats(repeats)
        notes.append(
            f"{each} of a case on each side can never show that one case got worse at the 5 % level "
            f"(Fisher's exact test gives at best p = {best:.2g}): a single change may be chance."
        )
    if before.currency != now.currency and before.currency and now.currency:
        notes.append(f"Costs are not compared: before they were in {before.currency}, now in {now.currency}.")
    if not both:
        notes.append("The two runs have no case in common.")
    return notes
