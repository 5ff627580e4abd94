"""What is kept of a request of live traffic: the Interaction, and what only a server knows of it."""

from typing import Any

import msgspec

from seatrial.core.interaction import NANOSECONDS, Interaction


class LogEntry(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """An Interaction with the server's side of it.

    `interaction.target` is the name that the client asked for; `status` is what the client was given (0: nothing),
    `key` the public id of its key, `operation` what it asked for (`chat`, `embeddings`, ...).
    """

    interaction: Interaction
    status: int = 0
    operation: str = ""
    key: str | None = None
    project: str | None = None
    environment: str | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The narrow side of an entry: one row. Times are UTC nanoseconds, durations seconds, cost nano-units.

    `latency` is what the client waited in all, `waited` its part before a deployment was asked, `first_token` when the
    first token came, from the client's side; `served_by` is `upstream`, `cache`, or `gateway` where nobody was asked.
    """

    number: int
    id: str
    at: int
    route: str
    operation: str
    deployment: str | None
    model: str | None
    key: str | None
    project: str | None
    environment: str | None
    user: str | None
    session: str | None
    status: int
    failure: str | None
    latency: float
    waited: float
    first_token: float | None
    input: int | None
    output: int | None
    cached: int | None
    estimated: bool
    cost: int | None
    currency: str | None
    served_by: str
    attempts: int
    tags: dict[str, str]


COLUMNS = Row.__struct_fields__[1:]
"""All but the number, which the database gives."""
_tags = msgspec.json.Decoder(dict[str, str])
_encode = msgspec.json.Encoder().encode


def row_values(entry: LogEntry) -> tuple[Any, ...]:
    """The values of `COLUMNS`."""
    found, timing, usage, cost = entry.interaction, entry.interaction.timing, entry.interaction.usage, None
    cost = found.cost
    first = timing.first_token
    return (
        *(found.id, timing.due, found.target, entry.operation, found.deployment, found.model),
        *(entry.key, entry.project, entry.environment, found.user, found.session, entry.status),
        None if found.failure is None else found.failure.kind.value,
        (timing.ended - timing.due) / NANOSECONDS,
        (timing.started - timing.due) / NANOSECONDS,
        None if first is None else (first - timing.due) / NANOSECONDS,
        *((None, None, None, 0) if usage is None else (usage.input, usage.output, usage.cached, int(usage.estimated))),
        *((None, None) if cost is None else (cost.nanos, cost.currency)),
        served_by(found),
        found.attempts,
        _encode(found.tags).decode() if found.tags else "{}",
    )


def served_by(interaction: Interaction) -> str:
    """`upstream`, `cache`, or `gateway` where no deployment was asked."""
    return "gateway" if interaction.served_by == "upstream" and not interaction.attempts else interaction.served_by


def row_of(values: tuple[Any, ...]) -> Row:
    """A row as the database gives it: its number and the columns."""
    fields = dict(zip(Row.__struct_fields__, values, strict=True))
    return Row(**{**fields, "estimated": bool(fields["estimated"]), "tags": _tags.decode(fields["tags"])})
