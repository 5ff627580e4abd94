"""The document that every format shows: versioned, bounded, and enough to draw all of them again.

Its JSON is this record as msgspec writes it: field names as here, fields left out when they hold their default, rates 0
to 1, durations in seconds, times in UTC nanoseconds. `schema/report.schema.json` is made from it.
"""

from typing import Literal

import msgspec

from seatrial.core.reading import Reading
from seatrial.core.request import ToolCall
from seatrial.core.run import RunInfo, RunState
from seatrial.core.score import Score
from seatrial.core.verdict import Verdict
from seatrial.metrics.compare import Comparison
from seatrial.metrics.patterns.records import Explanation
from seatrial.report.probes_records import ProbeSection

FORMAT: Literal["seatrial-report/1"] = "seatrial-report/1"
"""The format's name and version; the number goes up when a reader of the old one would be misled."""

Ending = Literal["passed", "failed", "not judged", "no answer"]
"""How an attempt ended: judged right, judged wrong, answered but not judged, or a Failure."""


class Counts(msgspec.Struct, frozen=True, omit_defaults=True):
    """How many attempts: `asked` = `answered` + `failed`, `answered` = `judged` + `not_judged`.

    `failed` had no answer; `passed` is part of `judged`. `asked_again` were in flight when an earlier process died and
    may have been asked twice; `resumed` were there already when the run was taken up again; `cached` came from a cache;
    `planned` is how many the plan asks for at the most, 0 when that is not known.
    """

    asked: int = 0
    answered: int = 0
    failed: int = 0
    judged: int = 0
    passed: int = 0
    not_judged: int = 0
    asked_again: int = 0
    resumed: int = 0
    cached: int = 0
    planned: int = 0


class Distribution(msgspec.Struct, frozen=True, omit_defaults=True):
    """A histogram: `counts[i]` values lie from `edges[i]` up to `edges[i + 1]` (the last bin holds its upper edge).

    `name` is `latency`, `first_token` or `score`; `unit` is `s` or nothing.
    """

    name: str
    unit: str
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    n: int
    median: float
    p95: float


class SuiteSection(msgspec.Struct, frozen=True, omit_defaults=True):
    """What one suite came to: its Readings in the order to show them, and its distributions."""

    name: str
    target: str
    counts: Counts
    headline: tuple[Reading, ...] = ()
    distributions: tuple[Distribution, ...] = ()


class SliceSection(msgspec.Struct, frozen=True, omit_defaults=True):
    """Slices of the run by tag, measured by `metric`, without the cases that Probes made.

    `worst` are those that are worse than the rest, worst first, with p-values adjusted for `compared` comparisons;
    `table` are all of them (`left_out` more are not shown).
    """

    metric: str = "pass_rate"
    worst: tuple[Reading, ...] = ()
    compared: int = 0
    table: tuple[Reading, ...] = ()
    left_out: int = 0


class FailureCount(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often a kind of failure came, with the first one's sentence and case."""

    kind: str
    count: int
    example: str
    case: str


class CheckCount(msgspec.Struct, frozen=True, omit_defaults=True):
    """How often a check passed, failed and could not judge, with the first failure's reason (else why silent)."""

    suite: str
    name: str
    passed: int = 0
    failed: int = 0
    not_judged: int = 0
    example: str = ""


class Turn(msgspec.Struct, frozen=True, omit_defaults=True):
    """One turn of a conversation. `cut` is how many characters of a long text are left out."""

    role: str
    text: str = ""
    tool_calls: tuple[ToolCall, ...] = ()
    cut: int = 0


def why_not(scores: tuple[Score, ...]) -> str:
    """What the checks that failed say (else those that could not judge); empty when all passed."""
    wrong = [score for score in scores if score.passed is False]
    silent = [score for score in scores if score.passed is None]
    if not wrong and not silent:
        return "" if scores else "no check judged it"
    return "; ".join(f"{score.name}: {score.reason or 'failed'}" for score in wrong or silent)


class AttemptSection(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One attempt at a case: the conversation, what was expected, how it was judged.

    `origin` is where the case stands (`cases/en.jsonl:17`). `tokens` are input and output. `turns_left_out` counts the
    turns of a very long conversation that are not shown; they are missing before the last ones.
    """

    suite: str
    case: str
    ending: Ending
    repeat: int = 0
    origin: str = ""
    tags: dict[str, str] = {}
    turns: tuple[Turn, ...] = ()
    turns_left_out: int = 0
    expected: tuple[str, ...] = ()
    scores: tuple[Score, ...] = ()
    failure_kind: str = ""
    failure: str = ""
    latency: float | None = None
    first_token: float | None = None
    tokens: tuple[int, int] | None = None
    cost: float | None = None
    currency: str = ""
    model: str = ""
    interaction: str = ""
    request_id: str = ""
    cached: bool = False

    @property
    def why(self) -> str:
        """One line that says why it did not pass; empty when it did."""
        return f"{self.failure_kind}: {self.failure}" if self.failure_kind else why_not(self.scores)


class AttemptList(msgspec.Struct, frozen=True, omit_defaults=True):
    """The attempts that are shown, in the order they were made; what did not pass has precedence over what did."""

    shown: tuple[AttemptSection, ...] = ()
    not_passed_left_out: int = 0
    passed_left_out: int = 0


class CaseLine(msgspec.Struct, frozen=True, omit_defaults=True):
    """A case with its repeats folded: how many attempts ended how, their seconds in all, and why it did not pass."""

    suite: str
    case: str
    passed: int = 0
    failed: int = 0
    no_answer: int = 0
    not_judged: int = 0
    seconds: float = 0.0
    origin: str = ""
    why: str = ""

    @property
    def ending(self) -> Ending:
        """Failed if any attempt failed, else without an answer if any was, else not judged if any was, else passed."""
        if self.failed:
            return "failed"
        if self.no_answer:
            return "no answer"
        return "not judged" if self.not_judged or not self.passed else "passed"

    @property
    def flaky(self) -> bool:
        """Whether it passed and failed on repeats."""
        return self.passed > 0 and self.failed > 0


class CaseList(msgspec.Struct, frozen=True, omit_defaults=True):
    """The cases in the order they were asked; when there are too many, those that passed are left out first."""

    shown: tuple[CaseLine, ...] = ()
    not_passed_left_out: int = 0
    passed_left_out: int = 0


class Report(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """All that is said of a run. `warnings` are what a reader must know first (a damaged journal), `notes` the rest.

    `explanation` says what failures have in common; it is missing where too few failed, or too few did not. `probes`
    are the groups of harder cases, where the run has some.
    """

    format: Literal["seatrial-report/1"]
    run: RunInfo
    state: RunState
    counts: Counts
    verdict: Verdict
    suites: tuple[SuiteSection, ...] = ()
    slices: SliceSection = SliceSection()
    failures: tuple[FailureCount, ...] = ()
    checks: tuple[CheckCount, ...] = ()
    attempts: AttemptList = AttemptList()
    cases: CaseList = CaseList()
    explanation: Explanation | None = None
    probes: tuple[ProbeSection, ...] = ()
    comparison: Comparison | None = None
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
