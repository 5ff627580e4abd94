"""How judges are asked: formats, repeats, costs, and all the ways in which a judge says nothing of use."""

import asyncio

import pytest
from graded_judges import NO, YES, Panel, graded, refusing_formats

from seatrial.checks.evidence import evidence_of
from seatrial.checks.graded.desk import REMEMBERED, Desk
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing
from seatrial.core.request import Message, Request

TEXT = "States a time."
RUBRIC = {"rubric": {"text": TEXT}}


def formats(panel):
    """The formats that a judge was asked for, in order."""
    return [request.params.get("response_format", {}).get("type") for request in panel.asked]


async def test_an_endpoint_that_knows_no_schemas_is_asked_for_an_object():
    """A bad request for a schema is followed by one for a JSON object, and its reply counts."""
    panel = Panel(refusing_formats("json_schema"))
    assert (await graded(RUBRIC, panel)).passed is True
    assert formats(panel) == ["json_schema", "json_object"]


async def test_an_endpoint_that_knows_no_formats_is_asked_for_none():
    """The prompt itself says what to reply, so that a judge without JSON mode can judge."""
    panel = Panel(refusing_formats("json_schema", "json_object"))
    assert (await graded(RUBRIC, panel)).passed is True
    assert formats(panel) == ["json_schema", "json_object", None]


async def test_what_an_endpoint_takes_is_remembered():
    """The second answer is asked about in the format that worked for the first."""
    panel = Panel(refusing_formats("json_schema"))
    check = build_check(RUBRIC, {"judge": panel})
    for text in ("At 21:40.", "At ten."):
        await judge(check, evidence_of(text))
    assert formats(panel) == ["json_schema", "json_object", "json_object"]


async def test_a_request_that_is_bad_for_another_reason_is_not_judged():
    """When no format helps the endpoint's own words are the reason, and the next answer is asked about as before."""
    panel = Panel(lambda _: Failure(FailureKind.BAD_REQUEST, "the context is too long"))
    check = build_check(RUBRIC, {"judge": panel})
    score = await judge(check, evidence_of("At 21:40."))
    assert "the context is too long" in score.reason
    await judge(check, evidence_of("At ten."))
    assert formats(panel) == ["json_schema", "json_object", None] * 2


@pytest.mark.parametrize("wanted", [{"type": "text"}, None])
async def test_a_format_of_the_users_own_stays(wanted):
    """A format in `params` is asked for and no other, a null asks for none."""
    panel = Panel(refusing_formats("text"))
    await graded({"rubric": {"text": TEXT, "params": {"response_format": wanted}}}, panel)
    assert formats(panel) == [wanted and wanted["type"]]


async def test_other_failures_are_not_asked_again():
    """Only a bad request is about the format."""
    panel = Panel(Failure(FailureKind.TIMEOUT, "no answer within 30 s"))
    assert (await graded(RUBRIC, panel)).passed is None
    assert len(panel.asked) == 1


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Answer('{"reason": "it it it it', finish_reason="length"), "cut off by its limit of tokens"),
        (Answer(YES, finish_reason="length"), "cut off by its limit of tokens"),
        (Answer("", finish_reason="content_filter"), "content filter"),
        (Answer("", refusal="I may not judge\nthis."), 'The judge refused: "I may not judge\\nthis."'),
    ],
)
async def test_a_judge_that_loops_refuses_or_is_withheld(reply, said):
    """None of these is asked again, and none is a verdict."""
    panel = Panel(reply)
    score = await graded(RUBRIC, panel)
    assert (score.passed, len(panel.asked)) == (None, 1)
    assert said in score.reason


@pytest.mark.parametrize(
    "reply",
    [
        "Ja, die Antwort nennt eine Uhrzeit.",
        '{"begründung": "Sie nennt eine Uhrzeit.", "bestanden": true}',
        '{"reason": "Oui.", "passed": "vrai"}',
        "我认为这个回答是正确的。",
        "sure " * 4500,
    ],
)
async def test_a_judge_that_answers_in_another_language_or_nonsense(reply):
    """Words that are no verdict are not guessed at: it is not judged after one repair."""
    panel = Panel(reply, reply)
    score = await graded(RUBRIC, panel)
    assert (score.passed, score.source, len(panel.asked)) == (None, "model", 2)
    assert "no judgement, also when asked again" in score.reason


async def test_a_reason_in_another_language_is_a_reason():
    """A judge that gives the object it was asked for may explain itself in the language of the answer."""
    score = await graded(RUBRIC, Panel('{"reason": "Sie nennt eine Uhrzeit.", "score": 1, "passed": true}'))
    assert (score.passed, score.reason) == (True, "Sie nennt eine Uhrzeit.")


async def test_a_judge_that_thinks_aloud_first():
    """What stands between the marks of a thought does not count, be it a verdict."""
    assert (await graded(RUBRIC, Panel(f"<think>At first {YES} but</think>\n{NO}"))).passed is False


async def test_the_score_says_what_judging_cost():
    """All requests count, those for a repair and those that were no verdict in the end, too."""
    once = await graded(RUBRIC, Panel(YES, price=700))
    repaired = await graded(RUBRIC, Panel("nonsense", YES, price=700))
    wasted = await graded(RUBRIC, Panel("nonsense", "nonsense", price=700))
    assert [once.cost, repaired.cost, wasted.cost] == [Money(700), Money(1400), Money(1400)]
    assert wasted.passed is None


async def test_a_cost_that_nobody_knows():
    """Without a price the cost is unknown, not nothing."""
    assert (await graded(RUBRIC, Panel(YES))).cost is None


async def test_the_same_judgement_is_asked_for_once():
    """Equal answers share a reply, which costs nothing the second time."""
    panel = Panel(YES, price=700)
    check = build_check(RUBRIC, {"judge": panel})
    scores = [await judge(check, evidence_of("At 21:40.")) for _ in range(3)]
    assert len(panel.asked) == 1
    assert [score.cost for score in scores] == [Money(700), Money(0), Money(0)]
    assert {score.passed for score in scores} == {True}


class Slow(Panel):
    """A judge that takes a moment, and may be cancelled while it thinks."""

    async def ask(self, request):
        """Think first."""
        self.asked.append(request)
        await asyncio.sleep(0.01)
        return Interaction(target="judge", request=request, timing=Timing(1, 1, 2), answer=Answer(YES))


async def test_equal_questions_at_the_same_time_are_one():
    """Twenty answers that are the same wait for one reply."""
    panel = Slow(YES)
    check = build_check(RUBRIC, {"judge": panel})
    scores = await asyncio.gather(*[judge(check, evidence_of("At 21:40.")) for _ in range(20)])
    assert len(panel.asked) == 1
    assert all(score.passed for score in scores)


async def test_whoever_waits_for_a_question_that_was_given_up_asks_it_anew():
    """The cancellation of one attempt is not that of another."""
    panel = Slow(YES)
    check = build_check(RUBRIC, {"judge": panel})
    first = asyncio.ensure_future(judge(check, evidence_of("At 21:40.")))
    second = asyncio.ensure_future(judge(check, evidence_of("At 21:40.")))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    first.cancel()
    assert (await second).passed is True
    assert len(panel.asked) == 2


async def test_a_failure_is_not_remembered():
    """The next attempt asks again."""
    panel = Panel(Failure(FailureKind.RATE_LIMITED, "too many"), YES)
    check = build_check(RUBRIC, {"judge": panel})
    assert [(await judge(check, evidence_of("At 21:40."))).passed for _ in range(2)] == [None, True]


async def test_what_is_remembered_is_bounded():
    """The replies that were not used for longest are forgotten first."""
    panel = Panel(lambda _: YES)
    desk = Desk(panel)
    for number in [*range(REMEMBERED), 0, REMEMBERED, 0, 1]:
        await desk.ask(Request((Message("user", str(number)),)))
    assert len(panel.asked) == REMEMBERED + 2


def test_one_check_in_two_event_loops():
    """A Check that was used in one loop can be used in another: a notebook runs each question in its own."""
    check = build_check(RUBRIC, {"judge": Slow(YES)})
    assert asyncio.run(judge(check, evidence_of("A"))).passed is True
    assert asyncio.run(judge(check, evidence_of("B"))).passed is True


@pytest.mark.parametrize("part", ["text", "question", "context", "expect"])
async def test_forty_thousand_tokens_are_not_sent(part):
    """Whatever part is too long for a judge to read with care, it is not judged, and nothing is paid."""
    long = "harbour " * 40_000
    facts = {part: long if part in ("text", "question") else [long]}
    panel = Panel(YES)
    score = await graded(RUBRIC, panel, **facts)
    assert (score.passed, panel.asked) == (None, [])
    assert "more than 60,000 characters" in score.reason


async def test_the_bound_can_be_raised():
    """Who has a judge that reads more says so."""
    panel = Panel(YES)
    spec = {"rubric": {"text": TEXT, "max_characters": 500_000}}
    assert (await graded(spec, panel, context=["harbour " * 40_000])).passed is True


async def test_a_bound_on_requests_counts_the_repair():
    """With one request allowed a useless reply is not followed by another."""
    panel = Panel("nonsense", YES)
    score = await graded({"rubric": {"text": TEXT, "max_calls": 1}}, panel)
    assert (score.passed, len(panel.asked)) == (None, 1)
    assert "more than 1 requests" in score.reason


async def test_half_a_character_does_not_stop_the_judge():
    """A lone surrogate in an answer is judged like any text."""
    assert (await graded(RUBRIC, Panel(YES), text="\ud800")).passed is True
