"""A patient persona reads what people type in haste; one that is not patient does not."""

import msgspec
import pytest

from seatrial.simulator.answering import Answering, Asked
from seatrial.simulator.faults import FaultBook
from seatrial.simulator.knowledge import Knowledge
from seatrial.simulator.mending import Mender
from seatrial.simulator.persona import load_persona
from seatrial.simulator.reading import MOST, legible

HARBOUR = load_persona("harbour-v2")
PATIENT = Knowledge(HARBOUR)
PLAIN = Knowledge(msgspec.structs.replace(HARBOUR, patient=False))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("plain words", "plain words"),
        ("la\u200bst fer\u00adry", "last ferry"),
        ("lasx\bt ferry\x7fy", "last ferry"),
        ("the \u202eyrref\u202c", "the ferry"),
        ("fеrrу 𝐢𝐧 ｗｉｄｅ", "ferry in wide"),
        ("<b>last</b> <![CDATA[ferry]]>", "last ferry"),
        ("two seats", "2 seats"),
        ("a\n\nb ü", "a\n\nb ü"),
        ("1 < 2 and 3 > 2", "1 < 2 and 3 > 2"),
    ],
)
def test_what_is_made_legible(text, read):
    """Marks are obeyed or dropped, lookalikes are Latin, tags fall, words are digits."""
    assert " ".join(legible(text, ["en"]).split(" ")).split() == read.split()


def test_of_a_huge_message_both_ends_are_read():
    """The beginning and the end count, and it stays quick."""
    read = legible("first " + "x" * 1_000_000 + " last")
    assert len(read) <= MOST + 1
    assert read.startswith("first")
    assert read.endswith("last")


def test_readings_stand_for_words():
    """As whole words, in any case, and as signs anywhere."""
    assert legible("Pls, a 🐕 plsx", (), {"pls": "please", "🐕": "dog"}) == "please, a dog plsx"


@pytest.mark.parametrize(
    ("word", "mended"),
    [
        ("ferri", "ferry"),
        ("frery", "ferry"),
        ("fe11y", "fe11y"),
        ("ferrv", "ferry"),
        ("dg", "dog"),
        ("wheelch", "wheelchair"),
        ("whee1chiar", "wheelchair"),
        ("when", "when"),
        ("las", "las"),
        ("zzzz", "zzzz"),
    ],
)
def test_words_are_mended_to_the_nearest(word, mended):
    """Slips, misread shapes and beginnings; known, foreign and hopeless words stay."""
    assert Mender("en", ["ferry", "dog", "wheelchair", "last"], (), ["las"]).mended(word) == mended


def test_foreign_words_are_mended_on_wish():
    """When nothing else made sense of a question."""
    assert Mender("en", ["last"], (), ["las"]).mended("the las one", foreign=True) == "the last one"


@pytest.mark.parametrize(
    ("text", "entry", "island"),
    [
        ("Whhen does the lst fery leav for Saltholm?", "last-ferry", "Saltholm"),
        ("When does the last 🚢 leave for Sаlthоlm?", "last-ferry", "Saltholm"),
        ("Sorry to ask you: Quand part le dernier ferry pour Graynes? Many thanks for it", "last-ferry", "Graynes"),
        ("It rains. " * 600 + "\n\nHow long is the crossing to Fennport?", "crossing-time", "Fennport"),
    ],
)
def test_patience_understands(text, entry, island):
    """Where the same persona without it does not, or takes the greeting for the question."""
    match = PATIENT.match((text,))
    assert (match.entry.id, match.slots["island"]) == (entry, island)
    other = PLAIN.match((text,))
    assert other.entry is None or other.entry.id != entry or other.slots.get("island") != island


def test_what_nobody_knows_stays_unknown():
    """Patience makes no question of nothing."""
    assert PATIENT.match(("",)).entry is None
    assert PATIENT.match(("qqq www",)).entry is None


def test_unfamiliar_words_are_a_condition_of_faults():
    """A slip is unfamiliar, the questions of the persona are not; without a list nothing is."""
    fragile = load_persona("harbour-fragile")
    fault = next(each for each in fragile.faults if each.label == "unfamiliar-words")
    always = msgspec.structs.replace(fragile, faults=(msgspec.structs.replace(fault, rate=1.0),))
    for text, strikes in [("When does the last ferry leave for Saltholm?", 0), ("Whhen does the last ferry leave?", 1)]:
        answering = Answering(always)
        seen = answering.understand(Asked((text,))).seen
        assert len(FaultBook(always.faults, 1).inside(seen)) == strikes
    assert not PATIENT.is_unfamiliar("Whhen")
