"""What failures have in common, as a part of a comment in Markdown."""

from seatrial.metrics.patterns.records import Explanation
from seatrial.report.escapes import code, escaped
from seatrial.report.pattern_words import SHOWN, TITLE, left_out, place
from seatrial.report.text import one_line


def patterns_markdown(found: Explanation) -> str:
    """The sentence, and the first patterns with an example each."""
    lines = ["", f"**{TITLE}**", "", escaped(one_line(found.sentence, 900)), ""]
    for pattern in found.patterns[:SHOWN]:
        example = f" {code(place(pattern.examples[0]), 120)}" if pattern.examples else ""
        lines.append(f"- {escaped(one_line(pattern.sentence, 700))}{example}")
    if rest := left_out(found):
        lines.append(f"\n<sub>{escaped(rest)}</sub>")
    return "\n".join(lines) + "\n"
