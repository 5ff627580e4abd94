"""The report at a terminal."""

import io
import re

import msgspec
import pytest
from made_report import HOSTILE, attempt, comparison, info, make_report, verdict

from seatrial.core.batch import Batch
from seatrial.core.score import Score
from seatrial.core.verdict import Verdict
from seatrial.metrics.compare import Comparison
from seatrial.report.build import build_report
from seatrial.report.comparison_terminal import render_comparison
from seatrial.report.model import Report
from seatrial.report.terminal import render_terminal, show
from seatrial.report.text import cell_width

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.fixture(scope="module")
def report() -> Report:
    """The made-up report."""
    return make_report()


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


class AsciiPipe(io.StringIO):
    """A stream that can show ASCII alone."""

    encoding = "ascii"


@pytest.mark.parametrize("ascii_only", [False, True])
def test_fits_eighty_columns(report: Report, ascii_only: bool) -> None:
    """No line is wider than 80 columns, and none ends with a space."""
    lines = render_terminal(report, ascii_only=ascii_only).splitlines()
    assert max(map(cell_width, lines)) <= 80
    assert all(line == line.rstrip() for line in lines)


def test_says_things_in_the_order_of_use(report: Report) -> None:
    """The verdict opens; gates, worst slices, failures, failing cases and what to do next follow."""
    text = render_terminal(report)
    assert text.startswith(" NOT READY   Of 6 gates: 2 missed, 1 undecided, 3 met.")
    parts = ["Gates", "Worst slices", "Without an answer", "First failing cases", "Against", "Next"]
    places = [text.index(f"\n{part}") for part in parts]
    assert places == sorted(places)


def test_missed_gates_come_first_and_say_why(report: Report) -> None:
    """Gates are missed, undecided, met in this order, with a sign, and an undecided one says what would decide."""
    text = render_terminal(report)
    order = [text.index(f"{sign} {word}") for sign, word in (("✗", "missed"), ("?", "undecided"), ("✓", "met"))]
    assert order == sorted(order)
    assert "about 240 more cases would decide" in " ".join(text.split())
    assert "language=es: 55.0 % (42.0 to 68.0 %)" in text


def test_says_when_a_gate_was_decided_by_its_value_alone() -> None:
    """A gate that does not look at the interval says so where its value stands."""
    result = next(each for each in verdict().gates if each.gate.metric == "failures.rate")
    by_point = msgspec.structs.replace(result, gate=msgspec.structs.replace(result.gate, by_point=True))
    text = render_terminal(make_report(verdict=Verdict.of([by_point])))
    assert "2.0 % (1.0 to 4.5 %), n 152 of 160, decided by the value alone" in text


def test_names_failing_cases_with_their_line(report: Report) -> None:
    """The first failing cases stand with file and line, each once."""
    text = render_terminal(report)
    assert "cases/es.jsonl:3 · refund-es-1" in text
    assert text.count("refund-es-1\n") <= 2


def test_plain_where_there_is_no_terminal(report: Report) -> None:
    """A pipe gets no escape sequence."""
    pipe = io.StringIO()
    show(report, pipe)
    assert "\x1b" not in pipe.getvalue()


def test_colours_at_a_terminal(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal gets colours, and the same words."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    terminal = Terminal()
    show(report, terminal)
    assert "\x1b[" in terminal.getvalue()
    bare = [line.rstrip() for line in ANSI.sub("", terminal.getvalue()).splitlines()]
    assert bare == render_terminal(report).splitlines()


def test_no_color_is_obeyed(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    """With NO_COLOR set a terminal gets plain text."""
    monkeypatch.setenv("NO_COLOR", "1")
    terminal = Terminal()
    show(report, terminal)
    assert "\x1b" not in terminal.getvalue()


def test_an_ascii_terminal_gets_ascii(report: Report) -> None:
    """Signs have an ASCII form where the stream has no other."""
    pipe = AsciiPipe()
    show(report, pipe)
    assert pipe.getvalue().isascii()
    assert "x missed" in pipe.getvalue()
    assert "v pass_rate" in pipe.getvalue()


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_moves_no_cursor_and_is_no_markup(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Control characters of a case, a reason or a failure never reach the terminal; rich markup stays text."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    made = attempt(text, Score(text[:40] or "x", False, 0.0, text), case=text)
    rows = Batch.of([(made.dialogue, made.scores)])
    report = build_report(info(), verdict(), rows, [made])
    out = ANSI.sub("", render_terminal(report, colour=True))
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\u2066]", out)
    assert "[bold red]" not in text or "[bold red]" in out


def test_a_run_without_gates_says_so() -> None:
    """No gate at all is said in words, with the reason."""
    text = render_terminal(make_report(verdict=Verdict.of([])))
    assert text.startswith(" NOT ENOUGH EVIDENCE   No gate was judged.")
    assert "? no gate was judged" in text


def test_a_comparison_fits_eighty_columns() -> None:
    """A comparison alone has no line over 80 columns and names what changed."""
    text = render_comparison(comparison())
    assert max(map(cell_width, text.splitlines())) <= 80
    assert text.startswith("Against 019e5d00-0000-7000-8000-000000000001 (60 cases judged in both)")
    assert "▼ pass_rate" in text
    assert "new failures" in text
    assert re.search(r"behaviour/refund-es-\d+: \d of \d, now \d of \d", text)


def test_a_comparison_can_be_coloured_or_ascii() -> None:
    """Colours and ASCII change the dress of a comparison and not its words."""
    assert "\x1b[" in render_comparison(comparison(), colour=True)
    assert render_comparison(comparison(), ascii_only=True).isascii()


def test_a_comparison_of_nothing_says_so() -> None:
    """Two runs without a common case have a sentence and no table."""
    text = render_comparison(Comparison(summary="No case was judged in both runs."))
    assert "Against the run before (0 cases judged in both)" in text
    assert "No case was judged" in text


def test_the_worst_slices_are_named_before_any_gate():
    """The first lines name the slices that are worse than the rest beyond chance, so that no summary hides them."""
    report = make_report()
    text = render_terminal(report)
    worst = [each for each in report.slices.worst if each.p is not None and each.p < 0.05]
    head = text[: text.index("Gates")]
    assert worst
    assert all("=".join(each.slice[0]) in head for each in worst[:1])
