"""Where finished Interactions go."""

from typing import Protocol

from seatrial.core.interaction import Interaction
from seatrial.core.score import Score


class Sink(Protocol):
    """Takes Interactions, and the Scores that come with them, the moment they are known."""

    def put(self, interaction: Interaction, scores: tuple[Score, ...] = ()) -> None:
        """Take one; must not block on anything slower than an append."""
        ...
