"""What whoever starts the server reads: where, what for, whose keys; one screen at the most."""

from collections.abc import Iterable

from seatrial.app.serving.budgets import unpriced
from seatrial.app.serving.keys import is_loopback
from seatrial.app.serving.reading import GatewayConfig
from seatrial.gateway.config import Route
from seatrial.gateway.keys.key import KeyRecord
from seatrial.gateway.keys.server_secret import NAME

MOST_ROUTES = 12


def start_lines(config: GatewayConfig, url: str, workers: int, keys: Iterable[KeyRecord]) -> list[str]:
    """The lines.

    Args:
        config: What is served.
        url: Where, without a path.
        workers: How many processes.
        keys: All there are.
    """
    model, routes = config.model, list(config.routes.values())
    lines = [f"serving {url}/v1" + (f" with {workers} workers" if workers > 1 else "")]
    lines += [f"  {_route(each)}" for each in routes[:MOST_ROUTES]]
    if len(routes) > MOST_ROUTES:
        lines.append(f"  and {len(routes) - MOST_ROUTES} more")
    lines.append(f"  {_keys(config, list(keys))}")
    if workers > 1 and model.redis is None:
        lines.append(
            "  without `redis:` each worker counts on its own: limits of N hold for N a worker (budgets are exact)"
        )
    if model.budgets and (free := unpriced(config)):
        lines.append(f"  budgets count nothing for {', '.join(free)}: no `price:` is written there")
    if model.tls is None and not is_loopback(url.partition("://")[2].rpartition(":")[0].strip("[]")):
        lines.append("  plain HTTP: keys can be read on the way; set `tls:`, or stand behind a proxy that does it")
    return lines


def first_key_lines(text: str, url: str) -> list[str]:
    """What is said once, when there was no key at all."""
    return [
        "there was no key yet; this admin key is shown once, and only its hash is kept:",
        f"  {text}",
        f"  {url}/admin#key={text}",
        "a key for an application: seatrial keys create --project NAME",
    ]


def _route(route: Route) -> str:
    names = ", ".join(each.name for each in route.deployments)
    how = f" ({route.balance})" if len(route.deployments) > 1 else ""
    return f"{route.name}: {names}{how}" + (f", else {', '.join(route.fallback)}" if route.fallback else "")


def _keys(config: GatewayConfig, keys: list[KeyRecord]) -> str:
    if config.model.keys == "none":
        return "no keys: whoever is on this machine may ask"
    good = [each for each in keys if each.revoked is None]
    users, admins = sum(not each.admin for each in good), sum(each.admin for each in good)
    return f"{users} keys and {admins} admin keys in {config.store}, hashed with {NAME}"
