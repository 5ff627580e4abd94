"""Calls that go through all items of what they are given: what is iterated over runs, and may never end."""

import math
from collections.abc import Iterator
from itertools import islice
from typing import Final

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import Court, is_global
from seatrial.scan.pickles.expressions import call_shown
from seatrial.scan.pickles.makers import MAKERS
from seatrial.scan.pickles.names import modern, words
from seatrial.scan.pickles.values import Global, Instance, Sequence, Value, items_of

_CONSUMERS: Final = frozenset(
    f"{module}.{name}"
    for module, names in (
        ("builtins", "list tuple set frozenset dict bytes bytearray"),
        ("collections", "Counter deque OrderedDict UserList UserDict"),
        ("_collections", "deque"),
        ("array", "array"),
        ("pandas", "DataFrame Series Index"),
        ("numpy", "matrix"),
        ("torch", "Size"),
    )
    for name in words(names)
)
_ADAPTORS: Final = ("builtins.zip", "builtins.enumerate", "builtins.reversed", "builtins.iter", "builtins.map")
_OWN: Final = words("builtins collections _collections itertools copyreg array numpy types")
"""Modules whose objects may be iterated over: they hold what the file gives them, and run nothing."""
_MANY: Final = 1 << 27
_DEEP: Final = 64


def consume(court: Court, callee: Value, items: list[Value], offset: int) -> None:
    """Judge what a call iterates over: objects whose class is not known, and what has no end."""
    if not isinstance(callee, Global) or ".".join(modern(callee.module, callee.name)) not in _CONSUMERS:
        return
    for each in _sources(items):
        evidence = call_shown(callee, Sequence("tuple", items))
        if _is_endless(each):
            court.odd(rules.ENDLESS, evidence, offset)
        elif isinstance(each.callee, Global) and _is_strange(court, each.callee):
            court.odd(rules.DANGEROUS_CALL, f"{evidence}: what is iterated over runs its own code", offset)


def _sources(items: list[Value]) -> Iterator[Instance]:
    """What is iterated over, also through adaptors of itertools; a slice of it ends."""
    queue = [each for each in items if isinstance(each, Instance)]
    for each in islice(queue, _DEEP):
        if is_global(each.callee, "itertools.islice"):
            continue
        yield each
        if is_global(each.callee, *_ADAPTORS) or (
            isinstance(each.callee, Global) and each.callee.module == "itertools"
        ):
            queue += [inner for inner in items_of(each.args) or [] if isinstance(inner, Instance)]


def _is_strange(court: Court, known: Global) -> bool:
    """Whether nothing is known of a class, or something against it."""
    if known.full in MAKERS or modern(known.module, "")[0].partition(".")[0] in _OWN:
        return False
    return court.standing(known).role is None


def _is_endless(each: Instance) -> bool:
    args = items_of(each.args) or []
    if is_global(each.callee, "itertools.count", "itertools.cycle"):
        return True
    if is_global(each.callee, "itertools.repeat"):
        return len(args) < 2
    if is_global(each.callee, "builtins.range", "itertools.permutations", "itertools.product"):
        return _length(each.callee, args) > _MANY
    return False


def _length(callee: Value, args: list[Value]) -> float:
    """How many items there are at most."""
    numbers = [each for each in args if isinstance(each, int)]
    if is_global(callee, "builtins.range"):
        start, stop, step = [0, *numbers, 1][:3] if len(numbers) == 1 else [*numbers, 1, 1, 1][:3]
        return abs(stop - start) / max(1, abs(step))
    lengths = [len(each.items) + each.more if isinstance(each, Sequence) else 100 for each in args]
    if is_global(callee, "itertools.product"):
        return math.prod(lengths)
    most = min(lengths[0] if lengths else 0, 100)
    return math.perm(most, min(numbers[0], most) if numbers and numbers[0] >= 0 else most)
