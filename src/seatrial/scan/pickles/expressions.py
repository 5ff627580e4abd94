"""Values as expressions a person can read."""

from seatrial.scan.pickles.values import Global, Instance, Mapping, Persistent, Sequence, Stretch, Unknown, Value

_SHORT = 80
_ITEMS = 6
_DEEP = 4


def shown(value: Value, depth: int = 0) -> str:
    """A value as Python would write it, cut to what a person reads: `os.system('id')`."""
    if value is None or isinstance(value, bool | float):
        return repr(value)
    if isinstance(value, int):
        return repr(value) if value.bit_length() < 300 else f"<a number of {value.bit_length()} bits>"
    if isinstance(value, str | bytes):
        return repr(value) if len(value) <= _SHORT else f"{value[:_SHORT]!r}…"
    if isinstance(value, Stretch):
        return f"<{value.kind} of {value.size} bytes>"
    if isinstance(value, Global):
        return value.name if value.module == "builtins" else value.full
    if isinstance(value, Unknown):
        return f"<{value.why}>"
    if depth >= _DEEP:
        return "…"
    if isinstance(value, Persistent):
        return f"persistent({shown(value.id, depth + 1)})"
    return _compound(value, depth)


def call_shown(callee: Value, args: Value, depth: int = 0) -> str:
    """A call as Python would write it."""
    inner = _list(args.items, args.more, depth) if isinstance(args, Sequence) else f"*{shown(args, depth + 1)}"
    return f"{shown(callee, depth + 1)}({inner})"


def _compound(value: Sequence | Mapping | Instance, depth: int) -> str:
    if isinstance(value, Instance):
        return call_shown(value.callee, value.args, depth)
    if isinstance(value, Mapping):
        pairs = zip(value.keys[:_ITEMS], value.values[:_ITEMS], strict=False)
        inner = ", ".join(f"{shown(key, depth + 1)}: {shown(each, depth + 1)}" for key, each in pairs)
        return "{" + inner + (", …" if len(value.keys) > _ITEMS else "") + "}"
    inner = _list(value.items, value.more, depth)
    if value.kind == "list":
        return f"[{inner}]"
    if value.kind == "tuple":
        return f"({inner},)" if len(value.items) == 1 else f"({inner})"
    return f"{value.kind}([{inner}])"


def _list(items: list[Value], more: int, depth: int) -> str:
    inner = ", ".join(shown(each, depth + 1) for each in items[:_ITEMS])
    return inner + (", …" if more or len(items) > _ITEMS else "")
