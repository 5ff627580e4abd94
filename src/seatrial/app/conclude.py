"""From what a run measured to its verdict: which gates there are, and how often each may be looked at."""

from collections.abc import Iterable

import msgspec

from seatrial.app.gates import restored, suite_of
from seatrial.core.batch import Batch
from seatrial.core.gate import Gate
from seatrial.core.run import RunInfo
from seatrial.core.verdict import GateResult, Outcome, Verdict
from seatrial.metrics.baseline import Baseline
from seatrial.metrics.decide import judge_gates


class Held(msgspec.Struct, frozen=True):
    """What a Batch is held to.

    `suites` are the names that gates may begin with; `looks` is how often the gates of a suite may be looked at before
    the run ends (suites that repeat until decided).
    """

    gates: tuple[Gate, ...]
    suites: tuple[str, ...]
    looks: dict[str, int] = {}
    baseline: Baseline | None = None

    def verdict(self, batch: Batch, reasons: Iterable[str] = ()) -> Verdict:
        """All gates together."""
        return Verdict.of(self._judge(self.gates, batch), reasons)

    def decided(self, suite: str, batch: Batch) -> bool:
        """Whether no gate that is about this suite is open any more."""
        about = tuple(gate for gate in self.gates if suite_of(gate, self.suites) in (None, suite))
        return all(result.outcome is not Outcome.UNDECIDED for result in self._judge(about, batch))

    def _judge(self, gates: tuple[Gate, ...], batch: Batch) -> list[GateResult]:
        results: dict[int, GateResult] = {}
        numbered: dict[int, list[int]] = {}
        for i, gate in enumerate(gates):
            suite = suite_of(gate, self.suites)
            looks = max(self.looks.values(), default=1) if suite is None else self.looks.get(suite, 1)
            numbered.setdefault(looks, []).append(i)
        for looks, numbers in numbered.items():
            judged = judge_gates([gates[i] for i in numbers], batch, self.suites, self.baseline, looks=looks)
            results |= dict(zip(numbers, judged, strict=True))
        return [results[i] for i in range(len(gates))]


def held_of(info: RunInfo, suites: Iterable[str], baseline: Baseline | None) -> Held:
    """What a run is held to, from its head; `suites` are all names of the suite file where it is known."""
    adaptive = info.selection.get("until_decided", ())
    looks = {suite.name: suite.repeat for suite in info.suites if suite.name in adaptive}
    names = dict.fromkeys([*suites, *(suite.name for suite in info.suites)])
    return Held(tuple(restored(text) for text in info.gates), tuple(names), looks, baseline)
