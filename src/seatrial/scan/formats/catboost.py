"""CatBoost's binary models (source: catboost/libs/model, model.fbs): a FlatBuffer, and parts that it announces."""

from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Window
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.flatbuffers import Flat, Malformed, Table
from seatrial.scan.formats.json_text import names_any, parse
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

MAGIC: Final = b"CBM1"
_MEND: Final = "Do not load it; save the model again."

BOUNDS = Rule(
    "catboost.out-of-bounds",
    "attack",
    "A length or offset outside the model",
    "The reader in C++ trusts these numbers.",
    _MEND,
    ("CWE-125", *SUPPLY_CHAIN),
)
TREES = Rule(
    "catboost.wrong-trees", "attack", "The trees' sizes do not fit their splits", "Evaluating reads beside them.", _MEND
)
TRAILING = Rule(
    "catboost.trailing-bytes",
    "review",
    "Bytes behind the model that it does not announce",
    "CatBoost does not read them; another program may.",
    "Find out what wrote them.",
)


def recognise(part: Part) -> bool:
    """By the magic number."""
    return part.blob.read(0, 4) == MAGIC


def inspect(part: Part) -> Iterator[Finding]:
    """The model's core; parts behind it hold counters of categories, which are numbers."""
    length = int.from_bytes(part.blob.read(4, 4), "little")
    if length > part.blob.size - 8:
        if length > max(1 << 20, 16 * part.blob.size):
            yield part.finding(BOUNDS, f"{length} bytes of {part.blob.size}", offset=4)
        raise Unreadable(f"its core takes {length} bytes and {part.blob.size - 8} are there")
    try:
        core = Flat(Window(part.blob, 8, length), part.budget).root()
        version = core.text(0)
        if not version.startswith("FlabuffersModel"):
            raise Unreadable(f"its format {version[:40]!r} is unknown")
        for pair in core.tables(2):
            pair.text(0)
        announced = list(core.texts(3))
        trees = core.inner(1)
        if trees is not None:
            yield from _trees(part, trees)
    except Malformed as reason:
        yield part.finding(BOUNDS, str(reason))
        return
    if not announced and part.blob.size > length + 8:
        yield part.finding(TRAILING, f"{part.blob.size - length - 8} bytes", offset=length + 8)
        yield from part.inside("trailing", Window(part.blob, length + 8)).look()


def _trees(part: Part, trees: Table) -> Iterator[Finding]:
    splits, sizes = trees.vector(1, 4)[1], list(trees.numbers(2))
    if any(size < 0 for size in sizes) or sum(sizes) > splits:
        yield part.finding(TREES, f"{sum(sizes)} splits in {len(sizes)} trees, {splits} there", offset=8)
    if any(not 0 <= start <= splits for start in trees.numbers(3)):
        yield part.finding(TREES, "a tree begins outside", offset=8)
    trees.vector(8, 8)
    trees.vector(9, 8)


def _is_json(part: Part) -> bool:
    return names_any(part.blob, ("features_info",)) and names_any(part.blob, ("oblivious_trees", "trees"))


def _json(part: Part) -> Iterator[Finding]:
    """Its JSON form holds numbers and names only: that it is JSON is all there is to check."""
    limit = part.budget.limits.header
    raw = part.blob.read(0, limit + 1)
    if len(raw) > limit:
        raise Unreadable(f"it has more than {limit} bytes")
    parse(raw)
    yield from ()


CATBOOST_JSON = Format("catboost-json", "CatBoost models as JSON", _is_json, _json, ())
CATBOOST = Format("catboost", "CatBoost models (.cbm)", recognise, inspect, (BOUNDS, TREES, TRAILING))
