"""Measures of a whole Batch from sums of its answers: corpus BLEU, chrF, METEOR and error rates.

A Score's `parts` are named `FORMULA.PART`; the formula says what is made of them. `bleu` may carry its smoothing
(`bleu-floor`); `share` is a quotient where more is better (GLEU, F1 of lists), `errors` one where less is.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, cast

from seatrial.text.bleu import ORDERS, BleuSums, Smoothing, bleu
from seatrial.text.chrf import ChrfSums, chrf
from seatrial.text.error_rates import quotient
from seatrial.text.meteor import MeteorSums, meteor


class Formula(NamedTuple):
    """How a measure is made of sums, and whether more of it is better."""

    name: str
    of: Callable[[Mapping[str, float]], float]
    more_is_better: bool = True


def bleu_parts(sums: BleuSums, smoothing: Smoothing) -> dict[str, float]:
    """The sums of BLEU as parts of a Score."""
    parts = {f"match{order}": value for order, value in enumerate(sums.matches, 1)}
    parts |= {f"total{order}": value for order, value in enumerate(sums.totals, 1)}
    return _named(f"bleu-{smoothing}", parts | {"answer": sums.answer, "reference": sums.reference})


def chrf_parts(sums: ChrfSums) -> dict[str, float]:
    """The sums of chrF as parts of a Score."""
    sides = zip(("answer", "reference", "match"), sums, strict=True)
    return _named("chrf", {f"{side}{order}": value for side, row in sides for order, value in enumerate(row, 1)})


def meteor_parts(sums: MeteorSums) -> dict[str, float]:
    """The sums of METEOR as parts of a Score."""
    return _named("meteor", sums._asdict())


def share_parts(part: float, whole: float) -> dict[str, float]:
    """A quotient of which more is better as parts of a Score."""
    return _named("share", {"part": part, "whole": whole})


def error_parts(edits: float, length: float) -> dict[str, float]:
    """An error rate as parts of a Score."""
    return _named("errors", {"part": edits, "whole": length})


def formula_of(parts: Sequence[str]) -> Formula | None:
    """The formula that parts of these names belong to; None when there is none, or more than one."""
    found = [formula for name in dict.fromkeys(each.partition(".")[0] for each in parts) if (formula := _formula(name))]
    return found[0] if len(found) == 1 else None


def _formula(name: str) -> Formula | None:
    kind, _, option = name.partition("-")
    known = {
        "bleu": Formula(name, lambda sums: _bleu(sums, name, option)),
        "chrf": Formula(name, _chrf),
        "meteor": Formula(name, lambda sums: meteor(MeteorSums(**_unnamed(sums)))),
        "share": Formula(name, _quotient),
        "errors": Formula(name, _quotient, more_is_better=False),
    }
    return known.get(kind)


def _bleu(sums: Mapping[str, float], name: str, smoothing: str) -> float:
    matches, totals = (
        tuple(sums[f"{name}.{side}{order}"] for order in range(1, ORDERS + 1)) for side in ("match", "total")
    )
    found = BleuSums(matches, totals, sums[f"{name}.answer"], sums[f"{name}.reference"])
    return bleu(found, cast("Smoothing", smoothing or "exp"))


def _chrf(sums: Mapping[str, float]) -> float:
    orders = range(1, len(sums) // 3 + 1)
    sides = (tuple(sums[f"chrf.{side}{order}"] for order in orders) for side in ("answer", "reference", "match"))
    return chrf(ChrfSums(*sides))


def _quotient(sums: Mapping[str, float]) -> float:
    found = _unnamed(sums)
    return quotient(found["part"], found["whole"])


def _named(formula: str, parts: Mapping[str, float]) -> dict[str, float]:
    return {f"{formula}.{part}": value for part, value in parts.items()}


def _unnamed(sums: Mapping[str, float]) -> dict[str, float]:
    return {name.partition(".")[2]: value for name, value in sums.items()}
