"""All that counts requests and money in one process: made once, and kept when the file is read again."""

from collections.abc import Callable

from seatrial.app.serving.budgets import book_of, ledger_of
from seatrial.app.serving.limits import limiter_of, shared_of
from seatrial.app.serving.reading import GatewayConfig
from seatrial.gateway.budgets.book import Book
from seatrial.gateway.budgets.ledger import BudgetLedger
from seatrial.gateway.costs.prices import Prices
from seatrial.gateway.limits.meters import Meters
from seatrial.gateway.limits.shared import Shared
from seatrial.gateway.stages import Ledger, Limiter


class Counting:
    """Makes limiters and ledgers of configurations.

    Attributes:
        say: Takes a line for whoever runs the server.
        alone: Whether no other process serves from this store; to be set before the first configuration.
        shared: The Redis, where one is named.
    """

    def __init__(self) -> None:
        self.say: Callable[[str], None] = _silent
        self.alone = True
        self.shared: Shared | None = None
        self._meters, self._prices = Meters(), Prices()
        self._book: Book | None = None
        self._redis: str | None = None
        self._ledgers: list[BudgetLedger] = []

    def stages(self, config: GatewayConfig) -> tuple[Limiter, Ledger]:
        """The stages of a configuration; what was counted before goes on.

        Raises:
            Mistake: A limit or a budget cannot be.
            CannotRun: The store cannot be used.
        """
        if self._book is None:
            self.shared, self._redis = shared_of(config, self.say), config.model.redis
        limiter = limiter_of(config, self._meters, self.shared)
        book = self._book or book_of(config.store, self.shared, alone=self.alone)
        try:
            ledger = ledger_of(config, self._prices, book, self.say)
        finally:
            self._book = book
        if config.model.redis != self._redis:
            self.say("`redis:` is taken over at the next start")
        self._ledgers = [*self._ledgers[-3:], ledger]
        return limiter, ledger

    async def aclose(self) -> None:
        """Book what is being booked, keep it, and close the connections to Redis."""
        for ledger in self._ledgers:
            await ledger.aclose()
        if self._book is not None:
            await self._book.aclose()
        if self.shared is not None:
            await self.shared.aclose()


def _silent(text: str) -> None:
    """Nobody listens."""
