"""Answers that name a class: accuracy, precision, recall, F1, agreement, and ranking where a score was given.

They stand on the columns of texts and sums that a check such as `label` leaves: what was answered, what is right, and
for ranking the answer's score of the positive class.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric
from seatrial.metrics.check_metrics import VALUE, OfCheck, slug, without_part
from seatrial.metrics.nearest import did_you_mean
from seatrial.metrics.resampled import Picked, Resampled
from seatrial.stats.classification import Confusion, average_precision, confusion, roc_auc

NO_CLASS = "the check {} names no class: precision, recall and the like need one such as `label`"
NO_SCORE = "the check {} gives no score of a positive class: see `score` and `positive` of `label`"


def accuracy(of: OfCheck) -> Metric:
    """`checks.NAME.accuracy`: answers that name the right class."""
    return _of_pairs(without_part(of), lambda found: found.accuracy)


def macro_f1(of: OfCheck) -> Metric:
    """`checks.NAME.macro_f1`: the mean of F1 over classes."""
    return _of_pairs(without_part(of), lambda found: found.macro_f1)


def kappa(of: OfCheck) -> Metric:
    """`checks.NAME.kappa`: agreement with the truth beyond chance (Cohen 1960)."""
    return _of_pairs(without_part(of), lambda found: found.kappa, within_one=False)


def precision(of: OfCheck) -> Metric:
    """`checks.NAME.precision.CLASS`: of those answered so, the share that is so."""
    return _of_class(of, Confusion.precision)


def recall(of: OfCheck) -> Metric:
    """`checks.NAME.recall.CLASS`: of those that are so, the share answered so."""
    return _of_class(of, Confusion.recall)


def f1(of: OfCheck) -> Metric:
    """`checks.NAME.f1.CLASS`: the harmonic mean of precision and recall."""
    return _of_class(of, Confusion.f1)


def auc(of: OfCheck) -> Metric:
    """`checks.NAME.auc`: area under the ROC curve."""
    return _of_scores(without_part(of), roc_auc)


def ap(of: OfCheck) -> Metric:
    """`checks.NAME.ap`: average precision, the area under the precision-recall curve."""
    return _of_scores(without_part(of), average_precision)


def pairs(of: OfCheck, batch: Batch) -> Picked:
    """(truth, answer) of every row that has both; an answer in which no class was found is one of its own (`-`)."""
    full, why = of.full_name(batch)
    truths, answers = batch.labels.get(f"truth:{full}"), batch.labels.get(f"label:{full}")
    if truths is None:
        return Picked((), (), why or NO_CLASS.format(full))
    said = answers.rows if answers is not None else [-1] * len(batch)
    names = answers.names if answers is not None else []
    picked = [
        ((truths.names[truth], names[answer] if answer >= 0 else "-"), case)
        for truth, answer, case in zip(truths.rows, said, batch.cases.rows, strict=True)
        if truth >= 0
    ]
    return Picked([pair for pair, _ in picked], [case for _, case in picked])


def _of_pairs(of: OfCheck, figure: Callable[[Confusion], float], within_one: bool = True) -> Metric:
    return Resampled(
        name=of.name,
        pick=lambda batch: pairs(of, batch),
        statistic=lambda found: figure(confusion(found)),
        unit="rate" if within_one else "",
        within_one=within_one,
    )


def _of_class(of: OfCheck, figure: Callable[[Confusion, str], float]) -> Metric:
    if not of.part:
        raise Mistake(f"`{of.name}` needs a class behind it: write e.g. `{of.name}.refund`")

    def pick(batch: Batch) -> Picked:
        found = pairs(of, batch)
        known = sorted({slug(each) for pair in found.rows for each in pair})
        if found.rows and of.part not in known:
            return Picked((), (), f"no answer and no case is of the class `{of.part}`; {did_you_mean(of.part, known)}")
        return found._replace(rows=[(slug(truth), slug(answer)) for truth, answer in found.rows])

    return Resampled(name=of.name, pick=pick, statistic=lambda found: figure(confusion(found), of.part), unit="rate")


def _of_scores(of: OfCheck, figure: Callable[[Sequence[float], Sequence[bool]], float]) -> Metric:
    def pick(batch: Batch) -> Picked:
        full, why = of.full_name(batch)
        name = f"part:{full}:positive"
        if full is None or name not in batch.columns:
            return Picked((), (), why or NO_SCORE.format(full))
        columns = zip(batch.column(VALUE + full), batch.column(name), batch.cases.rows, strict=True)
        kept = [(score, positive, case) for score, positive, case in columns if not math.isnan(score + positive)]
        return Picked([(score, positive > 0) for score, positive, _ in kept], [case for *_, case in kept])

    def statistic(found: Sequence[Any]) -> float:
        return figure([score for score, _ in found], [positive for _, positive in found])

    return Resampled(name=of.name, pick=pick, statistic=statistic)
