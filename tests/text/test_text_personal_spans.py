import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.personal_spans import KINDS, find_personal_data


def kinds_in(text: str) -> list[str]:
    return [found.kind for found in find_personal_data(text)]


@pytest.mark.parametrize(
    ("kind", "datum"),
    [
        ("email", "ada.lovelace+ferry@mail.harbour.example"),
        ("email", "x@y.co"),
        ("phone", "+49 30 1234567"),
        ("phone", "+1 (415) 555-2671"),
        ("phone", "(415) 555-2671"),
        ("phone", "415-555-2671"),
        ("card", "4111 1111 1111 1111"),
        ("card", "4111111111111111"),
        ("card", "3782 822463 10005"),
        ("card", "5500-0000-0000-0004"),
        ("iban", "DE89370400440532013000"),
        ("iban", "DE89 3704 0044 0532 0130 00"),
        ("iban", "GB29 NWBK 6016 1331 9268 19"),
        ("iban", "NO9386011117947"),
        ("us_ssn", "536-90-4399"),
        ("ip", "8.8.8.8"),
        ("ip", "2001:4860:4860::8888"),
    ],
)
@pytest.mark.parametrize(("before", "after"), [("", ""), ("Ask ", " please."), ("(", ")"), ("a,", ","), ("\n", "\n12")])
def test_each_kind_is_found_where_it_stands(kind, datum, before, after):
    """A datum is found in any sentence, with exactly its own characters."""
    text = f"{before}{datum}{after}"
    found = find_personal_data(text)
    assert [each.kind for each in found] == [kind]
    assert text[found[0].start : found[0].end].strip("()") in datum


@pytest.mark.parametrize(
    "text",
    [
        "4111 1111 1111 1112",
        "DE89370400440532013001",
        "DE8937040044053201300",
        "000-12-3456",
        "666-12-3456",
        "900-12-3456",
        "127.0.0.1",
        "10.1.2.3",
        "version 1.22.33.44",
        "21:40:33",
        "3.14159265358979",
        "booking 20260712",
        "2026-07-12 10:22",
        "it costs 1234567 euro",
        "sha256:8aa0d3bdb6e9e9b5ea5b",
        "a@b",
        "@pytest.mark",
        "+0 000 000 0000",
        "std::vector",
    ],
)
def test_what_only_looks_alike_is_left(text):
    """Numbers with wrong checksums, private addresses, times and amounts are nobody's."""
    assert kinds_in(text) == []


def test_a_number_beside_its_word_is_a_telephone():
    """Digits without a form of their own count behind the word for a telephone."""
    assert kinds_in("Tel. 030 1234567") == ["phone"]
    assert kinds_in("telefon: 0301234567") == ["phone"]
    assert kinds_in("Lot 030 1234567") == []


def test_several_data_stand_in_order():
    """All data of a text are found, in the order in which they stand."""
    text = "mail a@b.example, card 4111 1111 1111 1111, then 8.8.8.8"
    assert kinds_in(text) == ["email", "card", "ip"]


def test_only_so_much_is_read():
    """What stands behind the first 500,000 characters is not looked at."""
    assert kinds_in("a " * 250_000 + "a@b.example") == []


@given(st.text(alphabet=st.sampled_from("0123456789 +-().:@aDE/xyz\u00a0,"), max_size=200))
def test_any_text_gives_places_in_it(text):
    """Whatever the text, what is found lies within it, in order and apart."""
    found = find_personal_data(text)
    ends = [0, *[each.end for each in found]]
    for each, before in zip(found, ends, strict=False):
        assert before <= each.start < each.end <= len(text)
        assert each.kind in KINDS
        assert re.search(r"[\w:]", text[each.start : each.end])


@given(st.text(max_size=300))
def test_any_unicode_is_read(text):
    """No text makes the search fail."""
    assert isinstance(find_personal_data(text), list)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("9.9.9.9 8.7.6.5", ["ip", "ip"]),
        ("from 9.9.9.9 - 8.7.6.5 to us", ["ip", "ip"]),
        ("4111 1111 1111 1111 5500 0000 0000 0004", ["card", "card"]),
        ("4111111111111111 5500000000000004", ["card", "card"]),
        ("4111 1111 1111 1111 9.9.9.9", ["card", "ip"]),
    ],
)
def test_neighbours_in_one_run_of_digits_are_all_found(text: str, kinds: list[str]) -> None:
    """What follows a datum without a word between is looked at, too: a log must not keep every second address."""
    assert [found.kind for found in find_personal_data(text)] == kinds
