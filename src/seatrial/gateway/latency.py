"""Where the time of requests goes, by route, and what may be done about it: pure functions of figures.

The advice is that of the vendors' guides, applied to one's own figures: OpenAI, "Latency optimization" and "Prompt
caching"; Microsoft, "Azure OpenAI: Performance and latency". Every piece of advice says what it was drawn from.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from seatrial.stats.quantiles import percentiles

FEW: Final = 20
"""Requests below which nothing is advised."""


class Timed(msgspec.Struct, frozen=True, kw_only=True):
    """What one request took, in seconds; `generation` is from the first byte to the last."""

    route: str
    deployment: str = ""
    queue: float = 0.0
    connect: float = 0.0
    first_token: float = 0.0
    generation: float = 0.0
    streamed: bool = False
    bounded: bool = True
    """Whether the client set a bound on the answer's tokens."""
    cut: bool = False
    """Whether the answer ended because of that bound."""
    answers: int = 1
    attempts: int = 1
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    @property
    def total(self) -> float:
        """From arrival to end."""
        return self.queue + self.connect + self.first_token + self.generation


class RouteFigures(msgspec.Struct, frozen=True, kw_only=True):
    """A route's requests of some time: means of seconds and tokens for each request, shares from 0 to 1."""

    route: str
    requests: int
    queue: float
    connect: float
    first_token: float
    generation: float
    median: float
    p95: float
    streamed: float
    unbounded: float
    cut: float
    answers: float
    attempts: float
    input_tokens: float
    cached: float
    output_tokens: float
    output_p99: float
    first_by_deployment: dict[str, float]

    @property
    def total(self) -> float:
        """Mean seconds from arrival to end."""
        return self.queue + self.connect + self.first_token + self.generation

    @property
    def token_time(self) -> float | None:
        """Seconds for each token of output; None where none was written."""
        return self.generation / self.output_tokens if self.output_tokens else None

    def share(self, seconds: float) -> float:
        """Which part of all time that is."""
        return seconds / self.total if self.total else 0.0


class Advice(msgspec.Struct, frozen=True):
    """One piece of advice: what to do, what it was drawn from, and the seconds it may save of the mean request."""

    rule: str
    what: str
    because: str
    saves: float | None = None


Rule = Callable[[RouteFigures], Advice | None]


def figures(requests: Iterable[Timed]) -> dict[str, RouteFigures]:
    """The figures of each route."""
    by_route: defaultdict[str, list[Timed]] = defaultdict(list)
    for each in requests:
        by_route[each.route].append(each)
    return {route: _figures(route, found) for route, found in by_route.items()}


def advice(route: RouteFigures, others: Iterable[RouteFigures] = ()) -> list[Advice]:
    """What may make a route faster, the largest saving first; nothing where too little is known.

    Args:
        route: Its figures.
        others: Routes of the same gateway, for a faster model among them.
    """
    if route.requests < FEW:
        return []
    found = [given for rule in _RULES if (given := rule(route)) is not None]
    faster = _faster_model(route, others)
    found += [] if faster is None else [faster]
    return sorted(found, key=lambda each: -(each.saves or 0.0))


def _figures(route: str, found: Sequence[Timed]) -> RouteFigures:
    count = len(found)

    def mean(of: Callable[[Timed], float]) -> float:
        return sum(map(of, found)) / count

    median, p95 = percentiles((each.total for each in found), (0.5, 0.95))
    (output_p99,) = percentiles((each.output_tokens for each in found), (0.99,))
    given = sum(each.input_tokens for each in found)
    firsts: defaultdict[str, list[float]] = defaultdict(list)
    for each in found:
        firsts[each.deployment].append(each.first_token)
    return RouteFigures(
        route=route,
        requests=count,
        queue=mean(lambda each: each.queue),
        connect=mean(lambda each: each.connect),
        first_token=mean(lambda each: each.first_token),
        generation=mean(lambda each: each.generation),
        median=median,
        p95=p95,
        streamed=mean(lambda each: each.streamed),
        unbounded=mean(lambda each: not each.bounded),
        cut=mean(lambda each: each.cut),
        answers=mean(lambda each: each.answers),
        attempts=mean(lambda each: each.attempts),
        input_tokens=given / count,
        cached=sum(each.cached_tokens for each in found) / given if given else 0.0,
        output_tokens=mean(lambda each: each.output_tokens),
        output_p99=output_p99,
        first_by_deployment={
            name: sum(values) / len(values) for name, values in firsts.items() if name and len(values) >= FEW // 2
        },
    )


def _shorter(route: RouteFigures) -> Advice | None:
    """Time grows with each token that is written: half the tokens take about half the time."""
    if route.share(route.generation) < 0.5 or route.output_tokens < 100:
        return None
    because = f"{route.share(route.generation):.0%} of the time is writing, {route.output_tokens:.0f} tokens an answer"
    return Advice("output length", "ask for shorter answers in the prompt", because, route.generation / 2)


def _bound(route: RouteFigures) -> Advice | None:
    """A bound keeps the odd endless answer away."""
    if route.unbounded < 0.5 or route.output_p99 < 4 * max(route.output_tokens, 1):
        return None
    what = f"set limits: {{max_tokens: {round(route.output_p99)}}} or less"
    because = f"{route.unbounded:.0%} of the requests set no bound, and one answer in a hundred has"
    return Advice("max_tokens", what, f"{because} {route.output_p99:.0f} tokens; the mean is {route.output_tokens:.0f}")


def _stop(route: RouteFigures) -> Advice | None:
    """Answers that run into their bound were not meant to be so long."""
    if route.cut < 0.2:
        return None
    what = "set a stop sequence, or ask for less: answers run on until they are cut"
    return Advice("stop", what, f"{route.cut:.0%} of the answers end at their bound")


def _fewer_answers(route: RouteFigures) -> Advice | None:
    """Several answers are written where one may do."""
    if route.answers < 1.05:
        return None
    return Advice("n", "ask for one answer: limits: {n: 1}", f"{route.answers:.1f} answers are written for a request")


def _stream(route: RouteFigures) -> Advice | None:
    """People can read while the rest is written."""
    if route.streamed >= 0.5 or route.total < 1.0 or route.output_tokens < 50:
        return None
    because = f"{1 - route.streamed:.0%} of the answers come in one piece after {route.total:.1f} s"
    return Advice("streaming", "stream: the first words come long before the last", because)


def _region(route: RouteFigures) -> Advice | None:
    """A deployment that is nearer, or less busy, answers sooner."""
    firsts = route.first_by_deployment
    if len(firsts) < 2:
        return None
    best = min(firsts, key=lambda name: firsts[name])
    saves = route.first_token - firsts[best]
    if saves < 0.05 or saves < 0.2 * route.first_token:
        return None
    because = f"{best} begins to answer after {firsts[best]:.2f} s, the mean is {route.first_token:.2f} s"
    return Advice("region", "set balance: least-latency, or move to the faster region", because, saves)


def _queue(route: RouteFigures) -> Advice | None:
    """Time before a request is sent: places, tries again, pauses."""
    if route.queue < 0.02 or route.share(route.queue) < 0.1:
        return None
    because = f"{route.queue:.2f} s of {route.total:.2f} s pass before a request is sent"
    if route.attempts > 1.1:
        because += f", with {route.attempts:.1f} attempts a request"
        return Advice("tries again", "mend or take out the deployment that fails", because, route.queue)
    return Advice("queue", "raise max_in_flight, or add a deployment", because, route.queue)


def _connections(route: RouteFigures) -> Advice | None:
    """Connections are kept; where many are made, traffic comes in bursts or the other side closes them."""
    if route.connect < 0.01 or route.share(route.connect) < 0.05:
        return None
    because = f"{route.connect:.2f} s a request go into new connections"
    return Advice("connections", "raise `warm` of the deployments", because, route.connect)


def _prefix(route: RouteFigures) -> Advice | None:
    """Providers read a long beginning once, if it is the same each time (OpenAI: from 1,024 tokens on)."""
    if route.input_tokens < 1024 or route.cached >= 0.2 or route.share(route.first_token) < 0.3:
        return None
    because = f"{route.input_tokens:.0f} tokens are read for a request, {route.cached:.0%} from the provider's cache"
    return Advice("prompt", "put what is the same in all requests first, and leave out what is not needed", because)


def _faster_model(route: RouteFigures, others: Iterable[RouteFigures]) -> Advice | None:
    """Another model of this gateway that writes at least twice as fast."""
    own = route.token_time
    known = [each for each in others if each.route != route.route and each.requests >= FEW]
    times = {each.route: time for each in known if (time := each.token_time) is not None}
    if own is None or not times:
        return None
    best = min(times, key=lambda name: times[name])
    if times[best] > own / 2:
        return None
    because = f"{best} writes a token in {times[best] * 1000:.0f} ms, this one in {own * 1000:.0f} ms"
    saves = route.generation - times[best] * route.output_tokens
    return Advice("smaller model", f"try {best} where it is good enough (compare them first)", because, saves)


_RULES: Final[tuple[Rule, ...]] = (
    *(_shorter, _bound, _stop, _fewer_answers, _stream),
    *(_region, _queue, _connections, _prefix),
)
