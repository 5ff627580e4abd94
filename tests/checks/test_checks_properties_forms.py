"""Checks of formal languages, addresses, citations and numbers."""

import msgspec
import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.request import Message, Request


def fenced(language, *bodies):
    """A sentence with fenced blocks of code."""
    return "Here it is:\n\n" + "\n\n".join(f"```{language}\n{body}\n```" for body in bodies) + "\n\nGood luck."


PIECES = {
    "valid_python": ("python", "fare = 12.5", "fare = = 12.5"),
    "valid_sql": ("sql", "SELECT fare FROM trips", "SELECT fare FROM"),
    "valid_xml": ("xml", "<fare>12.50</fare>", "<fare>12.50</far>"),
    "valid_html": ("html", "<p>12.50</p>", "<p><b>12.50</p>"),
    "valid_yaml": ("yaml", "fare: 12.50", "fare: [12.50"),
}


@pytest.mark.parametrize("name", sorted(PIECES))
def test_the_whole_answer_or_its_blocks(name):
    """Without a fence the whole answer is read, with one the block is; prose around it does not count."""
    language, good, bad = PIECES[name]
    assert judge_text(name, good).passed is True
    assert judge_text(name, bad).passed is False
    assert judge_text(name, fenced(language, good)).passed is True
    assert judge_text(name, fenced(language, bad)).passed is False
    assert judge_text(name, fenced("", good)).passed is True
    assert judge_text(name, "").passed is False


@pytest.mark.parametrize("name", sorted(PIECES))
def test_every_block_is_read(name):
    """One wrong block of several fails, and the reason says which."""
    language, good, bad = PIECES[name]
    assert judge_text(name, fenced(language, good, good)).reason.startswith("All 2 blocks are valid")
    score = judge_text(name, fenced(language, good, bad))
    assert score.passed is False
    assert "Block 2 is not valid" in score.reason


@pytest.mark.parametrize("name", sorted(PIECES))
def test_parts(name):
    """A user may ask for the whole answer, or insist on blocks; HTML alone may have any text around it."""
    language, good, _ = PIECES[name]
    assert judge_text({name: {"part": "whole"}}, fenced(language, good)).passed is (name == "valid_html")
    assert judge_text({name: {"part": "blocks"}}, good).passed is False
    assert judge_text({name: {"part": "blocks"}}, fenced(language, good)).passed is True


def test_blocks_of_other_languages_do_not_count():
    """A shell command beside the program is not read as one; blocks of other languages alone are no program."""
    text = fenced("sh", "ls -l") + fenced("py", "x = 1")
    assert judge_text("valid_python", text).passed is True
    score = judge_text("valid_python", fenced("sh", "ls -l"))
    assert score.passed is False
    assert "no fenced block of Python" in score.reason


def test_an_open_block_is_read_to_the_end():
    """An answer that was cut inside its block is read as far as it goes."""
    assert judge_text("valid_python", "```python\ndef f(").passed is False
    assert judge_text("valid_python", "```python\nx = 1").passed is True


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("valid_python", "-" * 90_000 + "1"),
        ("valid_python", "x = 1\n" * 50_000),
        ("valid_sql", "(" * 9_000),
        ("valid_sql", "CALL f()"),
        ("valid_xml", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        ("valid_yaml", "[" * 9_000),
        ("valid_html", "<div>" * 9_000),
        ("valid_python", "a" * 1_500_000),
        ("valid_markdown", "a" * 1_500_000),
        ("valid_python", fenced("python", *["x = 1"] * 60)),
    ],
)
def test_what_cannot_be_told_is_not_judged(name, text):
    """Too long, too deep, too many and unknown is neither a pass nor a fail."""
    score = judge_text(name, text)
    assert score.passed is None
    assert not score.reason.startswith("The check crashed")


def test_a_wrong_block_fails_beside_one_that_cannot_be_told():
    """One certain mistake is enough."""
    text = fenced("sql", "CALL f()", "SELECT FROM")
    assert judge_text("valid_sql", text).passed is False


def test_dialects_of_sql():
    """A dialect is named by its short form, an unknown one is a mistake with a hint."""
    assert judge_text({"valid_sql": "tsql"}, "SELECT TOP 5 * FROM t").passed is True
    with pytest.raises(Mistake, match="did you mean `postgres`"):
        build_check({"valid_sql": "postgress"})


def test_markdown_counts_its_faults():
    """The first fault is named with its line, the others are counted."""
    score = judge_text("valid_markdown", "[a]()\n\n[b][c]\n\n##x")
    assert score.reason == "In line 1: a link has no destination (and 2 more)."
    assert judge_text("valid_markdown", "# Fares\n\n12.50").passed is True


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ("urls", "See https://example.com/a.", True),
        ("urls", "See nothing.", True),
        ({"urls": {"required": True}}, "See nothing.", False),
        ("urls", "See https://exa%zzmple.com.", False),
        ("urls", "[a](https://)", False),
        ("urls", "ftp://files.example.com/x", False),
        ({"urls": {"schemes": ["ftp"]}}, "ftp://files.example.com/x", True),
        ({"urls": {"schemes": ["https"]}}, "http://example.com", False),
        ({"urls": {"schemes": ["https"]}}, "www.example.com", True),
        ({"urls": "example.com"}, "https://example.com/x", True),
        ({"urls": "example.com"}, "https://www.example.com/x", False),
        ({"urls": ["*.example.com"]}, "https://www.example.com/x", True),
        ({"urls": "example.com"}, "https://example.com@evil.test/", False),
        ({"urls": "example.com"}, "https://example.com.evil.test/", False),
        ({"urls": "example.com"}, "https://example.com\\@evil.test/", False),
        ({"urls": "example.com"}, "https://a.example.com and https://example.com", False),
        ({"urls": {"hosts": ["127.0.0.1"]}}, "http://127.0.0.1:8410/v1", True),
    ],
)
def test_urls(spec, text, passed):
    """Addresses are well formed and lead to allowed hosts; what only looks like the host does not count."""
    assert judge_text(spec, text).passed is passed


def test_a_password_in_an_address_is_not_repeated():
    """The reason shows the address without its user."""
    reason = judge_text({"urls": "example.com"}, "https://kim:hunter42@evil.test/").reason
    assert "hunter42" not in reason
    assert "evil.test" in reason


@pytest.mark.parametrize("hosts", ["https://example.com", "exa mple.com", "*", ""])
def test_hosts_that_are_none(hosts):
    """An address where a host is wanted is a mistake."""
    with pytest.raises(Mistake, match="host"):
        build_check({"urls": hosts})


DOCUMENTS = ("J. Smith, Ferries of the north, 2020.", "The last ferry leaves at 21:40.")


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ("citations", "At 21:40 [2].", True),
        ("citations", "At 21:40 [1, 2].", True),
        ("citations", "At 21:40 [3].", False),
        ("citations", "At 21:40 [0].", False),
        ({"citations": {"first": 0}}, "At 21:40 [0].", True),
        ({"citations": {"first": 0}}, "At 21:40 [2].", False),
        ("citations", "At 21:40 [1-3].", False),
        ("citations", "At 21:40 (Smith, 2020).", True),
        ("citations", "At 21:40 (Smith, 2021).", False),
        ("citations", "At 21:40 (Jones 2020).", False),
        ("citations", "At 21:40.", True),
        ({"citations": {"required": True}}, "At 21:40.", False),
        ({"citations": {"required": True}}, "", False),
        ({"citations": {"required": True}}, "`[1]`", False),
    ],
)
def test_citations(spec, text, passed):
    """Numbers are of documents of the context, authors and years stand in one; some may be required."""
    assert judge_text(spec, text, context=DOCUMENTS).passed is passed


def test_citations_without_a_context():
    """Without documents nothing is judged, unless the check says how many there are."""
    assert judge_text("citations", "So [1].").passed is None
    assert judge_text({"citations": {"documents": 3}}, "So [3].").passed is True
    assert judge_text({"citations": {"documents": 3}}, "So [4].").passed is False
    with pytest.raises(Mistake, match="documents"):
        build_check({"citations": {"documents": -1}})


def test_a_wrong_citation_is_named():
    """The reason shows the citation and how many documents there are."""
    reason = judge_text("citations", "At 21:40 [7].", context=DOCUMENTS).reason
    assert reason == 'It cites "[7]", but there are 2 documents.'


FACTS = "A bicycle costs 4.60 euros. The crossing is 12 km long and takes two hours and 30 minutes. 25 % are children."


@pytest.mark.parametrize(
    ("text", "passed"),
    [
        ("It costs 4.60 euros.", True),
        ("It costs €4.60.", True),
        ("Es kostet 4,60 €.", True),
        ("It costs 4.60 dollars.", False),
        ("It costs 4.70 euros.", False),
        ("It is 12,000 m long.", True),
        ("It is 7.5 mi long.", True),
        ("It is 8 mi long.", False),
        ("It takes 2 h 30 min.", True),
        ("It takes 2 hours.", True),
        ("It takes 3 hours.", False),
        ("A quarter: 0.25.", True),
        ("At 21:40, the question says.", True),
        ("At 9:40 pm, the question says.", True),
        ("1. Pay 4.60\n2. Board [1]", True),
        ("Nothing.", True),
        ("", True),
        ("Two bicycles cost 9.20 euros.", False),
    ],
)
def test_numbers_from_context(text, passed):
    """Numbers with their units stand in context or question; sums do not, and fail."""
    score = judge_text("numbers_from_context", text, context=FACTS, question="Is it at 21:40?")
    assert score.passed is passed


def test_the_value_is_the_share_that_stands_there():
    """Half of the numbers right is one half, and the first wrong one is named."""
    score = judge_text("numbers_from_context", "It costs 4.60 euros for 13 km.", context=FACTS)
    assert (score.passed, score.value) == (False, 0.5)
    assert '"13 km" stands neither' in score.reason
    assert "1 of 2" in score.reason


@pytest.mark.parametrize(
    ("arguments", "text", "passed"),
    [
        ({"tolerance": 0.1}, "It costs 4.65 euros.", True),
        ({"tolerance": 0.01}, "It costs 4.65 euros.", False),
        ({"relative": 0.02}, "It is 12.2 km.", True),
        ({"allow": ["100 %"]}, "I am 100 % sure.", True),
        ({"allow": [2026]}, "In 2026 it is so.", True),
    ],
)
def test_tolerances_and_allowed_numbers(arguments, text, passed):
    """A suite may let numbers be near, and let some stand for themselves."""
    assert judge_text({"numbers_from_context": arguments}, text, context=FACTS).passed is passed


def test_numbers_of_earlier_questions_count():
    """What the user said in an earlier turn may be repeated, what the assistant said may not."""
    turns = (Message("user", "I have 3 dogs."), Message("assistant", "Then 99."), Message("user", "So?"))
    evidence = evidence_of("You have 3 dogs.", context=(FACTS,))
    interaction = msgspec.structs.replace(evidence.interaction, request=Request(turns))
    check = build_check("numbers_from_context")
    assert check.judge(msgspec.structs.replace(evidence, interaction=interaction)).passed is True
    other = evidence_of("You have 99 dogs.", context=(FACTS,))
    changed = msgspec.structs.replace(other.interaction, request=Request(turns))
    assert check.judge(msgspec.structs.replace(other, interaction=changed)).passed is False


def test_without_a_context_numbers_are_not_judged():
    """Live traffic without documents gives no verdict."""
    assert judge_text("numbers_from_context", "It costs 4.60.").passed is None


@pytest.mark.parametrize(
    ("text", "context", "passed"),
    [
        ("7 " * 3_000, "7", None),
        ("7" * 300_000, "7", None),
        ("It is 8.", "word " * 200_000, None),
        ("It is 7.", "7 " + "word " * 200_000, True),
        ("It is 8.", "7 " * 40_000, None),
        ("It is 8.", "word " * 35_000, False),
    ],
)
def test_huge_texts_have_bounds(text, context, passed):
    """Too many numbers, or a context too long to be read, give no verdict where one would be needed."""
    assert judge_text("numbers_from_context", text, context=context).passed is passed


@pytest.mark.parametrize("arguments", [{"tolerance": -1}, {"relative": float("nan")}, {"allow": ["none"]}])
def test_arguments_that_make_no_sense(arguments):
    """Negative tolerances and allowed texts without a number are mistakes."""
    with pytest.raises(Mistake, match="numbers_from_context"):
        build_check({"numbers_from_context": arguments})
