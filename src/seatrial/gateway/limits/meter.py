"""What one limit has counted for one subject: the generic cell rate algorithm, in whole numbers.

Source: ATM Forum, "Traffic Management Specification 4.1" (af-tm-0121), section 4.4.3, "virtual scheduling"; as a rate
limiter of servers: B. Leach, "Rate limiting, cells, and GCRA" (2015). A minute's amount may come at once, and comes
back evenly: in any t seconds at most `amount + amount * t / 60` are admitted.
"""

from typing import Final

from seatrial.gateway.limits.rule import What

MINUTE: Final = 60_000_000_000
"""Nanoseconds."""


class Meter:
    """One limit of one subject.

    The theoretical arrival time is kept as nanoseconds times the amount a minute, so that nothing is ever rounded.

    Args:
        what: What is counted.
        amount: How many a minute, or at the same time.
        owner: Whose limit it is, for messages: `key`, `project`, ...
        name: How it is named among processes.

    Attributes:
        held: Requests in flight that were counted here.
    """

    __slots__ = ("amount", "held", "name", "owner", "theoretical", "what")

    def __init__(self, what: What, amount: int, owner: str, name: str) -> None:
        self.what, self.amount, self.owner, self.name = what, amount, owner, name
        self.theoretical = self.held = 0

    def wait(self, now: int, count: int) -> float:
        """Seconds until so many more may come; 0: now. Infinite when so many may never come at once."""
        if self.what == "concurrency":
            return 1.0 if self.held >= self.amount else 0.0
        if self.what == "requests":
            count = 1
        if count > self.amount:
            return float("inf")
        begin = now * self.amount
        over = max(self.theoretical, begin) + (count - self.amount) * MINUTE - begin
        return over / self.amount / 1e9 if over > 0 else 0.0

    def take(self, now: int, count: int) -> None:
        """Count a request of so many tokens that was admitted."""
        self.held += 1
        if self.what != "concurrency":
            self.theoretical = max(self.theoretical, now * self.amount) + MINUTE * (
                count if self.what == "tokens" else 1
            )

    def settle(self, more: int) -> None:
        """A request is over that took so many tokens more than was counted before (or less)."""
        self.held -= 1
        if self.what == "tokens":
            self.theoretical += more * MINUTE

    def left(self, now: int) -> tuple[int, float]:
        """How many may still come at once, and seconds until it is the whole amount again."""
        over = max(0, self.theoretical - now * self.amount)
        return max(0, self.amount - -(-over // MINUTE)), over / self.amount / 1e9

    def idle(self, now: int) -> bool:
        """Whether it says nothing that a new one would not."""
        return not self.held and self.theoretical <= now * self.amount

    def change(self, amount: int) -> None:
        """The configuration has changed; what was used of the old amount stays used for as long."""
        if amount != self.amount:
            self.theoretical, self.amount = self.theoretical * amount // self.amount, amount
