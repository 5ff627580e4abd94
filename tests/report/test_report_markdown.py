"""The comment of a pull request."""

import re

import markdown
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_report import HOSTILE, attempt, info, make_report, verdict

from seatrial.core.batch import Batch
from seatrial.core.score import Score
from seatrial.report.build import build_report
from seatrial.report.escapes import code, escaped
from seatrial.report.markdown import MOST_CHARACTERS, render_markdown
from seatrial.report.model import Report


@pytest.fixture(scope="module")
def report() -> Report:
    """The made-up report."""
    return make_report()


def test_opens_with_the_verdict(report: Report) -> None:
    """The heading is the verdict with a sign, then the gates, the worst slices and what to do next."""
    text = render_markdown(report)
    assert text.startswith("## ❌ Not ready\n\nOf 6 gates: 2 missed, 1 undecided, 3 met.")
    order = [text.index(part) for part in ("| | gate |", "**Worst slices**", "**Next**", "**Without an answer**")]
    assert order == sorted(order)


def test_every_gate_has_a_row(report: Report) -> None:
    """Each gate is one row of the table, missed ones first; a gate over slices shows its worst one."""
    rows = [line for line in render_markdown(report).splitlines() if re.match(r"\| [✓✗?] ", line)]
    assert [row[2] for row in rows] == list("✗✗?✓✓✓")
    assert "55.0 % (42.0 to 68.0 %) <code>language=es</code>" in rows[1]


def test_is_bounded(report: Report) -> None:
    """A comment never has more than 60,000 characters, says what is missing, and leaves no part open."""
    long = msgspec.structs.replace(report, warnings=tuple("w" * 390 for _ in range(40)))
    attempts = msgspec.structs.replace(
        report.attempts, shown=tuple(_long(each) for each in report.attempts.shown if each.ending == "failed")
    )
    text = render_markdown(msgspec.structs.replace(long, attempts=attempts))
    assert 40_000 < len(text) <= MOST_CHARACTERS
    assert "The rest is left out" in text
    assert text.count("<details>") == text.count("</details>")


def _long(attempt: object) -> object:
    turns = tuple(msgspec.structs.replace(turn, text="<&>" * 500) for turn in attempt.turns)  # type: ignore[attr-defined]
    return msgspec.structs.replace(attempt, turns=turns)


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_stays_text(text: str) -> None:
    """No element, link, image, mention, table cell or comment comes of a hostile text."""
    made = attempt(text, Score("contains", False, 0.0, text), case=text)
    report = build_report(info(), verdict(), Batch.of([(made.dialogue, made.scores)]), [made])
    html = markdown.markdown(render_markdown(report), extensions=["tables"])
    bare = re.sub(
        r"</?(code|sub|br|details|summary|h2|p|ul|li|table|thead|tbody|tr|th|td|strong|blockquote)\b[^<>]*>", "", html
    )
    assert "<" not in bare
    outside = re.sub(r"<code>.*?</code>", "", html, flags=re.DOTALL)
    assert "everyone" not in outside
    assert "attacker" not in outside


@given(st.text(max_size=100))
def test_what_is_escaped_reads_as_it_was(text: str) -> None:
    """A reader of the rendered comment sees the very text, and its source holds no active character."""
    source = escaped(text)
    assert not set(source) & set("<>|`*_[]!@~\\\"'$^{}+")
    assert re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), source) == text


def test_code_is_one_line() -> None:
    """A text of several lines stands in one code element."""
    assert code("a\nb\n\n- c") == "<code>a b - c</code>"


def test_a_comparison_is_folded(report: Report) -> None:
    """The comparison has a table of metrics and its cases in folded parts."""
    text = render_markdown(report)
    assert "| ▼ worse | <code>pass&#95;rate</code> |" in text
    assert re.search(r"<details><summary>\d+ new failures</summary>", text)
