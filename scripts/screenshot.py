"""Takes the picture of a report for the README: the top of the page, 1280 wide, in Debian's Chromium.

Run it after `make demo`: python scripts/screenshot.py [report.html [docs/images/report.png]]
"""

import sys
from pathlib import Path

from services import chromium

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1280, 900
FLAGS = ["--no-sandbox", "--disable-quic", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run"]
LARGEST = 300_000
"""Bytes that the picture may have."""


def take(report: Path, picture: Path) -> int:
    """Take the picture; gives its size in bytes."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=chromium(), args=FLAGS)
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
        page.goto(report.resolve().as_uri())
        picture.parent.mkdir(parents=True, exist_ok=True)
        taken = page.screenshot(path=picture)
        browser.close()
    return len(taken)


def main(arguments: list[str]) -> int:
    """Take the picture; 1 when something is missing or the picture is too large."""
    report, picture = (
        *map(Path, arguments),
        *(ROOT / "report.html", ROOT / "docs/images/report.png")[len(arguments) :],
    )
    if chromium() is None or not report.is_file():
        print(f"{report} or Chromium is missing: make demo; python scripts/services.py")
        return 1
    size = take(report, picture)
    print(f"{picture}: {size:,} bytes")
    return 0 if size <= LARGEST else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
