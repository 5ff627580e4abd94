"""Counts requests that are over: each kind of them has its numbers ready, so that counting one is some additions."""

from bisect import bisect_left
from typing import Final

from seatrial.core.interaction import NANOSECONDS, Timing, Usage
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.metrics import SECONDS, TOKENS, Labels, Tally, merged
from seatrial.store.live_entry import LogEntry, served_by

OPERATIONS: Final = {"messages": "chat", "responses": "chat", "completions": "text_completion"}
"""Operations that the conventions call by another name."""
_STATUSES: Final = ("", "1xx", "2xx", "3xx", "4xx", "5xx")


class _Row:
    """A histogram: counts of its buckets, and the sum."""

    __slots__ = ("_buckets", "numbers")

    def __init__(self, buckets: tuple[float, ...]) -> None:
        self._buckets = buckets
        self.numbers = [0.0] * (len(buckets) + 2)

    def add(self, value: float) -> None:
        """One more; what cannot be (a clock that was set back) counts as 0."""
        if value < 0:
            value = 0.0
        numbers = self.numbers
        numbers[bisect_left(self._buckets, value)] += 1
        numbers[-1] += value


class _Lot:
    """The numbers of requests of one kind."""

    __slots__ = (
        *("asked", "cost", "each", "estimated", "first", "first_chunk", "input", "output", "requests", "retries"),
        *("took", "waited"),
    )

    def __init__(self) -> None:
        self.requests = self.retries = self.estimated = 0
        self.cost = 0
        self.took, self.asked, self.waited = _Row(SECONDS), _Row(SECONDS), _Row(SECONDS)
        self.first, self.first_chunk, self.each = _Row(SECONDS), _Row(SECONDS), _Row(SECONDS)
        self.input, self.output = _Row(TOKENS), _Row(TOKENS)


Key = tuple[str, str, str, int, str, str, str]
"""Route, deployment, operation, status, who served it, failure, currency."""


class Counting:
    """Sums of one process; one thread counts, and asks for the sums.

    Attributes:
        others: What is counted elsewhere, set in between.
    """

    def __init__(self) -> None:
        self._lots: dict[Key, _Lot] = {}
        self._noted = Tally({}, {})
        self.others = Tally({}, {})

    def add(self, exchange: Exchange, entry: LogEntry) -> None:
        """Count a request that is over."""
        found = entry.interaction
        failure, cost, source = found.failure, found.cost, served_by(found)
        key = (
            *("" if exchange.route is None else exchange.route.name, found.deployment or "", entry.operation),
            *(entry.status, source, "" if failure is None else failure.kind.value),
            "" if cost is None else cost.currency,
        )
        lot = self._lots.get(key)
        if lot is None:
            lot = self._lots[key] = _Lot()
        timing = found.timing
        lot.requests += 1
        lot.took.add((timing.ended - timing.due) / NANOSECONDS)
        if source == "upstream":
            lot.retries += found.attempts - 1
            if cost is not None:
                lot.cost += cost.nanos
            if exchange.first is not None and failure is None:
                lot.first_chunk.add((exchange.first - timing.started) / NANOSECONDS)
            _upstream(lot, timing, found.usage)
        if exchange.tags and exchange.route is not None:
            self._note(key[0], exchange.tags)

    def sums(self) -> Tally:
        """All of it by the names of the metrics."""
        tally = merged([self.others, self._noted])
        for key, lot in self._lots.items():
            _fold(key, lot, tally)
        return tally

    def _note(self, route: str, tags: dict[str, str]) -> None:
        """Count what stages have noted; their words are those of the configuration, so that there are few."""
        for tag, name in (("fallback", "seatrial_fallbacks_total"), ("hedged", "seatrial_hedges_total")):
            if tag in tags:
                self._noted.count(name, (route,))
        if "budget" in tags:
            self._noted.count("seatrial_budget_actions_total", (route, tags["budget"]))
        for each in tags["guard"].split(", ") if "guard" in tags else ():
            place, _, action = each.partition("=")
            stage, _, guard = place.partition(".")
            self._noted.count("seatrial_guard_actions_total", (route, stage, guard, action))


def _upstream(lot: _Lot, timing: Timing, usage: Usage | None) -> None:
    """Count what a provider was asked for."""
    ended, first = timing.ended, timing.first_token
    lot.asked.add((ended - timing.started) / NANOSECONDS)
    lot.waited.add((timing.started - timing.due) / NANOSECONDS)
    if first is not None:
        lot.first.add((first - timing.due) / NANOSECONDS)
    if usage is None:
        return
    lot.input.add(usage.input)
    lot.output.add(usage.output)
    lot.estimated += usage.estimated
    if first is not None and usage.output > 1:
        lot.each.add((ended - first) / NANOSECONDS / (usage.output - 1))


def _fold(key: Key, lot: _Lot, tally: Tally) -> None:
    route, deployment, operation, status, source, failure, currency = key
    place: Labels = (route, deployment)
    tally.count("seatrial_requests_total", (*place, _STATUSES[min(max(status, 0) // 100, 5)], source), lot.requests)
    if failure:
        tally.count("seatrial_failures_total", (*place, failure), lot.requests)
    if lot.retries > 0:
        tally.count("seatrial_retries_total", (route,), lot.retries)
    if lot.estimated:
        tally.count("seatrial_estimated_usage_total", place, lot.estimated)
    if lot.cost:
        tally.count("seatrial_cost_total", (*place, currency), lot.cost / 1e9)
    if not route:
        return  # a name that nobody serves: clients could make as many of these as they like
    model: Labels = (OPERATIONS.get(operation, operation), route)
    for name, labels, row in (
        ("gen_ai_server_request_duration_seconds", (*model, failure), lot.took),
        ("gen_ai_client_operation_duration_seconds", (*model, failure), lot.asked),
        ("gen_ai_client_operation_time_to_first_chunk_seconds", model, lot.first_chunk),
        ("gen_ai_server_time_to_first_token_seconds", model, lot.first),
        ("gen_ai_server_time_per_output_token_seconds", model, lot.each),
        ("gen_ai_client_token_usage", (*model, "input"), lot.input),
        ("gen_ai_client_token_usage", (*model, "output"), lot.output),
        ("seatrial_waited_seconds", (route,), lot.waited),
    ):
        tally.add(name, labels, row.numbers)
