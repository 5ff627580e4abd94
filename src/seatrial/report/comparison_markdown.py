"""A comparison in Markdown."""

from seatrial.metrics.compare import Comparison


def comparison_markdown(comparison: Comparison) -> str:
    """The comparison as a part of a comment."""
    return ""
