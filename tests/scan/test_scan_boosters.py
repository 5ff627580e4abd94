"""XGBoost, LightGBM and CatBoost."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.boosters import as_json, lightgbm, ubj, xgboost_model
from making.flat import catboost, flat
from making.looking import ids, mutated, seen

from seatrial.scan.blob import BytesBlob
from seatrial.scan.file import look
from seatrial.scan.limits import Limits
from seatrial.scan.part import Settings

WRITERS = {"xgboost-json": as_json, "xgboost-ubj": ubj}
CATBOOST_JSON = b'{"features_info": {}, "model_info": {"params": {}}, "oblivious_trees": [{"leaf_values": [1]}]}'
HONEST = [as_json(xgboost_model()), ubj(xgboost_model()), lightgbm(), catboost(), CATBOOST_JSON]


@pytest.mark.parametrize(
    ("name", "data"),
    list(zip(["xgboost-json", "xgboost-ubj", "lightgbm", "catboost", "catboost-json"], HONEST, strict=True)),
)
def test_honest_models_are_clean(name, data):
    """A model as its library writes it is clean."""
    assert (seen(data).verdict, seen(data).formats) == ("clean", (name,))


@pytest.mark.parametrize("write", [as_json, ubj])
@pytest.mark.parametrize(
    "changes",
    [
        {"left_children": [1, -1]},
        {"left_children": [7, -1, -1]},
        {"left_children": [0, -1, -1]},
        {"left_children": [1, 2, -1], "right_children": [2, 1, -1]},
        {"right_children": [None, 0, 0]},
        {"right_children": [1, -1, -1]},
        {"right_children": [-5, -1, -1]},
        {"tree_param": {"num_nodes": "3000000"}},
        {"split_conditions": [0.5]},
        {"left_children": [1, "x", None]},
    ],
)
def test_trees_of_xgboost_that_do_not_fit_together_are_attacks(write, changes):
    """Lists of other lengths and children outside the tree are attacks, in both forms."""
    assert "xgboost.broken-tree" in ids(write(xgboost_model(**changes)))


def test_leaves_of_trees_of_several_targets_are_honest():
    """XGBoost leaves a nought as the right child of a leaf in such trees."""
    assert seen(as_json(xgboost_model(right_children=[2, 0, 0]))).verdict == "clean"


def test_a_key_given_twice_is_for_a_person():
    """Readers of JSON differ in which they use."""
    assert ids(as_json(xgboost_model()).replace(b'"version":', b'"learner":{},"version":')) == [
        "file.unread",
        "xgboost.duplicate-key",
    ]


@pytest.mark.parametrize(
    "data",
    [
        b"binf" + b"\x00" * 40,
        as_json(xgboost_model())[:-5],
        ubj(xgboost_model())[:-5],
        b'{"learner": {"learner_model_param": ' + b"[" * 5000 + b"]" * 5000 + b"}}",
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner" + b"[" * 5000,
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[$T#L\x7f\xff\xff\xff\xff\xff\xff\xff",
        b"{L\x00\x00\x00\x00\x00\x00\x00\x07learner[$l#l\x7f\xff\xff\xff",
        b"{i\x07learnerS",
        b"{i\x07learner?",
    ],
)  # fmt: skip
def test_old_broken_and_bottomless_files_of_xgboost_could_not_be_read(data):
    """The old binary form, cut files, endless nesting and false counts are unread."""
    assert seen(data).verdict == "unread"


@pytest.mark.parametrize(
    ("rule", "lines"),
    [
        ("wrong-counts", "num_leaves=300000"),
        ("wrong-counts", "num_leaves=99999999999999999999"),
        ("wrong-counts", "num_leaves=-1"),
        ("wrong-counts", "num_leaves=three"),
        ("wrong-counts", "leaf_value=0.1 0.2"),
        ("wrong-counts", "threshold=1 2 3 4"),
        ("child-outside", "left_child=1 -9"),
        ("child-outside", "right_child=0 -1"),
        ("child-outside", "left_child=x -1"),
    ],
)
def test_trees_of_lightgbm_that_do_not_fit_together_are_attacks(rule, lines):
    """Counts and children are held against each other."""
    found = seen(lightgbm(lines))
    assert (found.verdict, [each.id for each in found.findings]) == ("attack", [f"lightgbm.{rule}"])


def test_only_a_line_feed_ends_a_line():
    """What LightGBM reads as one line is one line here: other separators hide nothing."""
    assert "lightgbm.wrong-counts" in ids(lightgbm("leaf_value=0.1 0.2\x0bleaf_value=0.1 0.2 0.3 0.4"))
    assert seen(lightgbm().replace(b"\n", b"\r\n")).verdict == "clean"


def test_a_tree_of_one_leaf_is_honest():
    """LightGBM writes a constant as a tree of one leaf with short lists."""
    tree = "Tree=0\nnum_leaves=1\nnum_cat=0\nsplit_feature=\nthreshold=\nleft_child=\nleaf_value=0.5\n\n"
    assert seen(f"tree\nversion=v3\n\n{tree}end of trees\n".encode()).verdict == "clean"


@pytest.mark.parametrize("data", [lightgbm(end=""), lightgbm("leaf_value=\xff").replace(b"\xc3", b"\xff")])
def test_cut_files_of_lightgbm_could_not_be_read(data):
    """A model without its end, or in no encoding, is unread."""
    assert seen(data).verdict == "unread"


@pytest.mark.parametrize(
    ("rule", "data"),
    [
        ("out-of-bounds", b"CBM1\xff\xff\xff\x7f" + b"\x00" * 40),
        ("out-of-bounds", b"CBM1" + struct.pack("<I", 40) + b"\xff\xff\xff\x7f" + b"\x00" * 36),
        ("wrong-trees", catboost(sizes=(5, 5))),
        ("wrong-trees", catboost(sizes=(-1, 1))),
    ],
)
def test_lengths_of_catboost_that_lie_are_attacks(rule, data):
    """Offsets outside the core, and trees larger than their splits, are attacks."""
    assert (seen(data).verdict, f"catboost.{rule}" in ids(data)) == ("attack", True)


def test_what_stands_behind_a_model_of_catboost_must_be_announced():
    """Parts behind the core are named in it; other bytes are for a person."""
    assert seen(catboost(parts=["static_ctr_provider_v1"], behind=b"\x01" * 64)).verdict == "clean"
    assert ids(catboost(behind=b"\x01" * 64)) == ["catboost.trailing-bytes"]
    assert ids(catboost(version="other")) == ["file.unread"]


def test_a_cut_json_of_catboost_could_not_be_read():
    """Its JSON is read whole."""
    assert seen(CATBOOST_JSON[:-2]).verdict == "unread"


def test_tables_beyond_the_budget_end_the_reading():
    """Entries are counted, so a vector that names one table a million times has an end."""
    core = flat({0: "FlabuffersModel_v1", 2: [{0: "a"}] * 60})
    data = b"CBM1" + struct.pack("<I", len(core)) + core
    found = look(BytesBlob(data), "model.cbm", Settings(Limits(members=50)))
    assert [each.id for each in found.findings] == ["file.over-budget"]


@given(st.sampled_from(HONEST), st.integers(0), st.integers(0, 255), st.integers(0, 300))
def test_any_change_still_gives_a_verdict(data, place, byte, cut):
    """Whatever is changed, no reader fails."""
    assert "file.reader-failed" not in ids(mutated(data, place, byte, cut))
