"""The page of a Scan in a real browser."""

import re
from pathlib import Path
from typing import Any

import pytest
from made_scan import make_inspection
from test_report_browser import NARROW, WIDE, run_axe

from seatrial.report.scans.html import render_html

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the page on disk."""
    path: Path = tmp_path_factory.mktemp("scan") / "scan.html"
    path.write_text(render_html(make_inspection()), "utf-8")
    return path.as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
def test_nobody_is_shut_out_of_a_scan(browser_page: Any, axe_script: Path, url: str, scheme: str, size: Any) -> None:
    """axe-core finds no violation, light and dark, wide and narrow, with every file open."""
    page = browser_page(color_scheme=scheme, viewport=size)
    page.goto(url)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true })")
    assert run_axe(page, axe_script) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_scan_asks_no_other_host(browser_page: Any, url: str) -> None:
    """The page asks for itself alone, and no text of a file runs as script or leaves its place."""
    page = browser_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("dialog", lambda dialog: complaints.append(dialog.message))
    page.route(re.compile("^(?!file:)"), lambda route: route.abort())
    page.goto(url)
    assert (asked, complaints) == ([url], [])
    assert page.locator("script, img, iframe, [onerror]").count() == 0


def test_the_worst_is_seen_first(browser_page: Any, url: str) -> None:
    """The verdict is the heading, and what is not clean stands open below it."""
    page = browser_page(viewport=WIDE)
    page.goto(url)
    assert page.locator("h1").inner_text().lower() == "attack"
    assert page.locator("details[open]").count() == 4
    assert "Do not load it." in page.locator("details").first.inner_text()
