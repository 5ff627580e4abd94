"""Units of measurement against the published factors, and their names in four languages."""

from decimal import Decimal

import pytest

from seatrial.text.quantities import quantities_in
from seatrial.text.units import SIGNS, UNITS

NAMES = {
    ("length", "mm"): ["millimetres", "millimeter", "milímetros", "millimètres"],
    ("length", "cm"): ["centimetres", "Zentimeter", "centímetros", "centimètres"],
    ("length", "m"): ["metres", "Meter", "metros", "mètres"],
    ("length", "km"): ["kilometres", "Kilometer", "kilómetros", "kilomètres"],
    ("length", "in"): ["inches", "Zoll", "pulgadas", "pouces"],
    ("length", "ft"): ["feet", "Fuß", "pies", "pieds"],
    ("length", "mi"): ["miles", "Meilen", "millas"],
    ("mass", "g"): ["grams", "Gramm", "gramos", "grammes"],
    ("mass", "kg"): ["kilograms", "Kilogramm", "kilogramos", "kilogrammes"],
    ("mass", "t"): ["tonnes", "Tonnen", "toneladas"],
    ("mass", "lb"): ["pounds", "libras"],
    ("mass", "oz"): ["ounces", "Unzen", "onzas"],
    ("volume", "ml"): ["millilitres", "Milliliter", "mililitros"],
    ("volume", "l"): ["litres", "Liter", "litros"],
    ("time", "s"): ["seconds", "Sekunden", "segundos", "secondes"],
    ("time", "min"): ["minutes", "Minuten", "minutos"],
    ("time", "h"): ["hours", "Stunden", "horas", "heures"],
    ("time", "d"): ["days", "Tage", "días", "jours"],
    ("time", "week"): ["weeks", "Wochen", "semanas", "semaines"],
    ("months", "month"): ["months", "Monate", "meses", "mois"],
    ("months", "year"): ["years", "Jahre", "años", "ans"],
    ("speed", "km/h"): ["km/h", "kmh"],
    ("speed", "kn"): ["knots", "Knoten", "nudos"],
    ("share", "%"): ["%", "percent", "Prozent"],
    ("US dollars", "usd"): ["dollars", "USD", "$"],
    ("euros", "eur"): ["euros", "Euro", "EUR", "€"],
    ("pounds sterling", "gbp"): ["GBP", "£"],
    ("Swiss francs", "chf"): ["CHF", "Franken"],
}


@pytest.mark.parametrize(("unit", "word"), [(unit, word) for unit, words in NAMES.items() for word in words])
def test_names(unit, word):
    """A number before a name or a sign has that unit, with one space or with none."""
    (found,) = quantities_in(f"Es sind 7 {word}.")
    assert (found.unit.kind, found.unit.name) == unit


@pytest.mark.parametrize(
    ("large", "small", "factor"),
    [
        ("mi", "m", "1609.344"),
        ("yd", "m", "0.9144"),
        ("ft", "m", "0.3048"),
        ("inch", "cm", "2.54"),
        ("nmi", "m", "1852"),
        ("lb", "g", "453.59237"),
        ("lb", "oz", "16"),
        ("t", "kg", "1000"),
        ("m³", "l", "1000"),
        ("week", "h", "168"),
        ("h", "s", "3600"),
        ("year", "months", "12"),
        ("gb", "mb", "1000"),
        ("m/s", "km/h", "3.6"),
        ("mph", "km/h", "1.609344"),
        ("kn", "km/h", "1.852"),
    ],
)
def test_factors(large, small, factor):
    """One of the larger unit is so many of the smaller one."""
    assert UNITS[large].kind == UNITS[small].kind
    assert UNITS[large].factor / UNITS[small].factor == Decimal(factor)


@pytest.mark.parametrize(("celsius", "fahrenheit"), [("0", "32"), ("100", "212"), ("-40", "-40"), ("37", "98.6")])
def test_temperatures(celsius, fahrenheit):
    """The fixed points of both scales meet."""
    (one,), (other,) = quantities_in(f"{celsius} °C"), quantities_in(f"{fahrenheit} °F")
    assert one.agrees(other, Decimal(0), Decimal(0))
    assert other.agrees(one, Decimal(0), Decimal(0))


@pytest.mark.parametrize("word", ["to", "in", "once", "an", "go", "boats", "kmx", "xkm", "Mo"])
def test_words_that_are_no_units(word):
    """Words that mean something else behind a number are no unit."""
    (found,) = quantities_in(f"It is 7 {word}")
    assert found.unit.kind == ""


@pytest.mark.parametrize("sign", sorted(SIGNS))
def test_signs_of_currencies(sign):
    """A sign or a code of a currency stands before its number or behind it."""
    for text in (f"It is {sign} 7 today", f"It is 7 {sign} today"):
        (found,) = quantities_in(text)
        assert found.unit == SIGNS[sign], text
