"""What a report keeps of a run larger than any page, how comparisons are shown, and the geometry of drawings."""

import re
from itertools import pairwise
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_report import attempt, info

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.interaction import Failure, FailureKind, Money, Usage
from seatrial.core.reading import Reading
from seatrial.core.request import ToolCall
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.core.verdict import Verdict
from seatrial.metrics.case_changes import CaseChange, CaseSet
from seatrial.metrics.compare import Change, Comparison, compare
from seatrial.report.attempts import EXPECTED, NOT_PASSED, REASON, TOTAL, Kept, section
from seatrial.report.build import SLICES, build_report
from seatrial.report.cases import Folded
from seatrial.report.comparison_markdown import comparison_markdown
from seatrial.report.comparison_terminal import render_comparison
from seatrial.report.comparison_words import difference, passes
from seatrial.report.drawings import interval_bars, plot
from seatrial.report.histogram import histogram
from seatrial.report.html import render_html
from seatrial.report.scale import Scale, around
from seatrial.report.text import cell_width, one_line

RIGHT, WRONG = Score("contains", True, 1.0), Score("contains", False, 0.0, "no 21:40 in it")
LATE = Failure(FailureKind.TIMEOUT, "late")


def changed(made: Attempt, **changes: Any) -> Attempt:
    """An attempt whose last turn has other facts."""
    return Attempt((*made.dialogue[:-1], msgspec.structs.replace(made.dialogue[-1], **changes)), made.scores)


@pytest.mark.parametrize(
    ("passed", "wrong", "late", "kept"),
    [
        (0, 600, 0, (0, 500, 0)),
        (1200, 0, 0, (1000, 0, 0)),
        (1200, 100, 0, (900, 100, 0)),
        (10, 900, 900, (10, 250, 250)),
        (900, 499, 1, (500, 499, 1)),
        (0, 900, 100, (0, 400, 100)),
    ],
)
def test_each_ending_keeps_its_share(passed: int, wrong: int, late: int, kept: tuple[int, int, int]) -> None:
    """At most 500 that did not pass, shared by causes, passed ones up to a thousand; what is left out is counted."""
    holder = Kept()
    for number in range(passed + wrong + late):
        case = f"c{number}"
        answered = attempt("a", RIGHT if number < passed else WRONG, case=case)
        holder.put(answered if number < passed + wrong else attempt("", failure=LATE, case=case))
    found = holder.listed({})
    endings = [each.ending for each in found.shown]
    assert tuple(endings.count(ending) for ending in ("passed", "failed", "no answer")) == kept
    assert found.passed_left_out == passed - kept[0]
    assert found.not_passed_left_out == wrong + late - kept[1] - kept[2]
    assert len(found.shown) <= TOTAL
    assert kept[1] + kept[2] <= NOT_PASSED


def test_what_an_attempt_carries_is_bounded() -> None:
    """Calls, their arguments, reasons, failures and expected answers each have an end."""
    made = attempt("a", Score("x", False, 0.0, "r" * 9999), case="c")
    calls = tuple(ToolCall("n" * 999, "a" * 99_999, "i" * 999) for _ in range(50))
    answer = msgspec.structs.replace(made.dialogue[-1].answer, tool_calls=calls)
    holder = Kept()
    holder.put(changed(made, answer=answer))
    case = Case(id="c", turns=(), expect=tuple("e" * 9999 for _ in range(99)))
    (shown,) = holder.listed({("behaviour", "c"): case}).shown
    (last,) = shown.turns[-1:]
    assert (len(last.tool_calls), len(last.tool_calls[0].name), len(last.tool_calls[0].arguments)) == (20, 200, 20_000)
    assert (len(shown.expected), len(shown.expected[0]), len(shown.scores[0].reason)) == (EXPECTED, REASON, REASON)
    failed = section(attempt("", failure=Failure(FailureKind.CRASHED, "m" * 9999, partial="p" * 99_999)))
    assert (len(failed.failure), len(failed.turns[-1].text), failed.turns[-1].cut) == (REASON, 20_000, 79_999)


def test_amounts_of_a_dialogue_are_those_of_its_turns() -> None:
    """Tokens and cost add up; of a turn whose price is not known there is no sum."""
    one = changed(attempt("a", RIGHT), usage=Usage(3, 2), cost=Money(5))
    both = section(Attempt(one.dialogue * 2, one.scores))
    assert (both.tokens, both.cost, both.currency) == ((6, 4), pytest.approx(1e-8), "USD")
    unknown = section(Attempt((*one.dialogue, *changed(one, cost=None, usage=None).dialogue), one.scores))
    assert (unknown.tokens, unknown.cost, unknown.currency) == ((3, 2), None, "")


LETTERS = {"p": (1.0, 0.0), "f": (0.0, 0.0), "n": (None, 0.0), "x": (None, 1.0)}


@given(st.dictionaries(st.sampled_from("abcd"), st.text("pfnx", min_size=1, max_size=4), min_size=1))
def test_folded_cases_account_for_every_attempt(words: dict[str, str]) -> None:
    """Each case once, with its attempts by ending and their seconds, in the order they were asked."""
    rows = Batch()
    for case, word in words.items():
        for letter in word:
            passed, failed = LETTERS[letter]
            cells = {"failed": failed, "latency": 0.5} | ({} if passed is None else {"passed": passed})
            rows.add_row(case, cells, {"suite": "s"})
    lines = Folded(rows).listed({("s", "a"): "because"}, {}).shown
    assert [line.case for line in lines] == list(words)
    for line in lines:
        word = words[line.case]
        counts = (line.passed, line.failed, line.not_judged, line.no_answer)
        assert counts == tuple(word.count(letter) for letter in "pfnx")
        assert (line.seconds, line.why) == (0.5 * len(word), "because" if line.case == "a" else "")


def test_a_table_of_slices_has_an_end() -> None:
    """Of two tags with 150 values each, 200 slices are shown and 100 counted."""
    rows = Batch()
    for number in range(150):
        rows.add_row(f"c{number}", {"passed": 1.0, "failed": 0.0}, {"a": str(number), "b": str(number)})
    found = build_report(info(), Verdict.of([]), rows, []).slices
    assert (len(found.table), found.left_out) == (SLICES, 100)


def test_an_example_is_of_the_first_failure() -> None:
    """A silence gives one only as long as nothing failed, and a passed attempt gives none."""
    silent = Score.not_judged("contains", "silence")
    later = Score("contains", False, 0.0, "later")
    for scores, example in (
        ([RIGHT], ""),
        ([silent, RIGHT], "silence"),
        ([silent, WRONG, later, silent], WRONG.reason),
    ):
        made = [attempt("a", score, case=str(number)) for number, score in enumerate(scores)]
        (check,) = build_report(info(), Verdict.of([]), Batch(), made).checks
        assert check.example == example


def many_cases(n: int) -> CaseSet:
    """Cases that passed before and fail now; at most a thousand are listed."""
    return CaseSet(n, tuple(CaseChange("s", f"c{number}", 3, 3, 0, 3) for number in range(min(n, 1000))))


@pytest.mark.parametrize("n", [1, 8, 9, 20, 21, 5000])
def test_long_lists_of_a_comparison_are_cut_and_counted(n: int) -> None:
    """The terminal names eight new failures, a comment twenty; the rest is a number."""
    made = Comparison(new_failures=many_cases(n), still_failing=many_cases(n))
    terminal, comment = render_comparison(made), comparison_markdown(made)
    assert len(re.findall(r"s/c\d+: 3 of 3, now 0 of 3", terminal)) == min(n, 8)
    assert (f"and {n - 8:,} more" in terminal) is (n > 8)
    assert comment.count("3 of 3, now 0 of 3") == 2 * min(n, 20)
    assert comment.count(f"- and {n - 20:,} more") == (2 if n > 20 else 0)
    assert comment.count("<details>") == comment.count("</details>") == 2


@pytest.mark.parametrize(("scores", "offered"), [([RIGHT], ["passed"]), ([WRONG, RIGHT], ["passed", "failed"])])
def test_a_page_offers_only_the_endings_that_there_are(scores: list[Score], offered: list[str]) -> None:
    """Nobody is asked to look for attempts without an answer where each has one."""
    made = [attempt("a", score, case=str(number)) for number, score in enumerate(scores)]
    page = render_html(build_report(info(), Verdict.of([]), Batch(), made))
    assert re.findall(r'id="show-(passed|failed|not-judged|no-answer)"', page) == offered


@pytest.mark.parametrize(("room", "line"), [(0, "ab"), (300, "a b"), (799, "a"), (10_000, "a")])
def test_a_line_looks_no_further_than_it_must(room: int, line: str) -> None:
    """Four times its length are read, so that room between words does not hide the next, and no text is read whole."""
    assert one_line("a" + " " * room + "b", 200) == line


@given(st.text(max_size=60), st.integers(60, 120), st.booleans())
def test_a_comparison_fits_any_width(name: str, width: int, ascii_only: bool) -> None:
    """Whatever cases and runs are called; in ASCII when asked for."""
    cases = CaseSet(1, (CaseChange("s", name, 1, 1, 0, 1),))
    made = Comparison(before=name, new_failures=cases, fixed=cases, summary=name, notes=(name,))
    text = render_comparison(made, width=width, ascii_only=ascii_only)
    assert max(map(cell_width, text.split("\n"))) <= width
    assert text.isascii() or not ascii_only


@pytest.mark.parametrize(
    ("case", "words"),
    [
        (CaseChange("s", "c", 3, 3, 0, 3), "3 of 3, now 0 of 3"),
        (CaseChange("s", "c", 0, 0, 1, 2), "not judged, now 1 of 2"),
        (CaseChange("s", "c", 1, 2), "1 of 2, now not judged"),
    ],
)
def test_passes_are_said_of_both_runs(case: CaseChange, words: str) -> None:
    """A run that judged nothing is not one in which nothing passed."""
    assert passes(case) == words


@given(st.floats(-1, 1))
def test_a_difference_says_its_direction(value: float) -> None:
    """A rise has a plus; a fall has the minus of its number; rounded to nothing it may have neither."""
    reading = Reading("pass_rate", value, value - 0.1, value + 0.1, unit="rate")
    text = difference(Change("pass_rate", reading, reading, reading))
    shown = float(text.split(" ")[0])
    assert shown == pytest.approx(100 * value, abs=0.051)
    assert value <= 0 or not text.startswith("-")


def test_a_comparison_of_runs_is_the_same_in_every_format() -> None:
    """The numbers of a terminal are those of a comment."""
    before, now = Batch(), Batch()
    for number in range(60):
        before.add_row(str(number), {"passed": 1.0, "failed": 0.0}, {})
        now.add_row(str(number), {"passed": float(number >= 12), "failed": 0.0}, {})
    made = compare(now, before, before_name="old")
    for text in (render_comparison(made), comparison_markdown(made)):
        assert all(part in text for part in ("Against old (60 cases judged in both)", "-20.0 %", "12 new failures"))


FINITE = st.floats(-1e6, 1e6)


@given(st.lists(FINITE, min_size=1, max_size=8), st.lists(FINITE, min_size=2, max_size=8))
def test_an_axis_keeps_order_and_bounds(values: list[float], others: list[float]) -> None:
    """Everything it is made for lies within it, everything else on its ends, and larger is never further left."""
    scale = around(values, "", 10, 200)
    places = [scale.at(value) for value in sorted([*values, *others])]
    assert places == sorted(places)
    assert all(10 <= place <= 210 for place in places)
    assert scale.low <= min(values) <= max(values) <= scale.high
    assert all(scale.low - 1e-6 <= tick <= scale.high + 1e-6 for tick in scale.ticks())


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_an_axis_of_rates_never_leaves_0_to_1(values: list[float]) -> None:
    """No reader is shown 110 %."""
    scale = around(values, "rate", 0, 100)
    assert 0 <= scale.low < scale.high <= 1


@given(st.floats(1e-6, 1e6), st.floats(1.1, 1e6))
def test_a_logarithmic_axis_has_ticks_on_it(low: float, ratio: float) -> None:
    """Few, in order, and its ends stand at its ends."""
    scale = Scale(low, low * ratio, 0, 100, logarithmic=True)
    ticks = scale.ticks(6)
    assert ticks == sorted(ticks)
    assert 2 <= len(ticks) <= 7
    assert (scale.at(low), scale.at(low * ratio)) == (0, 100)


@settings(max_examples=60)
@given(st.lists(st.floats(0.001, 300), min_size=1, max_size=60).map(sorted))
def test_the_bars_of_a_plot_stand_side_by_side(values: list[float]) -> None:
    """In order, none over its neighbour by more than a hair, one for each bin that holds something."""
    made = histogram("latency", "s", values)
    bars = plot(made).bars
    assert len(bars) == sum(count > 0 for count in made.counts)
    assert all(left.x + left.width <= right.x + 1 for left, right in pairwise(bars))
    tallest = max(range(len(bars)), key=lambda i: bars[i].height)
    assert bars[tallest].says.endswith(f": {max(made.counts):,}")


@pytest.mark.parametrize(
    ("low", "high", "shape"), [(None, None, "a point"), (0.4, None, "to the right"), (None, 0.6, "to the left")]
)
def test_an_interval_without_an_end_is_drawn_to_the_edge(low: float | None, high: float | None, shape: str) -> None:
    """Without both it is the value alone."""
    bar, _ = interval_bars([Reading("x", 0.5, low, high, unit="rate"), Reading("x", 0.2, 0.1, 0.9, unit="rate")])
    assert bar is not None
    edges = (bar.left == 8.0, bar.right == 212.0)
    assert edges == {"a point": (False, False), "to the right": (False, True), "to the left": (True, False)}[shape]
    assert (bar.left == bar.right == bar.value) is (shape == "a point")
