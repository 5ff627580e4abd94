"""Is the answer well-formed XML?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.parsing import Parsing
from seatrial.text.syntax_xml import read_xml


class ValidXml(Parsing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer, or its fenced blocks, is well-formed XML.

    One root, every element closed. Nothing is fetched, and what declares entities is not judged; no schema is known.
    """

    title = "valid_xml"
    language: ClassVar[str] = "XML"
    fences: ClassVar[frozenset[str]] = frozenset({"xml", "svg", "xhtml"})
    after: ClassVar[str] = "XML 1.0, fifth edition"

    def read(self, source: str) -> None:
        """Read one text."""
        read_xml(source)

    @classmethod
    def example(cls) -> Example:
        """An element inside another, and one that stays open."""
        return examples_of("valid_xml", "<fare><amount>12.50</amount></fare>", "<fare><amount>12.50</fare>")
