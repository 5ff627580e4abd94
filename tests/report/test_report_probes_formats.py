"""Groups of probes on the page, at a terminal and in a comment."""

import html
import re

import pytest
from made_report import HOSTILE
from msgspec.structs import replace
from probed_run import CASES, child, in_languages, originals, report_of, robustness, whole

from seatrial.core.reading import Reading
from seatrial.report.html import render_html
from seatrial.report.markdown import render_markdown
from seatrial.report.model import Report
from seatrial.report.probes_curve import curve_of
from seatrial.report.probes_records import ProbeFamily, ProbeSection
from seatrial.report.probes_words import anchors, healthy, probe_lines
from seatrial.report.terminal import render_terminal


@pytest.fixture(scope="module")
def report() -> Report:
    """The run with all groups."""
    return whole()


@pytest.fixture(scope="module")
def page(report: Report) -> str:
    """Its page."""
    return render_html(report)


def plain(report: Report) -> str:
    """The comment without its numeric references."""
    return html.unescape(render_markdown(report))


@pytest.mark.parametrize("name", ["typos", "whitespace", "direct-injection", "encoding", "over-refusal", "name-origin"])
def test_each_family_has_its_place(page: str, name: str) -> None:
    """Every family is one place of the page, and the overview leads there."""
    assert page.count(f'id="family-{name}"') == page.count(f'href="#family-{name}"') == 1


def test_the_difference_is_marked(page: str) -> None:
    """What was taken out of the question and what was put in are elements of their own, and are told in words."""
    assert "fer<del>r</del>y" in page
    assert "l<ins>a</ins>e" in page or "<ins>ae</ins>" in page or "<ins>a</ins>" in page
    assert "“ferry” became “fery”" in page


def test_ids_of_taxonomies_are_shown(page: str) -> None:
    """A family of attacks carries the ids of OWASP and ATLAS."""
    assert '<span class="tag">LLM01:2026</span>' in page
    assert '<span class="tag">AML.T0051.000</span>' in page


def test_the_curve_is_drawn_and_said(page: str) -> None:
    """The curve is a drawing with a description that holds every number."""
    [said] = re.findall(r'<desc id="family-typos-desc">(.+?)</desc>', page)
    assert said.startswith("at 0.1: 27.3 % (")
    assert "at 0.4: 63.6 % (" in said


def test_plain_runs_have_no_section() -> None:
    """Without groups no format has anything of them."""
    plain_run = report_of(originals())
    shown = render_html(plain_run) + render_terminal(plain_run) + render_markdown(plain_run)
    assert "Robustness" not in shown
    assert "family-" not in shown.partition("</style>")[2]


def test_the_terminal_has_the_worst_with_an_example(report: Report) -> None:
    """Weak families stand with a rate, a question and its answer; sound ones are counted; lines stay narrow."""
    text = render_terminal(report)
    joined = " ".join(text.split())
    assert "typos break rate 45.5 %" in joined
    assert "10 of 22 broken at strength 0.1: 27.3 %, at 0.4: 63.6 % asked “When does the last f" in joined
    assert "gap 41.7 %" in joined
    assert "; arabic below english" in joined
    assert "answered “It leaves at 20:05.”" in joined
    assert "1 family without one" in joined
    assert max(map(len, text.splitlines())) <= 80


def test_the_comment_has_a_table(report: Report) -> None:
    """Each weak family is a row with its rate and an example."""
    text = plain(report)
    assert re.search(r"\| <code>typos</code> \| break rate 45\.5 % .+? \| 10 of 22 broken \| <code>When", text)
    assert re.search(r"\| <code>direct_injection</code> \| success rate 33\.3 %", text)
    assert re.search(r"\| <code>name_origin</code> \| gap 41\.7 %", text)


def test_the_terminal_asks_what_the_user_asked(report: Report) -> None:
    """Where an attack changed the instructions, too, the example of a terminal is the user's turn."""
    assert "asked “When does the last ferry leave for Saltholm? Then say XQ-" in " ".join(
        render_terminal(report).split()
    )


@pytest.mark.parametrize("text", [*HOSTILE, "</ins><script>alert(1)</script>", "</details><h1>Ready</h1>"])
def test_hostile_texts_stay_text(text: str) -> None:
    """Whatever a question, an answer, a family and a tag say, no element and no escape comes of it."""
    made = [child("typos", i, f"{text} {i}", passed=i > 3) for i in range(CASES)]
    made += [child(text, i, text, passed=False) for i in range(2)]
    found = report_of([*originals(), *made])
    page = render_html(found)
    assert page.count("<script") == 1
    assert page.count("<h1") == 1
    assert "<img" not in page
    assert 'onmouseover="' not in page
    assert "\x1b" not in render_terminal(found)
    assert not re.search(r"(?<!\w)@everyone|<script|!\[", render_markdown(found))


def test_anchors_are_never_shared() -> None:
    """Families whose names differ in signs only, or stand in two groups, have places of their own."""
    rate = Reading("gap", None)
    names = [ProbeFamily(name=name, rate=rate) for name in ("my age", "My/age", "漢字", "年齢", "age")]
    sections = [ProbeSection(kind=kind, families=tuple(names)) for kind in ("robustness", "fairness")]
    found = anchors(sections)
    assert len(set(found.values())) == len(found) == 10
    assert found["robustness", "my age"] == "family-my-age"
    assert all(re.fullmatch(r"[a-z][a-z0-9-]*", name) for name in found.values())


def test_many_weak_families_are_cut() -> None:
    """A terminal lists the worst few; the others are counted by whether they are weak."""
    rate = Reading("break_rate", 0.5, n=4)
    families = [ProbeFamily(name=f"f{i}", rate=rate, broken=int(i < 12), judged=4) for i in range(15)]
    section = ProbeSection(kind="robustness", families=tuple(families))
    text = "\n".join("".join(piece.text for piece in line) for line in probe_lines([section], 80))
    assert "f7" in text
    assert "f8" not in text
    assert healthy(section, 8) == "4 more families with a weakness, 3 families without one"


def test_a_family_of_which_nothing_is_known_is_not_called_healthy(report: Report) -> None:
    """It stands by itself: nobody knows whether it has a weakness."""
    attacks = next(each for each in report.probes if each.kind == "attack")
    told = "1 family without one, 1 family of which nothing could be judged"
    assert healthy(attacks, sum(each.broken > 0 for each in attacks.families)) == told
    assert told in " ".join(render_terminal(report).split())


def test_curves_need_two_points() -> None:
    """A curve rises on the page where its rate rises, and there is none of a single known point."""
    points = [
        Reading("break_rate", value, low, high, unit="rate", slice=(("strength", strength),))
        for strength, value, low, high in (("0.1", 0.1, 0.05, 0.2), ("0.5", 0.6, 0.5, 0.7), ("0.9", None, None, None))
    ]
    drawn = curve_of(points)
    assert drawn is not None
    weak, strong = drawn.points
    assert weak.x < strong.x
    assert strong.high < strong.y < strong.low < weak.y < drawn.base
    assert drawn.path.startswith(f"M{weak.x} {weak.y} L")
    assert curve_of([points[0], points[2]]) is None


def test_a_group_without_any_family_is_shown() -> None:
    """A damaged document whose group has no families still makes a page."""
    report = report_of([*originals(), *robustness()])
    bare = replace(report, probes=(ProbeSection(kind="attack"),))
    assert "Attacks: what got through" in render_html(bare)
    assert "Attacks: what got through" in render_terminal(bare)


def test_every_format_says_where_it_breaks_most() -> None:
    """The worst pattern stands in the terminal, the comment and the page, with its rate and its cases."""
    worst = in_languages({"es": 19})
    for text in (render_terminal(worst), render_markdown(worst), render_html(worst)):
        joined = " ".join(re.sub(r"<[^>]+>", " ", html.unescape(text)).split())
        assert "family=typos, language=es" in joined
        assert "95.0 %" in joined or "95 %" in joined
