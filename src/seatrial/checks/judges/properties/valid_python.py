"""Is the answer a program of Python?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.parsing import Parsing
from seatrial.text.syntax_python import read_python


class ValidPython(Parsing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer, or its fenced blocks, is a program of Python.

    It is parsed by the grammar of the Python that runs Seatrial, and never run; names and types are not looked at.
    """

    title = "valid_python"
    language: ClassVar[str] = "Python"
    fences: ClassVar[frozenset[str]] = frozenset({"python", "py", "python3"})
    after: ClassVar[str] = "the Python language reference"

    def read(self, source: str) -> None:
        """Read one text."""
        read_python(source)

    @classmethod
    def example(cls) -> Example:
        """An assignment, and one with a sign too many."""
        return examples_of("valid_python", "```python\nfare = 12.5\n```", "```python\nfare = = 12.5\n```")
