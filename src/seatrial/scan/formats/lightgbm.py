"""LightGBM's text models (source: gbdt_model_text.cpp and tree.cpp of microsoft/LightGBM): counts against lists."""

import re
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format, Unreadable
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

_HEAD: Final = re.compile(rb"tree\r?\nversion=")
_TREE: Final = re.compile(r"Tree=(\d{1,9})\Z")
_PER_LEAF: Final = ("leaf_value", "leaf_weight", "leaf_count")
_PER_SPLIT: Final = ("split_feature", "split_gain", "threshold", "decision_type", "left_child", "right_child")
_LEAVES: Final = 1 << 24

COUNTS = Rule(
    "lightgbm.wrong-counts",
    "attack",
    "A tree's lists do not have the lengths that it declares",
    "The reader in C++ sizes its memory by one and fills it by the other.",
    "Do not load it; save the model again.",
    ("CWE-125", "CWE-787", *SUPPLY_CHAIN),
)
CHILDREN = Rule(
    "lightgbm.child-outside",
    "attack",
    "A tree's node leads outside the tree, or back",
    "Predicting reads outside the tree's memory, or never ends.",
    "Do not load it; save the model again.",
    ("CWE-125", "CWE-835", *SUPPLY_CHAIN),
)


def recognise(part: Part) -> bool:
    """By its first two lines."""
    return _HEAD.match(part.blob.read(0, 32)) is not None


def inspect(part: Part) -> Iterator[Finding]:
    """Each tree's lists; parameters and category names are texts that are not evaluated."""
    limit = part.budget.limits.header
    raw = part.blob.read(0, limit + 1)
    if len(raw) > limit:
        raise Unreadable(f"it has more than {limit} bytes")
    try:
        lines = raw.decode().replace("\r\n", "\n").split("\n")
    except UnicodeDecodeError as error:
        raise Unreadable(f"it is no UTF-8: byte {error.start}") from error
    tree: dict[str, str] | None = None
    ended = False
    first = 1
    for number, line in enumerate(lines, 1):
        if _TREE.match(line) or line.strip() == "end of trees":
            if tree is not None:
                part.budget.check_time()
                yield from _tree(part, tree, first)
            ended = line.strip() == "end of trees"
            if ended:
                break
            tree, first = {}, number
        elif tree is not None:
            key, found, value = line.partition("=")
            if found:
                tree[key] = value
    if not ended:
        raise Unreadable("it ends before its trees do")


def _tree(part: Part, tree: dict[str, str], line: int) -> Iterator[Finding]:
    leaves = _integers(tree.get("num_leaves", ""))
    if len(leaves) != 1 or not 0 < leaves[0] < _LEAVES:
        yield part.finding(COUNTS, f"num_leaves={tree.get('num_leaves', '')[:40]}", line=line)
        return
    count = leaves[0]
    for keys, wanted in ((_PER_LEAF, count), (_PER_SPLIT, count - 1)):
        for key in keys:
            got = len(tree[key].split()) if key in tree else wanted
            # A tree of one leaf may leave its lists out, or hold a nought.
            if got != wanted and count > 1:
                yield part.finding(COUNTS, f"{key}: {got} for {count} leaves", line=line)
                return
    for key in ("left_child", "right_child"):
        for parent, child in enumerate(_integers(tree.get(key, "")) if count > 1 else []):
            if not (parent < child < count - 1 or -count <= child < 0):
                yield part.finding(CHILDREN, f"{key} of node {parent} is {child}", line=line)
                return


def _integers(text: str) -> list[int]:
    return [int(each) if re.fullmatch(r"-?\d{1,18}", each) else 1 << 62 for each in text.split()]


LIGHTGBM = Format("lightgbm", "LightGBM's text models", recognise, inspect, (COUNTS, CHILDREN))
