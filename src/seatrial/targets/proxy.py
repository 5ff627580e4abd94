"""The proxy that the environment names for an address, looked up once.

aiohttp's `trust_env` looks it up for every request, in a thread.
"""

from base64 import b64encode
from typing import NamedTuple
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from seatrial.core.errors import Mistake
from seatrial.targets.secret import Secret


class Proxy(NamedTuple):
    """Where requests go through, and how this client says who it is."""

    url: str
    headers: dict[str, str]
    secrets: tuple[Secret, ...]


def proxy_for(url: str) -> Proxy | None:
    """The proxy of `http_proxy`, `https_proxy` or `all_proxy`, unless `no_proxy` names the host.

    Raises:
        Mistake: The variable holds no HTTP address.
    """
    target, known = urlsplit(url), getproxies()
    text = known.get(target.scheme) or known.get("all")
    if not text or proxy_bypass(target.netloc):
        return None
    proxy = urlsplit(text if "://" in text else f"http://{text}")
    if proxy.scheme not in ("http", "https") or not proxy.hostname:
        raise Mistake(f"the environment's {target.scheme}_proxy is no http:// or https:// address")
    user, at, place = proxy.netloc.rpartition("@")
    if not at:
        return Proxy(text, {}, ())
    password = unquote(proxy.password or "")
    token = b64encode(unquote(user).encode()).decode()
    return Proxy(
        f"{proxy.scheme}://{place}", {"Proxy-Authorization": f"Basic {token}"}, (Secret(password), Secret(token))
    )
