"""What Checks by the cosine of embeddings share: who embeds."""

from collections.abc import Mapping
from typing import Any, ClassVar

from seatrial.checks.judges.meaning.embedders import Embedder, embedder
from seatrial.core.check import Expense
from seatrial.core.target import Target


class ByVectors:
    """For Checks whose argument `with` names the Target that embeds; without it, the local sentence model does.

    It has no fields, so that it can stand beside any record.
    """

    __slots__ = ()
    edition: ClassVar[str]
    title: ClassVar[str]
    __dict__: dict[str, Any]
    embeds_with: str | None

    @property
    def cost(self) -> Expense:
        """A Target is asked, the local model computes."""
        return "cheap" if self.embeds_with is None else "model"

    @property
    def asks(self) -> tuple[str, ...]:
        """Who embeds, where that is a Target."""
        return () if self.embeds_with is None else (self.embeds_with,)

    @property
    def version(self) -> str:
        """The edition and who embeds."""
        return f"{self.edition} {self.embedder.identity}"

    @property
    def embedder(self) -> Embedder:
        """Who embeds."""
        found: Embedder = self.__dict__["embedder_in_use"]
        return found

    def settle_in(self, targets: Mapping[str, Target]) -> None:
        """Find who embeds.

        Raises:
            Mistake: There is no such Target, or the local model is not installed.
        """
        self.__dict__["embedder_in_use"] = embedder(self.embeds_with, self.title, targets)
