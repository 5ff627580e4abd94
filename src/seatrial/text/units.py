"""Units of measurement: their signs and names in English, German, Spanish and French, and what they are in base units.

Factors are those of the International System of Units (BIPM, 9th edition) and of the yard and pound agreement of 1959.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple


class Unit(NamedTuple):
    """A unit of a kind: what one of it is in the base unit, and what is added (temperatures only)."""

    kind: str
    factor: Decimal
    offset: Decimal
    name: str


_TABLE: Mapping[str, tuple[tuple[str, str], ...]] = {
    "length": (
        ("0.001", "mm millimetre millimetres millimeter millimeters milímetro milímetros millimètre millimètres"),
        (
            "0.01",
            "cm centimetre centimetres centimeter centimeters zentimeter centímetro centímetros centimètre centimètres",
        ),
        ("1", "m metre metres meter meters metern metro metros mètre mètres"),
        (
            "1000",
            "km kms kilometre kilometres kilometer kilometers kilometern kilómetro kilómetros kilomètre kilomètres",
        ),
        ("0.0254", "in inch inches zoll pulgada pulgadas pouce pouces ″"),
        ("0.3048", "ft foot feet fuß pie pies pied pieds ′"),
        ("0.9144", "yd yard yards yarda yardas"),
        ("1609.344", "mi mile miles meile meilen milla millas mille"),
        ("1852", "nmi seemeile seemeilen"),
    ),
    "mass": (
        ("0.001", "mg milligram milligrams milligramm miligramo miligramos milligramme milligrammes"),
        ("1", "g gram grams gramm gramo gramos gramme grammes"),
        ("1000", "kg kgs kilo kilos kilogram kilograms kilogramm kilogramo kilogramos kilogramme kilogrammes"),
        ("1000000", "t tonne tonnes tonnen tonelada toneladas"),
        ("453.59237", "lb lbs pound pounds libra libras livre livres"),
        ("28.349523125", "oz ounce ounces unze unzen onza onzas once onces"),
    ),
    "volume": (
        ("0.001", "ml millilitre millilitres milliliter milliliters mililitro mililitros"),
        ("0.01", "cl zentiliter centilitre centilitres"),
        ("1", "l litre litres liter liters litern litro litros"),
        ("1000", "m³ m3 kubikmeter"),
    ),
    "time": (
        ("0.001", "ms millisecond milliseconds millisekunde millisekunden milisegundo milisegundos"),
        ("1", "s sec secs second seconds sekunde sekunden segundo segundos seconde secondes"),
        ("60", "min mins minute minutes minuten minuto minutos"),
        ("3600", "h hr hrs hour hours std stunde stunden hora horas heure heures"),
        ("86400", "d day days tag tage tagen día días jour jours"),
        ("604800", "week weeks woche wochen semana semanas semaine semaines"),
    ),
    "months": (
        ("1", "month months monat monate monaten mes meses mois"),
        ("12", "year years jahr jahre jahren año años an ans année années"),
    ),
    "speed": (
        ("1", "km/h kmh kph"),
        ("3.6", "m/s"),
        ("1.609344", "mph"),
        ("1.852", "kn knot knots knoten nudo nudos nœud nœuds"),
    ),
    "data": (
        ("1", "byte bytes octet octets"),
        ("1000", "kb kilobyte kilobytes ko"),
        ("1000000", "mb megabyte megabytes mo"),
        ("1000000000", "gb gigabyte gigabytes go"),
        ("1000000000000", "tb terabyte terabytes to"),
    ),
    "share": (("1", "% percent prozent pct"),),
    "US dollars": (("1", "usd dollar dollars dólar dólares"), ("0.01", "cent cents")),
    "euros": (("1", "eur euro euros"),),
    "pounds sterling": (("1", "gbp quid"), ("0.01", "pence")),
    "yen": (("1", "jpy yen"),),
    "Swiss francs": (("1", "chf franken"),),
}
_AMBIGUOUS = frozenset(
    {"to", "once", "in", "an", "mo", "go", "d", "pie", "foot", "second", "cent", "cents", "mille", "livre", "livres"}
)
"""Words that mean something else far more often behind a number; their signs and plurals stay."""
UNITS: Mapping[str, Unit] = {
    **{
        word: Unit(kind, Decimal(factor), Decimal(0), words.split()[0])
        for kind, rows in _TABLE.items()
        for factor, words in rows
        for word in words.split()
        if word not in _AMBIGUOUS
    },
    "°C": Unit("temperature", Decimal(1), Decimal(0), "°C"),
    "celsius": Unit("temperature", Decimal(1), Decimal(0), "°C"),
    "°F": Unit("temperature", Decimal(5) / Decimal(9), Decimal(-160) / Decimal(9), "°F"),
    "fahrenheit": Unit("temperature", Decimal(5) / Decimal(9), Decimal(-160) / Decimal(9), "°F"),
}
SIGNS: Mapping[str, Unit] = {
    "€": UNITS["eur"],
    "$": UNITS["usd"],
    "£": UNITS["gbp"],
    "¥": UNITS["jpy"],
    **{name.upper(): UNITS[name] for name in ("eur", "usd", "gbp", "jpy", "chf")},
}
