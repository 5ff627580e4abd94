"""The cache that a file asks for."""

from seatrial.app.mistakes import Mistakes
from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.schema import CacheModel
from seatrial.app.serving.units import seconds
from seatrial.app.validation import Place
from seatrial.gateway.absent import NoCache
from seatrial.gateway.cache.exact import ExactCache, Shelf
from seatrial.gateway.cache.rule import Rule, stamp_of
from seatrial.gateway.config import Route
from seatrial.gateway.stages import Cache


def cache_of(config: GatewayConfig, shelf: Shelf) -> Cache:
    """The stage of a file.

    Args:
        config: The file.
        shelf: Of the process; what is kept there outlives a reload.

    Raises:
        Mistake: A `cache:` cannot be as it is written.
    """
    rules = cache_rules(config)
    shelf.memory.bound(config.model.max_cache)
    return ExactCache(rules, shelf) if rules else NoCache()


def cache_rules(config: GatewayConfig) -> dict[str, Rule]:
    """How the answers of each name are kept; names without `cache:` are missing.

    Raises:
        Mistake: A `cache:` cannot be as it is written; all of it is told at once.
    """
    mistakes, found = Mistakes(), {}
    for name, served in config.model.models.items():
        if served.cache is not None:
            place = Place(config.document, mistakes, ("gateway", "models", name, "cache"))
            found[name] = _rule(served.cache, config.routes[name], place)
    mistakes.end()
    return found


def _rule(written: CacheModel, route: Route, place: Place) -> Rule:
    if written.mode != "exact":
        place.add("only `exact` can be had so far: answers to questions that are alike are not given", "mode")
    for name in ("similarity", "embeddings"):
        if getattr(written, name) is not None:
            place.add(f"`{name}` is for the mode `semantic`, which cannot be had so far", name)
    return Rule(
        ttl=seconds(written.ttl, place, "ttl"),
        stale=seconds(written.stale, place, "stale"),
        scope=written.scope,
        temperature=written.temperature,
        tags=tuple(written.tags),
        stamp=stamp_of(route),
    )
