"""What speaks against a calibration: labels that were not drawn at random, few of a class, a judge that guesses."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from seatrial.core.reading import Reading
from seatrial.metrics.calibration.agreement import Pair, p_of_difference
from seatrial.metrics.calibration.estimates import DIFFERENT, ENOUGH_OF_CLASS, errors_differ
from seatrial.metrics.wording import count, listed, number, percent

_SILENT = 0.01
"""Share of the answers without a verdict from which on that is told."""


class OfSuite(NamedTuple):
    """A suite's labelled answers, and case and verdict of the others."""

    name: str
    own: Sequence[Pair]
    rest: Sequence[tuple[int, float]]


class Circumstances(NamedTuple):
    """How the judge came to its verdicts: answers that it said something of, and nothing, and who judged."""

    judged: int
    silent: int
    versions: tuple[str, ...]


def cautions(
    kind: str, drawn: str, suites: Sequence[OfSuite], youden: Reading | None, found: Circumstances
) -> Iterator[str]:
    """One sentence for each thing that a reader must know before believing the numbers."""
    pairs = [pair for suite in suites for pair in suite.own]
    yield from _about_the_judge(found)
    without = [suite.name for suite in suites if not suite.own]
    if without:
        yield f"no label is of {listed(without)}"
    if kind == "scores":
        yield from _other_scale(pairs)
    if kind == "scores" or not pairs:
        return
    yield from _few_of_a_class(pairs)
    if youden is not None and youden.low is not None and youden.low <= 0.0:
        yield "the judge is not shown to be better than chance: its verdicts say little, and labels alone count"
    if drawn == "random":
        yield from _not_at_random(suites)
    if drawn == "verdict":
        yield "agreement, kappa, alpha, sensitivity and specificity are of the labels as chosen, not of all answers"
    different = [each.name for each in suites if len(each.own) < len(pairs) and errors_differ(each.own, pairs)]
    if different:
        yield f"the judge errs otherwise in {listed(different)} than elsewhere; errors of all suites do not fit there"


def _about_the_judge(found: Circumstances) -> Iterator[str]:
    every = found.judged + found.silent
    if every and found.silent >= _SILENT * every:
        yield f"the judge said nothing of {found.silent:,} of {count(every, 'answer')}: all figures are of the others"
    if len(found.versions) > 1:
        yield f"several judges stand behind these verdicts ({listed(sorted(found.versions))}): they may err differently"


def _other_scale(pairs: Sequence[Pair]) -> Iterator[str]:
    """A judge's scores are shares as a rule; people like to give one to five."""
    truths, said = [pair.truth for pair in pairs], [pair.said for pair in pairs]
    if pairs and 0.0 <= min(said) <= max(said) <= 1.0 and not 0.0 <= min(truths) <= max(truths) <= 1.0:
        yield (
            f"labels go from {number(min(truths))} to {number(max(truths))} and the judge's scores from 0 to 1: "
            "the corrected mean is on the scale of the labels, and the difference to the judge's own means nothing"
        )


def _few_of_a_class(pairs: Sequence[Pair]) -> Iterator[str]:
    for name, truth, rate in (("good", 1.0, "sensitivity"), ("bad", 0.0, "specificity")):
        cases = len({pair.case for pair in pairs if pair.truth == truth})
        if cases < ENOUGH_OF_CLASS:
            yield f"only {count(cases, 'labelled case')} of truly {name} answers: the {rate} is hardly known"


def _not_at_random(suites: Sequence[OfSuite]) -> Iterator[str]:
    for name, own, rest in suites:
        if not own or not rest:
            continue
        mine = [(pair.case, pair.said == 1.0) for pair in own]
        others = [(case, said == 1.0) for case, said in rest]
        if p_of_difference(mine, others) < DIFFERENT / len(suites):
            yield (
                f"the judge passes {_share(mine)} of the labelled answers of {name} and "
                f"{_share(others)} of the others: they do not look drawn at random; "
                "say `--drawn verdict` or `--drawn label` if they were chosen so"
            )


def _share(rows: Sequence[tuple[int, bool]]) -> str:
    return percent(sum(hit for _, hit in rows) / len(rows))
