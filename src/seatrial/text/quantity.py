"""A number with its unit, whether it says the same as another, and the numbers that documents hold."""

from bisect import bisect_left
from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from seatrial.text.units import Unit


class Quantity(NamedTuple):
    """A number with its unit: its value as written, the digits behind the point, and where and how it is written."""

    value: Decimal
    unit: Unit
    digits: int
    text: str
    start: int = 0
    end: int = 0

    @property
    def base(self) -> Decimal:
        """The value in the base unit of its kind (metres, grams, seconds, ...)."""
        return self.value * self.unit.factor + self.unit.offset

    def agrees(self, other: "Quantity", tolerance: Decimal, relative: Decimal) -> bool:
        """Whether both say the same within a tolerance (absolute, in the unit of this one, or relative to the other).

        A number without a unit agrees with one that has one. In another unit, so many digits as are written must agree.
        """
        if not (self.unit.kind and other.unit.kind):
            if self._close(other.value, tolerance, relative):
                return True
            hundred = Decimal("0.01") if other.unit.kind else Decimal(100)
            return "share" in (self.unit.kind, other.unit.kind) and self._close(
                other.value * hundred, tolerance, relative
            )
        if self.unit.kind != other.unit.kind:
            return False
        if self.unit == other.unit:
            return self._close(other.value, tolerance, relative)
        converted = (other.base - self.unit.offset) / self.unit.factor
        return self._close(converted, max(tolerance, Decimal(5).scaleb(-self.digits - 1)), relative)

    def _close(self, other: Decimal, tolerance: Decimal, relative: Decimal) -> bool:
        return self.value == other or abs(self.value - other) <= max(tolerance, relative * abs(other))


class Stated:
    """The numbers of some documents, by unit and in order, so that one is found among many thousands at once."""

    def __init__(self, quantities: Iterable[Quantity]) -> None:
        self._by_unit: dict[Unit, list[Quantity]] = {}
        for quantity in quantities:
            self._by_unit.setdefault(quantity.unit, []).append(quantity)
        for each in self._by_unit.values():
            each.sort(key=_value)

    def hold(self, wanted: Quantity, tolerance: Decimal, relative: Decimal) -> bool:
        """Whether one of them says the same; in each unit only the nearest on either side can."""
        for unit, quantities in self._by_unit.items():
            for value in _converted(wanted, unit):
                place = bisect_left(quantities, value, key=_value)
                near = quantities[max(0, place - 1) : place + 1]
                if any(wanted.agrees(each, tolerance, relative) for each in near):
                    return True
        return False


def _value(quantity: Quantity) -> Decimal:
    return quantity.value


def _converted(wanted: Quantity, unit: Unit) -> tuple[Decimal, ...]:
    """What a number would be in a unit; without a unit on either side it is itself, or a hundredfold as a share."""
    if wanted.unit.kind and unit.kind:
        return ((wanted.base - unit.offset) / unit.factor,) if wanted.unit.kind == unit.kind else ()
    if "share" in (wanted.unit.kind, unit.kind):
        return (wanted.value, wanted.value * 100, wanted.value / 100)
    return (wanted.value,)
