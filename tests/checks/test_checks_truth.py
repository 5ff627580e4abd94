"""Checks made of checks: any tree of them is held to a small model of three-valued logic."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge, judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

LEAVES = {True: {"contains": "ferry"}, False: {"contains": "bus"}, None: "contains"}
TREES = st.recursive(
    st.sampled_from([True, False, None]),
    lambda inner: (
        st.tuples(st.sampled_from(["all_of", "any_of"]), st.lists(inner, min_size=1, max_size=3))
        | st.tuples(st.just("not"), inner)
    ),
    max_leaves=6,
)
TABLE = list(product([True, False, None], repeat=2))


def spec_of(tree):
    """A tree as it is written in a suite file."""
    if not isinstance(tree, tuple):
        return LEAVES[tree]
    name, inner = tree
    return {name: spec_of(inner) if name == "not" else [spec_of(each) for each in inner]}


def truth_of(tree):
    """What a tree says by Kleene's logic: false 0, not judged 1, true 2; min, max and 2 - x."""
    if not isinstance(tree, tuple):
        return {False: 0, None: 1, True: 2}[tree]
    name, inner = tree
    return 2 - truth_of(inner) if name == "not" else {"all_of": min, "any_of": max}[name](map(truth_of, inner))


@given(TREES)
@settings(max_examples=80)
def test_any_tree_follows_the_model(tree):
    """However sets and negations stand inside each other, the verdict is that of the logic."""
    score = judge_text({"all_of": [spec_of(tree), LEAVES[True]]}, "ferry")
    assert score.passed is [False, None, True][truth_of(tree)]
    assert score.reason


@pytest.mark.parametrize(("one", "other"), TABLE)
def test_weights_by_the_table(one, other):
    """A weighted set is not judged when any part was not, however little it weighs; else its share decides."""
    parts = [{"check": LEAVES[one], "weight": 3}, {"check": LEAVES[other], "weight": 1}]
    score = judge_text({"weighted": {"checks": parts, "threshold": 0.75}}, "ferry")
    assert score.passed is (None if None in (one, other) else one)
    assert score.value == (None if None in (one, other) else (3 * one + other) / 4)


@pytest.mark.parametrize(("one", "other"), TABLE)
@pytest.mark.parametrize("name", ["all_of", "any_of"])
def test_the_value_of_a_set_is_the_share_that_passed(name, one, other):
    """Where there is a verdict there is a share, and a set that is not judged has none."""
    score = judge_text({name: [LEAVES[one], LEAVES[other]]}, "ferry")
    assert score.value == (None if score.passed is None else ((one is True) + (other is True)) / 2)


@given(
    st.lists(st.tuples(st.sampled_from([True, False]), st.integers(0, 5)), min_size=1, max_size=4), st.integers(0, 4)
)
@settings(max_examples=60)
def test_a_weight_of_zero_counts_nothing(parts, quarter):
    """Leaving out what weighs nothing changes neither share nor verdict, and no weight at all is a mistake."""
    checks = [{"check": LEAVES[passed], "weight": weight} for passed, weight in parts]
    heavy = [check for check in checks if check["weight"]]
    if not heavy:
        with pytest.raises(Mistake, match="at least one of them above 0"):
            build_check({"weighted": {"checks": checks, "threshold": 1}})
        return
    spec = {"weighted": {"checks": checks, "threshold": quarter / 4}}
    score, slim = judge_text(spec, "ferry"), judge_text({"weighted": {**spec["weighted"], "checks": heavy}}, "ferry")
    assert (score.passed, score.value) == (slim.passed, slim.value)
    assert score.passed is (score.value >= quarter / 4)


def test_weights_default_to_one():
    """Parts without a weight count alike."""
    spec = {"weighted": {"checks": [{"check": LEAVES[each]} for each in (True, True, False)], "threshold": 0.6}}
    assert judge_text(spec, "ferry").value == pytest.approx(2 / 3)


@pytest.mark.parametrize("value", [-0.1, 1.1, None, 300.0])
def test_values_that_are_no_shares_cannot_be_weighed(value):
    """`by: value` weighs shares only; by pass or fail the same check counts."""

    def rule(answer):
        return Score("mine", True, value)

    parts = {"checks": [{"check": rule}, {"check": LEAVES[True]}], "threshold": 1}
    by_value = judge_text({"weighted": {**parts, "by": "value"}}, "ferry")
    assert (by_value.passed, by_value.reason) == (None, f"The value of rule is {value}, which is no share from 0 to 1.")
    assert judge_text({"weighted": parts}, "ferry").passed is True


@pytest.mark.parametrize("threshold", [float("nan"), -0.01, 1.01, float("inf")])
def test_thresholds_that_nothing_could_reach(threshold):
    """A threshold outside 0 to 1 is refused, NaN too."""
    with pytest.raises(Mistake, match="a share from 0 to 1"):
        build_check({"weighted": {"checks": [{"check": LEAVES[True]}], "threshold": threshold}})


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"all_of": []}, "`all_of` is empty"),
        ({"any_of": []}, "`any_of` is empty"),
        ("not", "`not` needs `check`"),
        ({"not": {"check": "refusal", "nmae": "x"}}, "did you mean `name`?"),
        ({"all_of": [{"any_of": ["contians"]}]}, "did you mean `contains`?"),
        ({"all_of": {"contains": "a"}}, "has no argument `contains`"),
    ],
)
def test_sets_that_are_none(spec, said):
    """Empty sets, a negation of nothing and a slip deep inside are mistakes when the suite is read."""
    with pytest.raises(Mistake) as caught:
        build_check(spec)
    assert said in str(caught.value)


async def test_waiting_parts_are_judged_as_ready_ones():
    """The table is the same when every part has to be waited for."""

    async def yes(answer):
        return True

    async def no(answer):
        return False

    async def crash(answer):
        raise OSError("gone")

    rules = {True: yes, False: no, None: crash}
    for one, other in TABLE:
        tree = ("not", ("any_of", [one, ("all_of", [one, other])]))
        spec = {"not": {"any_of": [rules[one], {"all_of": [rules[one], rules[other]]}]}}
        score = await judge(build_check(spec), evidence_of("ferry"))
        assert score.passed is [False, None, True][truth_of(tree)]
