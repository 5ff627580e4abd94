"""Is the answer HTML whose elements are closed?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.parsing import Parsing
from seatrial.text.syntax_html import read_html


class ValidHtml(Parsing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    r"""The answer, or its fenced blocks, is HTML whose elements are known and closed.

    Void elements (\`br\`) have no end, \`li\`, \`p\`, \`td\` and others may leave theirs out, as the standard says.
    """

    title = "valid_html"
    language: ClassVar[str] = "HTML"
    fences: ClassVar[frozenset[str]] = frozenset({"html", "htm"})
    after: ClassVar[str] = "WHATWG HTML standard, sections 13.1.2 and 13.1.2.4"

    def read(self, source: str) -> None:
        """Read one text."""
        read_html(source)

    @classmethod
    def example(cls) -> Example:
        """A list whose items need no end, and two ends in the wrong order."""
        return examples_of("valid_html", "<ul><li>Adults<li>Children</ul>", "<p><b>Adults</p></b>")
