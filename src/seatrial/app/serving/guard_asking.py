"""Guards that ask: a moderation endpoint by a connection of the gateway's, a model or a function as a Target."""

from collections.abc import Awaitable, Callable
from typing import Any

from seatrial.app.mistakes import did_you_mean
from seatrial.app.serving.guard_arguments import AskedArguments, JudgeArguments, ModerationArguments
from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.units import seconds
from seatrial.app.validation import Place
from seatrial.core.errors import Mistake
from seatrial.gateway.config import Deployment
from seatrial.gateway.guards.asking import Bounded, ByModel, Moderation
from seatrial.gateway.guards.guard import Guard
from seatrial.gateway.routing.live import Live
from seatrial.gateway.upstream.pool import Pool
from seatrial.targets.proxy import proxy_for
from seatrial.targets.secret import expand, from_environment
from seatrial.targets.table import build_target

Closer = Callable[[], Awaitable[None]]


def moderation_guard(
    name: str, arguments: ModerationArguments, config: GatewayConfig, place: Place, closers: list[Closer]
) -> Guard:
    """A Guard that asks an `openai:` target's `/moderations`.

    Raises:
        Mistake: There is no such target.
    """
    settings = _settings(arguments.target, config)
    if "openai" not in settings:
        raise Mistake(f"the target `{arguments.target}` is no `openai:` target, whose `/moderations` could be asked")
    url = expand(settings["openai"]).text.rstrip("/")
    key = from_environment(settings["api_key"]) if settings.get("api_key") else None
    pool = Pool(url, proxy=proxy_for(url))
    closers.append(pool.aclose)
    live = Live(Deployment(name=arguments.target, url=url, model=settings.get("model"), key=key), pool)
    return _bounded(name, arguments, Moderation(live, frozenset(arguments.categories)).ask, place)


def judge_guard(
    name: str, arguments: JudgeArguments, config: GatewayConfig, place: Place, closers: list[Closer]
) -> Guard:
    """A Guard that asks a target a question about the text.

    Raises:
        Mistake: There is no such target, or it cannot be built.
    """
    target = build_target(arguments.target, _settings(arguments.target, config), folder=config.folder)
    closers.append(target.aclose)
    return _bounded(name, arguments, ByModel(target, arguments.question).ask, place)


def _bounded(name: str, arguments: AskedArguments, ask: Callable[[str], Awaitable[bool]], place: Place) -> Guard:
    limit = seconds(arguments.timeout, place, "timeout")
    return Guard(name, arguments.action, judge=Bounded(ask, limit, closed=arguments.gone == "closed", name=name))


def _settings(name: str, config: GatewayConfig) -> dict[str, Any]:
    targets = config.document.root.data.get("targets") or {}
    settings = targets.get(name)
    if not isinstance(settings, dict):
        raise Mistake(f"there is no target `{name}`; {did_you_mean(name, map(str, targets))}")
    settings = {key: value for key, value in settings.items() if value is not None}
    if isinstance(settings.get("model"), str):
        settings["model"] = expand(settings["model"]).text
    return settings
