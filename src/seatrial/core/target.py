"""A Target: anything that answers."""

from typing import Protocol, runtime_checkable

from seatrial.core.interaction import Interaction
from seatrial.core.request import Request


@runtime_checkable
class Target(Protocol):
    """Anything that answers.

    `ask` never raises for what the far side does: it gives an Interaction with an answer or a named Failure, after the
    retries that are safe, at the pace that the endpoint allows. Cancelling the task cancels the request.
    """

    @property
    def name(self) -> str:
        """Its name in the suite file."""
        ...

    @property
    def identity(self) -> str:
        """What makes two Targets the same for a cache or a resumed run: address, model, parameters; never a secret."""
        ...

    async def ready(self) -> None:
        """Find out before a run whether asking can work at all.

        Raises:
            Mistake: A key is not set, a module cannot be imported, a file is missing.
            CannotRun: The endpoint cannot be reached or refuses the key.
        """
        ...

    async def ask(self, request: Request) -> Interaction:
        """Ask once; the Interaction has no case, run or tags yet, whoever asked knows these."""
        ...

    async def aclose(self) -> None:
        """Give back connections."""
        ...
