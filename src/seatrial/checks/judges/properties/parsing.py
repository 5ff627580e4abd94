"""What the checks of formal languages (`valid_python`, `valid_sql`, ...) share: which part of the answer is read."""

from typing import ClassVar, Literal

from seatrial.checks.built_in import BuiltIn, answered
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.blocks import blocks_of
from seatrial.text.syntax import CannotRead, NotWellFormed

MOST_CHARACTERS = 1_000_000
"""Fenced blocks are looked for in answers up to this length."""
_MOST_BLOCKS = 50


class Parsing(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check that the answer is written in a formal language.

    `part` says what is read: the fenced `blocks` of that language (or without one), the `whole` answer, or (`auto`)
    the blocks where the answer has any and else the whole.
    """

    part: Literal["auto", "blocks", "whole"] = "auto"

    short: ClassVar[str | None] = None
    language: ClassVar[str]
    fences: ClassVar[frozenset[str]]
    after: ClassVar[str] = ""

    def read(self, source: str) -> None:
        """Read one text.

        Raises:
            NotWellFormed: It is none of that language.
            CannotRead: It cannot be told.
        """
        raise NotImplementedError

    def judge(self, evidence: Evidence) -> Score:
        """Read each part; what cannot be read gives no verdict unless another part is wrong."""
        text = evidence.text
        if len(text) > MOST_CHARACTERS:
            return self.cannot_say(f"It has {len(text):,} characters, and only {MOST_CHARACTERS:,} are read.")
        sources = self._sources(text)
        if not sources:
            return self.says(False, f"It has no fenced block of {self.language}; {answered(evidence)}.")
        unread = ""
        for number, source in enumerate(sources[:_MOST_BLOCKS], 1):
            which = f"Block {number} is" if len(sources) > 1 else "It is"
            try:
                self.read(source)
            except NotWellFormed as error:
                return self.says(False, f"{which} not valid {self.language}: {error}.")
            except CannotRead as error:
                unread = unread or f"{which} not read as {self.language}: {error}."
        if len(sources) > _MOST_BLOCKS:
            unread = unread or f"It has {len(sources)} blocks, and only {_MOST_BLOCKS} are read."
        if unread:
            return self.cannot_say(unread)
        what = f"All {len(sources)} blocks are" if len(sources) > 1 else "It is"
        return self.says(True, f"{what} valid {self.language}.")

    def _sources(self, text: str) -> list[str]:
        blocks = () if self.part == "whole" else blocks_of(text)
        if not blocks and self.part != "blocks":
            return [text]
        named = [block.body for block in blocks if block.language in self.fences]
        return named or [block.body for block in blocks if not block.language]
