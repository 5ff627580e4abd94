"""Numbers with their units, and which say the same."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.quantities import joined, number_words_in, quantities_in
from seatrial.text.quantity import Quantity, Stated
from seatrial.text.units import UNITS

NONE = Decimal(0)


def one(text):
    """The only number of a text."""
    (found,) = quantities_in(text)
    return found


@pytest.mark.parametrize(
    ("text", "value", "kind", "name"),
    [
        ("12", "12", "", ""),
        ("12.50 euros", "12.50", "euros", "eur"),
        ("€12.50", "12.50", "euros", "eur"),
        ("12,50 €", "12.50", "euros", "eur"),
        ("USD 3", "3", "US dollars", "usd"),
        ("$3.20", "3.20", "US dollars", "usd"),
        ("3 pounds", "3", "mass", "lb"),
        ("£3", "3", "pounds sterling", "gbp"),
        ("5 km", "5", "length", "km"),
        ("5km", "5", "length", "km"),
        ("5 kilometres", "5", "length", "km"),
        ("5 Kilometer", "5", "length", "km"),
        ("5 kilómetros", "5", "length", "km"),
        ("5-kilometre", "5", "length", "km"),
        ("2 hours", "2", "time", "h"),
        ("2 Stunden", "2", "time", "h"),
        ("30 minutes", "30", "time", "min"),
        ("25 %", "25", "share", "%"),
        ("25 percent", "25", "share", "%"),
        ("20 °C", "20", "temperature", "°C"),
        ("68 °F", "68", "temperature", "°F"),
        ("80 km/h", "80", "speed", "km/h"),
        ("1,200 kg", "1200", "mass", "kg"),
        ("3 years", "3", "months", "year"),
        ("2 l", "2", "volume", "l"),
        ("16 GB", "16", "data", "gb"),
        ("-5 °C", "-5", "temperature", "°C"),
        ("5 boats", "5", "", ""),
        ("4 in", "4", "", ""),
        ("21:40", "1300", "time of day", ""),
        ("9:40 pm", "1300", "time of day", ""),
        ("12 am", "0", "time of day", ""),
        ("12 p.m.", "720", "time of day", ""),
        ("20 Uhr", "1200", "time of day", ""),
        ("21h40", "1300", "time of day", ""),
        ("21:40:15", "1300", "time of day", ""),
    ],
)
def test_one_quantity(text, value, kind, name):
    """Numbers are read with the sign or the name of their unit in four languages."""
    found = one(text)
    assert (found.value, found.unit.kind, found.unit.name) == (Decimal(value), kind, name)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("1. Buy\n2. Board\n10) Go", []),
        ("It is so [1], [2, 3].", []),
        ("at 21:40 for 12.50 euros and 2 bags", ["1300", "12.50", "2"]),
        ("no number", []),
        ("", []),
        ("1,2,3", ["1", "2", "3"]),
        ("2024-01-15", ["2024", "1", "15"]),
    ],
)
def test_all_quantities(text, values):
    """Marks of lists and of citations are no numbers; the rest comes back in order."""
    assert [str(found.value) for found in quantities_in(text)] == values


@pytest.mark.parametrize(
    ("mine", "other", "same"),
    [
        ("5 km", "5000 m", True),
        ("8 km", "5 mi", True),
        ("8.05 km", "5 mi", True),
        ("8.1 km", "5 mi", False),
        ("9 km", "5 mi", False),
        ("90 min", "1.5 h", True),
        ("1 week", "7 days", True),
        ("2 years", "24 months", True),
        ("20 °C", "68 °F", True),
        ("68 °F", "20 °C", True),
        ("500 g", "0.5 kg", True),
        ("70 kg", "154 lb", True),
        ("36 km/h", "10 m/s", True),
        ("3 euros", "3 dollars", False),
        ("€3", "3 EUR", True),
        ("50 cents", "0.50 dollars", False),
        ("3 km", "3 kg", False),
        ("3", "3 kg", True),
        ("3 kg", "3", True),
        ("25 %", "0.25", True),
        ("0.25", "25 %", True),
        ("25", "25 %", True),
        ("25 %", "25", True),
        ("25 %", "2500", False),
        ("9:40 pm", "21:40", True),
        ("9:40", "21:40", False),
        ("1,000", "1000", True),
        ("12.5", "12.50", True),
        ("12.5", "12.51", False),
    ],
)
def test_agreement(mine, other, same):
    """Units are converted to as many digits as are written; currencies and kinds are kept apart."""
    assert one(mine).agrees(one(other), NONE, NONE) is same


def test_tolerances():
    """An absolute tolerance is in the unit of the answer, a relative one a share of the other number."""
    assert one("12 km").agrees(one("12.4 km"), Decimal("0.5"), NONE)
    assert not one("12 km").agrees(one("12.6 km"), Decimal("0.5"), NONE)
    assert one("98").agrees(one("100"), NONE, Decimal("0.02"))
    assert not one("97").agrees(one("100"), NONE, Decimal("0.02"))


@pytest.mark.parametrize(
    ("text", "sums"),
    [
        ("2 h 30 min", [("150", "min")]),
        ("2 hours and 30 minutes", [("150", "min")]),
        ("1 kg, 200 g", [("1200", "g")]),
        ("30 min 2 h", []),
        ("2 h or so 30 min", []),
        ("2 h 3 km", []),
    ],
)
def test_joined_quantities(text, sums):
    """What is said in two units of one kind in a row is one quantity, the larger unit first."""
    assert [(str(each.value), each.unit.name) for each in joined(quantities_in(text), text)] == sums


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("two bicycles", [("2", "")]),
        ("zwei Stunden", [("2", "h")]),
        ("una hora", [("1", "h")]),
        ("Twelve", [("12", "")]),
        ("someone alone", []),
    ],
)
def test_numbers_in_words(text, values):
    """Words up to twelve are numbers, with their unit."""
    assert [(str(each.value), each.unit.name) for each in number_words_in(text)] == values


def test_of_many_numbers_so_many_come_back():
    """A text of numbers alone is bounded."""
    assert len(quantities_in("7 " * 50_000, most=100)) == 100


@given(
    st.lists(st.tuples(st.integers(-500, 500), st.sampled_from(["km", "m", "mi", "kg", "%", "h"])), max_size=12),
    st.tuples(st.integers(-500, 500), st.sampled_from(["km", "m", "kg", "%", "min"])),
    st.sampled_from(["0", "0.5", "3"]),
    st.sampled_from(["0", "0.1"]),
)
def test_looking_up_is_comparing_with_each(stated, wanted, tolerance, relative):
    """The ordered look-up finds a number exactly where comparing with every single one does."""
    quantities = [Quantity(Decimal(value), UNITS[unit], 0, "") for value, unit in stated]
    number = Quantity(Decimal(wanted[0]), UNITS[wanted[1]], 0, "")
    bounds = (Decimal(tolerance), Decimal(relative))
    assert Stated(quantities).hold(number, *bounds) == any(number.agrees(each, *bounds) for each in quantities)


@given(st.integers(1, 10**6), st.sampled_from([("km", "m", 1000), ("h", "min", 60), ("kg", "g", 1000)]))
def test_whole_conversions_agree(number, units):
    """A number of the larger unit is the multiple of the smaller one, and one more is not."""
    large, small, factor = units
    assert one(f"{number} {large}").agrees(one(f"{number * factor} {small}"), NONE, NONE)
    assert not one(f"{number * factor + 1} {small}").agrees(one(f"{number} {large}"), NONE, NONE)


@given(st.text(alphabet="0123456789.,:-+ eE%€$ kmhsgCF°pa\n[]", max_size=80))
def test_any_text_is_read(text):
    """No text makes it fail, and every number agrees with itself."""
    for found in quantities_in(text):
        assert text[found.start : found.end].strip() == found.text
        assert found.agrees(found, NONE, NONE)


def test_every_word_is_of_one_unit():
    """No word of the table stands for two units, and all factors are positive."""
    assert all(unit.factor > 0 for unit in UNITS.values())
    assert UNITS["km"].factor == 1000 * UNITS["m"].factor
    assert UNITS["mile"].factor == 1760 * UNITS["yard"].factor
