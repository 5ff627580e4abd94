"""Calls that are harmless or not by their arguments, and what they give."""

import math
from collections.abc import Callable
from typing import Final, TypeAlias

from seatrial.scan.blob import BytesBlob, Window
from seatrial.scan.pickles import rules
from seatrial.scan.pickles.allowed import role_of
from seatrial.scan.pickles.code import CODE_CHECKS
from seatrial.scan.pickles.consuming import consume
from seatrial.scan.pickles.court import Court, is_global, is_maker
from seatrial.scan.pickles.dangers import runs_things
from seatrial.scan.pickles.expressions import call_shown
from seatrial.scan.pickles.makers import MAKERS
from seatrial.scan.pickles.names import words
from seatrial.scan.pickles.states import check_state
from seatrial.scan.pickles.values import (
    Global,
    Instance,
    Mapping,
    Persistent,
    Sequence,
    Stretch,
    Unknown,
    Value,
    items_of,
)

Check: TypeAlias = Callable[[Court, Global, list[Value], int], Value]
"""Gives the value of the call, or None for an Instance of what is called; complaints go to the Court."""
_HUGE: Final = 1 << 30
_ENCODINGS: Final = frozenset({"latin1", "latin-1", "latin_1", "iso-8859-1", "utf8", "utf-8", "ascii"})
_SAFE_METHODS: Final = words(
    "lower upper strip lstrip rstrip split title capitalize casefold swapcase replace join startswith endswith count "
    "isdigit isalpha isalnum isspace get items keys values copy mean sum min max std round append extend add update "
    "pop index"
)
_RISKY_METHODS: Final = (
    "load",
    "save",
    "read",
    "write",
    "open",
    "exec",
    "eval",
    "run",
    "dump",
    "system",
    "to_",
    "call",
)
_OWN_CTORS: Final = ("__bit_generator_ctor", "__generator_ctor", "__randomstate_ctor")
_ARITHMETIC: Final = ("operator.or_", "_operator.or_", "operator.and_", "_operator.and_")


def _refuse(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """The arguments are such as no honest file gives."""
    court.odd(rules.DANGEROUS_CALL, call_shown(callee, Sequence("tuple", items)), offset)
    return None


def _question(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    court.odd(rules.ONLY_NAMED, call_shown(callee, Sequence("tuple", items)), offset)
    return None


def _encode(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`_codecs.encode(text, 'latin1')`: how protocols 0 to 2 write bytes."""
    text, encoding = items[0] if items else None, items[1] if len(items) > 1 else "utf-8"
    if len(items) > 3 or not isinstance(encoding, str) or encoding.lower() not in _ENCODINGS:
        return _refuse(court, callee, items, offset)
    if isinstance(text, str):
        return text.encode(encoding, "replace")
    if isinstance(text, Stretch):
        return Stretch(text.blob, text.offset, text.size, "bytes")
    return _refuse(court, callee, items, offset)


def _partial(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    first = items[0] if items else None
    if isinstance(first, Global):
        standing = court.standing(first)
        harmful = standing.danger is not None and (standing.danger.kind == "attack" or standing.role is None)
        if harmful or is_global(first, "builtins.getattr", "operator.attrgetter", "functools.partial", "builtins.map"):
            return _refuse(court, callee, items, offset)
        return None
    return None if isinstance(first, Instance) else _refuse(court, callee, items, offset)


def _itemgetter(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    literal = items and all(each is None or isinstance(each, str | int | float | Sequence | Instance) for each in items)
    return None if literal else _refuse(court, callee, items, offset)


def _attrgetter(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    plain = items and all(isinstance(each, str) and _is_open_name(each) for each in items)
    return None if plain else _refuse(court, callee, items, offset)


def _is_open_name(name: str) -> bool:
    return all(part.isidentifier() and not part.startswith("_") for part in name.split("."))


def _is_hidden(name: str) -> bool:
    return name.isidentifier() and name.startswith("_") and not name.startswith("__")


def _methodcaller(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    plain = items and isinstance(items[0], str) and items[0] in _SAFE_METHODS
    return None if plain else _refuse(court, callee, items, offset)


def _getattr(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """A member of an enum, a nested class or a method; never anything hidden."""
    owner, name = (items[0], items[1]) if len(items) in (2, 3) else (None, None)
    # Scipy's objects keep their own hidden methods; of a literal nothing hidden is needed.
    if isinstance(owner, Global) and isinstance(name, str):
        if owner.full == "dill._dill" and f"dill._dill.{name}" in MAKERS:
            return Global("dill._dill", name, offset)
        if role_of(owner.module, f"{owner.name}.{name}"):
            return court.refer(owner.module, f"{owner.name}.{name}", offset)
    own = isinstance(owner, Instance) or (isinstance(owner, Global) and court.standing(owner).role is not None)
    if not isinstance(name, str) or not (_is_open_name(name) or (own and _is_hidden(name))):
        return _refuse(court, callee, items, offset)
    if isinstance(owner, Global):
        standing = court.standing(owner)
        if standing.role == "enum":
            return None
        if standing.danger:
            return _refuse(court, callee, items, offset)
        return court.refer(owner.module, f"{owner.name}.{name}", offset)
    if not isinstance(owner, Instance):
        plain = name in _SAFE_METHODS and not isinstance(owner, Unknown | Persistent)
        return None if plain else _refuse(court, callee, items, offset)
    if is_maker(owner.callee):
        loud = runs_things(frozenset({name}))
        court.odd(
            rules.DANGEROUS_CODE if loud else rules.CODE_INSIDE, call_shown(callee, Sequence("tuple", items)), offset
        )
    elif not isinstance(owner.callee, Global) or name.startswith(_RISKY_METHODS):
        return _question(court, callee, items, offset)
    return None


def _defaultdict(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    factory = items[0] if items else None
    if factory is None or isinstance(factory, Global):
        return None
    made = isinstance(factory, Instance) and (
        is_maker(factory.callee) or is_global(factory.callee, "functools.partial")
    )
    return None if made else _question(court, callee, items, offset)


def _bytes(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    first = items[0] if items else b""
    if isinstance(first, int) and not isinstance(first, bool):
        if first > _HUGE:
            court.odd(rules.ABSURD_SIZE, f"{first} bytes", offset)
        return None
    if isinstance(first, bytes | Stretch):
        return first
    if isinstance(first, str):
        return first.encode("latin-1", "replace")
    if isinstance(first, Sequence) and all(isinstance(each, int) and 0 <= each < 256 for each in first.items):
        return bytes([int(each) for each in first.items if isinstance(each, int)])
    return None if isinstance(first, Instance | Sequence) else _refuse(court, callee, items, offset)


def _iter(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    return None if len(items) == 1 else _refuse(court, callee, items, offset)


def _type(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    if len(items) == 1:
        return None
    return _question(court, callee, items, offset)


def _map(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`map` and `filter` call what they are given as soon as somebody asks for items."""
    first = items[0] if items else None
    plain = (
        isinstance(first, Global) and first.module in ("builtins", "__builtin__") and not court.standing(first).danger
    )
    return _question(court, callee, items, offset) if plain or first is None else _refuse(court, callee, items, offset)


def _getitem(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`typing.List[int]` is written as `operator.getitem(typing.List, int)`."""
    if len(items) != 2 or not isinstance(items[0], Global):
        return _refuse(court, callee, items, offset)
    return None if court.standing(items[0]).role else _question(court, callee, items, offset)


def _reduce(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`int | str`, and flags joined by `|`, are written as `functools.reduce(operator.or_, (int, str))`."""
    plain = len(items) == 2 and is_global(items[0], *_ARITHMETIC) and isinstance(items[1], Sequence)
    if plain:
        sighting = court.sightings.get((callee.module, callee.name))
        if sighting and sighting.rule is rules.DANGEROUS_REFERENCE:
            sighting.rule = None
        return None
    return _refuse(court, callee, items, offset)


def _reconstructor(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`copyreg._reconstructor(cls, base, state)`: how protocols 0 and 1 make objects."""
    base = items[1] if len(items) == 3 else None
    if not isinstance(base, Global):
        return _refuse(court, callee, items, offset)
    cls, state = items[0], items[2]
    if base.module not in ("builtins", "__builtin__") or court.standing(base).role != "call":
        return _question(court, callee, items, offset)
    court.call(cls, Sequence("tuple", [state]), offset, bare=True)
    consume(court, base, [state], offset)
    return Instance(cls, Sequence("tuple", [state]), offset)


def _newobj(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`copyreg.__newobj__(cls, *args)` and `__newobj_ex__(cls, args, kwargs)`."""
    if not items:
        return _refuse(court, callee, items, offset)
    args = Sequence("tuple", items[1:])
    court.call(items[0], args, offset, bare=True)
    return Instance(items[0], args, offset)


def _of_class(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """A reconstructor whose first argument is the class that is made."""
    if not items or not isinstance(items[0], Global):
        return _refuse(court, callee, items, offset)
    shape = items_of(items[1]) if len(items) > 1 else None
    if math.prod(each for each in shape or () if isinstance(each, int)) > _HUGE:
        court.odd(rules.ABSURD_SIZE, call_shown(callee, Sequence("tuple", items)), offset)
    if court.standing(items[0]).role != "ref":  # `numpy.memmap` is only named: its own `__new__` is not run
        court.call(items[0], Sequence("tuple", items[1:]), offset, bare=True)
    return None


def _ufunc(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`numpy.core._ufunc_reconstruct(module, name)` imports what it is told."""
    if len(items) != 2:
        return _refuse(court, callee, items, offset)
    return court.refer(items[0], items[1], offset)


def _scalar(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    if len(items) not in (1, 2) or not isinstance(items[0], Instance | Persistent):
        return _refuse(court, callee, items, offset)
    if len(items) == 2 and isinstance(items[1], bytes) and items[1][:1] == b"\x80":
        court.nested.append((f"scalar at {offset}", BytesBlob(items[1])))
    return None


def _load_from_bytes(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`torch.storage._load_from_bytes(data)` loads the bytes as a file of their own: they are looked at as one."""
    data = items[0] if len(items) == 1 else None
    if isinstance(data, bytes):
        court.nested.append((f"bytes at {offset}", BytesBlob(data)))
    elif isinstance(data, Stretch):
        court.nested.append((f"bytes at {offset}", Window(data.blob, data.offset, data.size)))
    else:
        return _refuse(court, callee, items, offset)
    return None


def _logger(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    plain = len(items) <= 1 and all(isinstance(each, str) for each in items)
    return None if plain else _refuse(court, callee, items, offset)


def _keywords_only(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`pandas.core.indexes.base._new_Index(cls, {...})`."""
    if len(items) != 2 or not isinstance(items[0], Global) or not isinstance(items[1], Mapping | Unknown):
        return _refuse(court, callee, items, offset)
    court.call(items[0], Sequence("tuple", []), offset, bare=True)
    return None


def _zone_file(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`dateutil.tz.tzfile(None, name)` only keeps the name; with a file it reads it."""
    return None if len(items) == 2 and items[0] is None else _refuse(court, callee, items, offset)


def _of_listed(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """A reconstructor that calls what it is given: only listed things that may be called."""
    called = [each for each in items if isinstance(each, Global)]
    if all(court.standing(each).role in ("call", "data", "enum") or each.name in _OWN_CTORS for each in called):
        return None
    return _refuse(court, callee, items, offset)


def _from_type(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`torch._tensor._rebuild_from_type_v2(function, class, arguments, state)` calls the function."""
    function = items[0] if len(items) in (3, 4) else None
    if not isinstance(function, Global) or function.module != "torch._utils":
        return _refuse(court, callee, items, offset)
    court.call(function, items[2], offset)
    if court.standing(function).role != "call":
        return _refuse(court, callee, items, offset)
    check_state(court, Instance(callee, Sequence("tuple", []), offset), items[-1], offset)
    return None


def _with_state(court: Court, callee: Global, items: list[Value], offset: int) -> Value:
    """`torch._utils._rebuild_parameter_with_state(data, grad, hooks, state)` sets attributes."""
    if len(items) != 4:
        return _refuse(court, callee, items, offset)
    check_state(court, Instance(callee, Sequence("tuple", []), offset), items[3], offset)
    return None


CHECKS: Final[dict[str, Check]] = {
    **CODE_CHECKS,
    "_codecs.encode": _encode,
    "codecs.encode": _encode,
    "functools.partial": _partial,
    "_functools.partial": _partial,
    "functools.reduce": _reduce,
    "_functools.reduce": _reduce,
    "operator.itemgetter": _itemgetter,
    "_operator.itemgetter": _itemgetter,
    "operator.attrgetter": _attrgetter,
    "_operator.attrgetter": _attrgetter,
    "operator.methodcaller": _methodcaller,
    "_operator.methodcaller": _methodcaller,
    "operator.getitem": _getitem,
    "_operator.getitem": _getitem,
    "builtins.getattr": _getattr,
    "builtins.bytearray": _bytes,
    "builtins.bytes": _bytes,
    "builtins.iter": _iter,
    "builtins.type": _type,
    "builtins.map": _map,
    "builtins.filter": _map,
    "collections.defaultdict": _defaultdict,
    "copyreg._reconstructor": _reconstructor,
    "copyreg.__newobj__": _newobj,
    "copyreg.__newobj_ex__": _newobj,
    "dateutil.tz.tz.tzfile": _zone_file,
    "logging.getLogger": _logger,
    "numpy.core._ufunc_reconstruct": _ufunc,
    "numpy._core._ufunc_reconstruct": _ufunc,
    "numpy.core.multiarray.scalar": _scalar,
    "numpy._core.multiarray.scalar": _scalar,
    "numpy.core.multiarray._reconstruct": _of_class,
    "numpy._core.multiarray._reconstruct": _of_class,
    "pandas.core.indexes.base._new_Index": _keywords_only,
    "pandas.indexes.base._new_Index": _keywords_only,
    "numpy.random._pickle.__generator_ctor": _of_listed,
    "numpy.random._pickle.__bit_generator_ctor": _of_listed,
    "numpy.random._pickle.__randomstate_ctor": _of_listed,
    "numpy.random.__RandomState_ctor": _of_listed,
    "torch._tensor._rebuild_from_type": _from_type,
    "torch._tensor._rebuild_from_type_v2": _from_type,
    "torch.tensor._rebuild_from_type": _from_type,
    "torch._utils._rebuild_parameter_with_state": _with_state,
    "torch._utils._rebuild_wrapper_subclass": _of_class,
    "torch.storage._load_from_bytes": _load_from_bytes,
}
"""By full name. All of them may be named without a Finding."""
