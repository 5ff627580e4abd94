import contextlib
import re
from importlib.metadata import EntryPoint

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import measure, passes

from seatrial.core.errors import Mistake
from seatrial.core.metric import Metric
from seatrial.core.reading import Reading
from seatrial.metrics import table
from seatrial.metrics.table import find_metric, known_metrics

FILLED = {"KIND": "timeout", "NAME": "contains", "@K": "@3", "^K": "^3"}


def example(name):
    for capital, word in FILLED.items():
        name = name.replace(capital, word)
    return name


@pytest.mark.parametrize("info", known_metrics(), ids=lambda info: info.name)
def test_every_listed_metric_is_found_and_is_as_listed(info):
    """What the list says of a metric's name, unit and direction is true."""
    metric = find_metric(example(info.name))
    assert isinstance(metric, Metric)
    assert (metric.name, metric.unit, metric.direction) == (example(info.name), info.unit, info.direction)


def test_every_built_in_key_is_listed():
    """A metric that can be found is also in the list, its alias apart."""
    listed = {info.name for info in known_metrics()}
    for key in table.BUILT_IN:
        assert key == "ttft" or any(name.startswith(key) for name in listed), key


def test_ttft_is_another_name_of_first_token():
    """The alias gives the metric under its full name."""
    assert find_metric("ttft.p95").name == "first_token.p95"


@pytest.mark.parametrize(
    ("wrong", "hint"),
    [
        ("pass_rat", "did you mean `pass_rate`?"),
        ("latency.meen", "did you mean `mean`?"),
        ("latency", "known are `mean`"),
        ("failures.timeuot", "did you mean `timeout`?"),
        ("tokens.inptu.mean", "did you mean `tokens.input.mean`?"),
        ("cost.per_100", "did you mean `per_1000`?"),
        ("pass@", "write e.g. `pass@3`"),
        ("pass@0", "1 to 1000"),
        ("checks.contains", "checks.NAME.pass_rate"),
        ("checks..mean", "checks.NAME.pass_rate"),
    ],
)
def test_a_misspelt_metric_is_a_mistake_with_the_nearest(wrong, hint):
    """The sentence names what was probably meant."""
    with pytest.raises(Mistake, match=re.escape(hint)):
        find_metric(wrong)


@given(st.text(max_size=30))
def test_any_text_is_a_metric_or_a_mistake(text):
    """Nothing else comes out of the lookup, whatever the name."""
    with contextlib.suppress(Mistake):
        assert isinstance(find_metric(text), Metric)


class Loudness:
    """A metric as another package would write it."""

    unit, direction = "dB", "down"

    def __init__(self, name="loudness"):
        self.name = name

    def measure(self, batch, confidence=0.95):
        return Reading(self.name, float(len(batch)), 0.0, 10.0, n=len(batch), unit=self.unit)


LOUD = Loudness()


@pytest.fixture
def installed(monkeypatch):
    def put(**places):
        entries = [EntryPoint(name, place, table.GROUP) for name, place in places.items()]
        monkeypatch.setattr(table, "entry_points", lambda group: entries if group == table.GROUP else [])

    return put


def test_an_installed_package_adds_a_metric(installed):
    """An entry point may name a Metric, a class, or a function of the whole name."""
    installed(loudness=f"{__name__}:LOUD", noise=f"{__name__}:Loudness")
    assert measure("loudness", passes(["p"])).value == 1
    assert find_metric("noise.max").name == "noise.max"
    assert "loudness" in [info.name for info in known_metrics()]


def test_an_installed_package_cannot_hide_a_built_in_metric(installed):
    """The name of a built-in metric keeps its meaning."""
    installed(pass_rate=f"{__name__}:LOUD")
    assert find_metric("pass_rate").unit == "rate"


@pytest.mark.parametrize(
    ("place", "says"),
    [
        ("no_such_module:x", "cannot be loaded"),
        (f"{__name__}:no_such", "cannot be loaded"),
        (f"{__name__}:FILLED", "gives no metric"),
    ],
)
def test_a_broken_entry_point_is_a_mistake(installed, place, says):
    """A package that does not keep its promise is named, without a traceback."""
    installed(broken=place)
    with pytest.raises(Mistake, match=says):
        find_metric("broken")
