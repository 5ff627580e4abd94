"""What a model's tokens cost: from the settings, else from the price list of extra `prices`, else unknown."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from importlib.util import find_spec
from ipaddress import ip_address
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money, Usage

_MILLION = 1_000_000
_KEYS = ("input", "output", "cached", "currency")


class Price(msgspec.Struct, frozen=True):
    """Whole nano-units (1e-9) of a currency per million tokens, so that sums stay exact."""

    input: int
    output: int
    cached: int
    currency: str = "USD"

    @classmethod
    def per_million(cls, values: Mapping[str, Any]) -> "Price":
        """Read `{input: 0.15, output: 0.6, cached: 0.075, currency: USD}`; cached tokens cost as input if not said.

        Raises:
            Mistake: A price is missing or no number from 0 up.
        """
        unknown = [key for key in values if key not in _KEYS]
        if unknown:
            raise Mistake(f"unknown key {unknown[0]!r}; allowed are {', '.join(_KEYS)}", key="price")
        given = {"cached": values.get("input"), **{key: value for key, value in values.items() if value is not None}}
        return cls(
            _nanos(given.get("input"), "input"),
            _nanos(given.get("output"), "output"),
            _nanos(given.get("cached"), "cached"),
            str(given.get("currency", "USD")).upper(),
        )


class Found(NamedTuple):
    """A price, or None; `reason` says where it is from or why there is none."""

    price: Price | None
    reason: str


def cost(usage: Usage | None, price: Price | None) -> Money | None:
    """What an answer cost, rounded half up to the nano-unit; None when the tokens or the price are not known."""
    if usage is None or price is None:
        return None
    cached = min(usage.cached, usage.input)
    total = (usage.input - cached) * price.input + cached * price.cached + usage.output * price.output
    return Money((total + _MILLION // 2) // _MILLION, price.currency)


def find_price(model: str | None, url: str, override: Mapping[str, Any] | None = None) -> Found:
    """The price of a model at an address.

    A local server costs nothing that is known here: without a price in the settings there is none, not a zero. The
    price list's base tier is taken where prices depend on the length of a prompt. Slow (about a second) when the list
    has to be loaded: resolve once.

    Raises:
        Mistake: The override is not a price.
    """
    if override is not None:
        return Found(Price.per_million(override), "from the settings")
    if model is None:
        return Found(None, "no model is named")
    if is_local(url):
        return Found(None, "a local server has no list price; write `price:` to count one")
    if find_spec("genai_prices") is None:
        return Found(None, "the price list is not installed: pip install 'seatrial[prices]'")
    return _listed(model, url)


def is_local(url: str) -> bool:
    """Whether an address is on this machine or in a private network."""
    host = (urlsplit(url).hostname or "").lower()
    try:
        return not ip_address(host).is_global
    except ValueError:
        return "." not in host or host.endswith((".localhost", ".local", ".internal", ".lan"))


def _listed(model: str, url: str) -> Found:
    import genai_prices

    usage = genai_prices.Usage(input_tokens=1)
    for place in (url, None):  # a company's own gateway is not in the list: then the model's name decides
        try:
            found = genai_prices.calc_price(usage, model, provider_api_url=place)
        except LookupError:
            continue
        prices = {key: _base(getattr(found.model_price, f"{key}_mtok", None)) for key in ("input", "output")}
        cached = _base(getattr(found.model_price, "cache_read_mtok", None))
        if prices["input"] is None:
            break
        prices = {"output": 0, **{key: value for key, value in prices.items() if value is not None}}
        listed = Price.per_million(prices if cached is None else {**prices, "cached": cached})
        return Found(listed, f"list price of {found.provider.name} for {found.model.id}")
    return Found(None, f"the price list does not know the model {model}")


def _base(value: Any) -> Any:
    return getattr(value, "base", value)


def _nanos(value: Any, key: str) -> int:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        number = Decimal("nan")
    if isinstance(value, bool) or not number.is_finite() or not 0 <= number <= _MILLION:
        raise Mistake("must be a price per million tokens, a number from 0 up", key=f"price.{key}")
    return int(number * 1_000_000_000)
