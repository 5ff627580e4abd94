"""The report as one self-contained HTML file: no request to any host, readable without JavaScript.

Every text passes `visible` and then Jinja's escaping, no text becomes a link, and the page's own policy (CSP, level 3)
allows no script and no style but the two that stand in it, by their digests.
"""

import base64
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seatrial.metrics.wording import basis, count, interval, number, slice_name, value_with_interval
from seatrial.report import comparison_words
from seatrial.report.advice import next_steps
from seatrial.report.drawings import interval_bars, plot
from seatrial.report.model import AttemptSection, Report
from seatrial.report.pattern_words import beside, group_name, left_out, place
from seatrial.report.probes_curve import curve_of
from seatrial.report.probes_difference import marked_difference
from seatrial.report.probes_words import LEADS, TITLES, anchors, broken_name, by_strength, rate_name, told
from seatrial.report.scans import words as scan_words
from seatrial.report.text import one_line, shorten, visible
from seatrial.report.words import (
    ENDING_SIGNS,
    OUTCOMES,
    READINESS,
    SIGNS,
    counted,
    limit,
    ordered,
    summary,
    worst_first,
    worst_of,
)

TEMPLATES = Path(__file__).parent / "templates"
_WORDS = (basis, count, counted, interval, interval_bars, limit, next_steps, number, one_line, ordered, plot, shorten)
_OF_PROBES = (anchors, broken_name, by_strength, curve_of, marked_difference, rate_name, told)
_MORE_WORDS = (beside, group_name, left_out, place, slice_name, summary, value_with_interval, worst_first, worst_of)


def render_html(report: Report) -> str:
    """The page."""
    style, script = (TEMPLATES / "page.css").read_text("utf-8"), (TEMPLATES / "page.js").read_text("utf-8")
    template = environment().get_template("page.html")
    made = template.render(
        report=report,
        policy=f"default-src 'none'; style-src {digest(style)}; script-src {digest(script)}; "
        "base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        at=datetime.fromtimestamp(report.run.at // 1_000_000_000, UTC),
        choices=_choices(report.attempts.shown),
        endings=_endings(report.attempts.shown),
    )
    return str(made)


def environment() -> Any:
    """What all pages are made with: escaping, our words, and nothing undefined: a Jinja2 `Environment`."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
    environment.globals.update({word.__name__: word for word in (*_WORDS, *_MORE_WORDS, *_OF_PROBES)})
    environment.globals.update(PROBE_TITLES=TITLES, PROBE_LEADS=LEADS)
    environment.globals.update(SCAN_VERDICTS=scan_words.VERDICTS, SCAN_TONES=scan_words.TONES)
    environment.globals.update(finding_place=scan_words.place, scan_summary=scan_words.summary)
    environment.globals.update(files_to_look_at=scan_words.to_look_at)
    environment.globals.update(SIGNS=SIGNS, OUTCOMES=OUTCOMES, READINESS=READINESS, ENDING_SIGNS=ENDING_SIGNS)
    environment.globals.update(
        CHANGE_SIGNS=comparison_words.SIGNS,
        comparison_title=comparison_words.title,
        kinds=comparison_words.kinds,
        difference=comparison_words.difference,
        passes=comparison_words.passes,
        case_name=comparison_words.case_name,
    )
    environment.filters["ours"] = Markup
    return environment


def digest(text: str) -> str:
    """A style or script as a page's policy names it (CSP level 3, section 2.3.1)."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _choices(attempts: tuple[AttemptSection, ...]) -> dict[str, list[str]]:
    """What the attempts can be filtered by, each with its values."""
    slices = {f"{tag}={value}" for each in attempts for tag, value in each.tags.items()}
    checks = {score.name for each in attempts for score in each.scores}
    suites = {each.suite for each in attempts}
    return {"suite": sorted(suites) if len(suites) > 1 else [], "slice": sorted(slices), "check": sorted(checks)}


def _endings(attempts: tuple[AttemptSection, ...]) -> list[tuple[str, int]]:
    found = {ending: sum(each.ending == ending for each in attempts) for ending in ENDING_SIGNS}
    return [(ending, n) for ending, n in found.items() if n]
