"""The page in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from made_report import make_report

from seatrial.report.html import render_html

pytestmark = pytest.mark.browser
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SHOWN = ".attempt:visible"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page on disk."""
    path: Path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render_html(make_report()), "utf-8")
    return path.as_uri()


def run_axe(page: Any, script: Path) -> list[str]:
    """The violations that axe-core finds, with what they are found at."""
    page.evaluate(script.read_text("utf-8"))
    found = page.evaluate("axe.run(document).then(result => result.violations)")
    return [f"{each['id']}: {[node['html'][:90] for node in each['nodes'][:3]]}" for each in found]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nobody_is_shut_out(browser_page: Any, axe_script: Path, url: str, scheme: str, size: Any) -> None:
    """axe-core finds no violation, light and dark, wide and narrow, with conversations open."""
    page = browser_page(color_scheme=scheme, viewport=size)
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach((each, i) => { each.open = i < 40 })")
    page.locator("#show-all").check()
    assert run_axe(page, axe_script) == []


def test_no_other_host_is_asked(browser_page: Any, url: str) -> None:
    """Opening the page and every conversation asks for nothing but the page itself, and no text runs as script."""
    page = browser_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route(re.compile("^(?!file:)"), lambda route: route.abort())
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    page.mouse.move(300, 300)
    assert asked == [url]
    assert complaints == []
    assert page.title().startswith("Not ready")


def test_hostile_texts_stay_text(browser_page: Any, url: str) -> None:
    """No element, handler or link comes of a hostile prompt, and hidden marks are shown as escapes."""
    page = browser_page()
    page.goto(url)
    assert page.locator("script").count() == 1
    assert page.locator("img, iframe, object, [onerror], [onmouseover], a[href^='javascript']").count() == 0
    assert page.locator("h1").count() == 1
    assert "\\u202egnp.exe" in page.locator("#list").text_content()


def test_filters_narrow_the_list(browser_page: Any, url: str) -> None:
    """Outcome, slice, check and text narrow the list, and the count says how many are left."""
    page = browser_page(viewport=WIDE)
    page.goto(url)
    not_passed = page.locator(SHOWN).count()
    page.locator("#show-all").check()
    assert page.locator(SHOWN).count() == 240 > not_passed > 0
    page.locator("#by-slice").select_option("language=es")
    assert page.locator(SHOWN).count() == 40
    page.locator("#by-check").select_option("contains")
    page.locator("#by-text").fill("refund-es-1")
    assert set(page.locator(f"{SHOWN} .case").all_inner_texts()) >= {"refund-es-1"}
    assert page.locator("#shown").inner_text() == f"{page.locator(SHOWN).count()} of 240 shown"


def test_a_choice_survives_in_the_address(browser_page: Any, url: str) -> None:
    """A page opened with the address of another shows the same conversations."""
    first = browser_page()
    first.goto(url)
    first.locator("#show-no-answer").check()
    first.locator("#by-slice").select_option("language=de")
    second = browser_page()
    second.goto(first.url)
    assert second.locator(SHOWN).count() == first.locator(SHOWN).count() > 0
    assert second.locator("#show-no-answer").is_checked()


def test_reads_without_javascript(browser_page: Any, url: str) -> None:
    """Without JavaScript the verdict, the conversations and the choice of outcomes work; dead controls are hidden."""
    page = browser_page(java_script_enabled=False)
    page.goto(url)
    assert page.locator("h1").inner_text() == "Not ready"
    assert not page.locator("#narrow").is_visible()
    page.locator("#show-failed").check()
    assert set(page.locator(f"{SHOWN} > summary .ending").all_inner_texts()) == {"✗ failed"}
    page.locator(f"{SHOWN} > summary").first.click()
    assert page.locator(f"{SHOWN} .turns").first.is_visible()


def test_a_phone_needs_no_sideways_scrolling(browser_page: Any, url: str) -> None:
    """At 390 pixels the page is as wide as the screen, with every conversation open."""
    page = browser_page(viewport=NARROW)
    page.goto(url)
    page.locator("#show-all").check()
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_prints_the_conversations(browser_page: Any, url: str) -> None:
    """On paper the controls are gone and the verdict stays."""
    page = browser_page()
    page.goto(url)
    page.emulate_media(media="print")
    assert not page.locator(".filter").is_visible()
    assert page.locator("#verdict").is_visible()
