"""What speaks against a calibration: labels that were not drawn at random, few of a class, a judge that guesses."""

from collections.abc import Iterator, Mapping, Sequence

from seatrial.core.reading import Reading
from seatrial.metrics.calibration.agreement import Pair
from seatrial.metrics.calibration.estimates import DIFFERENT, ENOUGH_OF_CLASS, errors_differ
from seatrial.metrics.wording import count, listed, percent
from seatrial.stats.paired import fisher_exact

BySuite = Mapping[str, tuple[Sequence[Pair], Sequence[tuple[int, float]]]]
"""Suite -> its labelled answers, and case and verdict of the others."""


def cautions(kind: str, drawn: str, suites: BySuite, youden: Reading | None) -> Iterator[str]:
    """One sentence for each thing that a reader must know before believing the numbers."""
    pairs = [pair for own, _ in suites.values() for pair in own]
    without = [name for name, (own, _) in suites.items() if not own]
    if without:
        yield f"no label is of {listed(without)}"
    if kind == "scores" or not pairs:
        return
    yield from _few_of_a_class(pairs)
    if youden is not None and youden.low is not None and youden.low <= 0.0:
        yield "the judge is not shown to be better than chance: its verdicts say little, and labels alone count"
    if drawn == "random":
        yield from _not_at_random(suites)
    if drawn == "verdict":
        yield "agreement, kappa, alpha, sensitivity and specificity are of the labels as chosen, not of all answers"
    different = [name for name, (own, _) in suites.items() if len(own) < len(pairs) and errors_differ(own, pairs)]
    if different:
        yield f"the judge errs otherwise in {listed(different)} than elsewhere; errors of all suites do not fit there"


def _few_of_a_class(pairs: Sequence[Pair]) -> Iterator[str]:
    good = sum(pair.truth == 1.0 for pair in pairs)
    for name, n in (("good", good), ("bad", len(pairs) - good)):
        if n < ENOUGH_OF_CLASS:
            rate = "sensitivity" if name == "good" else "specificity"
            yield f"only {count(n, 'label')} of truly {name} answers: the {rate} is hardly known"


def _not_at_random(suites: BySuite) -> Iterator[str]:
    for name, (own, rest) in suites.items():
        mine, others = sum(pair.said == 1.0 for pair in own), sum(said == 1.0 for _, said in rest)
        if not own or not rest:
            continue
        p = fisher_exact(mine, len(own) - mine, others, len(rest) - others)
        if p < DIFFERENT / len(suites):
            yield (
                f"the judge passes {percent(mine / len(own))} of the labelled answers of {name} and "
                f"{percent(others / len(rest))} of the others: they do not look drawn at random; "
                "say `--drawn verdict` or `--drawn label` if they were chosen so"
            )
