"""Answers that name a class: accuracy, precision, recall, F1, agreement, and ranking where a score was given.

They stand on the columns of texts and sums that a check such as `label` leaves: what was answered, what is right, and
for ranking the answer's score of the positive class.
"""

import math
from collections import Counter
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
    of = without_part(of)
    return Resampled(name=of.name, pick=lambda batch: pairs(of, batch), statistic=_share_right, unit="rate")


def macro_f1(of: OfCheck) -> Metric:
    """`checks.NAME.macro_f1`: the mean of F1 over classes."""
    of = without_part(of)
    statistic = _figure(lambda found: found.macro_f1)
    return Resampled(name=of.name, pick=lambda batch: _balanced(of, batch), statistic=statistic, unit="rate")


def kappa(of: OfCheck) -> Metric:
    """`checks.NAME.kappa`: agreement with the truth beyond chance (Cohen 1960)."""
    of = without_part(of)
    statistic = _figure(lambda found: found.kappa)
    return Resampled(name=of.name, pick=lambda batch: _balanced(of, batch), statistic=statistic, within=(-1.0, 1.0))


def precision(of: OfCheck) -> Metric:
    """`checks.NAME.precision.CLASS`: of those answered so, the share that is so."""
    return _of_class(of, Confusion.precision, lambda truth, answer: answer)


def recall(of: OfCheck) -> Metric:
    """`checks.NAME.recall.CLASS`: of those that are so, the share answered so."""
    return _of_class(of, Confusion.recall, lambda truth, answer: truth)


def f1(of: OfCheck) -> Metric:
    """`checks.NAME.f1.CLASS`: the harmonic mean of precision and recall."""
    return _of_class(of, Confusion.f1, lambda truth, answer: truth or answer)


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


def _share_right(found: Sequence[tuple[str, str]]) -> float:
    return sum(truth == answer for truth, answer in found) / len(found) if found else math.nan


def _figure(of: Callable[[Confusion], float]) -> Callable[[Sequence[Any]], float]:
    return lambda found: of(confusion(found))


def _balanced(of: OfCheck, batch: Batch) -> Picked:
    """All pairs, worth as many cases as there would be if each class were as rare as the rare ones are.

    The variance of a mean over k classes with n_i rows is that of k^2 / sum(1 / n_i) rows.
    """
    found = pairs(of, batch)
    sizes = Counter(truth for truth, _ in {(pair[0], case) for pair, case in zip(*found[:2], strict=True)}).values()
    return found._replace(worth=len(sizes) ** 2 / math.fsum(1 / size for size in sizes)) if sizes else found


def _of_class(of: OfCheck, figure: Callable[[Confusion, str], float], counts: Callable[[bool, bool], bool]) -> Metric:
    """A figure of one class, over the rows that it counts: those whose truth, or answer, is that class."""
    if not of.part:
        raise Mistake(f"`{of.name}` needs a class behind it: write e.g. `{of.name}.refund`")

    def pick(batch: Batch) -> Picked:
        found = pairs(of, batch)
        known = sorted({slug(each) for pair in found.rows for each in pair})
        if found.rows and of.part not in known:
            return Picked((), (), f"no answer and no case is of the class `{of.part}`; {did_you_mean(of.part, known)}")
        named = [(slug(truth), slug(answer), case) for (truth, answer), case in zip(*found[:2], strict=True)]
        kept = [each for each in named if counts(each[0] == of.part, each[1] == of.part)]
        return found._replace(rows=[(truth, answer) for truth, answer, _ in kept], clusters=[each[2] for each in kept])

    return Resampled(name=of.name, pick=pick, statistic=_figure(lambda found: figure(found, of.part)), unit="rate")


def _of_scores(of: OfCheck, figure: Callable[[Sequence[float], Sequence[bool]], float]) -> Metric:
    def pick(batch: Batch) -> Picked:
        full, why = of.full_name(batch)
        name = f"part:{full}:positive"
        if full is None or name not in batch.columns:
            return Picked((), (), why or NO_SCORE.format(full))
        columns = zip(batch.column(VALUE + full), batch.column(name), batch.cases.rows, strict=True)
        kept = [(score, positive, case) for score, positive, case in columns if not math.isnan(score + positive)]
        cases = [{case for *_, positive, case in kept if (positive > 0) is side} for side in (True, False)]
        scored = [(score, positive > 0) for score, positive, _ in kept]
        return Picked(scored, [case for *_, case in kept], worth=min(map(len, cases)))

    def statistic(found: Sequence[Any]) -> float:
        return figure([score for score, _ in found], [positive for _, positive in found])

    return Resampled(name=of.name, pick=pick, statistic=statistic)
