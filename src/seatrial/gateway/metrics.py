"""What is counted of live traffic, as numbers that add up over processes. Never by user, key or session.

Names and buckets: OpenTelemetry's semantic conventions for generative AI (in development) as Prometheus writes them;
what they have no name for is `seatrial_*`.
"""

from collections.abc import Iterable
from typing import Final, Literal, NamedTuple

import msgspec

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
    "seatrial_fallbacks_total": Family("counter", "Requests that went on to the model of a fallback.", ("route",)),
    "seatrial_hedges_total": Family("counter", "Requests for which a second deployment was asked.", ("route",)),
    "seatrial_guard_actions_total": Family(
        "counter", "What guards found, by what they did about it.", ("route", "stage", "guard", "action")
    ),
    "seatrial_budget_actions_total": Family(
        "counter", "Requests over a budget that went on: over, or downgraded.", ("route", "action")
    ),
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


class Tally(msgspec.Struct):
    """Sums: by the name of a metric, then by its labels; a histogram is the counts of its buckets and the sum.

    The last bucket of a histogram is `+Inf`, its last number the sum.
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

    def add(self, name: str, labels: Labels, added: list[float]) -> None:
        """Add a histogram to a histogram; one that is empty changes nothing."""
        if not any(added):
            return
        family = self.histograms.get(name)
        if family is None:
            family = self.histograms[name] = {}
        row = family.get(labels)
        if row is None:
            row = family[labels] = [0.0] * len(added)
        for place, value in enumerate(added):
            row[place] += value

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
            for labels, row in rows.items():
                found.add(name, labels, row)
    return found
