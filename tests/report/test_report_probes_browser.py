"""The sections of probes in a real browser."""

from pathlib import Path
from typing import Any

import pytest
from made_report import HOSTILE
from probed_run import CASES, attacks, child, originals, report_of, robustness, swaps

from seatrial.report.html import render_html

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of a run with all groups and a family of hostile questions."""
    hostile = [child("hostile", i, HOSTILE[i % len(HOSTILE)], passed=i > 6) for i in range(CASES)]
    path: Path = tmp_path_factory.mktemp("probes") / "report.html"
    made = report_of([*originals(), *robustness(), *hostile, *attacks(), *swaps()])
    path.write_text(render_html(made), "utf-8", errors="backslashreplace")
    return path.as_uri()


@pytest.mark.parametrize(("scheme", "size"), [("light", WIDE), ("dark", NARROW)], ids=["light-wide", "dark-narrow"])
def test_nobody_is_shut_out(browser_page: Any, axe_script: Path, url: str, scheme: str, size: Any) -> None:
    """axe-core finds no violation in the sections, with every family open."""
    page = browser_page(color_scheme=scheme, viewport=size)
    page.goto(url)
    page.evaluate("document.querySelectorAll('.probes details').forEach(each => { each.open = true })")
    page.evaluate(axe_script.read_text("utf-8"))
    found = page.evaluate("axe.run(document).then(result => result.violations)")
    assert [f"{each['id']}: {[node['html'][:90] for node in each['nodes'][:3]]}" for each in found] == []


@pytest.mark.parametrize("script", [True, False], ids=["script", "no-script"])
def test_the_overview_leads_to_each_family(browser_page: Any, url: str, script: bool) -> None:
    """A click in the overview opens the family's part and brings it into view, also without JavaScript."""
    page = browser_page(java_script_enabled=script, viewport=WIDE)
    page.goto(url)
    assert not page.locator("#family-whitespace").is_visible()
    page.locator("a[href='#family-whitespace']").click()
    assert page.locator("#family-whitespace").is_visible()
    assert page.url.endswith("#family-whitespace")


@pytest.mark.parametrize(("size", "beside"), [(WIDE, True), (NARROW, False)], ids=["wide", "narrow"])
def test_both_sides_stand_beside_each_other(browser_page: Any, url: str, size: Any, beside: bool) -> None:
    """On a wide screen the original stands beside the child, on a narrow one above it; nothing scrolls sideways."""
    page = browser_page(viewport=size)
    page.goto(url)
    page.evaluate(OPEN_ALL)
    left, right = (page.locator("#family-typos .side").nth(i).bounding_box() for i in (0, 1))
    assert (left["y"] == right["y"]) is beside
    assert (left["x"] == right["x"]) is not beside
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


def test_hostile_questions_stay_text(browser_page: Any, url: str) -> None:
    """No element comes of a hostile question, and what is invisible is shown as an escape."""
    page = browser_page()
    page.goto(url)
    page.evaluate(OPEN_ALL)
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, [onerror], [onmouseover], a[href^='javascript']").count() == 0
    assert "\\x1b" in page.locator("#family-hostile").text_content() + page.locator("#list").text_content()
    assert page.title().startswith("Not enough evidence")


def test_marks_have_their_own_elements(browser_page: Any, url: str) -> None:
    """What was left out is struck through, what was put in is underlined: not by colour alone."""
    page = browser_page()
    page.goto(url)
    page.evaluate(OPEN_ALL)
    lines = [
        page.locator(f"#family-typos {mark}").first.evaluate("each => getComputedStyle(each).textDecorationLine")
        for mark in ("del", "ins")
    ]
    assert lines == ["line-through", "underline"]
