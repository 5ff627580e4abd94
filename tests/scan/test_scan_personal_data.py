"""Personal data in rows, counted and masked."""

import json

import pytest

from seatrial.scan.blob import BytesBlob
from seatrial.scan.limits import Budget, Limits
from seatrial.scan.part import Part
from seatrial.scan.secrets import TEXT


def found(text, name="cases.jsonl"):
    """What is said of personal data in a text."""
    part = Part(BytesBlob(text.encode()), name, lambda part: iter(()), Budget(Limits()))
    return [each for each in TEXT.inspect(part) if each.id.startswith("personal-data")]


def people(count, of=None):
    """Rows of cases, the first of them with an address."""
    rows = [{"ask": f"Write to ada{number}@harbour.io"} for number in range(count)]
    rows += [{"ask": "When does the ferry leave?"}] * ((of or count) - count)
    return "\n".join(map(json.dumps, rows)) + "\n"


def test_a_few_data_are_a_note():
    """Rows with personal data are counted by kind, at the first of them."""
    (finding,) = found(json.dumps({"ask": "hello"}) + "\n" + people(3, 40))
    assert (finding.id, finding.severity, finding.line) == ("personal-data.some", "low", 2)
    assert finding.evidence == "3 of 41 rows with data of persons: 3 e-mail addresses (a***@h***)"


def test_a_register_of_people_is_worth_a_look():
    """Fifty different people in a fifth of the rows are no made-up cases."""
    (finding,) = found(people(50, 250))
    assert (finding.id, finding.severity) == ("personal-data.many", "review")


@pytest.mark.parametrize(("count", "of"), [(49, 49), (50, 251), (10, 10)])
def test_less_than_a_register_is_a_note(count, of):
    """Fewer people, or a smaller share of rows, are a note."""
    assert [each.id for each in found(people(count, of))] == ["personal-data.some"]


def test_the_same_person_counts_once():
    """A support desk's own address in each row makes no register."""
    text = "\n".join([json.dumps({"ask": "Write to desk@harbour.io"})] * 200)
    assert [each.id for each in found(text)] == ["personal-data.some"]


def test_internet_addresses_alone_make_no_register():
    """Logs are full of IP addresses; they are counted, and no more."""
    text = "\n".join(f"8.{number}.7.9 GET /" for number in range(2, 200))
    (finding,) = found(text, "access.log")
    assert finding.id == "personal-data.some"
    assert "198 IP addresses (8.***)" in finding.evidence


@pytest.mark.parametrize(
    "datum",
    [
        "ada@example.com",
        "ada@mail.example.org",
        "ada@harbour.example",
        "ada@x.test",
        "noreply@harbour.io",
        "git@github.com",
        "415-555-0123",
        "4111 1111 1111 1111",
        "4242424242424242",
        "GB82 WEST 1234 5698 7654 32",
        "8.8.8.8",
        "192.168.0.1",
    ],
)
def test_what_everybody_uses_for_examples_does_not_count(datum):
    """Reserved domains, film telephones and test cards belong to nobody."""
    assert found((json.dumps({"ask": f"call {datum} now"}) + "\n") * 3) == []


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.log", "A.CSV", "a.ndjson"])
def test_tables_and_logs_are_known_by_name(name):
    """Rows without a form of their own are known by the suffix."""
    assert found("name;mail\nAda;ada@harbour.io\n", name)


@pytest.mark.parametrize("name", ["README.md", "prompt.txt", "config.yaml", "main.py", "AUTHORS"])
def test_texts_without_rows_are_left(name):
    """An author's address in a text is no register."""
    assert found("Written by Ada <ada@harbour.io>\n", name) == []


def test_rows_of_json_are_known_by_content():
    """Objects on lines of their own are rows, whatever the file is called."""
    assert found(people(3), "data.txt")
    assert found(json.dumps({"mail": "ada@harbour.io"}), "one.json") == []


def test_every_kind_is_masked():
    """No datum is shown whole."""
    data = [
        "ada@harbour.io",
        "+49 30 7654321",
        "5500 0055 5555 5559",
        "DE75512108001245126199",
        "536-90-4399",
        "9.9.9.9",
    ]
    (finding,) = found("\n".join(json.dumps({"x": f"a {each} b"}) for each in data))
    assert finding.evidence.count("***") == 7
    assert not any(each in finding.evidence for each in data)
