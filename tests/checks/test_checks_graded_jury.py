"""Juries: several judges, or one several times."""

import json

import pytest
from graded_judges import NO, YES, Panel, graded
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.costs import total
from seatrial.checks.graded.juror import NoVerdict
from seatrial.checks.graded.jury import Verdict, counted
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money

VERDICTS = st.builds(Verdict, passed=st.booleans(), value=st.floats(0, 1), reason=st.just("r"))


def by_jury(**arguments):
    """A rubric with these arguments."""
    return {"rubric": {"text": "States a time.", **arguments}}


def said(passed, score=None, reason="because"):
    """A reply."""
    return json.dumps({"reason": reason, "score": float(passed) if score is None else score, "passed": passed})


async def test_the_majority_decides():
    """Two of three pass it: it passes, with the mean score and the split in the reason."""
    score = await graded(by_jury(jury=3), Panel(said(True, 0.9, "A time."), said(False, 0.3), said(True, 0.6)))
    assert (score.passed, score.value) == (True, pytest.approx(0.6))
    assert score.parts == {"votes": 3.0, "votes_for": 2.0}
    assert score.reason == "2 of 3 judges pass it: A time."


async def test_the_reason_is_one_of_the_winners():
    """When it fails by majority, the reason of one that failed it is shown."""
    score = await graded(by_jury(jury=3), Panel(said(True, reason="Yes"), said(False, reason="No"), said(False)))
    assert score.reason == "1 of 3 judges pass it: No"


async def test_the_same_judge_is_asked_with_chance():
    """Each repeat has a temperature above 0 and a seed of its own, else it would say the same."""
    panel = Panel(lambda _: YES)
    await graded(by_jury(jury=3), panel)
    assert [request.params["seed"] for request in panel.asked] == [0, 1, 2]
    assert {request.params["temperature"] for request in panel.asked} == {1}


async def test_the_users_parameters_hold_for_a_jury():
    """A temperature is taken as it is, a seed is where the seeds begin, a null seed sends none."""
    panel = Panel(lambda _: YES)
    await graded(by_jury(jury=2, params={"temperature": 0.4, "seed": 70}), panel)
    await graded(by_jury(jury=2, params={"seed": None}), panel)
    assert [(each.params["temperature"], each.params.get("seed")) for each in panel.asked[:2]] == [(0.4, 70), (0.4, 71)]
    assert all("seed" not in each.params for each in panel.asked[2:])


async def test_several_judges_are_a_jury():
    """Each of the named Targets is asked, without chance, and the version names them all."""
    judges = [Panel(reply, name=name) for name, reply in [("a", YES), ("b", NO), ("c", YES)]]
    score = await graded(by_jury(judge=["a", "b", "c"]), *judges)
    assert (score.passed, score.parts["votes_for"]) == (True, 2)
    assert [each.asked[0].params["temperature"] for each in judges] == [0, 0, 0]
    assert [name.partition("@")[0] for name in score.version.removeprefix("rubric-1 ").split(",")] == ["a", "b", "c"]


async def test_several_judges_several_times():
    """Two judges asked three times each are six votes."""
    judges = [Panel(lambda _: YES, name="a"), Panel(lambda _: NO, name="b")]
    score = await graded(by_jury(judge=["a", "b"], jury=3, threshold=0.5), *judges)
    assert score.parts == {"votes": 6.0, "votes_for": 3.0}
    assert score.version.endswith(" x3")


@pytest.mark.parametrize(("threshold", "passed"), [(None, None), (0.4, True), (0.9, False)])
async def test_a_tie(threshold, passed):
    """It is not judged, unless a threshold on the mean score can decide it."""
    judges = [Panel(said(True, 0.8), name="a"), Panel(said(False, 0.1 if threshold == 0.4 else 0.3), name="b")]
    score = await graded(by_jury(judge=["a", "b"], threshold=threshold), *judges)
    assert score.passed is passed
    assert ("a tie" in score.reason) is (passed is None)


async def test_a_juror_that_gives_nonsense_is_not_counted():
    """Two usable verdicts of three decide, and the reason says that one gave none."""
    judges = [Panel(YES, name="a"), Panel("hm", "hm", name="b"), Panel(YES, name="c")]
    score = await graded(by_jury(judge=["a", "b", "c"]), *judges)
    assert (score.passed, score.parts) == (True, {"votes": 2.0, "votes_for": 2.0})
    assert score.reason.startswith("2 of 2 judges pass it (1 gave no verdict): ")


async def test_too_few_usable_verdicts():
    """With fewer than half it is not judged, and the reason is that of the first that failed."""
    judges = [Panel(YES, name="a"), Panel("hm", "hm", name="b"), Panel("oh", "oh", name="c")]
    score = await graded(by_jury(judge=["a", "b", "c"]), *judges)
    assert score.passed is None
    assert score.reason.startswith("Only 1 of 3 judges gave a verdict. The judge's reply was no judgement")


async def test_a_jury_costs_what_all_of_it_cost():
    """The jurors' costs add up; one that nobody knows hides nothing of the others."""
    paid = [Panel(YES, name="a", price=5), Panel(YES, name="b", price=7)]
    assert (await graded(by_jury(judge=["a", "b"]), *paid)).cost == Money(12)
    unknown = [Panel(YES, name="a", price=5), Panel(YES, name="b")]
    assert (await graded(by_jury(judge=["a", "b"]), *unknown)).cost == Money(5)


def test_money_of_different_currencies_has_no_sum():
    """Nothing is converted; of no costs there is no sum, either."""
    assert total([Money(1), Money(2)]) == Money(3)
    assert total([Money(1), Money(1, "EUR")]) is None
    assert total([]) is None


@given(st.lists(VERDICTS, min_size=1, max_size=9), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_jurors_does_not_matter(verdicts, chance):
    """The same votes in another order are the same verdict but for the reason that is shown."""
    other = list(verdicts)
    chance.shuffle(other)
    one, two = (counted(each, 0.5) for each in (verdicts, other))
    assert (one.passed, one.parts) == (two.passed, two.parts)
    assert one.value == pytest.approx(two.value)


@given(st.lists(VERDICTS, max_size=6), st.integers(0, 6))
@settings(max_examples=60)
def test_a_verdict_needs_half_of_the_jury(verdicts, silent):
    """There is a verdict exactly when at least half gave one; the votes are what was counted."""
    found = [*verdicts, *[NoVerdict("hm")] * silent]
    if not found:
        return
    try:
        votes = counted(found, 0.5).parts["votes"]
    except NoVerdict:
        votes = None
    enough = len(verdicts) > 0 and 2 * len(verdicts) >= len(found)
    assert votes == (len(verdicts) if enough else None)


def test_parts_of_the_jurors_are_averaged():
    """What each counted is shown as the mean, so that shares stay shares."""
    verdicts = [Verdict(passed=True, value=1.0, reason="", parts={"sensible": each}) for each in (1.0, 0.0)]
    assert counted(verdicts, None).parts == {"sensible": 0.5, "votes": 2.0, "votes_for": 2.0}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"jury": 0}, "is 1 to 25 judges, not 0"),
        ({"jury": 26}, "is 1 to 25 judges"),
        ({"judge": ["judge", "judge2"], "jury": 13}, "is 1 to 25 judges"),
        ({"jury": 3, "params": {"temperature": 0}}, "would say the same 3 times at temperature 0"),
        ({"judge": []}, "empty `judge`"),
        ({"judge": ["judge", " "]}, "empty `judge`"),
        ({"judge": ["judge", "jugde"]}, "did you mean `judge`?"),
        ({"judge": ["judge", "judge"]}, "names `judge` twice"),
        ({"max_calls": 0}, "`max_calls` of `rubric` is 1 to 1,000, not 0"),
        ({"max_characters": 10**9}, "`max_characters` of `rubric` is 1 to 2,000,000"),
        ({"jury": "three"}, "expected a whole number"),
    ],
)
def test_juries_that_make_no_sense(arguments, said):
    """They are refused before anything is asked."""
    with pytest.raises(Mistake) as caught:
        build_check(by_jury(**arguments), {"judge": Panel(YES), "judge2": Panel(YES)})
    assert said in str(caught.value)
