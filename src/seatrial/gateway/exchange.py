"""One request on its way through the gateway: what is known of it so far."""

import time
from typing import Any, Protocol

from seatrial.core.ids import new_id
from seatrial.core.interaction import Failure, FailureKind, Money, Usage
from seatrial.gateway.config import Deployment, Dialect, Route, Terms
from seatrial.gateway.wire.bodies import Asked
from seatrial.gateway.wire.operations import Operation


class Caller(Protocol):
    """Who asks: what a key stands for."""

    @property
    def key(self) -> str:
        """The key's public id."""
        ...

    @property
    def project(self) -> str:
        """What cache and budgets are kept by."""
        ...

    @property
    def environment(self) -> str:
        """`production`, `staging`, ..."""
        ...

    @property
    def terms(self) -> Terms:
        """How much the key may ask."""
        ...

    def may_ask(self, route: str) -> bool:
        """Whether the key is for this name."""
        ...


class Exchange:
    """Filled while the request goes on; handed to the recorder when it is over."""

    __slots__ = (
        "asked",
        "attempts",
        "body",
        "caller",
        "chunks",
        "cost",
        "deployment",
        "ended",
        "estimate",
        "failure",
        "first",
        "headers",
        "id",
        "moments",
        "operation",
        "path",
        "request_id",
        "reserved",
        "route",
        "served_by",
        "session",
        "size",
        "sought",
        "started",
        "status",
        "tags",
        "taken",
        "usage",
        "waited",
        "withheld",
    )

    def __init__(self, path: str, headers: list[tuple[bytes, bytes]]) -> None:
        self.id = new_id()
        self.path, self.headers = path, headers
        self.started = time.time_ns()
        """UTC nanoseconds of its arrival."""
        self.waited = 0
        """Nanoseconds until it was sent to the deployment that answered."""
        self.first: int | None = None
        self.ended = 0
        self.body = b""
        self.operation: Operation | None = None
        """What is asked for; its dialect is the client's."""
        self.asked: Asked | None = None
        self.caller: Caller | None = None
        self.route: Route | None = None
        self.deployment: Deployment | None = None
        self.attempts = 0
        self.status = 0
        self.chunks: list[bytes] = []
        """The reply's body as it went to the client (behind translation and guards), up to the bound of the record."""
        self.moments: list[int] = []
        """UTC nanoseconds of each chunk."""
        self.size = 0
        self.request_id: str | None = None
        self.failure: Failure | None = None
        self.usage: Usage | None = None
        self.cost: Money | None = None
        self.estimate = 0
        """Tokens that it may take, before it is known."""
        self.session: str | None = None
        self.served_by = "upstream"
        self.tags: dict[str, str] = {}
        self.withheld: dict[str, str] = {}
        """Placeholder -> what a guard took out of the request and puts back in the answer, which is then the caller's
        alone: no cache may give it to anybody else."""
        self.taken: Any = None
        """The limiter's own note of what was taken."""
        self.reserved: Any = None
        """The ledger's own note of what was set aside."""
        self.sought: Any = None
        """The cache's own note of what was looked for."""

    @property
    def dialect(self) -> Dialect:
        """Which API the client speaks."""
        return "openai" if self.operation is None else self.operation.dialect

    @property
    def streamed(self) -> bool:
        """Whether the client asked for a stream."""
        return self.asked is not None and bool(self.asked.stream)

    def header(self, name: bytes) -> bytes | None:
        """The client's first header of that name (in lower case)."""
        for key, value in self.headers:
            if key == name:
                return value
        return None

    def fail(self, kind: str, what: str, status: int | None = None) -> None:
        """It ends without an answer."""
        self.failure = Failure(FailureKind(kind), what, status)
