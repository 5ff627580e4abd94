"""The true rate behind a judge's verdicts, by every method that fits how labels were chosen, and which to trust."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple

import msgspec

from seatrial.core.reading import Reading
from seatrial.metrics.calibration.agreement import Pair, p_of_difference, tally
from seatrial.stats.prediction_powered import Known, Unknown, rectified_mean
from seatrial.stats.rogan_gladen import CorrectedRate, Tally, corrected_rate, double_sampled_rate

Drawn = Literal["random", "verdict", "label"]
"""How labelled answers were chosen: at random, by the judge's verdict, by what people say of them."""
Method = Literal["prediction-powered", "rogan-gladen", "by verdict"]
ENOUGH = 20
"""Labelled cases of a suite under which its own errors are not estimated."""
ENOUGH_OF_CLASS = 10
"""Labelled cases of a class (truly good, truly bad, passed, failed) under which the judge's errors are not either."""
DOUBT = 2.0
"""Labels of an error that are added to the spread, one up and one down, as Bonett and Price 2012 add them: without any,
or with one, twenty labels of a rate near 0.9 hold it in less than nine of ten draws."""
DIFFERENT = 0.01
"""p-value under which two groups are called different."""


class Estimate(msgspec.Struct, frozen=True, omit_defaults=True):
    """A corrected rate or mean.

    `usable` says whether its conditions hold (`note` says what is missing), `weight` how much the judge counts in it,
    `to_halve` how many more labels would halve its interval: None when labels alone cannot.
    """

    method: Method
    reading: Reading
    usable: bool = True
    weight: float | None = None
    to_halve: int | None = None
    note: str = ""


class Estimates(NamedTuple):
    """All that could be made, the one to trust if there is one, and why."""

    all: tuple[Estimate, ...]
    recommended: Estimate | None
    why: str


def estimates(
    own: Sequence[Pair],
    rest: Sequence[tuple[int, float]],
    pooled: Sequence[Pair],
    passed: Tally | None,
    *,
    drawn: Drawn,
) -> Estimates:
    """Put a suite's rate right.

    Args:
        own: Its labelled answers.
        rest: Case and verdict of its other answers.
        pooled: The labelled answers of all suites: a judge's errors by class are taken to be the same in all.
        passed: Of all its answers, those that the judge passed; None for scores.
        drawn: How the labelled answers were chosen.
    """
    if drawn == "verdict":
        found = [_by_verdict(own, passed)] if passed else []
    elif drawn == "label":
        found = [_rogan_gladen(own, pooled, passed)] if passed else []
    else:
        found = [_prediction_powered(own, rest, within_one=passed is not None)]
        found += [_rogan_gladen(own, pooled, passed)] if passed else []
    there = tuple(each for each in found if each is not None)
    best = next((each for each in there if each.usable), None)
    return Estimates(there, best, _why(best, there, drawn, scores=passed is None))


def _why(best: Estimate | None, there: tuple[Estimate, ...], drawn: Drawn, *, scores: bool) -> str:
    if best is None:
        reasons = "; ".join(f"{each.method}: {each.note}" for each in there if each.note)
        if not there and scores and drawn != "random":
            return "scores can be corrected by labels drawn at random only"
        return f"nothing can be recommended: {reasons or 'no labels'}"
    if best.method == "prediction-powered":
        return "it asks nothing of the judge's errors, only that labels were drawn at random"
    if best.method == "by verdict":
        return "the labels were chosen by the judge's verdict, which leaves the share of good ones within it"
    if drawn == "label":
        return "the labels were chosen by what people say, which leaves sensitivity and specificity as they are"
    return f"with fewer than {ENOUGH} labelled cases of its own, the suite takes the judge's errors from all suites"


def _prediction_powered(own: Sequence[Pair], rest: Sequence[tuple[int, float]], *, within_one: bool) -> Estimate:
    cases = len({pair.case for pair in own})
    empty = Reading("corrected", None, n=len(own), clusters=cases, unit="rate" if within_one else "")
    if cases < 2:
        return Estimate("prediction-powered", empty, usable=False, note="fewer than two labelled cases")
    known, unknown = [Known(*pair) for pair in own], [Unknown(*each) for each in rest]
    found = rectified_mean(known, unknown, doubt=DOUBT if within_one else 0.0)
    ends = (found.mean, found.low, found.high)
    if within_one:
        ends = tuple(min(max(end, 0.0), 1.0) for end in ends)  # type: ignore[assignment]
    reading = msgspec.structs.replace(empty, value=ends[0], low=ends[1], high=ends[2], method="PPI++")
    few = "" if cases >= ENOUGH else f"{cases} labelled cases, fewer than {ENOUGH}"
    more = _to_halve(found.by_labels, found.by_answers, len(own))
    return Estimate("prediction-powered", reading, not few, found.weight, more, few)


def _rogan_gladen(own: Sequence[Pair], pooled: Sequence[Pair], passed: Tally) -> Estimate:
    of_good, good = tally((pair.case, pair.said == 1.0) for pair in pooled if pair.truth == 1.0)
    of_bad, bad = tally((pair.case, pair.said == 0.0) for pair in pooled if pair.truth == 0.0)
    found = corrected_rate(passed, good, bad)
    note = _few({"truly good": of_good, "truly bad": of_bad})
    if not note and found is None:
        note = "undefined, as the judge is no better than chance"
    if not note and len(own) < len(pooled) and errors_differ(own, pooled):
        note = "the judge errs otherwise in this suite than in the others"
    return _of(found, "rogan-gladen", "Rogan-Gladen, Lang-Reiczigel", note, len(pooled))


def _by_verdict(own: Sequence[Pair], passed: Tally) -> Estimate:
    of_passed, good = tally((pair.case, pair.truth == 1.0) for pair in own if pair.said == 1.0)
    of_failed, missed = tally((pair.case, pair.truth == 1.0) for pair in own if pair.said == 0.0)
    found = double_sampled_rate(passed, good, missed) if good.n and missed.n else None
    note = _few({"passed": of_passed, "failed": of_failed})
    return _of(found, "by verdict", "double sampling", note, len(own))


def _of(found: CorrectedRate | None, method: Method, how: str, note: str, labels: int) -> Estimate:
    if found is None:
        return Estimate(method, Reading("corrected", None, n=labels, unit="rate", note=note), usable=False, note=note)
    reading = Reading("corrected", found.rate, found.low, found.high, n=labels, unit="rate", method=how)
    more = _to_halve(found.by_labels, found.by_answers, labels)
    return Estimate(method, reading, not note, to_halve=more, note=note)


def _few(found: dict[str, Reading]) -> str:
    few = [
        f"{each.clusters} labelled cases of {name} answers"
        for name, each in found.items()
        if each.clusters < ENOUGH_OF_CLASS
    ]
    return f"{' and '.join(few)}, fewer than {ENOUGH_OF_CLASS}" if few else ""


def errors_differ(own: Sequence[Pair], pooled: Sequence[Pair]) -> bool:
    """Whether the judge errs otherwise in one suite than in the others, on good or on bad answers (Fisher)."""
    others = (Counter(pooled) - Counter(own)).elements()
    by_truth: dict[float, tuple[list[tuple[int, bool]], list[tuple[int, bool]]]] = {1.0: ([], []), 0.0: ([], [])}
    for side, pairs in enumerate((own, others)):
        for pair in pairs:
            by_truth[pair.truth][side].append((pair.case, pair.said == pair.truth))
    return 2.0 * min(p_of_difference(*sides) for sides in by_truth.values()) < DIFFERENT


def _to_halve(by_labels: float, by_answers: float, labels: int) -> int | None:
    """Labels to add until a quarter of the variance is left, of which only the part by labels lessens."""
    wanted = (by_labels + by_answers) / 4.0 - by_answers
    return math.ceil(by_labels * labels / wanted) - labels if wanted > 0.0 else None
