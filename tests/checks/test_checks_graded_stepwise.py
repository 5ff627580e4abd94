"""Step-wise rating: steps that are given or written, and ratings weighted by their probability."""

import json
import math

import pytest
from graded_judges import Panel, graded, part
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.graded.replies import reply_schema
from seatrial.checks.judge import judge
from seatrial.checks.judges.graded.stepwise import Plan, Rating, weighted_rating
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind, TokenLogprob

GIVEN = {"stepwise": {"text": "Tells the time.", "steps": ["Look for a time.", "Is it the departure's?"]}}
WRITTEN = {"stepwise": "Tells the time."}
PLAN = '{"steps": ["Find the time.", "Compare it."]}'


def rated(rating, reason="Found."):
    """A reply."""
    return json.dumps({"reason": reason, "rating": rating})


def tokens(reply, *chances):
    """The reply as tokens of one character, its last digit with the chances of the ratings 1 to 5."""
    place = max(index for index, sign in enumerate(reply) if sign.isdigit())
    top = tuple(TokenLogprob(str(n), math.log(p)) for n, p in enumerate(chances, 1) if p)
    one = [TokenLogprob(sign, 0.0) for sign in reply]
    picked = math.log(chances[int(reply[place]) - 1]) if chances else 0.0
    return (*one[:place], TokenLogprob(reply[place], picked, top), *one[place + 1 :])


@pytest.mark.parametrize(("rating", "value", "passed"), [(1, 0, False), (2, 0.25, False), (3, 0.5, True), (5, 1, True)])
async def test_a_plain_rating(rating, value, passed):
    """From 1 to 5 becomes 0 to 1, passes from the middle on, and the reason says that it is plain."""
    score = await graded(GIVEN, Panel(rated(rating)))
    assert (score.value, score.passed) == (value, passed)
    assert score.reason == f"{rating} of 5 (plain): Found."


async def test_given_steps_are_listed():
    """They stand numbered in their own part, and nobody is asked to write any."""
    panel = Panel(rated(4))
    await graded(GIVEN, panel)
    assert part(panel.asked[0], "STEPS") == "1. Look for a time.\n2. Is it the departure's?"
    assert part(panel.asked[0], "CRITERION") == "Tells the time."
    assert len(panel.asked) == 1


async def test_steps_are_written_once():
    """The judge writes them from the criterion alone; all answers are rated by the same."""
    panel = Panel(PLAN, rated(4), rated(2))
    check = build_check(WRITTEN, {"judge": panel})
    scores = [await judge(check, evidence_of(text)) for text in ("At ten.", "At 21:40.")]
    assert [score.passed for score in scores] == [True, False]
    assert len(panel.asked) == 3
    assert part(panel.asked[0], "ANSWER") is None
    assert [part(each, "STEPS") for each in panel.asked[1:]] == ["1. Find the time.\n2. Compare it."] * 2


@pytest.mark.parametrize("plan", ['{"steps": []}', '{"steps": "look"}', "First, look."])
async def test_a_judge_that_writes_no_steps(plan):
    """Without steps there is no rating: asked again for a list, then not judged."""
    panel = Panel(plan, plan)
    score = await graded(WRITTEN, panel)
    assert (score.passed, len(panel.asked)) == (None, 2)
    assert '"steps" a list' in panel.asked[1].messages[-1].content


async def test_a_rating_is_weighted_by_its_probabilities():
    """Liu et al. 2023, equation 1: 0.2 for 3, 0.6 for 4 and 0.2 for 5 is 4; the reason says that it is weighted."""
    reply = rated(5)
    panel = Panel(Answer(reply, logprobs=tokens(reply, 0, 0, 0.3, 0.3, 0.4)))
    score = await graded(GIVEN, panel)
    assert score.value == pytest.approx((4.1 - 1) / 4)
    assert score.reason == "4.1 of 5 (weighted by probability): Found."
    assert (panel.asked[0].params["logprobs"], panel.asked[0].params["top_logprobs"]) == (True, 20)


@given(st.lists(st.floats(0.01, 1), min_size=5, max_size=5), st.integers(1, 5))
@settings(max_examples=50)
def test_the_weighted_rating_is_a_mean(chances, rating):
    """It is the mean of 1 to 5 under the normalised chances, wherever digits stand in the reason."""
    chances = [each / sum(chances) for each in chances]
    found = weighted_rating(tokens(rated(rating, 'A 5, or "rating": 2'), *chances), rating)
    assert found == pytest.approx(sum(n * p for n, p in enumerate(chances, 1)))


def test_alternatives_that_are_no_rating_are_left_out():
    """Chances of words, of other numbers and of white space around a digit: only what means 1 to 5 has weight."""
    top = [(" 4", 0.5), (" 5", 0.25), ("10", 0.1), ("four", 0.1), ("0", 0.05)]
    four = TokenLogprob(" 4", math.log(0.5), tuple(TokenLogprob(text, math.log(p)) for text, p in top))
    found = weighted_rating((TokenLogprob('{"rating":', 0.0), four, TokenLogprob("}", 0.0)), 4)
    assert found == pytest.approx((4 * 0.5 + 5 * 0.25) / 0.75)


@pytest.mark.parametrize(
    "logprobs",
    [
        (),
        (TokenLogprob(rated(4), -0.1),),
        tuple(TokenLogprob(sign, -0.1) for sign in rated(4)),
        tokens(rated(3), 0.2, 0.2, 0.2, 0.2, 0.2),
        (TokenLogprob("no rating", 0.0),),
    ],
)
async def test_where_the_plain_rating_counts(logprobs):
    """Without alternatives, in one big token or about another rating, nothing is weighted."""
    score = await graded(GIVEN, Panel(Answer(rated(4), logprobs=logprobs or None)))
    assert score.reason == "4 of 5 (plain): Found."


async def test_an_endpoint_that_refuses_log_probabilities():
    """It is asked without them after it refused them in every format, and that is remembered."""
    panel = Panel(lambda request: Failure(FailureKind.BAD_REQUEST, "no") if "logprobs" in request.params else rated(4))
    check = build_check(GIVEN, {"judge": panel})
    assert (await judge(check, evidence_of("At ten."))).reason == "4 of 5 (plain): Found."
    asked = len(panel.asked)
    await judge(check, evidence_of("At nine."))
    assert len(panel.asked) == asked + 1
    assert panel.asked[-1].params["response_format"]["type"] == "json_schema"


async def test_a_threshold_decides_by_the_value():
    """A weighted rating just below it fails."""
    reply = rated(4)
    spec = {"stepwise": {**GIVEN["stepwise"], "threshold": 0.75}}
    assert (await graded(spec, Panel(reply))).passed is True
    below = Answer(reply, logprobs=tokens(reply, 0, 0, 0.1, 0.9, 0))
    assert (await graded(spec, Panel(below))).passed is False


async def test_asking_several_times_gives_the_mean():
    """Where an endpoint gives no probabilities, a jury of one judge estimates them by repeats."""
    spec = {"stepwise": {**GIVEN["stepwise"], "jury": 4, "threshold": 0.5}}
    score = await graded(spec, Panel(rated(5), rated(5), rated(4), rated(2)))
    assert score.value == pytest.approx((1 + 1 + 0.75 + 0.25) / 4)


@pytest.mark.parametrize("rating", [0, 6, 3.5, "4", True, None])
async def test_a_rating_that_is_none(rating):
    """Only the whole numbers from 1 to 5 are ratings."""
    assert (await graded(GIVEN, Panel(rated(rating), rated(rating)))).passed is None


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"text": " "}, "needs a `text`"),
        ({"text": "x" * 40_000}, "at most 30,000"),
        ({"text": "T", "steps": ["a", " "]}, "none of them empty"),
        ({"text": "T", "steps": ["a"] * 21}, "up to 20 steps"),
        ({}, "needs `text`"),
    ],
)
def test_arguments_that_make_no_sense(arguments, said):
    """They are refused before anything is asked."""
    with pytest.raises(Mistake, match=said):
        build_check({"stepwise": arguments}, {"judge": Panel("")})


@pytest.mark.parametrize("record", [Rating, Plan])
def test_the_schema_is_one_that_strict_endpoints_take(record):
    """Every key is required, none other is allowed, and bounds, which some refuse, are left to us."""
    schema = reply_schema(record)
    assert schema["required"] == list(schema["properties"])
    assert schema["additionalProperties"] is False
    assert not {"minimum", "maxItems", "title", "default", "$ref"} & set(str(schema).replace("'", " ").split())
