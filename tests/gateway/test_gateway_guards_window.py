"""The hold-back of one text: what may go on, what is changed in it, and what is forgotten."""

from itertools import pairwise

from guards_support import cut, cuts
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.gateway.guards.finding import Match, apart, last_word, last_words
from seatrial.gateway.guards.pattern import Pattern
from seatrial.gateway.guards.placeholders import Restorer, replaced
from seatrial.gateway.guards.window import SLACK, Looker, Window


def starred(match: Match, text: str, quoted: bool) -> str:
    """Stars, or quoted ones."""
    return f'"{len(text)}"' if quoted else "*" * len(text)


def window(*patterns: str, quoted: bool = False) -> Window:
    return Window([Looker(Pattern(pattern), starred) for pattern in patterns], quoted=quoted)


def given_by(made: Window, pieces: list[str]) -> str:
    """All of a text as it may go on, piece by piece, when it has ended."""
    for piece in pieces:
        made.feed(piece)
    made.flush()
    begins = [sum(map(len, pieces[:number])) for number in range(len(pieces))]
    return "".join(made.given(begin, piece) for begin, piece in zip(begins, pieces, strict=True))


def test_what_a_match_could_still_begin_in_is_held_back() -> None:
    """Of `ab[0-9]{2}` the last four characters and the one behind stay, until there is no more."""
    made = window("ab[0-9]{2}")
    made.feed("0123456789")
    assert (made.size, made.settled) == (10, 5)
    made.flush()
    assert made.settled == 10


def test_a_match_at_the_border_is_settled_as_a_whole() -> None:
    """A match that begins in the settled part and ends behind it takes its end with it."""
    made = window("ab[0-9]{2}")
    made.feed("ab12----")
    assert made.settled == 4
    assert made.edits == [(0, 4, "****")]


def test_words_in_the_place_of_a_match_stand_in_the_piece_where_it_begins() -> None:
    """A match over three pieces leaves its new words in the first of them, and nothing in the others."""
    made = window("ab[0-9]{2}")
    for piece in ("xa", "b1", "2y"):
        made.feed(piece)
    made.flush()
    assert [made.given(0, "xa"), made.given(2, "b1"), made.given(4, "2y")] == ["x****", "", "y"]


def test_what_the_first_finds_is_not_looked_at_by_the_second() -> None:
    """A match that overlaps one of an earlier guard is none."""
    assert given_by(window("ab", "bc"), ["abc-bc"]) == "**c-**"


def test_whoever_looks_is_told_whether_it_is_json() -> None:
    """In the arguments of a call the words must fit between the quotes of JSON."""
    assert given_by(window("ab", quoted=True), ["xaby"]) == 'x"2"y'


def test_an_empty_text_is_settled_at_once() -> None:
    """Nothing was fed and nothing is held."""
    made = window("ab")
    made.flush()
    assert (made.size, made.settled, made.edits) == (0, 0, [])


def test_edits_that_have_gone_are_forgotten() -> None:
    """What stands before an offset has gone; what reaches behind it stays known."""
    made = window("ab")
    made.feed("ab--ab--ab")
    made.flush()
    made.forget(2)
    assert [edit.start for edit in made.edits] == [4, 8]
    made.forget(5)
    assert [edit.start for edit in made.edits] == [4, 8]
    made.forget(6)
    assert [edit.start for edit in made.edits] == [8]


@given(
    text=st.text(st.sampled_from("ab12 -"), max_size=400),
    places=cuts,
    patterns=st.sampled_from([("ab[12]{1,3}",), ("a{2,5}", "ba"), (r"\b1", "2b")]),
)
@settings(max_examples=50)
def test_pieces_go_on_as_the_whole_text_would(text: str, places: list[int], patterns: tuple[str, ...]) -> None:
    """However a text is cut, what goes on is the text with its matches exchanged, also where it is long."""
    assert given_by(window(*patterns), cut(text, places)) == given_by(window(*patterns), [text])


@given(text=st.text(st.sampled_from("ab1 "), max_size=300), places=cuts)
@settings(max_examples=50)
def test_what_was_settled_stays_so(text: str, places: list[int]) -> None:
    """The settled part only grows, and never beyond what has come."""
    made, before = window("ab1{1,4}"), 0
    for piece in cut(text, places):
        made.feed(piece)
        assert before <= made.settled <= made.size
        before = made.settled


def test_a_long_text_is_looked_at_in_its_last_part_alone() -> None:
    """What is long settled is not looked at again, so that a stream takes no more time the longer it is."""
    seen: list[int] = []

    class Counts(Pattern):
        def find(self, text: str) -> list[Match]:
            seen.append(len(text))
            return super().find(text)

    made = Window([Looker(Counts("zz"), starred)], quoted=False)
    for _ in range(2_000):
        made.feed("word ")
    assert max(seen) < 96 + 2 * SLACK + 10


def test_the_last_words_are_counted_from_the_end() -> None:
    """Blanks behind them count; a bound of characters ends the look back."""
    assert "one two  three ".find("two") == last_words("one two  three ", 2, 100)
    assert last_words("one two", 5, 100) == 0
    assert last_words("one two", 2, 4) == 3
    assert last_words("", 3, 10) == 0
    assert last_words("one", 0, 10) == 3


def test_the_last_word_is_open_until_a_blank_comes() -> None:
    """Behind a blank nothing is open, and of a long word only so much is."""
    assert [last_word(text, 10) for text in ("one two", "one ", "", "a\u00a0b")] == [4, 4, 0, 2]
    assert last_word("x" * 50, 10) == 40


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), max_size=12))
@settings(max_examples=50)
def test_matches_that_are_left_are_the_first_and_apart(pairs: list[tuple[int, int]]) -> None:
    """None overlaps another, each is one of those given, and every other one touches one that is left."""
    matches = [Match("m", start, start + length) for start, length in pairs]
    left = apart(matches)
    assert all(before.end <= after.start for before, after in pairwise(left))
    assert set(left) <= set(matches)
    assert all(any(each.start < one.end and one.start < each.end for one in left) for each in matches)
    assert apart(left) == left


@given(st.text(max_size=60), st.lists(st.integers(0, 60), max_size=8))
@settings(max_examples=50)
def test_nothing_exchanged_by_itself_is_the_same(text: str, places: list[int]) -> None:
    """Exchanging parts of a text by themselves gives the text."""
    ends = sorted({min(place, len(text)) for place in places})
    edits = [(a, b, text[a:b]) for a, b in zip(ends[::2], ends[1::2], strict=False)]
    assert replaced(text, edits) == text


def test_only_placeholders_that_stand_for_something_are_put_back() -> None:
    """What looks like one and is none stays; quotes and ends of lines are escaped inside JSON."""
    restorer = Restorer({"[EMAIL_1]": 'a"b\n'})
    assert [text.start for text in restorer.find("[EMAIL_1] [EMAIL_2] [email_1] [EMAIL_1]")] == [0, 30]
    assert restorer.find("EMAIL_1") == []
    assert restorer.value("[EMAIL_1]", quoted=False) == 'a"b\n'
    assert restorer.value("[EMAIL_1]", quoted=True) == 'a\\"b\\n'


def test_a_bracket_that_is_not_closed_is_open() -> None:
    """What may become a placeholder waits, but no longer than the longest one is."""
    restorer = Restorer({})
    assert [restorer.open(text) for text in ("a [EM", "a [EM]", "a", "")] == [2, 6, 1, 0]
    assert restorer.open("[" + "x" * 60) == 61
