"""Attempts as a report keeps them."""

from dataclasses import dataclass

import msgspec
from made_report import attempt, attempts

from seatrial.core.case import Case
from seatrial.core.interaction import Answer, Failure, FailureKind
from seatrial.core.request import Message, Request
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.report import attempts as room
from seatrial.report.attempts import Kept, ending, section

RIGHT, WRONG = Score("contains", True, 1.0), Score("contains", False, 0.0, "no 21:40 in it")
SILENT = Score.not_judged("rubric", "the judge answered nonsense")
TIMEOUT = Failure(FailureKind.TIMEOUT, "no answer within 30 s", partial="The last fer")


@dataclass
class Named:
    """An ending and an attempt that has it."""

    ending: str
    attempt: Attempt


def test_each_ending_has_its_name() -> None:
    """Passed, failed, not judged and no answer are told apart; no Score at all is not judged."""
    named = [
        Named("passed", attempt("21:40", RIGHT)),
        Named("failed", attempt("22:00", RIGHT, WRONG, SILENT)),
        Named("not judged", attempt("21:40", RIGHT, SILENT)),
        Named("not judged", attempt("21:40")),
        Named("no answer", attempt("", failure=TIMEOUT)),
    ]
    assert [ending(each.attempt) for each in named] == [each.ending for each in named]


def test_says_why_in_one_line() -> None:
    """The reason is what the failed checks say, or the silent ones, or the failure."""
    assert section(attempt("22:00", WRONG, SILENT)).why == "contains: no 21:40 in it"
    assert section(attempt("22:00", SILENT)).why == "rubric: the judge answered nonsense"
    assert section(attempt("", failure=TIMEOUT)).why == "timeout: no answer within 30 s"
    assert section(attempt("22:00")).why == "no check judged it"
    assert section(attempt("21:40", RIGHT)).why == ""


def test_shows_the_conversation_in_order() -> None:
    """Turns are what was asked and then the answer."""
    turns = section(next(attempts())).turns
    assert [turn.role for turn in turns] == ["system", "user", "assistant"]
    assert turns[-1].tool_calls[0].name == "timetable"


def test_shows_what_came_before_a_cut() -> None:
    """The part of an answer that came before a failure is the last turn."""
    last = section(attempt("", failure=TIMEOUT)).turns[-1]
    assert (last.role, last.text) == ("assistant (cut off)", "The last fer")


def test_bounds_a_long_answer() -> None:
    """Of a ten-megabyte answer 20,000 characters are kept and the rest is counted."""
    last = section(attempt("x" * 10_000_000, RIGHT)).turns[-1]
    assert (len(last.text), last.cut) == (20_000, 9_980_000)


def test_bounds_a_long_conversation() -> None:
    """A conversation of a thousand turns keeps its beginning and its end."""
    made = attempt("bye", RIGHT)
    request = Request(tuple(Message("user", str(number)) for number in range(1000)))
    long = Attempt((msgspec.structs.replace(made.dialogue[0], request=request),), made.scores)
    shown = section(long)
    assert (len(shown.turns), shown.turns_left_out) == (60, 941)
    assert (shown.turns[0].text, shown.turns[-1].text) == ("0", "bye")


def test_shows_data_of_an_answer_without_text() -> None:
    """An endpoint's JSON stands for an answer that has no text."""
    made = attempt("", RIGHT)
    data = msgspec.structs.replace(made.dialogue[0], answer=Answer(data={"fare": 12.5}))
    assert section(Attempt((data,), made.scores)).turns[-1].text == '{"fare":12.5}'


def test_keeps_what_did_not_pass_first() -> None:
    """Of 3,000 attempts, 1,000 are kept: 500 that did not pass and 500 that passed; the rest is counted."""
    kept = Kept()
    for number in range(3000):
        kept.put(attempt("a", WRONG if number % 2 else RIGHT, case=str(number)))
    found = kept.listed({})
    assert len(found.shown) == 1000
    assert sum(each.ending == "failed" for each in found.shown) == 500
    assert (found.not_passed_left_out, found.passed_left_out) == (1000, 1000)


def test_a_frequent_cause_does_not_crowd_out_a_rare_one() -> None:
    """After 900 wrong answers a time-out is still kept, and so are the rarest failed checks."""
    kept = Kept()
    for number in range(900):
        kept.put(attempt("a", WRONG, case=str(number)))
    kept.put(attempt("", failure=TIMEOUT, case="late"))
    kept.put(attempt("a", Score("json_valid", False), case="later"))
    found = kept.listed({})
    assert [each.case for each in found.shown[-2:]] == ["late", "later"]
    assert (len(found.shown), found.not_passed_left_out) == (500, 402)


def test_nothing_is_left_out_of_a_small_run() -> None:
    """All attempts of a small run are kept in the order they were made."""
    kept = Kept()
    made = list(attempts())
    for each in made:
        kept.put(each)
    found = kept.listed({})
    assert [(each.case, each.repeat) for each in found.shown] == [
        (each.dialogue[-1].case, each.dialogue[-1].repeat) for each in made
    ]


def test_takes_origin_and_expected_from_the_case() -> None:
    """What an Interaction does not carry comes from its Case."""
    kept = Kept()
    kept.put(attempt("a", WRONG, case="c"))
    case = Case(id="c", turns=(), expect=("21:40", "9:40 pm"), origin="cases/en.jsonl:17")
    shown = kept.listed({("behaviour", "c"): case}).shown[0]
    assert (shown.origin, shown.expected) == ("cases/en.jsonl:17", ("21:40", "9:40 pm"))
    assert kept.wanted() == {("behaviour", "c")}


def test_all_text_together_is_bounded() -> None:
    """A thousand long answers do not make an endless report."""
    kept = Kept()
    text = "x" * 20_000
    for number in range(1100):
        kept.put(attempt(text, RIGHT, case=str(number)))
    held = sum(len(turn.text) for each in kept.listed({}).shown for turn in each.turns)
    assert held <= room.ALL_TEXT + 20_001
