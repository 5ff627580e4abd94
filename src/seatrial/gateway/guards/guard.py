"""A Guard: what it looks for or judges by, where, and what happens then."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, Protocol

from seatrial.gateway.config import Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.guards.finding import Finder
from seatrial.gateway.guards.places import ASSISTANT, ROLES, TOOL, USER
from seatrial.gateway.wire.errors import Refusal

Action = Literal["flag", "redact", "block", "downgrade"]
TAG: Final = "guard"
SAID: Final = frozenset({USER, ASSISTANT, TOOL})
"""All but system messages, which are the application's own."""
FROM_OUTSIDE: Final = frozenset({USER, TOOL})
EVERYONE: Final = frozenset(ROLES)


class Judge(Protocol):
    """Judges a text as a whole."""

    async def judge(self, said: "Said") -> bool:
        """Whether it is as it should be."""
        ...


@dataclass(frozen=True, slots=True)
class Said:
    """What a Judge sees: the text, and what it belongs to."""

    text: str
    exchange: Exchange
    messages: tuple[tuple[str, str], ...] = ()
    """Role and text of each message of the request; of the answer's request, too."""
    answer: bool = False


@dataclass(frozen=True, slots=True)
class Guard:
    """One entry of `guard:`; has a finder, or a judge, or finds the canaries that a request plants itself."""

    name: str
    action: Action
    finder: Finder | None = None
    judge: Judge | None = None
    planted: bool = False
    mend: bool = False
    """Whether an answer that is no JSON may be cut down to the JSON in it."""
    roles: frozenset[str] = SAID
    restore: bool = False
    """Whether what was taken out of the request is put back in the answer."""


@dataclass(frozen=True, slots=True)
class Guarding:
    """The Guards of one name that clients ask for."""

    request: tuple[Guard, ...] = ()
    answer: tuple[Guard, ...] = ()
    downgrade_to: Route | None = None

    @property
    def restores(self) -> bool:
        """Whether anything that is taken out may be put back."""
        return any(guard.restore for guard in self.request)


Guardings = Mapping[str, Guarding]


def note(exchange: Exchange, stage: str, guard: Guard) -> None:
    """Write into the record which Guard found something where, never what."""
    found, new = exchange.tags.get(TAG), f"{stage}.{guard.name}={guard.action}"
    if found is None:
        exchange.tags[TAG] = new
    elif new not in found.split(", "):
        exchange.tags[TAG] = f"{found}, {new}"


def blocked(exchange: Exchange, stage: str, guard: Guard) -> Refusal:
    """What a client is told; the text that was found is never told."""
    note(exchange, stage, guard)
    message = f"The {stage} was stopped by the guard `{guard.name}`."
    headers: Any = ((b"x-seatrial-guard", exchange.tags[TAG].encode("ascii", "replace")),)
    return Refusal(400, "invalid_request_error", "guard_blocked", message, param=guard.name, headers=headers)
