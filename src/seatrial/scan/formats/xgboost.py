"""XGBoost's models (source: doc/model.schema and src/common/json.cc of dmlc/xgboost): JSON, UBJSON, and old binary."""

from collections.abc import Iterator
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.formats.json_text import names_any, parse
from seatrial.scan.formats.ubjson import read as read_ubjson
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_OLD: Final = (b"binf", b"bs64")
_UBJ: Final = (b"{L", b"{i", b"{U", b"{l", b"{I", b"{#", b"{$")
_PER_NODE: Final = ("left_children", "right_children", "parents", "split_indices", "split_conditions", "default_left")

TREE = Rule(
    "xgboost.broken-tree",
    "attack",
    "A tree's lists do not fit together",
    "Predicting reads outside the tree's memory, or never ends.",
    "Do not load it; save the model again.",
    ("CWE-125", "CWE-787", *SUPPLY_CHAIN),
)
DUPLICATE = Rule(
    "xgboost.duplicate-key",
    "review",
    "A key is given twice",
    "Readers differ in which of the two they use.",
    "Save the model again.",
)
RULES: Final = (TREE, DUPLICATE)


def _is_json(part: Part) -> bool:
    head = part.blob.read(0, 4096)
    return b'"learner"' in head and names_any(part.blob, ("gradient_booster", "learner_model_param"))


def _is_ubjson(part: Part) -> bool:
    head = part.blob.read(0, 256)
    return head.startswith(_UBJ) and any(word in head for word in (b"learner", b"Config", b"Model"))


def _json(part: Part) -> Iterator[Finding]:
    limit = part.budget.limits.header
    raw = part.blob.read(0, limit + 1)
    if len(raw) > limit:
        raise Unreadable(f"it has more than {limit} bytes")
    whole, twice = parse(raw)
    for key in twice:
        yield part.finding(DUPLICATE, key)
    yield from _model(part, whole)


def _ubjson(part: Part) -> Iterator[Finding]:
    yield from _model(part, read_ubjson(part.blob, part.budget))


def _model(part: Part, whole: Any) -> Iterator[Finding]:
    """The trees of every booster in it, wherever they stand."""
    waiting, seen = [whole], False
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            seen = seen or "learner_model_param" in each
            if "left_children" in each and "right_children" in each:
                part.budget.check_time()
                wrong = _wrong(each)
                if wrong:
                    yield part.finding(TREE, wrong)
            else:
                waiting += [value for value in each.values() if isinstance(value, dict | list)]
        elif each and isinstance(each[0], dict | list):
            waiting += [value for value in each if isinstance(value, dict | list)]
    if not seen:
        raise Unreadable("it has no learner_model_param")


def _wrong(tree: dict[str, Any]) -> str | None:
    lists = {key: tree[key] for key in _PER_NODE if isinstance(tree.get(key), list)}
    sizes = {len(value) for value in lists.values()}
    declared = tree.get("tree_param")
    if isinstance(declared, dict) and isinstance(declared.get("num_nodes"), str) and declared["num_nodes"].isdecimal():
        sizes.add(int(declared["num_nodes"][:18]))
    if len(sizes) != 1 or "left_children" not in lists or "right_children" not in lists:
        return f"lists of {sorted(sizes)} nodes"
    count = sizes.pop()
    # Of a leaf, which has no left child, the right one says nothing: trees of several targets leave a nought there.
    pairs = [pair for pair in zip(lists["left_children"], lists["right_children"], strict=True) if pair[0] != -1]
    children = [child for pair in pairs for child in pair]
    outside = [child for child in children if not isinstance(child, int) or not 0 < child < count]
    if outside:
        return f"a child {outside[0]!r} of {count} nodes"[:200]
    return "a node is the child of two" if len(set(children)) < len(children) else None


def _is_old(part: Part) -> bool:
    return part.blob.read(0, 4) in _OLD


def _old(part: Part) -> Iterator[Finding]:
    raise Unreadable("this is XGBoost's old binary form, which XGBoost itself no longer reads; save it as JSON or UBJ")
    yield  # a generator, as every inspection is


XGBOOST_JSON = Format("xgboost-json", "XGBoost models as JSON", _is_json, _json, RULES)
XGBOOST_UBJ = Format("xgboost-ubj", "XGBoost models as UBJSON", _is_ubjson, _ubjson, RULES)
XGBOOST_OLD = Format("xgboost-binary", "XGBoost models of the old binary form: not read", _is_old, _old, ())
