import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from statsmodels.stats.inter_rater import cohens_kappa

from seatrial.stats.agreement import cohen_kappa, krippendorff_alpha

LEVELS = ["nominal", "ordinal", "interval", "ratio"]
units = st.lists(st.lists(st.none() | st.integers(1, 5), max_size=5), max_size=8)


def alpha_by_pairs(judged, level):
    """Alpha by its definition: mean difference within units over mean difference of all pairs."""
    kept = [[v for v in unit if v is not None] for unit in judged]
    kept = [unit for unit in kept if len(unit) > 1]
    flat = sorted(v for unit in kept for v in unit)

    def apart(x, y):
        if level == "nominal":
            return float(x != y)
        if level == "interval":
            return (x - y) ** 2
        if level == "ratio":
            return ((x - y) / (x + y)) ** 2
        between = sum(min(x, y) <= v <= max(x, y) for v in flat)
        return (between - (flat.count(x) + flat.count(y)) / 2) ** 2 if x != y else 0.0

    within = sum(apart(x, y) / (len(unit) - 1) for unit in kept for x in unit for y in unit)
    overall = sum(apart(x, y) for x in flat for y in flat)
    return 1 - (len(flat) - 1) * within / overall if overall else None


@pytest.mark.parametrize(
    ("judged", "level", "expected"),
    [
        ([[1, 1, 1], [0, 0, 0], [1, 1, 1], [0, 0, 1]], "nominal", 0.685714),
        ([[1, 1, 0], [0, 0]], "nominal", 1 / 3),
        ([[1, 2], [3, 4], [1, 1]], "interval", 19 / 24),
        ([[0, 1], [1, 0], [0, 1], [1, 0]], "nominal", -0.75),
    ],
)
def test_alpha_of_the_reference(judged, level, expected):
    """Alpha is the published value."""
    assert krippendorff_alpha(judged, level) == pytest.approx(expected, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(units, st.sampled_from(LEVELS))
def test_alpha_is_its_definition(judged, level):
    """Alpha is one minus the ratio of mean differences over all pairs, or None when there is no such ratio."""
    expected = alpha_by_pairs(judged, level)
    assert krippendorff_alpha(judged, level) == (expected if expected is None else pytest.approx(expected, abs=1e-9))


@settings(max_examples=60, deadline=None)
@given(units, st.sampled_from(LEVELS), st.randoms())
def test_alpha_does_not_see_who_judged(judged, level, draw):
    """Units and the judges within a unit may stand in any order."""
    mixed = [draw.sample(unit, len(unit)) for unit in draw.sample(judged, len(judged))]
    expected = krippendorff_alpha(judged, level)
    assert krippendorff_alpha(mixed, level) == (expected if expected is None else pytest.approx(expected, abs=1e-9))


def test_alpha_that_does_not_exist():
    """Single judgements and equal values have no alpha, and an unknown level is a ValueError."""
    assert krippendorff_alpha([]) is None
    assert krippendorff_alpha([[1, None], [0]]) is None
    assert krippendorff_alpha([[1, 1], [1, 1]]) is None
    with pytest.raises(ValueError, match="level"):
        krippendorff_alpha([[1, 0]], "numeric")
    with pytest.raises(ValueError, match="negative"):
        krippendorff_alpha([[1, -1]], "ratio")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=40))
def test_kappa_agrees_with_statsmodels(judged):
    """Kappa agrees with statsmodels whenever the two judges used more than one value."""
    a, b = zip(*judged, strict=True)
    if len({*a, *b}) == 1:
        assert cohen_kappa(a, b) is None
        return
    table = [[sum(pair == (x, y) for pair in judged) for y in range(3)] for x in range(3)]
    assert cohen_kappa(a, b) == pytest.approx(cohens_kappa(table, return_results=False), abs=1e-12)


def test_kappa_of_nothing_is_refused():
    """No judgements and lengths that differ are a ValueError."""
    for a, b in (([], []), ([1], [1, 2])):
        with pytest.raises(ValueError, match=r"nothing|shorter|longer"):
            cohen_kappa(a, b)
