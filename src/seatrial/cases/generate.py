"""Cases from templates: tests of minimum functionality, of invariance and of direction (Ribeiro et al., ACL 2020)."""

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from itertools import islice
from typing import Any, Literal

import msgspec

from seatrial.cases.slots import Filler, Template, choices, fillings, is_repeated
from seatrial.core.errors import Mistake

Kind = Literal["functionality", "invariance", "direction"]
LONGEST = 100_000
"""Characters that a filled template may have."""
MOST_LISTED = 100_000
"""Combinations that are put in an order by chance; of more of them, single ones are drawn."""


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be made.

    Attributes:
        templates: Each with its slots.
        fillers: What slots can hold.
        expect: A template of the right answer; without one, what the fillers expect.
        checks: On every case, as suite files have them.
        tags: On every case.
        kind: What the cases test.
        vary: The slot in which the cases of a group differ (invariance, direction); its values are in order.
        direction: Which way the score must go along these values.
        limit: The most cases of all templates together; beyond it they are drawn by chance.
        seed: Of that chance.
    """

    templates: tuple[Template, ...]
    fillers: dict[str, tuple[Filler, ...]]
    expect: Template | None = None
    checks: tuple[Any, ...] = ()
    tags: dict[str, str] = {}
    kind: Kind = "functionality"
    vary: str | None = None
    direction: Literal["up", "down"] = "up"
    limit: int = 1000
    seed: int = 0


class Made(msgspec.Struct, frozen=True):
    """The rows of cases, and how many there would be at most without a limit."""

    rows: tuple[dict[str, Any], ...]
    possible: int


def generate(wish: Wish) -> Made:
    """Make rows of cases.

    Raises:
        Mistake: A slot has no value, the slot to vary is missing, or two values of a case expect different things.
    """
    _check(wish)
    rows: dict[str, dict[str, Any]] = {}
    possible = 0
    for number, template in enumerate(wish.templates):
        found = choices(template, wish.fillers)
        if wish.expect is not None:
            found |= choices(wish.expect, wish.fillers)
        possible += fillings(found)
        share = max(1, (wish.limit - len(rows)) // (len(wish.templates) - number))
        for group in _groups(wish, template, number, found, share):
            new = {row["id"]: row for row in group if row["id"] not in rows}
            if len(rows) + len(new) <= wish.limit and len(new) > bool(wish.vary):
                rows |= new
    return Made(tuple(rows.values()), possible)


def _groups(
    wish: Wish, template: Template, number: int, found: Mapping[str, Sequence[Filler]], share: int
) -> Iterator[list[dict[str, Any]]]:
    """The groups of one template, of about so many cases together; a case that nothing varies is a group of one."""
    fixed = {slot: values for slot, values in found.items() if slot != wish.vary}
    varied = [{wish.vary: value} for value in found[wish.vary]] if wish.vary else [{}]
    if wish.vary and wish.limit < len(varied):
        raise Mistake(f"a group has {len(varied)} cases, as `{wish.vary}` has values; the limit is {wish.limit}")
    for values in _combinations(fixed, max(1, share // len(varied)), wish.seed + number):
        yield list(_group(wish, template, number, [values | each for each in varied]))


def _check(wish: Wish) -> None:
    if not wish.templates:
        raise Mistake("there is no template")
    if wish.vary is None and wish.kind != "functionality":
        raise Mistake(f"a test of {wish.kind} needs `vary`: the slot in which the cases of a group differ")
    if wish.vary is not None and wish.kind == "functionality":
        raise Mistake("`vary` belongs to a test of invariance or of direction; say the kind")
    for template in wish.templates if wish.vary else ():
        if wish.vary not in template.slots:
            raise Mistake(f"the slot to vary, `{wish.vary}`, does not stand in `{template.text[:60]}`")


def _combinations(values: Mapping[str, Sequence[Filler]], limit: int, seed: int) -> Iterator[dict[str, Filler]]:
    """All combinations in order, or as many as the limit drawn by chance; equal values of one base are left out."""
    sizes = [len(each) for each in values.values()]

    def chosen(number: int) -> dict[str, Filler]:
        places = []
        for size in reversed(sizes):
            number, place = divmod(number, size)
            places.append(place)
        return {slot: values[slot][place] for slot, place in zip(values, reversed(places), strict=True)}

    drawn = _drawn(math.prod(sizes), limit, random.Random(seed))  # noqa: S311  cases, no secret
    kept = islice((number for number in drawn if not is_repeated(chosen(number))), limit)
    return map(chosen, sorted(kept))


def _drawn(total: int, limit: int, draw: random.Random) -> Iterator[int]:
    """Different numbers below the total by chance: all of them, or of very many as many as any limit needs."""
    if total <= MOST_LISTED + 2 * limit:
        yield from draw.sample(range(total), total)
        return
    seen = set[int]()
    while len(seen) < MOST_LISTED + 2 * limit:
        number = draw.randrange(total)
        if number not in seen:
            seen.add(number)
            yield number


def _group(
    wish: Wish, template: Template, number: int, group: Sequence[Mapping[str, Filler]]
) -> Iterator[dict[str, Any]]:
    name = ""
    for step, values in enumerate(group):
        if is_repeated(values):
            continue
        ask = _filled(template, values)
        row: dict[str, Any] = {"id": f"g-{_digest(wish.kind, ask)}", "ask": ask}
        expect = _expected(wish, values)
        if expect is not None:
            row["expect"] = expect
        if wish.checks:
            row["checks"] = list(wish.checks)
        row["tags"] = _tags(wish, template, values) | ({"template": str(number + 1)} if len(wish.templates) > 1 else {})
        if wish.vary:
            name = name or f"g-{_digest(wish.kind, ask, wish.vary)}"
            row["tags"]["group"] = name
            if wish.kind == "direction":
                row["tags"] |= {"step": str(step), "direction": wish.direction}
        yield row


def _filled(template: Template, values: Mapping[str, Filler]) -> str:
    # Before it is filled: a slot that stands there a thousand times could take all memory.
    if template.length(values) > LONGEST:
        raise Mistake(f"the template `{template.text[:60]}` comes to more than {LONGEST:,} characters")
    return template.filled(values)


def _expected(wish: Wish, values: Mapping[str, Filler]) -> str | None:
    if wish.expect is not None:
        return _filled(wish.expect, values)
    found = {filler.expect for filler in values.values() if filler.expect is not None}
    if len(found) > 1:
        texts = " and ".join(sorted(found))
        raise Mistake(f"the values of one case expect different answers ({texts[:120]}); say `expect` for all")
    return next(iter(found), None)


def _tags(wish: Wish, template: Template, values: Mapping[str, Filler]) -> dict[str, str]:
    own = {slot: values[slot].text[:60] for slot in template.slots}
    given = {tag: text for filler in values.values() for tag, text in filler.tags.items()}
    return {"test": wish.kind, **own, **given, **wish.tags}


def _digest(*texts: str) -> str:
    return blake2b("\0".join(texts).encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
