"""A judge held against people: how far they agree, and the pass rate that its errors leave, with its uncertainty."""

from collections.abc import Iterable, Sequence
from typing import Literal

import msgspec

from seatrial.core.reading import Reading
from seatrial.metrics.calibration.agreement import Pair, cohen_kappa, krippendorff_alpha, tally
from seatrial.metrics.calibration.cautions import Circumstances, OfSuite, cautions
from seatrial.metrics.calibration.estimates import Drawn, Estimate, estimates
from seatrial.metrics.calibration.labels import Judged, Matched
from seatrial.stats.agreement import krippendorff_alpha as alpha_of_several
from seatrial.stats.clustered import ClusterSums
from seatrial.stats.paired import difference_of_rates

Kind = Literal["verdicts", "scores"]


class Agreement(msgspec.Struct, frozen=True, omit_defaults=True):
    """Of all labelled answers together, whatever their suite.

    `share` is how often judge and people say the same (of scores: the mean of judge minus person). `youden` is
    sensitivity + specificity - 1: a judge whose interval holds 0 is not shown to be better than chance. `people` is
    the alpha of the annotators among themselves, where there are several.
    """

    share: Reading
    alpha: Reading
    kappa: Reading | None = None
    sensitivity: Reading | None = None
    specificity: Reading | None = None
    youden: Reading | None = None
    people: Reading | None = None


class SuiteCalibration(msgspec.Struct, frozen=True, omit_defaults=True):
    """One suite: the judge's own rate, and what it is when put right.

    `off` is how much the judge's rate is too high (negative: too low), by the recommended estimate; `more_labels` how
    many further labels would halve that estimate's interval, None when labels alone cannot.
    """

    suite: str
    target: str
    labelled: int
    raw: Reading
    estimates: tuple[Estimate, ...] = ()
    recommended: str = ""
    why: str = ""
    off: Reading | None = None
    more_labels: int | None = None


class Calibration(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a judge's verdicts are worth.

    `labelled` answers of the `judged` ones have a label that counts; `unjudged` have one, but the judge said nothing.
    """

    check: str
    kind: Kind
    drawn: Drawn
    judged: int
    labelled: int
    unjudged: int
    agreement: Agreement
    suites: tuple[SuiteCalibration, ...]
    warnings: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()

    @property
    def is_enough(self) -> bool:
        """Whether every suite has an estimate that can be recommended."""
        return bool(self.suites) and all(suite.recommended for suite in self.suites)


class _Answers:
    """Judged answers as numbers: what was said, what is true where that is known, which case."""

    def __init__(self, check: str, kind: Kind, judged: Sequence[Judged], matched: Matched) -> None:
        self.check, self.kind = check, kind
        cases: dict[str, int] = {}
        self.said: dict[int, float] = {}
        self.case: dict[int, int] = {}
        self.suites: dict[tuple[str, str], list[int]] = {}
        for row, each in enumerate(judged):
            said = each.verdict if kind == "verdicts" else each.value
            if said is None:
                continue
            self.said[row] = said
            self.case[row] = cases.setdefault(each.case, len(cases))
            self.suites.setdefault((each.suite, each.target), []).append(row)
        self.truths = {row: truth for row, truth in matched.truths.items() if row in self.said}
        self.unjudged = len(matched.truths) - len(self.truths)
        versions = {judged[row].version for row in self.said}
        self.circumstances = Circumstances(len(self.said), len(judged) - len(self.said), tuple(versions))

    def pairs(self, rows: Iterable[int] | None = None) -> list[Pair]:
        """Labelled answers, of these rows or all."""
        chosen = self.truths if rows is None else (row for row in rows if row in self.truths)
        return [Pair(self.case[row], self.truths[row], self.said[row]) for row in chosen]


def calibrate(
    check: str, judged: Sequence[Judged], matched: Matched, *, kind: Kind = "verdicts", drawn: Drawn = "random"
) -> Calibration:
    """Hold a judge against people.

    Args:
        check: The name of its Scores.
        judged: All answers of a run.
        matched: The labels, by the number of their answer.
        kind: Whether labels and judge give verdicts (1, 0) or scores.
        drawn: How the labelled answers were chosen: at random, by the judge's verdict, or by what people say.
    """
    answers = _Answers(check, kind, judged, matched)
    pairs = answers.pairs()
    suites = tuple(_suite(answers, suite, target, drawn) for suite, target in answers.suites)
    agreement = _agreement(pairs, kind, matched)
    by_suite = [
        OfSuite(suite, answers.pairs(rows), _rest(answers, rows)) for (suite, _), rows in answers.suites.items()
    ]
    return Calibration(
        check=check,
        kind=kind,
        drawn=drawn,
        judged=len(answers.said),
        labelled=len(pairs),
        unjudged=answers.unjudged,
        agreement=agreement,
        suites=suites,
        warnings=tuple(cautions(kind, drawn, by_suite, agreement.youden, answers.circumstances)),
        problems=matched.problems,
    )


def _agreement(pairs: list[Pair], kind: Kind, matched: Matched) -> Agreement:
    several = [values for values in matched.given.values() if len(values) > 1]
    among = alpha_of_several(several, "nominal" if kind == "verdicts" else "interval") if several else None
    people = None if among is None else Reading("alpha", among, n=len(several))
    if kind == "scores":
        return Agreement(
            _named("bias", _mean((p.case, p.said - p.truth) for p in pairs)), krippendorff_alpha(pairs), people=people
        )
    share, _ = tally((pair.case, pair.truth == pair.said) for pair in pairs)
    sensitivity, good = tally((pair.case, pair.said == 1.0) for pair in pairs if pair.truth == 1.0)
    specificity, bad = tally((pair.case, pair.said == 0.0) for pair in pairs if pair.truth == 0.0)
    youden = None
    if good.n and bad.n:
        found = difference_of_rates(bad.n - bad.hits, bad.n, good.hits, good.n)
        youden = Reading("youden", *found, n=len(pairs), method="Newcombe")
    return Agreement(
        _named("agreement", share),
        krippendorff_alpha(pairs),
        cohen_kappa(pairs),
        _named("sensitivity", sensitivity),
        _named("specificity", specificity),
        youden,
        people,
    )


def _suite(answers: _Answers, suite: str, target: str, drawn: Drawn) -> SuiteCalibration:
    rows = answers.suites[suite, target]
    said = [(answers.case[row], answers.said[row]) for row in rows]
    own = answers.pairs(rows)
    if answers.kind == "verdicts":
        raw, size = tally((case, value == 1.0) for case, value in said)
        name = "pass_rate"
    else:
        raw, size, name = _mean(said), None, "mean"
    rest = _rest(answers, rows)
    found = estimates(own, rest, answers.pairs(), size, drawn=drawn)
    result = SuiteCalibration(suite, target, len(own), _named(name, raw), found.all, why=found.why)
    if found.recommended is None:
        return result
    best, value = found.recommended, raw.value or 0.0
    low, high = (None if end is None else value - end for end in (best.reading.high, best.reading.low))
    off = Reading("off", value - (best.reading.value or 0.0), low, high, n=len(own), unit=raw.unit)
    there = len(answers.said) if best.method == "rogan-gladen" else len(rows)
    more = best.to_halve if best.to_halve is None or best.reading.n + best.to_halve <= there else None
    return msgspec.structs.replace(result, recommended=best.method, off=off, more_labels=more)


def _rest(answers: _Answers, rows: Sequence[int]) -> list[tuple[int, float]]:
    """Case and verdict of the answers without a label."""
    return [(answers.case[row], answers.said[row]) for row in rows if row not in answers.truths]


def _mean(values: Iterable[tuple[int, float]]) -> Reading:
    found = ClusterSums()
    for case, value in values:
        found.add(case, value)
    if found.clusters < 2:
        return Reading("", None, n=found.n, note="fewer than two cases")
    mean = found.mean()
    return Reading("", mean.mean, mean.low, mean.high, n=mean.n, clusters=mean.clusters, method="Student's t")


def _named(name: str, reading: Reading) -> Reading:
    return msgspec.structs.replace(reading, name=name)
