"""What judging cost, added up."""

from collections.abc import Iterable

from seatrial.core.interaction import Money


def total(costs: Iterable[Money | None]) -> Money | None:
    """The sum of what is known; None when nothing is, or the currencies differ.

    A judge without a price beside one that has one must not hide what is paid: a cost limit counts this sum.
    """
    known = [cost for cost in costs if cost is not None]
    if not known or len({cost.currency for cost in known}) > 1:
        return None
    return Money(sum(cost.nanos for cost in known), known[0].currency)
