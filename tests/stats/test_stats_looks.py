import math
import random

import pytest
from scipy import stats as oracle

from seatrial.stats.looks import (
    confidence_of_looks,
    false_alarm_of_looks,
    false_alarm_of_obrien_fleming,
    obrien_fleming,
    pocock,
)


@pytest.mark.parametrize(("looks", "chance"), [(1, 0.05), (5, 0.142), (10, 0.193), (20, 0.248), (50, 0.320)])
def test_looking_often_at_z_196_raises_false_alarms(looks, chance):
    """The chances of a false alarm are those of Armitage, McPherson and Rowe."""
    assert false_alarm_of_looks(1.96, looks) == pytest.approx(chance, abs=5e-4)


@pytest.mark.parametrize(
    ("boundary", "looks", "expected"),
    [(pocock, 5, 2.413), (pocock, 10, 2.555), (obrien_fleming, 5, 2.040), (obrien_fleming, 10, 2.087)],
)
def test_boundaries_of_the_reference(boundary, looks, expected):
    """The constants of Pocock and of O'Brien and Fleming are the published ones to three decimals."""
    assert boundary(looks) == pytest.approx(expected, abs=5.1e-4)


@pytest.mark.parametrize("z", [0.3, 1.0, 1.96, 3.0, 4.0])
def test_two_looks_are_a_bivariate_normal(z):
    """Two looks cross with the chance that scipy's bivariate normal gives."""
    root = math.sqrt(0.5)
    inside = oracle.multivariate_normal([0, 0], [[1, root], [root, 1]]).cdf([z, z], lower_limit=[-z, -z])
    assert false_alarm_of_looks(z, 2) == pytest.approx(1 - inside, abs=1e-7)


@pytest.mark.parametrize("alpha", [1e-6, 0.001, 0.05, 0.2, 0.5])
@pytest.mark.parametrize("looks", [1, 2, 7])
def test_boundaries_give_back_their_chance(looks, alpha):
    """At its boundary a plan of looks raises a false alarm with the chance asked for."""
    assert false_alarm_of_looks(pocock(looks, alpha), looks) == pytest.approx(alpha, rel=1e-6)
    assert false_alarm_of_obrien_fleming(obrien_fleming(looks, alpha), looks) == pytest.approx(alpha, rel=1e-6)


def test_one_look_is_the_plain_test():
    """With one look both boundaries are the two-sided normal quantile, and the confidence stays."""
    assert pocock(1) == pytest.approx(1.959964, abs=1e-6)
    assert obrien_fleming(1) == pytest.approx(1.959964, abs=1e-6)
    assert confidence_of_looks(1, 0.9) == 0.9


def test_more_looks_ask_for_more():
    """Every further look raises Pocock's boundary and the confidence of each look."""
    confidences = [confidence_of_looks(looks) for looks in range(1, 12)]
    assert confidences == sorted(set(confidences))
    assert confidence_of_looks(5) == pytest.approx(0.98419, abs=1e-5)


def test_many_looks_are_still_exact():
    """Fifty looks agree with a simulation of 4,000 walks within four standard errors."""
    draw = random.Random(11)
    crossed = 0
    for _ in range(4000):
        total = 0.0
        for look in range(1, 51):
            total += draw.gauss(0, 1)
            if abs(total) >= 2.8 * math.sqrt(look):
                crossed += 1
                break
    expected = false_alarm_of_looks(2.8, 50)
    assert crossed / 4000 == pytest.approx(expected, abs=4 * math.sqrt(expected / 4000))


@pytest.mark.parametrize(
    "call",
    [
        lambda: pocock(0),
        lambda: obrien_fleming(101),
        lambda: pocock(5, 5),
        lambda: false_alarm_of_looks(-1, 5),
        lambda: false_alarm_of_obrien_fleming(0, 5),
        lambda: confidence_of_looks(1, 95),
    ],
)
def test_impossible_plans_are_refused(call):
    """No looks, far too many, and chances that are none are a ValueError."""
    with pytest.raises(ValueError, match="must"):
        call()
