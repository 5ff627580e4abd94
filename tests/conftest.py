"""Chromium and axe-core for tests marked `browser`: skipped with the reason when missing, failed with CI=true."""

import importlib.util
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

ROOT = Path(__file__).resolve().parent.parent
FLAGS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Bytecode is kept, whatever the environment says: else each process that a test starts compiles all packages anew.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
pytest_plugins = ["pytester"]
# No test is timed. CI tries the same examples each time, so that a red run means a change; others look for new ones.
hypothesis.settings.register_profile("seatrial", deadline=None, derandomize=os.environ.get("CI") == "true")
hypothesis.settings.load_profile("seatrial")


def pytest_xdist_auto_num_workers() -> int:
    """One process more than cores for `-n auto`: pages of the docs, servers and installs wait more than they work."""
    return (os.cpu_count() or 1) + 1


def _services() -> Any:
    """The script that looks for what tests need besides Python packages."""
    spec = importlib.util.spec_from_file_location("seatrial_services", ROOT / "scripts" / "services.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def missing_for_browser() -> str:
    """What keeps tests from a browser; empty when nothing does."""
    services = _services()
    found = {"Chromium": services.chromium(), "axe-core": services.axe_core()}
    names = [name for name, place in found.items() if place is None]
    return f"{' and '.join(names)} missing: python scripts/services.py" if names else ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a browser when there is none, but with CI=true let it fail."""
    marked = [item for item in items if item.get_closest_marker("browser")]
    reason = missing_for_browser() if marked else ""
    if reason and os.environ.get("CI") != "true":
        for item in marked:
            item.add_marker(pytest.mark.skip(reason=reason))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many tests were skipped and for which reasons."""
    reasons: dict[str, int] = {}
    for report in terminalreporter.stats.get("skipped", []):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        reason = reason.removeprefix("Skipped: ")
        reasons[reason] = reasons.get(reason, 0) + 1
    for reason, count in reasons.items():
        terminalreporter.write_line(f"skipped {count}: {reason}")


@pytest.fixture(scope="session")
def axe_script() -> Path:
    """The script of axe-core."""
    place = _services().axe_core()
    if place is None:
        pytest.fail("axe-core is missing: python scripts/services.py")
    return Path(place)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A Chromium with a new, empty profile that asks no other host of its own accord.

    For one module only: while it lives, its event loop runs, and no test with a loop of its own can.
    """
    playwright = pytest.importorskip("playwright.sync_api")
    place = _services().chromium()
    if place is None:
        pytest.fail("Chromium is missing: python scripts/services.py")
    with playwright.sync_playwright() as running:
        started = running.chromium.launch(executable_path=place, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def browser_page(browser: Any) -> Iterator[Any]:
    """A function that opens a new page; keywords are those of a browser context (`color_scheme`, `viewport`, ...)."""
    contexts = []

    def open_page(**how: Any) -> Any:
        context = browser.new_context(**how)
        contexts.append(context)
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
