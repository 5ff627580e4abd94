"""Telephone and identity numbers in the ways of many countries."""

import pytest

from seatrial.text.identity_numbers import accounts_in, identities_in
from seatrial.text.telephones import known_regions, telephones_in

INTERNATIONAL = [
    "+44 20 7946 0958",
    "+44 (0)20 7946 0958",
    "+49 30 901820",
    "+49 (30) 901820",
    "+49-30-901820",
    "+34 912 34 56 78",
    "+33 1 23 45 67 89",
    "+33.1.23.45.67.89",
    "+1 555 123 4567",
    "+1-555-123-4567",
    "+15551234567",
    "0034 912345678",
    "+39 06 1234 5678",
    "+31 20 123 4567",
    "+41 44 123 45 67",
    "+46 8 123 456 78",
    "+81 3-1234-5678",
    "+86 10 1234 5678",
    "+91 98765 43210",
    "+55 11 91234-5678",
    "+61 2 1234 5678",
]
NATIONAL = [
    ("GB", "020 7946 0958"),
    ("GB", "07700 900123"),
    ("DE", "030 901820"),
    ("DE", "0171 1234567"),
    ("FR", "01 23 45 67 89"),
    ("ES", "912 34 56 78"),
    ("US", "(555) 123-4567"),
    ("US", "202.555.0123"),
    ("IT", "06 1234 5678"),
    ("NL", "020 123 4567"),
]
WORDS = [
    "Tel. ",
    "tel: ",
    "Phone ",
    "call us at ",
    "Fax: ",
    "mobile no. ",
    "WhatsApp ",
    "Telefon: ",
    "Handy ",
    "llame al ",
]


@pytest.mark.parametrize("number", INTERNATIONAL)
@pytest.mark.parametrize("around", ["{}", "Call {}.", "({})", "{}, or write", "phone:{}"])
def test_with_a_country_code(number, around):
    """A number with its country's code is found whatever stands around it."""
    found = [raw for _, raw in telephones_in(around.format(number))]
    assert len(found) == 1
    assert "".join(filter(str.isdigit, number)) in "".join(filter(str.isdigit, found[0]))


@pytest.mark.parametrize(("region", "number"), NATIONAL)
def test_of_a_named_region(region, number):
    """A number without a code is found in its own country."""
    assert [raw for _, raw in telephones_in(f"It is {number} today", (region,))] == [number]


@pytest.mark.parametrize("word", WORDS)
def test_beside_a_word(word):
    """Seven digits beside a word for a telephone are a number, alone they are not."""
    assert len(list(telephones_in(f"{word}5551234"))) == 1
    assert list(telephones_in("count 5551234")) == []


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-15",
        "15.01.2024 10:30",
        "1,234,567.89",
        "12345",
        "0.0000001",
        "100 000 000",
        "5 000 000 euros",
        "192.168.100.200",
        "ISBN 0-306-40615-2",
        "2.50 3.50 4.50 5.50",
        "1/2/3/4/5/6/7",
        "https://example.com/5551234567",
        "#5551234567",
        "a1b2c3d4e5f6g7",
        "+1",
        "+999 999",
        "00000000000000000000",
    ],
)
def test_what_is_no_telephone_number(text):
    """Dates, sums, codes and addresses are none."""
    assert list(telephones_in(text)) == []


def test_known_regions():
    """The countries of the world are known by two letters."""
    assert {"GB", "US", "DE", "ES", "FR"} <= known_regions()
    assert all(len(region) == 2 for region in known_regions())


IDENTITIES = [
    "219-09-9998",
    "36574261809",
    "12345678Z",
    "X2482300W",
    "295109912611193",
    "RCCMNL83S18D969H",
    "390.533.447-05",
    "AB123456C",
]


@pytest.mark.parametrize("number", IDENTITIES)
def test_identity_numbers(number):
    """Numbers of persons are found in a sentence."""
    assert [raw for _, raw in identities_in(f"It is {number}, I think.")] == [number]


@pytest.mark.parametrize("number", [each for each in IDENTITIES if each not in ("219-09-9998", "AB123456C")])
def test_a_wrong_digit_makes_no_identity(number):
    """Another last digit breaks the checksum of those numbers that have one."""
    place = max(place for place, character in enumerate(number) if character.isdigit())
    wrong = number[:place] + str((int(number[place]) + 1) % 10) + number[place + 1 :]
    assert list(identities_in(f"It is {wrong}, I think.")) == []


@pytest.mark.parametrize(
    ("word", "number"), [("NHS number", "943 476 5919"), ("PESEL:", "44051401359"), ("BSN is", "111222333")]
)
def test_numbers_that_must_stand_beside_their_name(word, number):
    """A number that many others pass for counts only where it is called by its name."""
    assert [raw for _, raw in identities_in(f"{word} {number}")] == [number]
    assert list(identities_in(f"It is {number}")) == []


@pytest.mark.parametrize(
    ("text", "account"),
    [
        ("DE89370400440532013000", "DE89370400440532013000"),
        ("to DE89 3704 0044 0532 0130 00 TODAY", "DE89 3704 0044 0532 0130 00"),
        ("NL91 ABNA 0417 1643 00", "NL91 ABNA 0417 1643 00"),
        ("ES91 2100 0418 4502 0005 1332", "ES91 2100 0418 4502 0005 1332"),
        ("CH93 0076 2011 6238 5295 7,", "CH93 0076 2011 6238 5295 7"),
    ],
)
def test_accounts(text, account):
    """Accounts of several countries are found, and words behind them do not belong to them."""
    assert [raw for _, raw in accounts_in(text)] == [account]


@pytest.mark.parametrize("text", ["DE88370400440532013000", "XX89370400440532013000", "AB12 CDEF GHIJ KLMN", "DE89"])
def test_what_is_no_account(text):
    """Wrong checksums, unknown countries and short codes are none."""
    assert list(accounts_in(text)) == []
