"""A Scan as one self-contained page: no request to any host, no script; hostile names and evidence are escaped."""

from seatrial.core.finding import Inspection
from seatrial.report.html import TEMPLATES, digest, environment
from seatrial.report.scans.words import summary


def render_html(inspection: Inspection) -> str:
    """The page."""
    style = (TEMPLATES / "page.css").read_text("utf-8")
    made = (
        environment()
        .get_template("scan.html")
        .render(
            inspection=inspection,
            policy=f"default-src 'none'; style-src {digest(style)}; base-uri 'none'; form-action 'none'",
            style=style,
            told=summary(inspection),
        )
    )
    return str(made)
