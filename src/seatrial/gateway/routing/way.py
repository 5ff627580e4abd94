"""A route in use: its deployments, and which of them is asked next."""

from collections.abc import Collection, Container, Sequence

from seatrial.gateway.config import Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.routing.balance import roomy, strategy
from seatrial.gateway.routing.live import Live
from seatrial.gateway.routing.retrying import RetryBudget
from seatrial.gateway.routing.sessions import at_home, session_of

REGION = b"x-seatrial-region"


class Way:
    """A route in use.

    Args:
        route: What is configured.
        lives: Its deployments.

    Attributes:
        budget: What its tries again have left.
    """

    __slots__ = ("_bounded", "_closed", "_regions", "_strategy", "budget", "lives", "route")

    def __init__(self, route: Route, lives: Sequence[Live]) -> None:
        self.route, self.lives = route, tuple(lives)
        self.budget = RetryBudget(route.retry.budget)
        self._strategy = strategy(route.balance)
        self._bounded = any(live.deployment.most for live in lives)
        self._closed = any(live.deployment.environment for live in lives)
        self._regions = any(live.deployment.region for live in lives)

    def open_to(self, exchange: Exchange) -> Sequence[Live]:
        """The deployments that the caller's environment may reach: those of none, or of the same."""
        if not self._closed:
            return self.lives
        own = exchange.caller.environment if exchange.caller is not None else ""
        return [live for live in self.lives if live.deployment.environment in (None, "", own)]

    def choose(self, exchange: Exchange, tried: Sequence[Live], useless: Collection[Live]) -> Live | None:
        """A deployment that may be asked now, one that was not tried yet before any other.

        Args:
            exchange: The request.
            tried: Those that were asked already.
            useless: Those that need not be asked again.
        """
        able = [live for live in self.open_to(exchange) if live.health.available()]
        if self._bounded:
            able = [live for live in able if not live.full]
        if useless:
            able = [live for live in able if live not in useless]
        if tried:
            able = [live for live in able if live not in tried] or able
        if len(able) < 2:
            return able[0] if able else None
        candidates = roomy(self._near(exchange, able))
        if self.route.sticky and (session := session_of(exchange)):
            return at_home(session, candidates)
        return candidates[0] if len(candidates) == 1 else self._strategy(candidates)

    def wait(self, exchange: Exchange, useless: Container[Live] = ()) -> float | None:
        """Seconds until one of them may be asked again; None where none ever may."""
        waits = [live.health.wait() for live in self.open_to(exchange) if live not in useless]
        return min(waits, default=None)

    def _near(self, exchange: Exchange, candidates: Sequence[Live]) -> Sequence[Live]:
        """Those of the region that the client names, when there are any."""
        asked = exchange.header(REGION) if self._regions else None
        if asked is None:
            return candidates
        region = asked.decode("latin-1").strip().lower()
        return [live for live in candidates if (live.deployment.region or "").lower() == region] or candidates
