"""All metrics by name: built-in ones and those of installed packages come through the same lookup.

A package adds its own by an entry point in the group `seatrial.metrics`. The entry point's name is the metric's, or its
first part (`readability` answers for `readability.grade`, too); it points to a Metric, or to a function that makes one:
from the whole name if it takes an argument.
"""

import inspect
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric
from seatrial.metrics.catalogue import BUILT_IN_METRICS, MetricInfo
from seatrial.metrics.nearest import did_you_mean

GROUP: Final = "seatrial.metrics"
BUILT_IN: Final = {
    "pass_rate": "rates:pass_rate",
    "pass@": "repeats:pass_k",
    "pass^": "repeats:pass_k",
    "score.mean": "means:score_mean",
    "failures": "failures:failure_rate",
    "not_judged.rate": "rates:not_judged_rate",
    "flaky.rate": "repeats:flaky_rate",
    "latency": "durations:duration",
    "first_token": "durations:duration",
    "ttft": "durations:duration",
    "waited": "durations:duration",
    "tokens": "amounts:tokens",
    "cost": "amounts:cost",
    "turns.mean": "engagement:turns_mean",
    "asked_back.rate": "engagement:asked_back_rate",
    "diversity.cases": "diversity:across_cases",
    "diversity.repeats": "diversity:among_repeats",
    "flip_rate": "probing:flip_rate",
    "consistency": "consistency:consistency",
    "break_rate": "probing:break_rate",
    "drop": "probing:drop",
    "success_rate": "attacks:success_rate",
    "over_refusal": "attacks:over_refusal",
    "groups": "groups:of_groups",
    "gap": "fairness:of_gap",
    "groups_of": "fairness_groups:of_groups_of",
    "bbq": "bbq:of_bbq",
    "words.mean": "engagement:words_mean",
    "asked_back.mean": "engagement:asked_back_mean",
    "retries.rate": "rates:retries_rate",
    "cached.rate": "rates:cached_rate",
    "checks": "check_metrics:of_check",
}
"""A metric's whole name or its first part -> module and function in this room."""


def find_metric(name: str) -> Metric:
    """The metric of a name such as `latency.p95`, without a suite's name in front.

    Raises:
        Mistake: There is none; the sentence names the nearest.
    """
    entry = _entry(name)
    if entry is None:
        raise Mistake(f"`{name}` is no metric; {did_you_mean(name, [info.name for info in known_metrics()])}")
    try:
        found = entry.load()
    except (ImportError, AttributeError) as error:
        raise Mistake(f"the metric `{name}` of {_package(entry)} cannot be loaded: {error}") from error
    makes_many = callable(found) and bool(inspect.signature(found).parameters)
    if not makes_many and name != entry.name:
        raise Mistake(f"`{name}` is no metric; did you mean `{entry.name}`?")
    if callable(found):
        found = found(name) if makes_many else found()
    if not isinstance(found, Metric):
        raise Mistake(f"the entry point `{entry.name}` of {_package(entry)} gives no metric")
    return found


def known_metrics() -> list[MetricInfo]:
    """All metrics: the built-in ones, then those of installed packages by the names of their entry points."""
    others = [MetricInfo(entry.name, "", "up", f"comes from {_package(entry)}") for entry in _installed()]
    return [*BUILT_IN_METRICS, *others]


def _entry(name: str) -> EntryPoint | None:
    built_in = [EntryPoint(key, f"seatrial.metrics.{place}", GROUP) for key, place in BUILT_IN.items()]
    return _of_name(name, iter(built_in)) or _of_name(name, _installed())


def _of_name(name: str, entries: Iterator[EntryPoint]) -> EntryPoint | None:
    keys = (name, name.partition(".")[0], name[:5] if name[4:5] in ("@", "^") else name)
    return next((entry for entry in entries if entry.name in keys), None)


def _installed() -> Iterator[EntryPoint]:
    return iter(entry_points(group=GROUP))


def _package(entry: EntryPoint) -> str:
    return f"the package {entry.dist.name}" if entry.dist is not None else "an installed package"
