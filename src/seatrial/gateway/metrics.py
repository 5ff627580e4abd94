"""What is counted of live traffic, as numbers that add up over processes. Never by user, key or session.

Names and buckets: OpenTelemetry's semantic conventions for generative AI (in development) as Prometheus writes them;
what they have no name for is `seatrial_*`.
"""

from bisect import bisect_left
from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

import msgspec

from seatrial.core.interaction import NANOSECONDS
from seatrial.gateway.exchange import Exchange
from seatrial.store.live_entry import LogEntry, served_by

SECONDS: Final = tuple(0.01 * 2**k for k in range(14))
TOKENS: Final = tuple(4.0**k for k in range(14))
Labels = tuple[str, ...]
Kind = Literal["counter", "histogram", "gauge"]


class Family(NamedTuple):
    """A metric: what it is, its labels, and the upper bounds of its buckets where it is a histogram."""

    kind: Kind
    help: str
    labels: Labels = ()
    buckets: tuple[float, ...] = ()


_MODEL: Final = ("gen_ai_operation_name", "gen_ai_request_model")
_ENDED: Final = (*_MODEL, "error_type")
_PLACE: Final = ("route", "deployment")
FAMILIES: Final[dict[str, Family]] = {
    "gen_ai_server_request_duration_seconds": Family(
        "histogram", "From the arrival of a request to the end of its reply.", _ENDED, SECONDS
    ),
    "gen_ai_server_time_to_first_token_seconds": Family(
        "histogram", "From the arrival of a request to the first token of a streamed answer.", _MODEL, SECONDS
    ),
    "gen_ai_server_time_per_output_token_seconds": Family(
        "histogram", "Time for each token behind the first one of a streamed answer.", _MODEL, SECONDS
    ),
    "gen_ai_client_operation_duration_seconds": Family(
        "histogram", "From the last request to a provider to the end of its reply.", _ENDED, SECONDS
    ),
    "gen_ai_client_operation_time_to_first_chunk_seconds": Family(
        "histogram", "From the last request to a provider to the first piece of its reply.", _MODEL, SECONDS
    ),
    "gen_ai_client_token_usage": Family(
        "histogram", "Tokens of a request that a provider answered.", (*_MODEL, "gen_ai_token_type"), TOKENS
    ),
    "seatrial_requests_total": Family(
        "counter", "Requests that are over, by where their reply came from.", (*_PLACE, "status", "served_by")
    ),
    "seatrial_failures_total": Family("counter", "Requests that ended without an answer.", (*_PLACE, "kind")),
    "seatrial_retries_total": Family("counter", "Further attempts for requests.", ("route",)),
    "seatrial_waited_seconds": Family("histogram", "From arrival until a deployment is asked.", ("route",), SECONDS),
    "seatrial_cost_total": Family("counter", "Money spent, in units of the currency.", (*_PLACE, "currency")),
    "seatrial_estimated_usage_total": Family("counter", "Answers whose tokens nobody told.", _PLACE),
    "seatrial_log_written_total": Family("counter", "Records that the store holds."),
    "seatrial_log_spooled_total": Family("counter", "Records that had to wait in a file for the store."),
    "seatrial_log_thinned_total": Family("counter", "Records kept without bodies because too much waited."),
    "seatrial_log_dropped_total": Family("counter", "Records that were lost."),
    "seatrial_log_queue": Family("gauge", "Records that wait to be kept."),
    "seatrial_log_trouble": Family("gauge", "Workers whose store takes no records."),
    "seatrial_in_flight": Family("gauge", "Requests that are being answered."),
    "seatrial_deployment_in_flight": Family("gauge", "Requests that a deployment is answering.", ("deployment",)),
    "seatrial_deployment_up": Family("gauge", "Workers that may ask a deployment.", ("deployment",)),
}
"""All there are."""
OPERATIONS: Final = {"messages": "chat", "responses": "chat", "completions": "text_completion"}
"""Operations that the conventions call by another name."""
_LARGEST: Final = 1e12
_STATUSES: Final = ("", "1xx", "2xx", "3xx", "4xx", "5xx")


class Tally(msgspec.Struct):
    """Sums: by the name of a metric, then by its labels; a histogram is the counts of its buckets and the sum.

    The last bucket is `+Inf`, the last number of a histogram its sum. A Tally is written by one thread; others read
    what `encode` gave.
    """

    values: dict[str, dict[Labels, float]] = {}
    histograms: dict[str, dict[Labels, list[float]]] = {}

    def count(self, name: str, labels: Labels, amount: float = 1) -> None:
        """Add to a counter."""
        family = self.values.get(name)
        if family is None:
            family = self.values[name] = {}
        family[labels] = family.get(labels, 0) + amount

    def put(self, name: str, labels: Labels, value: float) -> None:
        """Set a gauge, or a counter that is kept elsewhere."""
        self.values.setdefault(name, {})[labels] = value

    def observe(self, name: str, labels: Labels, value: float) -> None:
        """Add to a histogram; what cannot be (a clock that was set back) counts as 0."""
        family = self.histograms.get(name)
        if family is None:
            family = self.histograms[name] = {}
        row, buckets = family.get(labels), FAMILIES[name].buckets
        if row is None:
            row = family[labels] = [0.0] * (len(buckets) + 2)
        value = min(max(value, 0.0), _LARGEST)
        row[bisect_left(buckets, value)] += 1
        row[-1] += value

    def add(self, exchange: Exchange, entry: LogEntry) -> None:
        """Count a request that is over."""
        found = entry.interaction
        route = "" if exchange.route is None else exchange.route.name
        place = (route, found.deployment or "")
        source = served_by(found)
        self.count("seatrial_requests_total", (*place, _STATUSES[min(max(entry.status, 0) // 100, 5)], source))
        failure = "" if found.failure is None else found.failure.kind.value
        if failure:
            self.count("seatrial_failures_total", (*place, failure))
        if not route:
            return
        model = (OPERATIONS.get(entry.operation, entry.operation), route)
        timing = found.timing
        self.observe(
            "gen_ai_server_request_duration_seconds", (*model, failure), (timing.ended - timing.due) / NANOSECONDS
        )
        if source == "upstream":
            self._upstream(exchange, entry, model, failure)

    def _upstream(self, exchange: Exchange, entry: LogEntry, model: Labels, failure: str) -> None:
        """Count what a provider was asked for."""
        found = entry.interaction
        timing, usage, place = found.timing, found.usage, (model[1], found.deployment or "")
        self.observe("gen_ai_client_operation_duration_seconds", (*model, failure), timing.latency)
        self.observe("seatrial_waited_seconds", model[1:], timing.waited)
        if found.attempts > 1:
            self.count("seatrial_retries_total", model[1:], found.attempts - 1)
        if exchange.first is not None and not failure:
            first = (exchange.first - timing.started) / NANOSECONDS
            self.observe("gen_ai_client_operation_time_to_first_chunk_seconds", model, first)
        if timing.first_token is not None:
            waited = (timing.first_token - timing.due) / NANOSECONDS
            self.observe("gen_ai_server_time_to_first_token_seconds", model, waited)
            if usage is not None and usage.output > 1:
                each = (timing.ended - timing.first_token) / NANOSECONDS / (usage.output - 1)
                self.observe("gen_ai_server_time_per_output_token_seconds", model, each)
        if usage is not None:
            self.observe("gen_ai_client_token_usage", (*model, "input"), usage.input)
            self.observe("gen_ai_client_token_usage", (*model, "output"), usage.output)
            if usage.estimated:
                self.count("seatrial_estimated_usage_total", place)
        if found.cost is not None:
            self.count("seatrial_cost_total", (*place, found.cost.currency), found.cost.amount)

    def encode(self) -> bytes:
        """For other threads and processes."""
        return msgspec.msgpack.encode(self)


_decode = msgspec.msgpack.Decoder(Tally).decode


def decode(data: bytes) -> Tally:
    """What `encode` made.

    Raises:
        msgspec.MsgspecError: It is something else.
    """
    return _decode(data)


def merged(tallies: Iterable[Tally]) -> Tally:
    """The sums of several processes."""
    found = Tally()
    for tally in tallies:
        for name, family in tally.values.items():
            for labels, value in family.items():
                found.count(name, labels, value)
        for name, rows in tally.histograms.items():
            into = found.histograms.setdefault(name, {})
            for labels, row in rows.items():
                into[labels] = [a + b for a, b in zip(into.get(labels, [0.0] * len(row)), row, strict=True)]
    return found
