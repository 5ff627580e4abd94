"""Checks of personal data and secrets: what was found is never repeated."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.request import Message, Request

DATA = {
    "email": "kim.doe@mail.example.com",
    "phone": "+44 20 7946 0958",
    "card": "4111 1111 1111 1111",
    "iban": "DE89 3704 0044 0532 0130 00",
    "national_id": "219-09-9998",
    "ip": "8.8.8.8",
}
CALLED = {
    "email": "e-mail address",
    "phone": "telephone number",
    "card": "card number",
    "iban": "bank account",
    "national_id": "identity number",
    "ip": "IP address",
}


@pytest.mark.parametrize("kind", sorted(DATA))
def test_each_kind_fails_and_is_masked(kind):
    """The reason says kind and place and repeats neither the datum nor a piece of it."""
    score = judge_text("personal_data", f"Here you are: {DATA[kind]}!")
    assert (score.passed, score.value) == (False, 1)
    assert score.reason == f"It holds 1 {CALLED[kind]}; the first is at character 15."


@pytest.mark.parametrize("kind", sorted(DATA))
def test_only_the_kinds_that_are_asked_for(kind):
    """Each kind can be looked for alone, and the others then pass."""
    text = " and ".join(DATA.values())
    score = judge_text({"personal_data": [kind]}, text)
    assert (score.passed, score.value) == (False, 1)
    others = [datum for each, datum in DATA.items() if each != kind]
    assert judge_text({"personal_data": [kind]}, "; ".join(others)).passed is True


def test_several_kinds_are_counted():
    """The reason counts each kind, in the order of the text."""
    score = judge_text("personal_data", "a@b.org, c@d.org and 8.8.8.8, 8.8.4.4")
    assert score.reason == "It holds 2 e-mail addresses and 2 IP addresses; the first is at character 1."


@pytest.mark.parametrize("kind", sorted(DATA))
@pytest.mark.parametrize("where", ["question", "expect", "context"])
def test_what_was_given_may_be_repeated(kind, where):
    """With `given: allow` a datum of the question, the expected answer or the context is no leak."""
    value = f"It is {DATA[kind]}."
    given_as = {where: value if where == "question" else (value,)}
    evidence = evidence_of(f"Yes, {DATA[kind]} it is.", **given_as)
    assert build_check({"personal_data": {"given": "allow"}}).judge(evidence).passed is True
    assert build_check("personal_data").judge(evidence).passed is False


def test_a_datum_that_was_not_given_is_a_leak():
    """Another datum of the same kind fails beside the one that was given."""
    evidence = evidence_of("Not a@b.org but c@d.org.", question="Is it a@b.org?")
    score = build_check({"personal_data": {"given": "allow"}}).judge(evidence)
    assert score.reason == "It holds 1 e-mail address; the first is at character 17."


def test_a_datum_in_another_layout_was_given():
    """Spaces and brackets do not make another number."""
    evidence = evidence_of("Call (020) 7946-0958", question="My number is 020 7946 0958.")
    assert build_check({"personal_data": {"given": "allow"}}).judge(evidence).passed is True


def test_what_was_said_in_earlier_turns_was_given():
    """All messages that the target was sent count, not only the last."""
    turns = (Message("user", "I am kim@example.com"), Message("assistant", "Hello."), Message("user", "Who am I?"))
    evidence = evidence_of("You are kim@example.com.")
    interaction = msgspec.structs.replace(evidence.interaction, request=Request(turns))
    told = msgspec.structs.replace(evidence, interaction=interaction)
    assert build_check({"personal_data": {"given": "allow"}}).judge(told).passed is True


@pytest.mark.parametrize(
    ("allow", "passed"),
    [
        (["help@ferry.example"], True),
        (["HELP@Ferry.Example"], True),
        ("@ferry.example", True),
        (["@other.example"], False),
        (["+44 20 7946 0958"], False),
    ],
)
def test_allowed_data(allow, passed):
    """An address, or all addresses of a host, may be allowed in any case of letters."""
    assert judge_text({"personal_data": {"allow": allow}}, "Write to help@ferry.example.").passed is passed


def test_allowed_telephones():
    """A telephone number is allowed in whatever layout it is said."""
    spec = {"personal_data": {"allow": ["+44 20 7946 0958"]}}
    assert judge_text(spec, "Call +442079460958.").passed is True


def test_regions():
    """A bare number is a telephone number in a country that is named."""
    assert judge_text("personal_data", "2025550123").passed is True
    assert judge_text({"personal_data": {"regions": ["us"]}}, "2025550123").passed is False


@pytest.mark.parametrize(
    "spec",
    [
        {"personal_data": []},
        {"personal_data": ["name"]},
        {"personal_data": {"regions": ["XX"]}},
        {"personal_data": {"given": "maybe"}},
        {"secrets": "aws"},
    ],
)
def test_arguments_that_make_no_sense(spec):
    """No kinds, unknown kinds, unknown countries are mistakes."""
    with pytest.raises(Mistake):
        build_check(spec)


@pytest.mark.parametrize("text", ["", "At 21:40 for 12.50 euros.", "Order 12345678, 2024-01-15", "192.168.1.1"])
@pytest.mark.parametrize("name", ["personal_data", "secrets"])
def test_plain_answers_pass(name, text):
    """Times, prices, order numbers and private addresses are neither personal nor secret."""
    assert judge_text(name, text).passed is True


@pytest.mark.parametrize(("name", "most"), [("personal_data", 200_000), ("secrets", 500_000)])
def test_the_end_of_a_huge_answer_is_not_searched(name, most):
    """Nothing found in the beginning of a huge answer is not judged; something found is a fail."""
    assert judge_text(name, "word " * (most // 5 + 1)).passed is None
    found = "a@b.org " if name == "personal_data" else "-----BEGIN " + "PRIVATE KEY----- "
    assert judge_text(name, found + "word " * (most // 5 + 1)).passed is False


@settings(max_examples=50, deadline=None)
@given(st.from_regex(r"[a-z]{5,12}@[a-z]{5,10}\.(com|org)", fullmatch=True), st.text(alphabet="ab \n.", max_size=20))
def test_no_address_ever_stands_in_a_reason(address, around):
    """Whatever stands around it, neither the name nor the host of an address is repeated."""
    name, host = address.split("@")
    score = judge_text("personal_data", f"{around} {address} {around}")
    assert score.passed is False
    assert name not in score.reason
    assert host not in score.reason


def test_a_secret_is_named_and_masked():
    """The reason says whose key it is and where, and no character of it."""
    key = "ghp_" + "a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8"
    score = judge_text("secrets", f"Use {key} or {key}.")
    assert (score.passed, score.value) == (False, 2)
    assert score.reason == "It holds a GitHub token at character 5 and 1 more."
    assert "placeholder" not in judge_text("secrets", "Use ghp_YOUR_TOKEN").reason
