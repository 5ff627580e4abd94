"""Arrays that joblib writes between the opcodes of a pickle (joblib, numpy_pickle.py)."""

import re
from typing import Final

from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import is_global
from seatrial.scan.pickles.machine import Machine
from seatrial.scan.pickles.reader import ABSURD, Broken
from seatrial.scan.pickles.second_reading import read_as_opcodes
from seatrial.scan.pickles.values import Global, Instance, Mapping, Value, items_of

WRAPPERS: Final = ("joblib.numpy_pickle.NumpyArrayWrapper", "sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper")
_SIMPLE: Final = re.compile(r"[<>=|]?(?:([biufcSVamM?])(\d*)|(U)(\d+)|(O)\d*|T\d*)(?:\[[^\]]*\])?")
_HAS_OBJECT: Final = 1
"""Flag of a dtype whose items are, or hold, Python objects (numpy, ndarraytypes.h, NPY_ITEM_HASOBJECT)."""


def skip_array(m: Machine, wrapper: Instance) -> None:
    """Go on behind the array bytes that follow a wrapper's BUILD; other Instances have none.

    Raises:
        Broken: The wrapper's shape and type do not say how many there are, or they are not there.
    """
    if not is_global(wrapper.callee, *WRAPPERS) or not wrapper.states:
        return
    state = wrapper.states[-1]
    if not isinstance(state, Mapping):
        raise Broken("an array wrapper of joblib has no state")
    reader = m.reader
    if reader.frame >= 0 and reader.frame > reader.offset:
        m.court.odd(rules.CUT_FRAME, "array bytes of joblib inside a frame", reader.offset)
    reader.frame = -1
    reader.jump(reader.offset)
    size = item_size(state.get("dtype"))
    read_as_opcodes(m, pickled=size is None)
    if size is None:
        nested = Machine(reader, m.court, joblib=False)
        nested.run()
        m.calls += nested.calls
        return
    count = _count(state.get("shape"))
    if state.get("numpy_array_alignment_bytes") is not None:
        reader.take(reader.byte())
    total = count * size
    if total >= ABSURD:
        m.court.odd(rules.ABSURD_SIZE, f"an array of {total} bytes", reader.offset)
    reader.skip(total)


def _count(shape: Value) -> int:
    dims = items_of(shape)
    if dims is None:
        raise Broken("the shape of an array of joblib is not known")
    count = 1
    for each in dims:
        whole = each
        if not isinstance(whole, int) or whole < 0:
            raise Broken("the shape of an array of joblib is not known")
        count *= whole
    return count


def item_size(dtype: Value, depth: int = 0) -> int | None:
    """Bytes of one item of a `numpy.dtype`, or None if it holds objects.

    Raises:
        Broken: It is none, or its size is not known.
    """
    if not isinstance(dtype, Instance) or depth > 4:
        raise Broken("the type of an array of joblib is not known")
    if not is_global(dtype.callee, "numpy.dtype"):
        return None  # a type of its own, such as StringDType: joblib pickles its arrays
    items = items_of(dtype.args) or []
    code = items[0] if items else None
    if isinstance(code, Global):
        raise Broken(f"the type of an array of joblib is {code.full}")
    state = items_of(dtype.states[-1]) if dtype.states else None
    flags = state[7] if state and len(state) > 7 else 0
    if isinstance(flags, int) and flags & _HAS_OBJECT:
        return None  # numpy believes the flag, whatever the type is called, and joblib goes by it
    fields = state[4] if state and len(state) > 4 else None
    if isinstance(fields, Mapping) and any(_holds_objects(each, depth) for each in fields.values):
        return None
    if state and len(state) > 5 and isinstance(state[5], int) and state[5] > 0:
        return int(state[5])
    return _simple_size(code)


def _holds_objects(field: Value, depth: int) -> bool:
    parts = items_of(field)
    return bool(parts) and isinstance(parts, list) and item_size(parts[0], depth + 1) is None


def _simple_size(code: Value) -> int | None:
    found = _SIMPLE.fullmatch(code) if isinstance(code, str) else None
    if not found:
        raise Broken(f"the type of an array of joblib is {code!r}")
    if found[5]:
        return None
    if found[3]:
        return 4 * int(found[4])
    return int(found[2] or 1)
