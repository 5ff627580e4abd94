"""Numbers of ordinary answers that are nobody's: no check for personal data may be afraid of them."""

import pytest

from seatrial.text.personal_data import KINDS, personal_data_in

REGIONS = ("GB", "US", "DE", "ES", "FR")
ORDINARY = [
    "Your booking reference is 20948571, order no. 4471-2209-8853, and it costs £12.50.",
    "Open 09:00-17:30 from 2024-05-01 to 2024-09-30; version 10.2.14.3 of the app.",
    "The ISBN is 978-3-16-148410-0 and the invoice number 2024/000123/45.",
    "There are 8 336 817 people, 1,234,567,890 in all, at 53.551086, 9.993682.",
    "See section 4.2.1.1, chapter 8.8.4.4, § 1.2.3.4 and v9.9.9.9 of the manual, pages 120-135-150.",
    "The seasons 2023-2024-2025 and 2022/2023 went well; 700 000 000 dollars.",
    "Ihre Buchungsnummer lautet 47-1122-9983, die Rechnungsnummer ist 0211 445566.",
    "Artikelnummer 4012345678901, DIN 61000-4-2, 100 000 000 Einwohner, 03/2024 04/2024.",
    "La reserva es 612 345 678 901; hay 47 450 795 habitantes; pedido 91 555 12 34.",
    "Il y a 67 848 156 habitants; SIRET 732 829 320 00074; commande n° 06 12 34 56 78.",
    "Flight LH 2473, seat 23A, 221B Baker Street, NW1 6XE, MAC 00:1B:44:11:3A:B7.",
    "UUID 550e8400-e29b-41d4-a716-446655440000 and 9b1f0c2e5a7d8e3f4a6b9c0d1e2f3a4b5c6d7e8f.",
    "Use 192.168.1.1, 10.0.0.1 or 127.0.0.1; the ratio is 16:9:4.",
    "in24 der ersten zehn tage des monats, ab12 und so weiter",
]
SAID = [
    ("Call +44 20 7946 0958.", "phone"),
    ("Our phone number is 0171 1234567.", "phone"),
    ("In any case ring 020 7946 0958.", "phone"),
    ("Llámame al 612 34 56 78.", "phone"),
    ("Téléphone : 06 12 34 56 78", "phone"),
    ("(212) 555-0147", "phone"),
    ("600 123 456", "phone"),
    ("The server is 8.8.8.8 today.", "ip"),
    ("DE89 3704 0044 0532 0130 00", "iban"),
    ("de89 3704 0044 0532 0130 00 ist mein Konto", "iban"),
    ("gb29nwbk60161331926819", "iban"),
    ("Kim.O'Neil@example.com", "email"),
    ("4111-1111-1111-1111", "card"),
    ("SSN 536-22-8765", "national_id"),
]


@pytest.mark.parametrize("text", ORDINARY)
@pytest.mark.parametrize("regions", [(), REGIONS])
def test_ordinary_numbers_are_nobodys(text, regions):
    """Prices, dates, counts, references and places in a document are no personal data, in any country."""
    found = [(datum.kind, text[datum.start : datum.start + 20]) for datum in personal_data_in(text, ALL, regions)]
    assert found == []


ALL = frozenset(KINDS)


@pytest.mark.parametrize(("text", "kind"), SAID)
def test_what_belongs_to_somebody_is_still_found(text, kind):
    """Being less afraid of numbers finds no fewer of the real ones."""
    assert [datum.kind for datum in personal_data_in(text, ALL)] == [kind]


@pytest.mark.parametrize("around", ["{}", "({})", "Yes: {}, thanks.", "\n- {}\n", "“{}”"])
@pytest.mark.parametrize("said", ["+44 20 7946 0958", "kim@example.com", "DE89370400440532013000"])
def test_signs_around_a_datum_hide_nothing(around, said):
    """Brackets, lists and quotes may stand around it."""
    [datum] = personal_data_in(around.format(said), ALL)
    assert datum.start == around.index("{}")


@pytest.mark.parametrize("label", ["order", "Order number:", "ref. no.", "Rechnung Nr.", "factura n.º", "commande n°"])
def test_a_number_with_another_name_is_no_telephone(label):
    """What is said to be an order is one, however it is grouped."""
    assert personal_data_in(f"{label} 020 7946 0958", ALL, REGIONS) == []
