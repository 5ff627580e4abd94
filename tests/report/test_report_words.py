"""What a report says in words: summaries, counts, next steps, places."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_report import gate, make_report, rate, verdict

from seatrial.core.verdict import Outcome, Verdict
from seatrial.report.advice import MOST, next_steps
from seatrial.report.build import Circumstances
from seatrial.report.lines import ascii_text, wrapped
from seatrial.report.model import Counts, Report
from seatrial.report.places import Place, place_of
from seatrial.report.words import counted, end_of_axis, limit, ordered, summary, worst_first

MET = gate("failures.rate <= 5%", Outcome.MET)


@pytest.fixture(scope="module")
def report() -> Report:
    """The made-up report."""
    return make_report()


def with_gates(report: Report, *gates: object) -> Report:
    """The report with other gates."""
    return msgspec.structs.replace(report, verdict=Verdict.of(gates))  # type: ignore[arg-type]


def test_the_summary_counts_gates(report: Report) -> None:
    """One sentence says how many gates came out how."""
    assert summary(report) == "Of 6 gates: 2 missed, 1 undecided, 3 met."
    assert summary(with_gates(report, MET)) == "The one gate is met."
    assert summary(with_gates(report, MET, MET)) == "All 2 gates are met."
    assert summary(with_gates(report)) == "No gate was judged."


def test_counts_that_say_nothing_are_left_out(report: Report) -> None:
    """Asked, answered and passed always stand; the others only when there are any."""
    bare = msgspec.structs.replace(report, counts=Counts(asked=3, answered=3, judged=3, passed=3))
    assert counted(bare) == [("asked", 3), ("answered", 3), ("passed", 3)]
    assert ("asked again after a kill", 3) in counted(report)


def test_gates_are_ordered_by_need() -> None:
    """Missed gates stand before undecided and met ones, each kind as it was written."""
    found = [(result.outcome, result.gate.metric) for result in ordered(verdict().gates)]
    assert [outcome for outcome, _ in found] == [Outcome.MISSED] * 2 + [Outcome.UNDECIDED] + [Outcome.MET] * 3
    assert [metric for _, metric in found[3:]] == ["behaviour.latency.p95", "failures.rate", "cost.per_1000"]


@pytest.mark.parametrize(("line", "first"), [("pass_rate >= 90% in every language", 0.5), ("failures.rate <= 1%", 0.7)])
def test_the_worst_reading_is_that_on_the_wrong_side(line: str, first: float) -> None:
    """For a lower limit the smallest value comes first, for an upper one the largest; empty Readings are left out."""
    readings = [rate("r", value, 0, 1) for value in (0.6, 0.5, 0.7)]
    empty = msgspec.structs.replace(readings[0], value=None)
    found = worst_first(gate(line, Outcome.MISSED, *readings, empty))
    assert (found[0].value, len(found)) == (first, 3)


def test_limits_and_axis_ends_in_words() -> None:
    """A limit has its operator and unit; an axis ends without idle figures."""
    assert limit(MET.gate) == "<= 5.0 %"
    assert (end_of_axis(1.0, "rate"), end_of_axis(0.025, "rate"), end_of_axis(2.5, "s")) == ("100 %", "2.5 %", "2.5 s")


def test_says_what_to_do_next(report: Report) -> None:
    """Missing answers, silent judges, failures, open gates and a comparison each have a step, with the run's id."""
    steps = next_steps(msgspec.structs.replace(report, comparison=None))
    assert steps[0] == "Mend what kept 12 requests without an answer: timeout 12"
    assert steps[1].endswith("could not be judged by rubric")
    assert f"seatrial show {report.run.id} --format html" in steps[2]
    assert steps[3] == "Run about 240 more cases to decide `safety.pass_rate >= 90%`"
    assert f"seatrial compare {report.run.id} BASELINE" in steps[4]
    assert len(steps) == MOST


def test_the_hungriest_gate_says_how_many_cases(report: Report) -> None:
    """Of several open gates the one that needs the most cases is named."""
    gates = [gate(f"{name}.pass_rate >= 90%", Outcome.UNDECIDED, more=more) for name, more in (("a", 90), ("b", 1300))]
    steps = next_steps(with_gates(report, *gates))
    assert "Run about 1,300 more cases to decide all 2 open gates (`b.pass_rate >= 90%` needs the most)" in steps


def test_a_ready_run_becomes_the_baseline(report: Report) -> None:
    """After a verdict of ready the run can be kept as the baseline."""
    clean = msgspec.structs.replace(report, counts=Counts(asked=3, answered=3, judged=3, passed=3), failures=())
    assert next_steps(with_gates(clean, MET))[-1] == (
        f"Keep this run as the baseline of the next: seatrial bless {report.run.id}"
    )


def test_an_interrupted_run_goes_on_first() -> None:
    """The first step of an interrupted run is to go on with it."""
    report = make_report(circumstances=Circumstances(state="interrupted", planned=500))
    assert next_steps(report)[0] == "Go on where the run stopped after 240 of 500: seatrial check seatrial.yaml"


@pytest.mark.parametrize(
    ("origin", "place"),
    [
        ("cases/en.jsonl:17", Place("cases/en.jsonl", 17)),
        ("seatrial.yaml:4:9", Place("seatrial.yaml", 4)),
        ("a:b.yaml", Place("a:b.yaml", None)),
        ("C:\\cases\\en.jsonl:3", Place("C:\\cases\\en.jsonl", 3)),
        ("", Place()),
    ],
)
def test_places_are_read(origin: str, place: Place) -> None:
    """An origin is a file and, where it says so, a line."""
    assert place_of(origin) == place


@given(st.text(max_size=60))
def test_any_origin_has_a_place(origin: str) -> None:
    """No text breaks the reading of places, and lines count from one."""
    place = place_of(origin)
    assert place.line is None or place.line >= 1


def test_lines_hang() -> None:
    """Continued lines stand under the first one's text."""
    lines = ["".join(piece.text for piece in line) for line in wrapped("one two three", 12, first="  - ")]
    assert lines == ["  - one two", "    three"]


def test_ascii_has_a_form_for_our_signs() -> None:
    """Typographic characters of ours become ASCII; foreign letters become question marks."""
    assert ascii_text("a · b – c… é") == "a - b - c~ ?"
