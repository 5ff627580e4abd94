"""Laws that hold for any text: what one check says follows from what another says."""

import re

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from seatrial.checks.judge import judge_text
from seatrial.text.forms import collapsed

TEXT = st.text(alphabet="ab Aé\u0301.\n", max_size=30)
FILLED = TEXT.filter(lambda text: bool(text.strip()))
FLAG = st.booleans()


@given(TEXT, FILLED, TEXT)
def test_a_text_contains_its_parts(before, part, after):
    """Whatever stands around it, a part set off by spaces is found."""
    assume(not after.startswith("\u0301") and not part.strip().startswith("\u0301"))
    assert judge_text({"contains": part}, f"{before} {part} {after}").passed is True


@given(TEXT, st.lists(FILLED, min_size=1, max_size=3), FLAG)
def test_unwanted_texts_are_the_opposite_of_wanted_ones(text, texts, ignore_case):
    """`not_any_of` passes exactly where `contains_any` fails."""
    wanted = judge_text({"contains_any": {"expect": texts, "ignore_case": ignore_case}}, text)
    unwanted = judge_text({"not_any_of": {"texts": texts, "ignore_case": ignore_case}}, text)
    assert wanted.passed is not unwanted.passed


@given(TEXT, st.lists(FILLED, min_size=1, max_size=3))
def test_all_of_them_means_each_of_them(text, texts):
    """`contains_all` is the conjunction of `contains`, `contains_any` the disjunction."""
    each = [judge_text({"contains": one}, text).passed for one in texts]
    assert judge_text({"contains_all": texts}, text).passed is all(each)
    assert judge_text({"contains_any": texts}, text).passed is any(each)


@given(FILLED, FLAG)
def test_every_text_equals_itself(text, ignore_case):
    """Equality, exact match and both ends hold of a text and itself."""
    for name in ("equals", "contains", "starts_with", "ends_with"):
        assert judge_text({name: {"expect": text, "ignore_case": ignore_case}}, text).passed is True
    assert judge_text({"exact_match": text}, text).passed is True


@given(FILLED, FILLED)
def test_equal_texts_are_as_near_as_can_be(one, other):
    """Equality without white space around implies similarity 1, and the other way round."""
    same = judge_text({"equals": one}, other).passed
    near = judge_text({"edit_similarity": {"limit": ">= 1", "expect": one}}, other)
    assert near.passed is same


@given(TEXT, TEXT)
def test_f1_does_not_mind_the_order(one, other):
    """Precision and recall change places when the texts do, and their mean stays."""
    there = judge_text("f1 >= 0.5", one, expect=other)
    back = judge_text("f1 >= 0.5", other, expect=one)
    assert there.value == pytest.approx(back.value)
    assert 0 <= there.value <= 1


@given(TEXT, FILLED)
def test_an_escaped_pattern_finds_what_contains_finds(text, part):
    """A regular expression of plain characters agrees with a plain search where white space is single."""
    text, part = collapsed(text), collapsed(part)
    found = judge_text({"regex": re.escape(part)}, text).passed
    assert found is judge_text({"contains": part}, text).passed


@given(TEXT, st.integers(0, 40), st.sampled_from(["characters", "words"]))
def test_a_length_is_on_one_side_of_a_limit(text, limit, unit):
    """Exactly one of `<=` and `>` holds, and a range from both sides is equality."""
    below = judge_text(f"length <= {limit} {unit}", text)
    above = judge_text(f"length > {limit} {unit}", text)
    assert below.passed is not above.passed
    both = {"min": limit, "max": limit, "of": unit}
    assert judge_text({"length": both}, text).passed is judge_text(f"length == {limit} {unit}", text).passed


VALUES = st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=5)
SPECS = {True: {"contains": "ferry"}, False: {"contains": "bus"}, None: "contains"}


@given(VALUES)
def test_three_valued_logic_of_any_set(values):
    """`all_of` and `any_of` follow Kleene's tables, and De Morgan's law joins them."""
    specs = [SPECS[value] for value in values]
    whole = False if False in values else None if None in values else True
    some = True if True in values else None if None in values else False
    assert judge_text({"all_of": specs}, "ferry").passed is whole
    assert judge_text({"any_of": specs}, "ferry").passed is some
    assert judge_text({"not": {"any_of": [{"not": spec} for spec in specs]}}, "ferry").passed is whole


@given(st.lists(st.tuples(st.booleans(), st.floats(0.1, 10)), min_size=1, max_size=5), st.floats(0.5, 20))
def test_weights_count_by_their_ratio(parts, scale):
    """Multiplying all weights changes nothing, and the share is that of the passing ones."""
    values = []
    for factor in (1, scale):
        checks = [{"check": SPECS[passed], "weight": weight * factor} for passed, weight in parts]
        values.append(judge_text({"weighted": {"checks": checks, "threshold": 0.5}}, "ferry").value)
    right = sum(weight for passed, weight in parts if passed) / sum(weight for _, weight in parts)
    assert values == [pytest.approx(right), pytest.approx(right)]


@given(st.integers(-(10**9), 10**9), st.integers(0, 100), st.integers(-200, 200))
def test_a_tolerance_is_a_distance(right, tolerance, error):
    """A number passes exactly when it is no further away than the tolerance."""
    spec = {"number": {"expect": right, "tolerance": tolerance}}
    assert judge_text(spec, f"It is {right + error}.").passed is (abs(error) <= tolerance)


@given(st.sampled_from("ABCDEFGHIJ"), st.sampled_from("ABCDEFGHIJ"))
def test_letters_are_told_apart(stated, right):
    """Each letter in each usual phrasing is right only where it is the right one."""
    phrasings = ["{}", "({})", "The answer is {}.", "Answer: **{}**", "{}) Saltholm", "I choose option {}."]
    for phrasing in phrasings:
        assert judge_text("choice", phrasing.format(stated), expect=right).passed is (stated == right)
