"""Understanding questions: normal forms, languages, typos, and the entry that fits best."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from simulator_support import persona_from

from seatrial.simulator.knowledge import Knowledge
from seatrial.simulator.language import detect, is_upper_case, known_languages, normalise, one_edit_apart, words_of
from seatrial.simulator.persona import load_persona

WORDS = st.text(alphabet="abcdefgh", min_size=1, max_size=8)


@pytest.fixture(scope="module")
def harbour():
    return Knowledge(load_persona("harbour-v2"))


@given(st.text(max_size=60))
def test_normal_form_is_stable(text):
    """Normalising twice changes nothing more."""
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(max_size=60))
def test_normal_form_holds_only_words(text):
    """Nothing but letters, digits and single blanks is left."""
    assert all(part.isalnum() for part in normalise(text).split(" ") if normalise(text))


def test_normal_form_drops_case_accents_and_punctuation():
    """Capitals, accents, eszett and punctuation make no difference."""
    assert words_of("¿CUÁNDO Sale? Straße!") == ["cuando", "sale", "strasse"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "When does the ferry leave?"),
        ("de", "Wann fährt die Fähre ab?"),
        ("es", "¿Cuándo sale el ferry?"),
        ("fr", "Quand part le ferry ?"),
        ("pt", "Quando sai o barco para a ilha?"),
        ("it", "Quando parte il traghetto per l'isola?"),
        ("nl", "Wanneer vertrekt de veerboot naar het eiland?"),
    ],
)
def test_languages_are_told_apart(language, text):
    """A plain question is recognised among all known languages."""
    assert detect(words_of(text), sorted(known_languages())) == language


def test_no_frequent_word_is_no_language():
    """A text without frequent words has no language."""
    assert detect(["xk", "17"], ["en", "de"]) is None


def test_capitals():
    """Shouting needs eight letters and nearly all of them capitals."""
    assert is_upper_case("WHEN DOES IT LEAVE?")
    assert not is_upper_case("JSON")
    assert not is_upper_case("When does it leave?")


def distance(left, right):
    """Optimal string alignment distance, as the textbook has it."""
    rows = [[max(i, j) if not i * j else 0 for j in range(len(right) + 1)] for i in range(len(left) + 1)]
    for i in range(1, len(left) + 1):
        for j in range(1, len(right) + 1):
            change = rows[i - 1][j - 1] + (left[i - 1] != right[j - 1])
            rows[i][j] = min(rows[i - 1][j] + 1, rows[i][j - 1] + 1, change)
            if i > 1 and j > 1 and left[i - 1] == right[j - 2] and left[i - 2] == right[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]


@given(WORDS, WORDS)
def test_one_edit_agrees_with_the_textbook(left, right):
    """The quick test for one edit is the distance of at most 1."""
    assert one_edit_apart(left, right) == (distance(left, right) <= 1)


@given(WORDS, st.integers(0, 8))
def test_neighbouring_letters_may_be_swapped(word, place):
    """A word with two neighbours swapped is one edit away."""
    place %= len(word)
    swapped = word[:place] + word[place + 1 : place + 2] + word[place : place + 1] + word[place + 2 :]
    assert one_edit_apart(word, swapped)


@pytest.mark.parametrize("slip", ["ferry", "FERRY", "fery", "ferrry", "ferri", "fe-rry", "fezzi"])
def test_case_and_one_slip_are_tolerated(harbour, slip):
    """Capitals and a slip or two in a keyword change nothing; three are not understood as the keyword."""
    match = harbour.match((f"When does the last {slip} leave for Saltholm?",))
    found = match.entry.id if match.entry else None
    assert (found == "last-ferry") is (slip != "fezzi")
    if found == "last-ferry":
        assert match.typo is (slip.lower() != "ferry")


@given(st.sampled_from(["Saltholm", "Graynes", "Fennport", "Kelprock"]), st.integers(0, 6), st.sampled_from("qxz"))
def test_an_island_with_one_wrong_letter_is_still_found(island, place, letter):
    """One wrong letter in an island's name leads to the same island, as a typo."""
    wrong = island[:place] + letter + island[place + 1 :]
    match = Knowledge(load_persona("harbour-v2")).match((f"Which pier does the ferry to {wrong} leave from?",))
    assert (match.slots["island"], match.typo) == (island, True)


def test_most_specific_entry_wins(harbour):
    """A guide dog is not just a dog, and a deadline is not just a refund."""
    assert harbour.match(("What does a guide dog cost?",)).entry.id == "guide-dog"
    assert harbour.match(("Until when can I ask for a refund?",)).entry.id == "refund-deadline"


def test_missing_slot_asks_back_and_is_filled_by_the_next_turn(harbour):
    """A refund without a booking lacks the booking, and a second turn gives it."""
    assert harbour.match(("I need a refund.",)).missing == "booking"
    match = harbour.match(("I need a refund.", "It is XK-17."))
    assert (match.missing, match.slots["booking"], match.entry.id) == (None, "XK-17", "refund")


def test_follow_up_takes_the_earlier_turn_along(harbour):
    """`And for a child?` is understood with the question before it."""
    match = harbour.match(("How much is a ticket to Saltholm?", "And for a child?"))
    assert (match.entry.id, match.slots["passenger"], match.slots["island"]) == ("fare", "child", "Saltholm")


def test_new_topic_forgets_the_old_one(harbour):
    """A later question that stands by itself is not mixed with an earlier one."""
    match = harbour.match(("How much is a ticket to Saltholm?", "Is there a lift on board?"))
    assert match.entry.id == "lift"


def test_paraphrase_is_any_wording_but_the_usual(harbour):
    """The first alternative is the usual wording, each other one a paraphrase."""
    assert harbour.match(("When does the last ferry leave for Saltholm?",)).paraphrase is False
    assert harbour.match(("When does the final ferry leave for Saltholm?",)).paraphrase is True


def test_unknown_question_matches_nothing(harbour):
    """A question about something else has no entry, but a language."""
    match = harbour.match(("Wer hat die Oper geschrieben?",))
    assert (match.entry, match.language) == (None, "de")


@given(st.lists(st.text(max_size=200), max_size=4))
def test_whatever_is_asked_is_matched(turns):
    """No text makes the search fail."""
    assert Knowledge(load_persona("zero")).match(turns).entry is None


def test_integer_slot_and_default(tmp_path):
    """A number is read as a number, and the default stands in where none is named."""
    text = "name: x\nslots: {seats: {integer: true, default: '1', pattern: '(\\d+) seats'}}\n"
    text += "knowledge: [{id: book, keywords: {en: [book]}, answers: {en: '{seats}'}}]\n"
    knowledge = Knowledge(persona_from(tmp_path, text))
    assert knowledge.match(("book 12 seats",)).slots == {"seats": 12}
    assert knowledge.match(("book",)).slots == {"seats": 1}
