import pickle
import typing

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.case import Case
from seatrial.core.check import Check, Evidence, Need
from seatrial.core.errors import CannotRun, MissingExtra, Mistake, SeatrialError
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing, TokenLogprob
from seatrial.core.request import Message, Request, Role
from seatrial.core.score import Score

SECOND = 1_000_000_000
CASE = Case(id="a", turns=(Message("user", "When?"),))


def interaction(**changes):
    facts = {"target": "bot", "request": Request(CASE.turns), "timing": Timing(0, 0, 0), "answer": Answer("21:40")}
    return Interaction(**facts | changes)


def evidence(case=CASE, before=(), **changes):
    return Evidence(interaction(**changes), case, before)


def with_case(**changes):
    return evidence(msgspec.structs.replace(CASE, **changes))


@pytest.mark.parametrize(
    ("need", "has", "lacks"),
    [
        (Need.ANSWER, evidence(), evidence(answer=None, failure=Failure(FailureKind.TIMEOUT, "late"))),
        (Need.EXPECTED, with_case(expect=("21:40",)), with_case(reference="at 21:40")),
        (Need.REFERENCE, with_case(reference="at 21:40"), evidence()),
        (Need.REFERENCE, with_case(expect=("21:40",)), evidence(None)),
        (Need.REFERENCE, with_case(reference=""), evidence()),
        (Need.CONTEXT, with_case(context=("The last ferry leaves at 21:40.",)), evidence()),
        (Need.SESSION, evidence(session="s"), evidence()),
        (Need.SESSION, evidence(before=(interaction(),)), evidence(None)),
        (Need.LOGPROBS, evidence(answer=Answer("a", logprobs=(TokenLogprob("a", -0.1),))), evidence()),
        (Need.LOGPROBS, evidence(answer=Answer("", logprobs=())), evidence(answer=None)),
    ],
)
def test_a_need_is_met_by_what_it_names(need, has, lacks):
    """Each need has something that meets it; without that it is lacking."""
    assert not has.lacks(need)
    assert lacks.lacks(need)


@pytest.mark.parametrize("need", Need)
def test_live_traffic_that_failed_lacks_every_need(need):
    """Nothing is known of it but that it failed."""
    assert Evidence(interaction(answer=None, failure=Failure(FailureKind.QUOTA, "spent"))).lacks(need)


def test_evidence_shows_what_the_case_and_the_answer_hold():
    """An empty answer is an answer; without a case nothing is expected and there is no context."""
    full = with_case(expect=("21:40", "9:40 pm"), context=("doc",))
    assert (full.text, full.expected, full.context) == ("21:40", ("21:40", "9:40 pm"), ("doc",))
    live = evidence(None, answer=Answer())
    assert (live.text, live.expected, live.context) == ("", (), ())
    assert not live.lacks(Need.ANSWER)


def test_any_object_with_the_shape_of_a_check_is_one():
    """No base class is needed; one part less is no Check."""

    class Shape:
        name, version, needs, cost = "shape", "1", frozenset(), "free"

    class Judge(Shape):
        def judge(self, evidence):
            return Score("shape", True)

    assert isinstance(Judge(), Check)
    assert not isinstance(Shape(), Check)


@given(*[st.integers(0, 10**18)] * 4)
def test_times_of_an_interaction_add_up(due, wait, work, first):
    """From due to ended is the wait and the latency; the first token lies within the latency."""
    started = due + wait
    timing = Timing(due, started, started + work, first_token=started + min(first, work))
    assert timing.waited + timing.latency == pytest.approx((timing.ended - due) / SECOND)
    assert 0 <= timing.to_first_token <= timing.latency


def test_an_answer_that_was_not_streamed_has_no_first_token():
    """None is not nothing: a first token after no time is another thing."""
    assert Timing(0, 5, 9).to_first_token is None
    assert Timing(0, 5, 9, first_token=5).to_first_token == 0


def test_money_is_whole_nano_units():
    """A tenth of a cent of a cent is not lost."""
    assert Money(1).amount == 1e-9
    assert Money(2_410_000_000, "EUR") == Money(2_410_000_000, "EUR") != Money(2_410_000_000)


ROLES = st.sampled_from(typing.get_args(Role))


@given(st.lists(st.builds(Message, ROLES, st.text(max_size=3)), max_size=6))
def test_the_question_is_the_last_thing_that_a_user_said(messages):
    """Where no user speaks it is the last message, and nothing where there is none."""
    said = [each.content for each in messages if each.role == "user"] or [each.content for each in messages] or [""]
    assert Request(tuple(messages)).question == said[-1]


def test_a_failure_has_no_text_but_what_came_before_it():
    """Checks that read the text of a cut stream would judge half an answer."""
    cut = interaction(answer=None, failure=Failure(FailureKind.CUT_STREAM, "the stream broke", partial="The last"))
    assert cut.text == ""


def test_interactions_have_ids_of_their_own():
    """Two that are otherwise equal are two; an id that is given is kept."""
    assert interaction().id != interaction().id
    assert interaction(id="x").id == "x"


@pytest.mark.parametrize("record", [CASE, interaction(), Score("a", None), Money(1), Failure(FailureKind.QUOTA, "x")])
def test_records_are_frozen_and_survive_json(record):
    """Nobody changes them on the way, and they come back as they went."""
    field = record.__struct_fields__[0]
    with pytest.raises(AttributeError):
        setattr(record, field, "other")
    assert msgspec.json.decode(msgspec.json.encode(record), type=type(record)) == record


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ({}, "wrong"),
        ({"path": "a.yaml"}, "a.yaml: wrong"),
        ({"path": "a.yaml", "line": 7}, "a.yaml:7: wrong"),
        ({"path": "a.yaml", "line": 7, "key": "suites.x"}, "a.yaml:7: suites.x: wrong"),
        ({"key": "suites.x"}, "suites.x: wrong"),
    ],
)
def test_a_mistake_says_where_it_stands(place, said):
    """File, line and key in front, as far as they are known, so that an editor finds the place."""
    assert str(Mistake("wrong", **place)) == said


def test_errors_have_the_exit_codes_that_scripts_rely_on():
    """What the user can mend is 2, what the world is to blame for is 4, and all have one root."""
    missing = MissingExtra("dask", "a distributed run")
    assert (Mistake("x").exit_code, CannotRun("x").exit_code, missing.exit_code) == (2, 4, 2)
    assert isinstance(missing, Mistake)
    assert all(issubclass(each, SeatrialError) for each in (Mistake, CannotRun))


def test_a_missing_extra_says_the_command_that_installs_it():
    """A person can copy it from the sentence."""
    found = MissingExtra("dask", "a distributed run")
    assert str(found) == "a distributed run needs an optional package: pip install 'seatrial[dask]'"
    assert found.extra == "dask"


def test_records_travel_between_processes():
    """Workers of a run send them whole."""
    sent = interaction(tags={"language": "en"}, case="a")
    assert pickle.loads(pickle.dumps(sent)) == sent
