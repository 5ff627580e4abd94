"""What failures have in common, in every format of a report."""

import json
import re
from collections.abc import Iterator

import pytest
from made_report import HOSTILE, attempt, info, make_report
from msgspec.structs import replace

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.request import Message
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.core.verdict import Verdict
from seatrial.report import patterns
from seatrial.report.build import build_report
from seatrial.report.document import decode, encode
from seatrial.report.html import render_html
from seatrial.report.markdown import render_markdown
from seatrial.report.model import Report
from seatrial.report.terminal import render_terminal

WRONG = "I do not know.\nAsk at the quay."


def broken_lines(n: int = 200, wrong: str = WRONG, every: int = 4) -> Iterator[Attempt]:
    """Attempts of which every fourth is answered wrongly, with a line break."""
    for number in range(n):
        failed = number % every == 0
        tags = {"language": "es" if failed and number % 3 else "en"}
        made = attempt(wrong if failed else f"At {number}.", Score("contains", not failed), case=f"c{number}")
        yield Attempt((replace(made.dialogue[0], tags=tags),), made.scores)


def report_of(attempts: list[Attempt], cases: list[tuple[str, Case]] | None = None) -> Report:
    """The report of these attempts."""
    batch = Batch.of((each.dialogue, each.scores) for each in attempts)
    return build_report(info(), Verdict.of([]), batch, attempts, cases or [])


@pytest.fixture(scope="module")
def report() -> Report:
    """A run whose wrong answers have a line break."""
    cases = [
        ("behaviour", Case(id=f"c{i}", turns=(Message("user", "?"),), origin=f"cases.jsonl:{i}")) for i in range(200)
    ]
    return report_of(list(broken_lines()), cases)


def test_the_section_is_made(report: Report) -> None:
    """With enough failures the report says in one sentence what they share."""
    assert report.explanation is not None
    assert report.explanation.sentence.startswith("25.0 % of 200 answers fail [")
    assert report.explanation.symptoms[0].of_failed.rate == 1


@pytest.mark.parametrize("render", [render_html, render_terminal, render_markdown])
def test_every_format_shows_the_sentence(report: Report, render: object) -> None:
    """The page, the terminal and the comment have the section with its sentence and an example's place."""
    text = re.sub(r"&#(\d+);", lambda match: chr(int(match[1])), render(report))  # type: ignore[operator]
    plain = " ".join(text.replace("&#39;", "'").split())
    assert report.explanation is not None
    assert "What failures have in common" in plain
    assert "25.0 % of 200 answers fail [" in plain
    assert "cases.jsonl:0" in plain


def test_json_keeps_it(report: Report) -> None:
    """The document holds every number, and is read back as it was."""
    assert decode(encode(report)) == report
    assert json.loads(encode(report))["explanation"]["symptoms"][0]["of_failed"]["count"] == 50


def test_cases_have_their_places(report: Report) -> None:
    """Every example says where its case stands, also of cases that are not listed otherwise."""
    found = report.explanation
    assert found is not None
    examples = [example for pattern in found.patterns for example in pattern.examples]
    assert examples
    assert all(example.origin == f"cases.jsonl:{example.case[1:]}" for example in examples)
    assert found.alike[0].example.origin


@pytest.mark.parametrize(("n", "every"), [(20, 4), (30, 1), (40, 41)])
def test_too_few_make_no_section(n: int, every: int) -> None:
    """Without enough failures, or with nothing but failures, no format has the section."""
    made = report_of(list(broken_lines(n, every=every)))
    assert made.explanation is None
    assert "in common" not in render_html(made) + render_terminal(made) + render_markdown(made)


def test_a_large_run_is_looked_at_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of more attempts than a report looks at, a share of the cases is taken, and the reader is told."""
    monkeypatch.setattr(patterns, "LOOKED_AT", 200)
    made = report_of(list(broken_lines(1_000)))
    found = made.explanation
    assert found is not None
    assert 120 < found.failed.n < 280
    assert found.left_out == 1_000 - found.failed.n
    assert f"{found.left_out:,} more answers were not looked at" in " ".join(render_terminal(made).split())
    assert "`seatrial explain` looks at all" in render_html(made)


@pytest.mark.parametrize("text", [*HOSTILE, "</li><script>alert(1)</script>\nline"])
def test_hostile_answers_and_tags_are_shown_as_text(text: str) -> None:
    """Whatever a failing answer, its words and its tags say, a page gets no element of theirs."""
    attempts = [
        Attempt(
            (replace(each.dialogue[0], tags={text: text if each.scores[0].passed is False else "ok"}),), each.scores
        )
        for each in broken_lines(80, text)
    ]
    made = report_of(attempts)
    assert made.explanation is not None
    page = render_html(made)
    assert page.count("<script") == 1
    assert "<img" not in page
    assert 'onmouseover="' not in page
    assert "\x1b" not in render_terminal(made)
    assert not re.search(r"(?<!\w)@everyone|<script|!\[", render_markdown(made))


def test_patterns_come_before_slices(report: Report) -> None:
    """A reader of the page sees what failures share before single slices and conversations."""
    page = render_html(report)
    assert page.index('id="patterns"') < page.index('id="causes"') < page.index('id="attempts"')


def test_terminals_stay_narrow(report: Report) -> None:
    """No line of the section is wider than the terminal."""
    assert max(map(len, render_terminal(report, width=60).splitlines())) <= 60


def test_the_made_up_ferry_is_explained() -> None:
    """In the made-up run of the other tests, Spanish is what failures share."""
    found = make_report().explanation
    assert found is not None
    assert any(condition.value == "es" for pattern in found.causes for condition in pattern.conditions)


def test_reports_are_the_same_each_time() -> None:
    """The same attempts make the same section."""
    attempts = list(broken_lines(300))
    assert report_of(attempts).explanation == report_of(attempts).explanation
