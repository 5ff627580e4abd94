"""The gateway's configuration as records: what stands under `gateway:`, read and checked."""

from typing import Literal

import msgspec

from seatrial.gateway.upstream.connection import Patience
from seatrial.targets.prices import Price
from seatrial.targets.secret import Secret

Balance = Literal["weighted", "least-busy", "least-latency", "cheapest", "by-headroom"]
Dialect = Literal["openai", "anthropic"]
Priority = Literal["high", "normal", "low"]


class Deployment(msgspec.Struct, frozen=True, kw_only=True):
    """One upstream that can answer.

    `url` is the base (`https://host/v1`), `model` the name that the upstream knows it by (None: the client's own),
    `rpm` and `tpm` what the upstream is known to allow a minute, `most` how many requests it may have in flight and
    `queue` how many may wait for that, `warm` how many connections are opened at the start, and `ca` a file of the
    authorities that sign the upstream's certificates.
    """

    name: str
    url: str
    dialect: Dialect = "openai"
    model: str | None = None
    key: Secret | None = None
    headers: tuple[tuple[str, str], ...] = ()
    weight: float = 1.0
    rpm: int | None = None
    tpm: int | None = None
    most: int | None = None
    queue: int = 100
    region: str | None = None
    environment: str | None = None
    price: Price | None = None
    warm: int = 1
    ca: str | None = None


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """`attempts` in all; `budget` is the share of requests that may be tries again; waits are drawn up to `cap`."""

    attempts: int = 3
    budget: float = 0.2
    base: float = 0.2
    cap: float = 5.0


class Route(msgspec.Struct, frozen=True, kw_only=True):
    """A name that clients ask for, and what stands behind it."""

    name: str
    deployments: tuple[Deployment, ...]
    balance: Balance = "weighted"
    retry: Retry = Retry()
    patience: Patience = Patience()
    fallback: tuple[str, ...] = ()
    hedge: float | None = None
    """Seconds after which a second deployment is asked, too, while the first is silent."""
    sticky: bool = False
    """Whether a session stays with its deployment."""
    most_tokens: int | None = None
    """The longest answer that clients may ask for."""
    most_n: int | None = None
    stop: tuple[str, ...] = ()
    trace: bool = False
    """Whether a W3C trace begins here where the client has none."""


class Terms(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How much one key may ask: a minute, at the same time, for money (`200 USD/month`); None is without a bound."""

    rpm: int | None = None
    tpm: int | None = None
    concurrency: int | None = None
    budget: str | None = None
    priority: Priority = "normal"


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """Bounds on what clients send."""

    body: int = 25 * 1024 * 1024
    answer: int = 64 * 1024 * 1024
    record: int = 1024 * 1024
    """Bytes of a body that are kept in the record."""
