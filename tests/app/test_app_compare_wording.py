"""Differences that only rounding made are not shown as differences."""

from pathlib import Path

import pytest
from app_support import put_rows, recorded

from seatrial.app.front import check
from seatrial.app.outcome import Outcome
from seatrial.app.runs import compare_runs, list_runs, show
from seatrial.core.reading import Reading
from seatrial.metrics.compare import Change
from seatrial.metrics.wording import number
from seatrial.report.comparison_terminal import render_comparison
from seatrial.report.comparison_words import difference


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (-7.68e-9, "s", "0 s"),
        (9.99e-7, "s", "0 s"),
        (1e-6, "s", "0.001 ms"),
        (-2e-6, "s", "-0.002 ms"),
        (-1e-16, "", "0"),
        (3e-12, "tokens", "0 tokens"),
        (-4e-11, "USD", "0.00 USD"),
        (0.0000123, "USD", "0.0000123 USD"),
    ],
)
def test_what_no_clock_tells_apart_is_none(value: float, unit: str, text: str) -> None:
    """Less than a microsecond, or than the smallest part of a currency, is shown as 0; more is shown."""
    assert number(value, unit) == text


@pytest.mark.parametrize(
    ("value", "text"), [(7.68e-9, "0 s"), (-7.68e-9, "0 s"), (0.002, "+2 ms"), (-0.002, "-2 ms"), (None, "none")]
)
def test_no_difference_has_no_sign(value: float | None, text: str) -> None:
    """A sign says a direction, so a difference of nothing has none."""
    reading = Reading("latency", value, unit="s", note="none")
    assert difference(Change("latency", reading, reading, reading)) == text


def test_two_runs_of_the_same_latencies_differ_by_nothing(tmp_path: Path) -> None:
    """Latencies that differ by parts of a microsecond are compared as equal, without rows of noughts."""
    path = recorded(tmp_path, 30)
    path.write_text(path.read_text().replace("answers.jsonl", "answers.jsonl, latency: took"))
    for tiny in (0.0, 7.68e-9):
        rows = [{"id": f"c{i}", "answer": "yes", "took": 0.25 + i / 100 + tiny} for i in range(30)]
        put_rows(tmp_path, rows, "answers.jsonl")
        check(path, fresh=True)
    first, second = (each.report.run.id for each in _both(tmp_path))
    text = render_comparison(compare_runs(tmp_path, second, first))
    assert "latency" in text
    assert "0.0000" not in text


def _both(folder: Path) -> list[Outcome]:
    return [show(folder, run.id) for run in reversed(list_runs(folder))]
