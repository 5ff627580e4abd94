"""Is the answer YAML?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.parsing import Parsing
from seatrial.text.syntax_yaml import read_yaml


class ValidYaml(Parsing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer, or its fenced blocks, is YAML: a mapping or a list.

    A plain text is YAML, too, and fails here. Keys must not stand twice; no object is made and no alias unfolded.
    """

    title = "valid_yaml"
    language: ClassVar[str] = "YAML"
    fences: ClassVar[frozenset[str]] = frozenset({"yaml", "yml"})
    after: ClassVar[str] = "YAML 1.2.2"

    def read(self, source: str) -> None:
        """Read one text."""
        read_yaml(source)

    @classmethod
    def example(cls) -> Example:
        """A mapping, and a list that stays open."""
        return examples_of("valid_yaml", "fare: 12.50\npier: 3", "fare: [12.50\npier: 3")
