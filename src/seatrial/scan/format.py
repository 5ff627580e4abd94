"""A Format: how one kind of file is recognised by its content, and what is looked for in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from seatrial.core.finding import Finding
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule


@dataclass(frozen=True, slots=True)
class Format:
    """A kind of file.

    Args:
        name: As users know it: `pickle`, `safetensors`.
        title: One line for the table in the docs: what the format is.
        recognise: Whether a Part is of this format, by its content; cheap, and false for anything that cannot be read.
            A name may only decide between formats that content cannot tell apart (YAML and text).
        inspect: Yields what is found. It may raise `Unreadable` and `OverBudget`, and nothing else.
        rules: All that it can find.
    """

    name: str
    title: str
    recognise: Callable[[Part], bool]
    inspect: Callable[[Part], Iterator[Finding]]
    rules: tuple[Rule, ...]


class Unreadable(Exception):
    """A Part that looked like a format cannot be read as one; its text is the reason, in half a sentence.

    What was found before still counts.
    """
