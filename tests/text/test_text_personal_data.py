"""Personal data: found by form and checksum, left alone where the form only looks like it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.luhn import luhn_holds
from seatrial.text.personal_data import KINDS, compared, given_in, personal_data_in

ALL = frozenset(KINDS)


def kinds_in(text, *regions):
    """The kinds of what is found."""
    return [datum.kind for datum in personal_data_in(text, ALL, regions)]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Write to jane.doe@example.com.", "email"),
        ("<jane+tag@mail.example.co.uk>", "email"),
        ("jörg@müller.example", "email"),
        ("jane (at) example (dot) com", "email"),
        ("mailto:x@y.org", "email"),
        ("Card 4111 1111 1111 1111", "card"),
        ("5500-0000-0000-0004 it is", "card"),
        ("Amex 3782 822463 10005", "card"),
        ("378282246310005", "card"),
        ("DE89 3704 0044 0532 0130 00", "iban"),
        ("GB29NWBK60161331926819", "iban"),
        ("FR14 2004 1010 0505 0001 3M02 606.", "iban"),
        ("SSN 219-09-9998", "national_id"),
        ("NHS number 943 476 5919", "national_id"),
        ("AB 12 34 56 C", "national_id"),
        ("Steuer-ID 36 574 261 809", "national_id"),
        ("DNI 12345678Z", "national_id"),
        ("NIE X-2482300-W", "national_id"),
        ("2 95 10 99 126 111 93", "national_id"),
        ("RCCMNL83S18D969H", "national_id"),
        ("PESEL 44051401359", "national_id"),
        ("CPF 390.533.447-05", "national_id"),
        ("BSN 111222333", "national_id"),
        ("from 8.8.8.8 at noon", "ip"),
        ("2001:4860:4860::8888", "ip"),
    ],
)
def test_what_is_personal(text, kind):
    """Addresses, cards, accounts and identity numbers of several states are found in their usual forms."""
    assert kinds_in(text) == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "+44 20 7946 0958",
        "+1 (555) 123-4567",
        "0049 30 901820",
        "(555) 123-4567",
        "555-123-4567",
        "020 7946 0958",
        "030 / 1234567",
        "01 23 45 67 89",
        "01.23.45.67.89",
        "612 34 56 78",
        "call us at 555-0134",
        "Tel.: 1234567",
        "phone number 5550134",
        "Telefonnummer ist 7654321",
        "mi móvil es 6123456",
        "☎ 1234567",
        "+49 30 901820 12 Euro",
    ],
)
def test_telephone_numbers(text):
    """Numbers with a country code, in a telephone's grouping or beside a word for a telephone are found."""
    assert kinds_in(text) == ["phone"]


@pytest.mark.parametrize(
    "text",
    [
        "At 21:40 on 2024-01-15 and 15.01.2024",
        "It costs 12.50 or 1,234,567 euros.",
        "Order 12345678 of 1700000000",
        "timestamp 1700000000000, 20240115103000",
        "3.14159265358979 and 2.718281828459045",
        "192.168.1.1, 10.0.0.1, 127.0.0.1 and ::1",
        "version 1.2.3.4 or v1.2.3.4",
        "999.999.999.999",
        "4111 1111 1111 1112",
        "0000 0000 0000 0000",
        "DE89 3704 0044 0532 0130 01",
        "DNI 12345678A",
        "123-45-67890",
        "000-12-3456",
        "111222333 without its name",
        "9434765919 without its name",
        "id 123e4567-e89b-12d3-a456-426614174000",
        "ISBN 978-3-16-148410-0",
        "a@b and @handle and user@localhost",
        "250000-100000-60000",
        "1-2-3-4-5-6-7-8",
        "std::vector and a::b::c",
        "",
    ],
)
def test_what_only_looks_like_it(text):
    """Dates, sums, order numbers, private addresses and wrong checksums are not personal."""
    assert kinds_in(text) == []


def test_a_region_knows_its_numbers():
    """A number without country code is found in the countries that are named, when it is valid there."""
    assert kinds_in("2025550123 it is") == []
    assert kinds_in("2025550123 it is", "US") == ["phone"]
    assert kinds_in("2025550123 it is", "FR") == []


def test_only_the_kinds_that_are_asked_for():
    """What is not looked for is not found."""
    text = "kim@example.com, 4111 1111 1111 1111"
    assert [datum.kind for datum in personal_data_in(text, frozenset({"card"}))] == ["card"]


def test_a_place_is_counted_once():
    """An account whose digits would pass as a telephone number is one datum, not two; order is that of the text."""
    found = personal_data_in("a@b.org GB29 NWBK 6016 1331 9268 19 8.8.8.8", ALL)
    assert [(datum.kind, datum.start) for datum in found] == [("email", 0), ("iban", 8), ("ip", 36)]


@pytest.mark.parametrize(
    ("kind", "one", "other", "same"),
    [
        ("phone", "+44 20 7946 0958", "442079460958", True),
        ("phone", "(555) 123-4567", "555.123.4567", True),
        ("email", "Kim@Example.com", "kim@example.com", True),
        ("email", "k.im@example.com", "kim@example.com", False),
        ("iban", "DE89 3704", "de893704", True),
        ("ip", "8.8.8.8", "88.8.8", False),
    ],
)
def test_data_compare_without_their_layout(kind, one, other, same):
    """Spaces, brackets and case make no other number; the points of an address do."""
    assert (compared(one, kind) == compared(other, kind)) is same


@pytest.mark.parametrize(
    ("text", "datum", "kind", "given"),
    [
        ("My number is 020 7946 0958.", "(020) 7946-0958", "phone", True),
        ("I am <kim@example.com>", "KIM@example.com", "email", True),
        ("account DE89370400440532013000", "DE89 3704 0044 0532 0130 00", "iban", True),
        ("order 1234567890123", "4567890", "phone", False),
        ("serial 48888", "8.8.8.8", "ip", False),
        ("lou.kim@example.com", "kim@example.com", "email", False),
    ],
)
def test_what_a_text_gives_away(text, datum, kind, given):
    """A datum was given when it stands there as a whole, in any layout, and not as a piece of another one."""
    assert (compared(datum, kind) in given_in(text, ALL)) is given


@pytest.mark.parametrize(
    ("digits", "holds"), [("79927398713", True), ("79927398710", False), ("0", True), ("18", True), ("81", False)]
)
def test_luhn(digits, holds):
    """The checksum holds for the number of the standard's example and not for its neighbours."""
    assert luhn_holds(digits) is holds


@given(st.text(alphabet="0123456789", min_size=1, max_size=18))
def test_luhn_finds_any_single_wrong_digit(digits):
    """Of the ten numbers that differ in their last digit only one is right."""
    assert sum(luhn_holds(digits + last) for last in "0123456789") == 1


@given(st.text(alphabet="0123456789 +-().@abAB:/,", max_size=120))
def test_any_text_is_searched(text):
    """No text makes the search fail, and what is found stands inside the text without overlapping."""
    places = [datum.start for datum in personal_data_in(text, ALL, ("GB", "US"))]
    assert places == sorted(set(places))
    assert all(0 <= place < len(text) for place in places)


@given(
    st.from_regex(r"[a-z]{1,12}(\.[a-z]{1,8})?@[a-z]{2,10}\.(com|org|co\.uk)", fullmatch=True),
    st.sampled_from(["", "Write to ", "(", "<", "mail: "]),
    st.sampled_from(["", ".", ",", ")", "> now", "\n"]),
)
def test_addresses_are_found_in_any_sentence(address, before, after):
    """What stands around an address does not hide it."""
    assert kinds_in(before + address + after) == ["email"]


@pytest.mark.parametrize("piece", ["a@", "1 ", "+1 ", "1.1.1.1 ", "a:", "(at)", "4111 1111 ", "AB12 ", "call ", "x@a."])
def test_long_texts_end(piece):
    """A text of one hostile piece repeated forty thousand times is searched to its bound."""
    assert isinstance(personal_data_in(piece * 40_000, ALL), list)
