"""What a month would cost: cases, their tokens and the traffic, for several models, and what would save money."""

import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from seatrial.app.interactions import store_of
from seatrial.app.rows import find, read
from seatrial.app.serving.units import amount_of
from seatrial.app.sources import own_case
from seatrial.app.yaml_places import read_yaml
from seatrial.core.case import Case
from seatrial.core.errors import Mistake, SeatrialError
from seatrial.stats.intervals import student_mean
from seatrial.store.live import NAME, LiveStore
from seatrial.store.live_entry import Row
from seatrial.store.live_filter import EVERYTHING
from seatrial.targets.estimate import USUAL_OUTPUT
from seatrial.targets.prices import Found, find_price
from seatrial.targets.tokens import TokenCount

DAYS: Final = 365.25 / 12
"""Of a month."""
FEW: Final = 20
"""Records below which they say nothing of how long answers are."""
READ: Final = 5000
SHORTER: Final = 0.2
"""How much of a prompt is taken away to show what that would save."""
_PER_MONTH: Final = {"hour": 24 * DAYS, "day": DAYS, "month": 1.0}
_TRAFFIC: Final = re.compile(r"(.+?)\s*/\s*(hour|day|month)")


class ModelCost(msgspec.Struct, frozen=True, kw_only=True):
    """A month on one model, in units of the currency, with a 95 % interval.

    `output_from` says where the length of answers is from: `records`, `option` or `assumed` (the interval is then from
    half of it to twice as much).
    """

    model: str
    price: str
    currency: str
    input: float
    output: float
    output_from: str
    month: float
    low: float
    high: float
    saved_by_shorter: float
    saved_by_cache: float


class CostEstimate(msgspec.Struct, frozen=True, kw_only=True):
    """A month's traffic on each model; `repeated` is the share of requests that were asked before."""

    requests: float
    cases: int
    repeated: float
    repeated_from: str
    models: tuple[ModelCost, ...]


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is asked: traffic such as `10k/day`, files of cases, names of targets, routes or models."""

    traffic: str
    like: str
    models: tuple[str, ...]
    output: int | None = None


class _Named(msgspec.Struct, frozen=True):
    name: str
    model: str
    found: Found
    deployments: frozenset[str]


def estimate_month(config: Path, wish: Wish) -> CostEstimate:
    """Project a month.

    Args:
        config: The file with targets; it need not be there where only models of the price list are named.
        wish: What is asked.

    Raises:
        Mistake: The traffic, a file of cases or a model is not known, or a price is missing.
    """
    requests = monthly(wish.traffic)
    cases = _cases(wish.like)
    raw: Any = read_yaml(config).root.data if config.exists() else {}
    rows = _records(config) if config.exists() else []
    repeated, source = _repeated(cases, rows)
    models = [_named(name, raw if isinstance(raw, dict) else {}) for name in wish.models]
    costs = tuple(_cost(each, cases, rows, wish.output, requests, repeated) for each in models)
    return CostEstimate(requests=requests, cases=len(cases), repeated=repeated, repeated_from=source, models=costs)


def monthly(text: str) -> float:
    """`10k/day` as requests a month.

    Raises:
        Mistake: It is no traffic.
    """
    found = _TRAFFIC.fullmatch(text.strip())
    amount = amount_of(found[1]) if found is not None else None
    if found is None or not amount:
        raise Mistake(f"--requests: traffic such as 10k/day or 500/hour is expected, {text[:60]!r} was found")
    return amount * _PER_MONTH[found[2]]


def _cases(like: str) -> list[Case]:
    found = [own_case(row) for path in find(like, Path()) for row in read(path)]
    if not found:
        raise Mistake("there are no cases in it", path=like)
    return found


def _records(config: Path) -> list[Row]:
    """The last requests that were kept, if any are."""
    try:
        folder = store_of(config)
        if not (folder / NAME).exists():
            return []
        store = LiveStore(folder)
    except SeatrialError:  # a file without `gateway:`: there are no records
        return []
    try:
        return store.newest(READ, EVERYTHING)
    finally:
        store.close()


def _named(name: str, raw: Mapping[str, Any]) -> _Named:
    """A route (by its first deployment), a target, or a model of the price list.

    Raises:
        Mistake: It has no price.
    """
    gateway, targets = raw.get("gateway") or {}, raw.get("targets") or {}
    route = (gateway.get("models") or {}).get(name)
    deployments = [each["target"] for each in (route or {}).get("deployments", [])] or [name]
    target = targets.get(deployments[0]) or {}
    model = str(target.get("model") or name)
    override = target.get("price") or (gateway.get("prices") or {}).get(model)
    found = find_price(model, str(target.get("openai") or "https://api.openai.com/v1"), override)
    if found.price is None:
        raise Mistake(f"there is no price of `{name}`: {found.reason}; write `price:` at the target")
    return _Named(name, model, found, frozenset({name, *deployments}))


def _cost(
    named: _Named, cases: Sequence[Case], rows: Sequence[Row], output: int | None, requests: float, repeated: float
) -> ModelCost:
    price = named.found.price
    assert price is not None  # noqa: S101  else it was a mistake
    count = TokenCount(named.model)
    given = [float(sum(count(turn.content) for turn in case.turns)) for case in cases]
    told = [row.output for row in rows if row.output and row.deployment in named.deployments]
    mean_in, half_in = _mean(given)
    mean_out, half_out, source = _answers(told, output)
    month = requests * (_money(price.input, mean_in) + _money(price.output, mean_out))
    spread = math.hypot(_money(price.input, half_in[1]), _money(price.output, half_out[1]))
    below = math.hypot(_money(price.input, half_in[0]), _money(price.output, half_out[0]))
    return ModelCost(
        model=named.name,
        price=named.found.reason,
        currency=price.currency,
        input=mean_in,
        output=mean_out,
        output_from=source,
        month=month,
        low=max(0.0, month - requests * below),
        high=month + requests * spread,
        saved_by_shorter=requests * _money(price.input, mean_in * SHORTER),
        saved_by_cache=month * repeated,
    )


def _answers(told: Sequence[int], output: int | None) -> tuple[float, tuple[float, float], str]:
    """Mean tokens of an answer, how far below and above it may be, and where it is from."""
    if output is not None:
        return float(output), (0.0, 0.0), "option"
    if len(told) < FEW:
        return float(USUAL_OUTPUT), (USUAL_OUTPUT / 2, float(USUAL_OUTPUT)), "assumed"
    mean, half = _mean([float(each) for each in told])
    return mean, half, "records"


def _mean(values: Sequence[float]) -> tuple[float, tuple[float, float]]:
    mean = math.fsum(values) / len(values)
    if len(values) < 2:
        return mean, (mean / 2, mean)
    found = student_mean(values)
    return mean, (mean - found.low, found.high - mean)


def _money(nanos_per_million: int, tokens: float) -> float:
    return nanos_per_million * tokens / 1e15


def _repeated(cases: Sequence[Case], rows: Sequence[Row]) -> tuple[float, str]:
    """The share of requests that a cache could answer: from records with a cache, else from equal cases."""
    served = sum(row.served_by == "cache" for row in rows)
    if len(rows) >= FEW and served:
        return served / len(rows), "records"
    texts = {tuple((turn.role, turn.content) for turn in case.turns) for case in cases}
    return 1 - len(texts) / len(cases), "cases"


def lines_of(found: CostEstimate) -> list[str]:
    """The estimate for people."""
    lines = [f"{found.requests:,.0f} requests a month, like {found.cases} cases", ""]
    head = ("model", "a month", "95 % interval", "tokens in", "out", "answers from", "price")
    rows = [head, *(_row(each) for each in found.models)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines += ["  ".join(f"{part:{width}}" for part, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return [*lines, "", *_advice(found)]


def _row(each: ModelCost) -> tuple[str, ...]:
    interval = f"{each.low:,.2f} to {each.high:,.2f}"
    month = f"{each.month:,.2f} {each.currency}"
    return each.model, month, interval, f"{each.input:.0f}", f"{each.output:.0f}", each.output_from, each.price


def _advice(found: CostEstimate) -> list[str]:
    dearest = max(found.models, key=lambda each: each.month)
    cheapest = min(found.models, key=lambda each: each.month)
    unit, lines = dearest.currency, []
    if cheapest.month < dearest.month and cheapest.currency == unit:
        saved = dearest.month - cheapest.month
        lines.append(f"{cheapest.model} in the place of {dearest.model} saves {saved:,.2f} {unit} a month")
    lines.append(f"prompts a fifth shorter save {dearest.saved_by_shorter:,.2f} {unit} on {dearest.model}")
    lines.append(
        f"a cache saves {dearest.saved_by_cache:,.2f} {unit}: {found.repeated:.0%} of requests were asked before "
        f"(by {found.repeated_from})"
    )
    if any(each.output_from == "assumed" for each in found.models):
        lines.append(f"answers are assumed to have {USUAL_OUTPUT} tokens; --output, or own records, say it better")
    return lines
