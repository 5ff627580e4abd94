"""The page, without a browser."""

import base64
import hashlib
import re
from collections import Counter
from html.parser import HTMLParser

import msgspec
import pytest
from made_report import HOSTILE, attempt, info, make_report, verdict

from seatrial.core.batch import Batch
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.core.verdict import GateResult, Outcome, Readiness, Verdict
from seatrial.metrics.wording import number
from seatrial.report.build import build_report
from seatrial.report.html import render_html
from seatrial.report.model import Report

VOID = {"meta", "input"}


class Page(HTMLParser):
    """What a browser would see: every element with its attributes, all text, and what is open at the end."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def report() -> Report:
    """The made-up report."""
    return make_report()


@pytest.fixture(scope="module")
def html(report: Report) -> str:
    """The page of the made-up report."""
    return render_html(report)


def hostile_page(text: str) -> str:
    """A page in which every place that a user or a model fills holds the text."""
    made = attempt(text, Score(text, False, 0.0, text), case=text)
    dialogue = (msgspec.structs.replace(made.dialogue[0], tags={text: text, "language": text}),)
    rows = Batch.of([(dialogue, made.scores)])
    gates = [GateResult(result.gate, result.outcome, result.readings, text) for result in verdict().gates]
    made_of = build_report(info(), Verdict.of(gates, [text]), rows, [Attempt(dialogue, made.scores)])
    return render_html(made_of)


def test_is_well_formed(html: str) -> None:
    """Every element that is opened is closed in order, and the ids are unique."""
    page = Page(html)
    assert page.open == []
    ids = [attributes["id"] for _, attributes in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))


def test_asks_no_other_host(html: str) -> None:
    """Nothing in the page has an address: no src, no style import, and links go to places in the page."""
    page = Page(html)
    assert not [
        attributes for _, attributes in page.elements if {"src", "srcset", "action", "data"} & attributes.keys()
    ]
    links = [attributes["href"] for _, attributes in page.elements if "href" in attributes]
    assert all(link and link.startswith("#") for link in links)
    assert not re.search(r"@import|url\(", html.split("</style>")[0])


def test_its_own_policy_allows_only_its_own_script_and_style(html: str) -> None:
    """The policy forbids everything but the script and the style whose digests it names."""
    policy = next(a["content"] for tag, a in Page(html).elements if tag == "meta" and "http-equiv" in a) or ""
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    for tag in ("style", "script"):
        body = re.search(f"<{tag}>(.*?)</{tag}>", html, re.DOTALL)
        assert body is not None
        digest = base64.b64encode(hashlib.sha256(body[1].encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_makes_no_element(text: str) -> None:
    """Whatever a text holds, the page has the elements of a harmless text and no handler."""
    page, harmless = Page(hostile_page(text)), Page(hostile_page("harmless"))
    assert Counter(tag for tag, _ in page.elements) == Counter(tag for tag, _ in harmless.elements)
    names = {name for _, attributes in page.elements for name in attributes}
    assert names == {name for _, attributes in harmless.elements for name in attributes}
    assert page.open == []


@pytest.mark.parametrize("text", HOSTILE)
def test_hidden_characters_are_shown(text: str) -> None:
    """No character that turns or hides text, and no control character, is in the page."""
    page = hostile_page(text)
    page.encode("utf-8")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\U000e0041]", page)


def test_says_the_verdict_first(html: str) -> None:
    """The title and the first heading are the verdict, and gates and worst slices stand before the conversations."""
    assert "<title>Not ready · seatrial.yaml · Seatrial</title>" in html
    headings = re.findall(r"<h[12][^>]*>([^<]*)<", html)
    assert headings[0] == "Not ready"
    order = [headings.index(each) for each in ("Gates", "Worst slices", "Suite behaviour", "Conversations")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("outcome", "words"),
    [(Outcome.MET, "Ready"), (Outcome.MISSED, "Not ready"), (Outcome.UNDECIDED, "Not enough evidence")],
)
def test_each_verdict_has_its_words(outcome: Outcome, words: str) -> None:
    """Ready, not ready and not enough evidence are told in words, with the one gate counted."""
    gates = [GateResult(verdict().gates[0].gate, outcome)]
    page = render_html(make_report(verdict=Verdict.of(gates)))
    assert f'<h1 id="verdict">{words}</h1>' in page
    assert "nothing measured" in page


def test_every_drawing_has_words(html: str) -> None:
    """Each picture is named for those who cannot see it or hidden from them when words stand beside it."""
    for tag, attributes in Page(html).elements:
        if tag == "svg":
            named = "aria-label" in attributes or "aria-labelledby" in attributes
            assert named or attributes.get("aria-hidden") == "true"


def test_shows_every_conversation(html: str, report: Report) -> None:
    """Each attempt that is kept can be opened, with its turns, its Scores and where its case stands."""
    assert html.count('<details class="attempt"') == len(report.attempts.shown) == 240
    assert html.count("cases/es.jsonl:3") >= 4
    assert "When does ferry 1 leave for Saltholm" in html


def test_says_what_is_left_out() -> None:
    """A page that does not show all attempts says how many are missing."""
    many = [attempt("a", Score("contains", False), case=str(number)) for number in range(600)]
    rows = Batch.of((each.dialogue, each.scores) for each in many)
    page = render_html(build_report(info(), verdict(), rows, many))
    assert "500 attempts of 600; 100 that did not pass and 0 that passed are left out" in page


def test_headlines_stand_with_their_numbers(html: str, report: Report) -> None:
    """Every Reading of a suite's headline is on the page with its value."""
    for reading in report.suites[0].headline:
        assert f"<dt>{reading.name}</dt><dd><strong>{number(reading.value, reading.unit)}</strong>" in html


def test_a_comparison_is_a_section(html: str) -> None:
    """The comparison's metrics, new failures and fixed cases are on the page."""
    page = Page(html).text
    assert "Against 019e5d00-0000-7000-8000-000000000001" in page
    assert re.search(r"▼\s+worse", page)
    assert "new failures" in page


def test_an_empty_run_has_a_page() -> None:
    """A run without a single attempt is shown, too."""
    page = Page(render_html(build_report(info(), Verdict(Readiness.UNDECIDED), Batch(), [])))
    assert page.open == []
    assert "No gate was judged." in page.text
