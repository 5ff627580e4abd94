"""The budgets that a file asks for, and the ledger that holds requests to them."""

from collections.abc import Callable, Iterable
from pathlib import Path

from seatrial.app.serving.limits import scope_at
from seatrial.app.serving.reading import GatewayConfig
from seatrial.core.errors import Mistake
from seatrial.gateway.budgets.accounts import Accounts
from seatrial.gateway.budgets.book import Book, Notice
from seatrial.gateway.budgets.budget import Budget, parse_then
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.budgets.events import event_of, sentence, write_event
from seatrial.gateway.budgets.file_book import FileBook
from seatrial.gateway.budgets.ledger import BudgetLedger
from seatrial.gateway.budgets.memory_book import MemoryBook
from seatrial.gateway.budgets.shared_book import SharedBook
from seatrial.gateway.config import Deployment
from seatrial.gateway.costs.prices import Prices
from seatrial.gateway.limits.shared import Shared
from seatrial.targets.prices import is_local

LISTED = "USD"
"""The currency of the price list."""


def book_of(store: Path, shared: Shared | None, *, alone: bool) -> Book:
    """Where accounts are kept: in Redis where there is one, else in the store.

    Args:
        store: The folder.
        shared: The Redis.
        alone: Whether no other process serves from this store.

    Raises:
        CannotRun: The store cannot be used.
    """
    if shared is not None:
        return SharedBook(shared)
    return MemoryBook(store) if alone else FileBook(store)


def ledger_of(config: GatewayConfig, prices: Prices, book: Book, say: Callable[[str], None]) -> BudgetLedger:
    """The ledger of a file.

    Args:
        config: The file.
        prices: Of the process.
        book: Of the process; what is spent is kept when the file is read again.
        say: Takes a line for whoever runs the server.

    Raises:
        Mistake: A budget cannot be.
    """
    budgets = budgets_of(config)

    def notify(notice: Notice) -> None:
        event = event_of(notice)
        write_event(config.store, event)
        say(sentence(event))

    return BudgetLedger(config.routes, prices, Accounts(budgets), book, notify)


def budgets_of(config: GatewayConfig) -> list[Budget]:
    """The budgets of a file; what single keys may spend is in their terms.

    Raises:
        Mistake: A budget cannot be, or its currency is not the one that requests are priced in.
    """
    return [_budget(config, index) for index in range(len(config.model.budgets))]


def unpriced(config: GatewayConfig) -> list[str]:
    """Deployments on this machine or network without a price: budgets count nothing for them."""
    return sorted({each.name for each in _deployments(config) if each.price is None and is_local(each.url)})


def _budget(config: GatewayConfig, index: int) -> Budget:
    written, place = config.model.budgets[index], ("gateway", "budgets", index)
    scope = scope_at(config, written.of, "budgets", index)
    try:
        cap = parse_cap(written.limit)
    except Mistake as mistake:
        raise config.document.mistake(mistake.what, (*place, "limit")) from None
    for each in _deployments(config):
        _check_currency(config, cap.currency, each, (*place, "limit"))
    try:
        then, to = parse_then(written.then)
    except Mistake as mistake:
        raise config.document.mistake(mistake.what, (*place, "then")) from None
    if to is not None and to not in config.routes:
        what = f"there is no model `{to}`; there are {', '.join(config.routes)}"
        raise config.document.mistake(what, (*place, "then"))
    return Budget(scope, cap, then, to)


def _check_currency(config: GatewayConfig, currency: str, each: Deployment, place: tuple[str | int, ...]) -> None:
    if each.price is not None and each.price.currency != currency:
        what = f"the budget is in {currency}, but `{each.name}` is priced in {each.price.currency}: use one currency"
        raise config.document.mistake(what, place)
    if each.price is None and currency != LISTED and not is_local(each.url):
        what = f"the budget is in {currency}, but the price list is in {LISTED}: write the price of `{each.name}`"
        raise config.document.mistake(what, place)


def _deployments(config: GatewayConfig) -> Iterable[Deployment]:
    return (each for route in config.routes.values() for each in route.deployments)
