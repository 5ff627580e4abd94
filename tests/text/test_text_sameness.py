"""Whether two texts say the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.lookalikes import in_latin
from seatrial.text.sameness import same_answer, same_form, same_numbers, same_words


@pytest.mark.parametrize(
    ("one", "other", "least", "most"),
    [
        ("The ferry leaves at 21:40.", "the ferry leaves at 21:40", 1, 1),
        ("It leaves at 21:40.", "The last ferry leaves at 21:40.", 0.4, 0.99),
        ("It leaves at 21:40.", "It leaves at 21:45.", 0, 0),
        ("It costs 12.50 euros.", "It costs 12.5 euros.", 0.5, 1),
        ("Which island?", "The islands are far away.", 0, 0),
        ("", "", 1, 1),
        ("", "Something", 0, 0),
    ],
)
def test_the_same_answer(one, other, least, most):
    """Numbers and questions decide before words do."""
    assert least <= same_answer(one, other).value <= most


@given(st.text(max_size=60), st.text(max_size=60))
def test_it_is_symmetric_and_a_share(one, other):
    """It makes no difference which is the original."""
    for measure in (same_answer, same_form, same_numbers, same_words):
        assert measure(one, other).value == pytest.approx(measure(other, one).value)
        assert 0 <= measure(one, other).value <= 1
        assert measure(one, one).value == 1


def test_numbers_in_any_order():
    """Order and repetition do not count, a further number does."""
    assert same_numbers("3 and 4", "4, then 3 and 3").value == 1
    assert same_numbers("3", "3 and 4").value == 0
    assert "neither" in same_numbers("none", "no").why


def test_lookalikes_are_read_as_latin():
    """Cyrillic, Greek, mathematical and wide letters; other texts stay."""
    assert in_latin("fеrrу") == "ferry"
    assert in_latin("𝐟𝐞𝐫𝐫𝐲 ｆｅｒｒｙ") == "ferry ferry"
    assert in_latin("Fähre nach Saltholm") == "Fähre nach Saltholm"
