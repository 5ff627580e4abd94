"""The built-in metrics as a list: names, units, which way is better, and what they say."""

from collections.abc import Iterator
from typing import Final

import msgspec

from seatrial.core.reading import Direction


class MetricInfo(msgspec.Struct, frozen=True):
    """A metric for a list of them; capitals in `name` stand for what the user fills in."""

    name: str
    unit: str
    direction: Direction
    summary: str


_FIGURES: Final = {
    "mean": "the mean",
    "p50": "the median",
    "p90": "nine of ten lie below",
    "p95": "19 of 20 lie below",
    "p99": "99 of 100 lie below",
    "max": "the longest of this run, judged by its value",
}
_DURATIONS: Final = {
    "latency": "seconds from the last attempt's start to its end",
    "first_token": "seconds to the first token (also `ttft`)",
    "waited": "seconds a request waited for its turn, for a rate limit or between retries",
}
_OF_CLASS: Final = {
    "precision": "of those answered so, the share that is so",
    "recall": "of those that are so, the share answered so",
    "f1": "the harmonic mean of both",
}
_OF_GROUPS: Final[dict[str, tuple[Direction, str]]] = {
    "parity_gap": ("down", "groups of a tag: highest minus lowest rate (demographic parity difference)"),
    "parity_ratio": ("up", "groups of a tag: lowest by highest rate (the 80 % rule)"),
    "worst_gap": ("down", "how far the worst group of a tag lies below all"),
}
_OF_ERRORS: Final = {
    "equal_opportunity_gap": "groups of a tag: true positive rates apart",
    "predictive_equality_gap": "groups of a tag: false positive rates apart",
    "equalized_odds_gap": "groups of a tag: true or false positive rates apart, the larger",
}
_TOKENS: Final = {"input": "asked", "output": "answered", "cached": "read from the endpoint's cache", "total": "in all"}


def _listed() -> Iterator[MetricInfo]:
    yield MetricInfo("pass_rate", "rate", "up", "answers that passed all their checks, of those judged")
    yield MetricInfo("score.mean", "", "up", "mean of the scores of 0 to 1")
    yield MetricInfo("failures.rate", "rate", "down", "requests that ended without an answer, of all asked")
    yield MetricInfo("failures.KIND", "rate", "down", "those of one kind, e.g. `failures.timeout`")
    yield MetricInfo("not_judged.rate", "rate", "down", "answers that no check could judge, of all asked")
    yield MetricInfo("flaky.rate", "rate", "down", "cases that both pass and fail on repeats")
    yield MetricInfo("pass@K", "rate", "up", "at least one of K repeats passes")
    yield MetricInfo("pass^K", "rate", "up", "all of K repeats pass")
    for name, what in _DURATIONS.items():
        for figure, which in _FIGURES.items():
            yield MetricInfo(f"{name}.{figure}", "s", "down", f"{what}: {which}")
    for kind, what in _TOKENS.items():
        yield MetricInfo(f"tokens.{kind}.mean", "tokens", "down", f"tokens {what}, mean of an answer")
        yield MetricInfo(
            f"tokens.{kind}.total", "tokens", "down", f"tokens {what}, sum of the run, judged by its value"
        )
    yield MetricInfo("cost.mean", "currency", "down", "mean cost of an answer")
    yield MetricInfo("cost.per_1000", "currency", "down", "mean cost of a thousand answers")
    yield MetricInfo("cost.total", "currency", "down", "cost of the run, judged by its value")
    yield MetricInfo("turns.mean", "turns", "up", "answers in a dialogue")
    yield MetricInfo("asked_back.rate", "rate", "down", "dialogues whose last answer ends with a question")
    yield MetricInfo("asked_back.mean", "", "down", "answers of a dialogue that ask back")
    yield MetricInfo("words.mean", "words", "up", "words of an answer")
    yield MetricInfo("diversity.cases", "", "up", "the chance that the answers to two cases differ")
    yield MetricInfo("diversity.repeats", "rate", "down", "the chance that two answers to one case differ")
    yield MetricInfo("retries.rate", "rate", "down", "attempts that needed more than one request for a turn")
    yield MetricInfo("checks.NAME.pass_rate", "rate", "up", "answers that passed one check, of those it judged")
    yield MetricInfo("checks.NAME.mean", "", "up", "mean value that one check measured")
    yield MetricInfo("checks.NAME.corpus", "", "up", "BLEU, chrF, an error rate, ... of the whole run")
    yield MetricInfo("checks.NAME.accuracy", "rate", "up", "answers that name the right class")
    yield MetricInfo("checks.NAME.macro_f1", "rate", "up", "mean of F1 over classes")
    yield MetricInfo("checks.NAME.kappa", "", "up", "agreement with the right class beyond chance")
    for figure, what in _OF_CLASS.items():
        yield MetricInfo(f"checks.NAME.{figure}.CLASS", "rate", "up", what)
    yield MetricInfo("checks.NAME.auc", "", "up", "area under the ROC curve of a stated score")
    yield MetricInfo("checks.NAME.ap", "", "up", "average precision of a stated score")
    yield MetricInfo("checks.NAME.ece", "", "down", "stated confidence against what came true, over ten bins")
    yield MetricInfo("checks.NAME.brier", "", "down", "squared distance of stated confidence and outcome")
    yield MetricInfo("checks.NAME.overconfidence", "", "down", "stated confidence minus the share that is right")
    yield MetricInfo("checks.NAME.win_rate", "rate", "up", "answers preferred to another system's, ties half")
    yield MetricInfo("checks.NAME.agreement", "", "up", "agreement of a jury's votes beyond chance (Krippendorff)")
    yield MetricInfo("checks.NAME.position_bias", "", "down", "how much more often than half the first is preferred")
    yield MetricInfo("consistency", "rate", "up", "answers that are the same as those to what asks the same")
    yield MetricInfo("flip_rate", "rate", "down", "harder cases whose verdict differs from their original's")
    yield MetricInfo("break_rate", "rate", "down", "harder cases that fail, of those whose original passes")
    yield MetricInfo("drop", "rate", "down", "pass rate of the originals minus that of their harder cases")
    yield MetricInfo("success_rate", "rate", "down", "attacks that got through, of those that could be judged")
    yield MetricInfo("over_refusal", "rate", "down", "benign twins of attacks that were refused")
    yield MetricInfo("groups.consistent", "rate", "up", "groups of cases (tag `group`) that all come out alike")
    yield MetricInfo("groups.directed.NAME", "rate", "up", "groups along which a check's value never goes back")
    yield from _of_fairness()
    yield MetricInfo("cached.rate", "rate", "up", "answers that came from the response cache")


def _of_fairness() -> Iterator[MetricInfo]:
    yield MetricInfo("gap", "rate", "down", "pass rates of groups apart, over the same cases with another asking")
    yield MetricInfo("gap.score", "", "down", "the same of mean scores of 0 to 1")
    yield MetricInfo("gap.words", "", "down", "the same of the words of an answer")
    yield MetricInfo("gap.NAME", "", "down", "the same of the value of one check, else of its pass rate")
    for figure, (direction, what) in _OF_GROUPS.items():
        yield MetricInfo(f"groups_of.TAG.{figure}", "rate", direction, what)
        yield MetricInfo(f"groups_of.TAG.{figure}.NAME.CLASS", "rate", direction, f"{what}; selected is a class")
    for figure, what in _OF_ERRORS.items():
        yield MetricInfo(f"groups_of.TAG.{figure}.NAME.CLASS", "rate", "down", what)
    yield MetricInfo("bbq.accuracy", "rate", "up", "BBQ: right answers, of those that match one of the three")
    for condition in ("ambiguous", "disambiguated"):
        yield MetricInfo(f"bbq.accuracy.{condition}", "rate", "up", f"BBQ: the same of {condition} questions")
        yield MetricInfo(f"bbq.bias.{condition}", "", "down", f"BBQ: bias of {condition} questions, -1 to 1, 0 is none")


BUILT_IN_METRICS: Final = tuple(_listed())
