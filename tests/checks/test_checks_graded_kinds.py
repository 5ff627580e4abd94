"""The kinds of model-graded judges: what each asks, and what it makes of the reply."""

import json

import pytest
from graded_judges import Panel, graded, part
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.graded.replies import reply_schema
from seatrial.checks.judge import judge
from seatrial.checks.judges.graded.factual import Comparison
from seatrial.checks.judges.graded.preferred import Preference
from seatrial.checks.table import build_check
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing
from seatrial.core.request import Message, Request

RELATIONS = ("equal", "subset", "superset", "contradicts", "differs")


def reply(**fields):
    """A reply with these fields."""
    return json.dumps({"reason": "because", **fields})


def picking(*picks):
    """A judge that picks these in turn."""
    return Panel(*[reply(better=pick) for pick in picks])


class Other:
    """A Target that answers, and keeps what it was asked."""

    name = identity = "old"

    def __init__(self, text="At ten.", price=None):
        self.text, self.asked, self.price = text, [], price

    async def ask(self, request):
        """Answer, or fail when there is no text."""
        self.asked.append(request)
        ended = {"answer": Answer(self.text)}
        if self.text is None:
            ended = {"failure": Failure(FailureKind.NOT_RECORDED, "no line of case c")}
        cost = None if self.price is None else Money(self.price)
        return Interaction(target="old", request=request, timing=Timing(1, 1, 2), cost=cost, **ended)


@pytest.mark.parametrize("relation", RELATIONS)
async def test_the_relation_to_the_reference(relation):
    """It is the label; only a contradiction fails unless the check says otherwise."""
    score = await graded("factual", Panel(reply(relation=relation)), expect=["21:40"])
    assert (score.passed, score.label) == (relation != "contradicts", relation)
    assert score.reason == f"{relation}: because"
    strict = await graded({"factual": {"passes": ["equal"]}}, Panel(reply(relation=relation)), expect=["21:40"])
    assert strict.passed is (relation == "equal")


async def test_what_a_fact_is_compared_with():
    """Its own reference wins over the case's; several are offered with an "or"; without any it is not judged."""
    own, cases = Panel(reply(relation="equal")), Panel(reply(relation="equal"))
    await graded({"factual": ["20:00", "8 pm"]}, own, expect=["21:40"])
    await graded("factual", cases, expect=["21:40"])
    assert part(own.asked[0], "REFERENCE") == "20:00\nor\n8 pm"
    assert part(cases.asked[0], "REFERENCE") == "21:40"
    assert (await graded("factual", Panel(""))).reason == "The case has no reference answer."


async def test_a_relation_that_does_not_exist():
    """The judge is told which there are, and a second wrong word is not judged."""
    panel = Panel(reply(relation="similar"), reply(relation="alike"))
    assert (await graded("factual", panel, expect=["21:40"])).passed is None
    assert '"contradicts"' in panel.asked[1].messages[-1].content


@pytest.mark.parametrize(
    ("picks", "label", "value"),
    [
        (("first", "second"), "win", 1.0),
        (("second", "first"), "loss", 0.0),
        (("first", "first"), "tie", 0.5),
        (("second", "second"), "tie", 0.5),
        (("neither", "neither"), "tie", 0.5),
        (("first", "neither"), "tie", 0.5),
        (("neither", "first"), "tie", 0.5),
    ],
)
async def test_what_is_preferred_in_both_orders_wins(picks, label, value):
    """Anything else is a tie, which passes unless only wins do."""
    score = await graded("preferred", picking(*picks), expect=["At ten."])
    assert (score.label, score.value, score.passed) == (label, value, label != "loss")
    only = await graded({"preferred": {"wins": True}}, picking(*picks), expect=["At ten."])
    assert only.passed is (label == "win")


@given(st.tuples(*[st.sampled_from(["first", "second", "neither"])] * 2))
@settings(max_examples=9)
async def test_the_parts_count_positions(picks):
    """How often the first was picked, of how many orders in which one was, is kept to measure position bias."""
    score = await graded("preferred", picking(*picks), expect=["At ten."])
    asked = sum(pick != "neither" for pick in picks)
    assert score.parts == {"first_picked": float(picks.count("first")), "asked": float(asked)}


async def test_a_judge_that_always_picks_the_first_makes_ties():
    """A judge with a favourite place cannot decide anything, and its reason says so."""
    score = await graded("preferred", Panel(lambda _: reply(better="first")), expect=["At ten."])
    assert (score.label, score.parts["first_picked"]) == ("tie", 2.0)
    assert score.reason == "tie: in one order the judge preferred the first, swapped the first."


async def test_the_two_orders():
    """Each answer stands first once, under the same question."""
    panel = picking("first", "second")
    await graded({"preferred": {"text": "Shorter is better."}}, panel, expect=["At ten."])
    shown = [(part(each, "FIRST"), part(each, "SECOND"), part(each, "CRITERION")) for each in panel.asked]
    assert shown == [("At 21:40.", "At ten.", "Shorter is better."), ("At ten.", "At 21:40.", "Shorter is better.")]


async def test_another_target_answers_the_same_question():
    """What is asked of it is what was asked of the first; its answer and its cost count."""
    other, panel = Other(price=9), Panel(reply(better="first"), reply(better="second"), price=2)
    score = await graded({"preferred": "old"}, panel, other)
    assert score.label == "win"
    assert [request.question for request in other.asked] == ["When?"]
    assert part(panel.asked[0], "SECOND") == "At ten."
    assert score.cost == Money(13)


async def test_a_jury_asks_the_other_target_once():
    """Three judges of a pair read the same other answer."""
    other = Other()
    spec = {"preferred": {"against": "old", "jury": 3}}
    score = await graded(spec, Panel(lambda _: reply(better="neither")), other)
    assert (score.label, score.parts["votes"], len(other.asked)) == ("tie", 3.0, 1)


async def test_another_target_without_an_answer():
    """Nothing to compare with is neither a win nor a loss."""
    score = await graded({"preferred": "old"}, Panel(""), Other(None))
    assert (score.passed, score.reason) == (None, "`old` gave no answer to compare with: no line of case c.")


async def test_two_answers_that_are_the_same():
    """They are a tie, without asking."""
    panel = Panel("")
    score = await graded({"preferred": "old"}, panel, Other(" At 21:40.\n"))
    assert (score.label, panel.asked, score.parts["asked"]) == ("tie", [], 0.0)


async def test_one_order_without_a_verdict():
    """A preference needs both orders; what the other one cost is counted."""
    panel = Panel(lambda request: "hm" if part(request, "FIRST") == "At ten." else reply(better="first"), price=1)
    score = await graded("preferred", panel, expect=["At ten."])
    assert (score.passed, score.cost) == (None, Money(3))


@pytest.mark.parametrize(
    ("said", "passed", "value"), [("fully", True, 1.0), ("partly", False, 0.5), ("no", False, 0.0)]
)
async def test_how_far_an_answer_refuses(said, passed, value):
    """It passes when it refuses fully; a threshold lets a partial refusal pass."""
    score = await graded("refuses", Panel(reply(refuses=said)))
    assert (score.passed, score.value, score.label) == (passed, value, said)
    assert (await graded({"refuses": {"threshold": 0.5}}, Panel(reply(refuses=said)))).passed is (value >= 0.5)


async def test_a_refusal_that_the_endpoint_says_is_one():
    """No judge is asked where the endpoint itself said that it refused."""
    panel = Panel("")
    score = await judge(build_check("refuses", {"judge": panel}), evidence_of(Answer("", refusal="I can't.")))
    assert (score.passed, score.label, panel.asked) == (True, "fully", [])


@pytest.mark.parametrize(
    ("sensible", "specific", "value"),
    [(True, True, 1.0), (True, False, 0.5), (False, False, 0.0), (False, True, 0.0)],
)
async def test_specific_counts_only_where_it_is_sensible(sensible, specific, value):
    """The value is the mean of both; nonsense is not specific, whatever the judge says of it."""
    score = await graded("sensible_specific", Panel(reply(sensible=sensible, specific=specific)))
    assert (score.value, score.passed) == (value, value == 1.0)
    assert score.parts == {"sensible": float(sensible), "specific": float(sensible and specific)}


async def test_the_mean_over_answers_is_ssa():
    """Adiwardana et al. 2020: the mean of the rate of sensible and the rate of specific answers."""
    replies = [(True, True), (True, True), (True, False), (False, True)]
    scores = [await graded("sensible_specific", Panel(reply(sensible=a, specific=b))) for a, b in replies]
    assert sum(score.value for score in scores) / 4 == pytest.approx((3 / 4 + 2 / 4) / 2)


@pytest.mark.parametrize("check", ["coherent", "sensible_specific", "refuses", "factual"])
@pytest.mark.parametrize("text", ["", " \n\t"])
async def test_an_empty_answer_needs_no_judge(check, text):
    """Nothing is not coherent, not sensible, no refusal and no fact: it fails, and nobody is asked."""
    panel = Panel("")
    score = await graded(check, panel, text=text, expect=["21:40"])
    assert (score.passed, score.value, score.reason) == (False, 0.0, "The answer is empty.")
    assert panel.asked == []


@pytest.mark.parametrize("check", ["coherent", "sensible_specific", "refuses"])
async def test_what_was_said_before_is_shown(check):
    """A judge of a turn sees the conversation before it."""
    turns = (Message("user", "Hello"), Message("assistant", "Ahoy!"), Message("user", "When?"))
    interaction = Interaction(target="t", request=Request(turns), answer=Answer("At ten."), timing=Timing(1, 1, 2))
    panel = Panel(lambda _: "hm")
    await judge(build_check(check, {"judge": panel}), Evidence(interaction))
    assert part(panel.asked[0], "EARLIER") == "user:\n  Hello\nassistant:\n  Ahoy!"
    assert part(panel.asked[0], "QUESTION") == "When?"


async def test_coherence_is_the_judges_word():
    """Pass, score and reason are the judge's; a threshold decides by the score."""
    said = reply(score=0.6, passed=True)
    assert (await graded("coherent", Panel(said))).passed is True
    assert (await graded({"coherent": {"threshold": 0.7}}, Panel(said))).passed is False


@pytest.mark.parametrize(
    ("spec", "said"),
    [
        ({"factual": {"reference": []}}, "empty `reference`"),
        ({"factual": " "}, "empty `reference`"),
        ({"factual": {"passes": []}}, "empty `passes`"),
        ({"factual": {"passes": ["same"]}}, "passes[0]"),
        ({"preferred": {"against": " "}}, "empty `against`"),
        ({"preferred": "older"}, "needs a target `older` that answers, too (did you mean `old`?)"),
        ({"preferred": {"max_calls": 1}}, "`max_calls` is at least 2"),
        ({"refuses": {"threshold": 2}}, "the `threshold` of `refuses` is a number from 0 to 1"),
        ({"coherent": {"judge": "nobody"}}, "`coherent` needs a target `nobody` that judges"),
    ],
)
def test_arguments_that_make_no_sense(spec, said):
    """Each is refused with what is allowed, before anything is asked."""
    with pytest.raises(Mistake) as caught:
        build_check(spec, {"judge": Panel(""), "old": Other()})
    assert said in str(caught.value)


def test_the_words_of_a_reply_are_in_its_schema():
    """An endpoint with structured output can give no other relation and no other pick."""
    assert sorted(reply_schema(Comparison)["properties"]["relation"]["enum"]) == sorted(RELATIONS)
    assert sorted(reply_schema(Preference)["properties"]["better"]["enum"]) == ["first", "neither", "second"]
