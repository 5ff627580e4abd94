"""Writers of gradient boosters' native files."""

import copy
import json
import struct

TREE = {
    "left_children": [1, -1, -1],
    "right_children": [2, -1, -1],
    "parents": [2147483647, 0, 0],
    "split_indices": [0, 0, 0],
    "split_conditions": [0.5, 1.0, -1.0],
    "default_left": [0, 0, 0],
    "tree_param": {"num_nodes": "3"},
}


def xgboost_model(**changes):
    """An XGBoost model of one tree as an object, with changes to the tree."""
    tree = copy.deepcopy(TREE) | changes
    booster = {"name": "gbtree", "model": {"trees": [tree], "gbtree_model_param": {"num_trees": "1"}}}
    learner = {"learner_model_param": {"num_class": "0"}, "gradient_booster": booster, "objective": {"name": "reg"}}
    return {"learner": learner, "version": [2, 1, 0]}


def as_json(model):
    """As XGBoost saves `.json`."""
    return json.dumps(model, separators=(",", ":")).encode()


def ubj(value):
    """As XGBoost saves `.ubj`: lengths of eight bytes, lists of numbers with type and count."""
    if isinstance(value, dict):
        return b"{" + b"".join(_text(key) + ubj(each) for key, each in value.items()) + b"}"
    if isinstance(value, list):
        if value and all(type(each) is int for each in value):
            return b"[$l#L" + struct.pack(f">q{len(value)}i", len(value), *value)
        if value and all(type(each) is float for each in value):
            return b"[$d#L" + struct.pack(f">q{len(value)}f", len(value), *value)
        return b"[#L" + struct.pack(">q", len(value)) + b"".join(map(ubj, value))
    if isinstance(value, str):
        return b"S" + _text(value)
    return {True: b"T", False: b"F", None: b"Z"}[value] if value in (True, False, None) else b"i" + bytes([value])


def _text(text):
    raw = text.encode()
    return b"L" + struct.pack(">q", len(raw)) + raw


def lightgbm(tree="", header="tree\nversion=v4\nnum_class=1\ntree_sizes=300\n\n", end="end of trees\n"):
    """A LightGBM model of one tree of three leaves; `tree` are lines that come last, and so count."""
    lines = (
        "Tree=0\nnum_leaves=3\nnum_cat=0\nsplit_feature=0 1\nsplit_gain=1 2\nthreshold=0.5 1.5\ndecision_type=2 2\n"
        "left_child=1 -1\nright_child=-3 -2\nleaf_value=0.1 0.2 0.3\nleaf_weight=1 1 1\nleaf_count=3 3 3\nshrinkage=1\n"
    )
    return (header + lines + tree + "\n\n" + end + "\npandas_categorical:null\n").encode()
