"""XGBoost, LightGBM and CatBoost at their boundaries, and UBJSON's refusals."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making.boosters import as_json, lightgbm, ubj, xgboost_model
from making.flat import Number, Numbers, catboost, flat
from making.looking import ids, seen
from scanning import scanned

from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.formats.ubjson import DEPTH, read
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Settings

SMALL = Settings(Limits(header=64))


def evidence(data):
    """Ids with what they show."""
    return [(each.id, each.evidence) for each in seen(data).findings]


def reason(data):
    """Why UBJSON could not be read."""
    with pytest.raises(Unreadable) as found:
        read(BytesBlob(data), Budget(Limits()))
    return str(found.value)


def tree_of(*lists):
    """A model of one tree with left and right children only."""
    count = len(lists[0])
    names = ("parents", "split_indices", "split_conditions", "default_left")
    lengths = {name: [0] * count for name in names} | {"tree_param": {"num_nodes": str(count)}}
    return xgboost_model(left_children=lists[0], right_children=lists[1], **lengths)


@pytest.mark.parametrize(
    ("left", "right", "shown"),
    [
        ([-1], [-1], None),
        ([1, -1, -1], [2, -1, -1], None),
        ([1, 3, -1, -1, -1], [2, 4, -1, -1, -1], None),
        ([3, -1, -1], [2, -1, -1], "a child 3 of 3 nodes"),
        ([1, -1, -1], [0, -1, -1], "a child 0 of 3 nodes"),
        ([1, -1, -1], [-1, -1, -1], "a child -1 of 3 nodes"),
        ([-2, -1, -1], [1, -1, -1], "a child -2 of 3 nodes"),
        ([1, -1, -1], [1, -1, -1], "a node is the child of two"),
        ([1, 2, 1], [2, 1, 2], "a node is the child of two"),
        ([1.0, -1, -1], [2, -1, -1], "a child 1.0 of 3 nodes"),
        ([None, -1, -1], [2, -1, -1], "a child None of 3 nodes"),
        (["1", -1, -1], [2, -1, -1], "a child '1' of 3 nodes"),
        ([[], -1, -1], [2, -1, -1], "a child [] of 3 nodes"),
    ],
)
def test_a_tree_leads_from_its_root_to_every_node_once(left, right, shown):
    """Children are whole numbers within the tree, above nought, and nobody's twice."""
    wanted = [] if shown is None else [("xgboost.broken-tree", shown)]
    assert evidence(as_json(tree_of(left, right))) == wanted


@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({"tree_param": {"num_nodes": "4"}}, "lists of [3, 4] nodes"),
        ({"tree_param": {"num_nodes": "0"}}, "lists of [0, 3] nodes"),
        ({"tree_param": {"num_nodes": "9" * 30}}, f"lists of [3, {'9' * 18}] nodes"),
        ({"parents": [0]}, "lists of [1, 3] nodes"),
        ({"left_children": {}}, "lists of [3] nodes"),
        ({"right_children": None}, "lists of [3] nodes"),
        ({"left_children": [], "right_children": []}, "lists of [0, 3] nodes"),
    ],
)
def test_lists_of_different_lengths_are_shown(changes, shown):
    """Each length that was met is in the evidence; a missing list is as bad."""
    assert evidence(as_json(xgboost_model(**changes))) == [("xgboost.broken-tree", shown)]


@pytest.mark.parametrize("param", [None, {}, {"num_nodes": 3}, {"num_nodes": "three"}, [], "3"])
def test_a_declared_number_that_is_none_is_not_counted(param):
    """Older writers leave it out; the lists still have to fit together."""
    assert evidence(as_json(xgboost_model(tree_param=param))) == []


def test_every_broken_tree_of_a_forest_is_told():
    """Trees of boosters within boosters are found wherever they stand."""
    model = xgboost_model()
    booster = model["learner"]["gradient_booster"]
    booster["model"]["trees"] = [booster["model"]["trees"][0] | {"left_children": [at, -1, -1]} for at in (7, 8, 9)]
    model["learner"]["gradient_booster"] = {"gbtree": booster, "weight_drop": [0.5]}
    assert sorted(shown for _, shown in evidence(as_json(model))) == [f"a child {at} of 3 nodes" for at in (7, 8, 9)]


@pytest.mark.parametrize("write", [as_json, ubj])
def test_a_model_without_parameters_could_not_be_read(write):
    """What names a learner and has none of its numbers is no model of XGBoost."""
    model = {"learner": {"gradient_booster": {"name": "gblinear"}, "Model": "x"}}
    assert evidence(write(model))[0][1].endswith("it has no learner_model_param")


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (as_json(xgboost_model()), "xgboost-json"),
        (lightgbm(), "lightgbm"),
        (b'{"features_info": {}, "trees": []' + b" " * 64 + b"}", "catboost-json"),
        (ubj(xgboost_model()), "xgboost-ubj"),
    ],
)
def test_texts_beyond_the_limit_are_not_parsed(data, name):
    """A model larger than a header may be is unread, and says why."""
    found = scanned(data, settings=SMALL)
    assert (found.verdict, found.formats) == ("unread", (name,))
    assert found.findings[0].evidence == f"as {name}: it has more than 64 bytes"


@pytest.mark.parametrize(
    ("lines", "shown"),
    [
        ("num_leaves=0", "num_leaves=0"),
        ("num_leaves=16777216", "num_leaves=16777216"),
        ("num_leaves=", "num_leaves="),
        ("num_leaves=3 3", "num_leaves=3 3"),
        ("num_leaves=3.0", "num_leaves=3.0"),
        ("num_leaves=" + "9" * 50, "num_leaves=" + "9" * 40),
        ("leaf_weight=1", "leaf_weight: 1 for 3 leaves"),
        ("leaf_count=1 1 1 1", "leaf_count: 4 for 3 leaves"),
        ("split_feature=0", "split_feature: 1 for 3 leaves"),
        ("split_gain=", "split_gain: 0 for 3 leaves"),
        ("decision_type=2 2 2", "decision_type: 3 for 3 leaves"),
        ("left_child=1", "left_child: 1 for 3 leaves"),
        ("left_child=0 -1", "left_child of node 0 is 0"),
        ("left_child=2 -1", "left_child of node 0 is 2"),
        ("left_child=1 1", "left_child of node 1 is 1"),
        ("left_child=1 0", "left_child of node 1 is 0"),
        ("right_child=-4 -2", "right_child of node 0 is -4"),
        ("right_child=-3 9999999999999999999", f"right_child of node 1 is {1 << 62}"),
    ],
)
def test_numbers_of_lightgbm_are_told_as_they_stand(lines, shown):
    """Counts one too few or many, and children that lead back or out, are shown with the line of their tree."""
    found = [each for each in seen(lightgbm(lines)).findings if each.id.startswith("lightgbm.")]
    assert [(each.evidence, each.line) for each in found] == [(shown, 6)]


def test_trees_of_lightgbm_are_judged_one_by_one():
    """The second tree of two is told by its own line."""
    second = "\n\nTree=1\nnum_leaves=2\nsplit_feature=0\nleft_child=-1\nright_child=-9"
    found = seen(lightgbm(second)).findings
    assert [each.evidence for each in found] == ["right_child of node 0 is -9"]
    assert found[0].line == lightgbm(second).decode().split("\n").index("Tree=1") + 1


def test_lists_may_be_left_out():
    """Older versions write fewer lists; those that are there have to fit."""
    tree = "tree\nversion=v2\n\nTree=0\nnum_leaves=2\nleft_child=-1\nright_child=-2\n\nend of trees\n"
    assert ids(tree.encode()) == []


@pytest.mark.parametrize("head", [b"tree\nversion=v4\n", b"tree\r\nversion=v4\n"])
def test_lightgbm_is_known_by_two_lines_alone(head):
    """What begins like a model and ends before its trees is unread, not unknown."""
    assert evidence(head) == [("file.unread", "as lightgbm: it ends before its trees do")]


@pytest.mark.parametrize(
    "head", [b"tree\n version=v4\n", b"Tree\nversion=v4\n", b"tree version=v4\n", b"\ntree\nversion=1\n"]
)
def test_texts_that_only_resemble_one_are_not_lightgbm(head):
    """A blank, a capital or a missing line's end makes it another text."""
    assert "lightgbm" not in seen(head + b"end of trees\n").formats


@pytest.mark.parametrize(
    ("sizes", "splits", "wanted"),
    [
        ((1, 1), (0, 1), []),
        ((2, 0), (0, 1), []),
        ((1, 2), (0, 1), ["catboost.wrong-trees"]),
        ((2, -1), (0, 1), ["catboost.wrong-trees"]),
        ((), (), ["catboost.wrong-trees"]),
    ],
)
def test_trees_of_catboost_take_no_more_splits_than_there_are(sizes, splits, wanted):
    """The sum of the depths is at most the splits; the last case begins a tree behind all of them."""
    assert ids(catboost(sizes=sizes, splits=splits)) == wanted


@pytest.mark.parametrize(
    ("starts", "wanted"), [((0, 2), []), ((0, 3), ["catboost.wrong-trees"]), ((-1,), ["catboost.wrong-trees"])]
)
def test_trees_of_catboost_begin_within_their_splits(starts, wanted):
    """A tree may begin at the end, where it is empty, and nowhere outside."""
    core = flat({0: "FlabuffersModel_v1", 1: {0: Number(1), 1: Numbers(0, 1), 2: Numbers(1, 1), 3: Numbers(*starts)}})
    assert ids(b"CBM1" + struct.pack("<I", len(core)) + core) == wanted


@pytest.mark.parametrize(
    ("length", "wanted"),
    [(1 << 20, ["file.unread"]), ((1 << 20) + 1, ["catboost.out-of-bounds", "file.unread"])],
)
def test_a_core_of_catboost_may_be_cut_by_a_megabyte(length, wanted):
    """What is declared beyond that no download explains."""
    assert ids(b"CBM1" + struct.pack("<I", length) + bytes(40)) == wanted


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"x", "it does not begin with an object"),
        (b"[$ii]", "it has a type without a count"),
        (b"[S?", "it has a length of kind '?' at 3"),
        (b"[Si\x80", "it ends within something of -128 at 4"),
        (b"[Si\x05abc", "it ends within something of 5 at 4"),
        (b"[#l\x7f\xff\xff\xff", "it ends within something of 2147483647 at 7"),
        (b"[?", "it has a value of kind '?' at 2"),
        (b"[i", "it ends at byte 2, within something of 1 bytes at 2"),
        (b"[" * (DEPTH + 2), f"it nests deeper than {DEPTH} levels"),
    ],
)
def test_ubjson_says_what_it_met_and_where(data, words):
    """Each refusal is a sentence with the kind and the place."""
    assert reason(data) == words


def test_ubjson_nests_to_its_limit():
    """A hundred lists within each other are read."""
    assert read(BytesBlob(b"[" * DEPTH + b"]" * DEPTH), Budget(Limits())) is not None


@given(st.lists(st.floats(width=32, allow_nan=False), min_size=1, max_size=5), st.integers(-128, 127))
def test_typed_lists_and_plain_ones_say_the_same(numbers, small):
    """A list with type and count, one with a count, and one with an end hold the same numbers."""
    packed = [struct.pack(">f", each) for each in numbers]
    count = b"#i" + bytes([len(numbers)])
    ways = [b"[$d" + count + b"".join(packed), b"[" + count + b"".join(b"d" + each for each in packed)]
    ways.append(b"[" + b"".join(b"d" + each for each in packed) + b"N]")
    assert [read(BytesBlob(way), Budget(Limits())) for way in ways] == [numbers] * 3
    assert read(BytesBlob(b"[i" + struct.pack("b", small) + b"]"), Budget(Limits())) == [small]


@given(st.integers(1, 6), st.data())
def test_any_binary_tree_is_clean(splits, data):
    """Trees grown leaf by leaf, as boosters grow them, are clean in both forms of XGBoost."""
    left, right, leaves = [-1], [-1], [0]
    for _ in range(splits):
        at = leaves.pop(data.draw(st.integers(0, len(leaves) - 1)))
        left[at], right[at] = len(left), len(left) + 1
        leaves += [len(left), len(left) + 1]
        left += [-1, -1]
        right += [-1, -1]
    model = tree_of(left, right)
    assert ids(json.dumps(model).encode()) == []
    assert ids(ubj(model)) == []
