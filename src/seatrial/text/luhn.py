"""Luhn's checksum (ISO/IEC 7812-1, annex B): a number's last digit guards the others."""

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def luhn_holds(digits: str) -> bool:
    """Whether the checksum of a number is right; it is for one number in ten by chance."""
    numbers = list(map(int, reversed(digits)))
    return (sum(numbers[::2]) + sum(_DOUBLED[digit] for digit in numbers[1::2])) % 10 == 0
