"""The limits that a file asks for."""

from collections.abc import Callable
from typing import Protocol

from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.units import amount_of
from seatrial.core.errors import Mistake
from seatrial.gateway.config import Terms
from seatrial.gateway.limits.local import LocalLimiter
from seatrial.gateway.limits.meters import Meters, Plans
from seatrial.gateway.limits.rule import Rule, rules_of
from seatrial.gateway.limits.scope import Scope, parse_scope
from seatrial.gateway.limits.shared import Shared
from seatrial.gateway.limits.together import SharedLimiter
from seatrial.gateway.stages import Limiter
from seatrial.targets.secret import Secret, expand


class _Written(Protocol):
    """What the models of limits have in common."""

    @property
    def rpm(self) -> int | str | None: ...
    @property
    def tpm(self) -> int | str | None: ...
    @property
    def concurrency(self) -> int | None: ...


def limiter_of(config: GatewayConfig, meters: Meters, shared: Shared | None) -> Limiter:
    """The limiter of a file.

    Args:
        config: The file.
        meters: Of the process; what they have counted is kept when the file is read again.
        shared: The Redis that other processes count in, too.

    Raises:
        Mistake: A limit cannot be.
    """
    plans = Plans(limit_rules(config), meters)
    return LocalLimiter(plans) if shared is None else SharedLimiter(plans, shared)


def shared_of(config: GatewayConfig, say: Callable[[str], None]) -> Shared | None:
    """The Redis of a file; None where none is named.

    Raises:
        Mistake: The address is none, or names what is not set.
    """
    if config.model.redis is None:
        return None
    try:
        return Shared(Secret(expand(config.model.redis).text), config.model.redis_gone, say)
    except Mistake as mistake:
        raise config.document.mistake(mistake.what, ("gateway", "redis")) from None


def limit_rules(config: GatewayConfig) -> list[Rule]:
    """All limits of a file; what single keys may is in their terms.

    Raises:
        Mistake: A limit cannot be.
    """
    model = config.model
    found = _rules(config, Scope("all"), model.limits, "limits")
    for name, served in model.models.items():
        found += _rules(config, Scope("model", name), served.limits, "models", name, "limits")
    for index, each in enumerate(model.rate_limits):
        place = ("rate_limits", index)
        found += _rules(config, scope_at(config, each.of, *place), each, *place)
    return found


def scope_at(config: GatewayConfig, text: str, *keys: str | int) -> Scope:
    """The scope that stands under `of` at a place below `gateway:`; its model must exist.

    Raises:
        Mistake: It is none.
    """
    try:
        scope = parse_scope(text)
    except Mistake as mistake:
        raise config.document.mistake(mistake.what, ("gateway", *keys, "of")) from None
    if scope.kind == "model" and scope.name not in ("*", *config.routes):
        what = f"there is no model `{scope.name}`; there are {', '.join(config.routes)}"
        raise config.document.mistake(what, ("gateway", *keys, "of"))
    return scope


def _rules(config: GatewayConfig, scope: Scope, written: _Written, *keys: str | int) -> list[Rule]:
    def amount(name: str, value: int | str | None) -> int | None:
        found = None if value is None else amount_of(value)
        if value is not None and (found is None or found < 1):
            what = f"a number such as 600, 200k or 1.5M is expected, {value!r} was found"
            raise config.document.mistake(what, ("gateway", *keys, name))
        return found

    terms = Terms(rpm=amount("rpm", written.rpm), tpm=amount("tpm", written.tpm), concurrency=written.concurrency)
    return rules_of(scope, terms)
