"""From the models of `gateway:` to routes with deployments; what does not fit together is told with its line."""

from typing import Any

from seatrial.app.serving.schema import DeploymentModel, GatewayModel, ServedModel
from seatrial.app.serving.units import amount, seconds, share
from seatrial.app.validation import Place
from seatrial.core.errors import Mistake
from seatrial.gateway.config import Deployment, Retry, Route
from seatrial.gateway.upstream.patience import Patience
from seatrial.gateway.upstream.tls import client_context
from seatrial.targets.address import Address
from seatrial.targets.prices import Price
from seatrial.targets.secret import expand, from_environment

Targets = dict[str, dict[str, Any]]


def routes_of(model: GatewayModel, targets: Targets, place: Place) -> dict[str, Route]:
    """The routes by name.

    Args:
        model: What is written.
        targets: The targets of the file, as written.
        place: Where `gateway:` stands; mistakes are told there.
    """
    routes = {
        name: _route(name, served, targets, model, place.below("models", name)) for name, served in model.models.items()
    }
    for name, route in routes.items():
        _check_fallbacks(name, route, routes, place.below("models", name))
    return routes


def _route(name: str, served: ServedModel, targets: Targets, model: GatewayModel, place: Place) -> Route:
    deployments = [
        made
        for index, each in enumerate(served.deployments)
        if (made := _deployment(each, targets, model, place.below("deployments", index))) is not None
    ]
    timeout, retry = served.timeout, served.retry
    if served.batch.embeddings is not None:
        place.add("requests are not sent together yet: this key comes with a later version", "batch", "embeddings")
    return Route(
        name=name,
        deployments=tuple(deployments),
        balance=served.balance,
        retry=Retry(
            attempts=retry.attempts,
            budget=share(retry.budget, place, "retry", "budget"),
            base=seconds(retry.base, place, "retry", "base"),
            cap=seconds(retry.cap, place, "retry", "cap"),
        ),
        patience=Patience(
            connect=seconds(timeout.connect, place, "timeout", "connect"),
            first_byte=seconds(timeout.first_token, place, "timeout", "first_token"),
            between=seconds(timeout.between, place, "timeout", "between"),
            total=seconds(timeout.total, place, "timeout", "total"),
        ),
        fallback=tuple(served.fallback),
        hedge=None if served.hedge is None else seconds(served.hedge, place, "hedge"),
        sticky=served.sticky,
        most_tokens=served.limits.max_tokens,
        most_n=served.limits.n,
        stop=tuple(served.limits.stop),
        trace=model.records.trace == "begin",
    )


def _deployment(written: DeploymentModel, targets: Targets, model: GatewayModel, place: Place) -> Deployment | None:
    target = targets.get(written.target)
    if target is None or "openai" not in target:
        known = ", ".join(name for name, each in targets.items() if "openai" in each) or "none"
        place.add(f"there is no `openai:` target `{written.target}`; there are {known}", "target")
        return None
    try:
        url = expand(target["openai"]).text
        Address(url, headers=target.get("headers") or {}).check()
        key = from_environment(target["api_key"]) if target.get("api_key") else None
        upstream = expand(target["model"]).text if target.get("model") else None
        headers = tuple(_header(name, value) for name, value in (target.get("headers") or {}).items())
        price = _price(target, upstream, model)
        ca = None if written.ca is None else str(place.document.path.absolute().parent / written.ca)
        if ca is not None:
            client_context(ca)
    except Mistake as mistake:
        place.add(f"the target `{written.target}`: {mistake.what}", "target")
        return None
    return Deployment(
        name=written.target,
        url=url.rstrip("/"),
        dialect=written.dialect,
        model=upstream,
        key=key,
        headers=headers,
        weight=written.weight,
        rpm=amount(written.rpm, place, "rpm"),
        tpm=amount(written.tpm, place, "tpm"),
        most=written.max_in_flight,
        queue=written.queue,
        region=written.region,
        environment=written.environment,
        price=price,
        warm=written.warm,
        ca=ca,
    )


def _header(name: str, value: str) -> tuple[str, str]:
    """A header with its variables filled in.

    Raises:
        Mistake: It cannot be sent.
    """
    text = expand(value).text
    if not text.isprintable() or not text.isascii():
        raise Mistake(f"the header {name!r} cannot be sent: it holds more than printable ASCII characters")
    return name, text


def _price(target: dict[str, Any], upstream: str | None, model: GatewayModel) -> Price | None:
    """The target's own price, else that of `gateway.prices`."""
    given = target.get("price") or (model.prices.get(upstream) if upstream else None)
    return None if given is None else Price.per_million(given)


def _check_fallbacks(name: str, route: Route, routes: dict[str, Route], place: Place) -> None:
    for index, fallback in enumerate(route.fallback):
        if fallback not in routes:
            place.add(f"there is no model `{fallback}`; there are {', '.join(routes)}", "fallback", index)
        elif fallback == name:
            place.add(f"`{name}` falls back on itself", "fallback", index)
        elif (circle := _way_back(fallback, name, routes)) is not None:
            told = " -> ".join(f"`{each}`" for each in (name, *circle))
            place.add(f"the fallbacks go in a circle: {told}", "fallback", index)


def _way_back(start: str, end: str, routes: dict[str, Route]) -> list[str] | None:
    """The route names from one to another along fallbacks; None where there is no way."""
    ways, seen = [[start]], {start}
    for way in ways:
        if way[-1] == end:
            return way
        for further in routes[way[-1]].fallback if way[-1] in routes else ():
            if further not in seen:
                seen.add(further)
                ways.append([*way, further])
    return None
