"""Desks: what checks of one suite file share of a judge, and how long they wait for it."""

import asyncio

import pytest
from graded_judges import NO, YES, Panel, graded, refusing_formats

from seatrial.checks.boundary import MODEL_TIMEOUT, TIMEOUT, time_for
from seatrial.checks.costs import total
from seatrial.checks.evidence import evidence_of
from seatrial.checks.graded.desk import Desk, Desks
from seatrial.checks.graded.judgement import Judgement
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing
from seatrial.core.request import Message, Request

RUBRIC = {"rubric": "States a time."}


def asked(text):
    """A request with this text."""
    return Request((Message("user", text),))


class Waiting(Panel):
    """A judge that answers after so many seconds, given as what it is asked; `never` does not come back."""

    def __init__(self):
        super().__init__(YES)
        self.gone, self.begun = 0, asyncio.Event()

    async def ask(self, request):
        """Wait, then reply."""
        self.asked.append(request)
        self.begun.set()
        try:
            await asyncio.sleep(600 if request.question == "never" else float(request.question))
        except asyncio.CancelledError:
            self.gone += 1
            raise
        return Interaction(target="judge", request=request, timing=Timing(1, 1, 2), answer=Answer(YES))


def formats(panel):
    """The formats that a judge was asked for, in order."""
    return [request.params.get("response_format", {}).get("type") for request in panel.asked]


async def test_checks_of_one_suite_file_share_what_they_learn():
    """The format that one check found out is used by the next from its first request on."""
    panel, desks = Panel(refusing_formats("json_schema")), Desks()
    for text in ("States a time.", "Is polite."):
        check = build_check({"rubric": text}, {"judge": panel}, desks=desks)
        await judge(check, evidence_of("At 21:40."))
    assert formats(panel) == ["json_schema", "json_object", "json_object"]


async def test_checks_inside_another_share_them_too():
    """All that stands in one spec asks at the same desk."""
    panel = Panel(refusing_formats("json_schema"))
    check = build_check({"not": {"any_of": [RUBRIC, {"rubric": "Is polite."}]}}, {"judge": panel})
    await judge(check, evidence_of("At 21:40."))
    await judge(check, evidence_of("At ten."))
    assert formats(panel)[-2:] == ["json_object", "json_object"]


async def test_builds_that_share_nothing():
    """Without common desks two checks know nothing of each other: there is no state beside them."""
    panel = Panel(refusing_formats("json_schema"))
    for _ in range(2):
        await graded(RUBRIC, panel)
    assert formats(panel) == ["json_schema", "json_object"] * 2


def test_a_desk_is_that_of_its_target():
    """Another Target of the same name is not asked in the place of the first."""
    desks, one, other = Desks(), Panel(YES), Panel(YES)
    assert desks.of(one) is desks.of(one)
    assert desks.of(other).target is other


async def test_a_failure_teaches_nothing_about_formats():
    """An object that was asked for after a refusal, and was not answered, is no reason to give up schemas."""
    busy = Failure(FailureKind.RATE_LIMITED, "too many")
    panel = Panel(Failure(FailureKind.BAD_REQUEST, "too long"), busy, YES)
    check = build_check(RUBRIC, {"judge": panel})
    assert (await judge(check, evidence_of("long"))).passed is None
    assert (await judge(check, evidence_of("short"))).passed is True
    assert formats(panel) == ["json_schema", "json_object", "json_schema"]


async def test_a_users_own_format_is_no_lesson_for_others():
    """What one check asks for by its `params` does not change what another asks for."""
    panel, desks = Panel(refusing_formats("json_schema")), Desks()
    specs = [RUBRIC, {"rubric": {"text": "T", "params": {"response_format": {"type": "text"}}}}, {"rubric": "U"}]
    for spec in specs:
        assert (await judge(build_check(spec, {"judge": panel}, desks=desks), evidence_of("A"))).passed is True
    assert formats(panel) == ["json_schema", "json_object", "text", "json_object"]


@pytest.mark.parametrize("params", [{"seed": None}, {"seed": "none"}, {}])
async def test_every_juror_is_asked(params):
    """Repeats of a judge are as many requests, also where its endpoint takes no seed: one reply is not three votes."""
    panel = Panel(YES, NO, NO)
    score = await graded({"rubric": {"text": "T", "jury": 3, "params": params}}, panel)
    assert (len(panel.asked), score.parts) == (3, {"votes": 3.0, "votes_for": 1.0})


async def test_jurors_are_told_apart_by_what_is_never_sent():
    """The repeat of the request is the juror's number, so that a cache of answers tells them apart, too."""
    panel = Panel(lambda _: YES)
    await graded({"rubric": {"text": "T", "jury": 3, "params": {"seed": None}}}, panel)
    assert [request.repeat for request in panel.asked] == [0, 1, 2]


async def test_a_judge_that_falls_silent_is_given_up():
    """A request that nothing comes back from ends as a time-out, and is cancelled."""
    panel = Waiting()
    found = await Desk(panel, quiet=0.05).ask(asked("never"))
    assert (found.answer, found.failure.kind) == (None, FailureKind.TIMEOUT)
    assert panel.gone == 1


async def test_a_queue_is_waited_for():
    """As long as other requests come to their end a late one is not given up, however long it takes."""
    desk = Desk(Waiting(), quiet=0.5)
    found = await asyncio.gather(*[desk.ask(asked(str(seconds))) for seconds in (0.2, 0.4, 0.6, 0.8)])
    assert [each.answer is not None for each in found] == [True] * 4


async def test_giving_up_a_judgement_gives_up_its_request():
    """Whoever is cancelled leaves no request behind."""
    panel = Waiting()
    waiting = asyncio.ensure_future(Desk(panel).ask(asked("never")))
    await panel.begun.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert panel.gone == 1


async def test_a_target_that_raises_is_a_crash_of_the_check():
    """A Target of somebody else's that does not keep its word leaves the answer not judged, and no juror behind."""

    def broken(request):
        raise ValueError("no such door")

    score = await graded({"rubric": {"text": "T", "jury": 3}}, Panel(broken))
    assert (score.passed, score.reason) == (None, "The check crashed: ValueError: no such door.")


async def test_a_judge_gets_the_full_record_it_was_asked_for():
    """All requests of one judgement are told, those refused for their format, too."""
    panel = Panel(refusing_formats("json_schema"))
    found = await Desk(panel).judged((Message("user", "Judge."),), {}, Judgement, {})
    assert [each.failure is None for each in found] == [False, True]


@pytest.mark.parametrize(
    ("spec", "limit"),
    [
        ("contains", TIMEOUT),
        (RUBRIC, None),
        ({"not": RUBRIC}, None),
        ({"all_of": [RUBRIC, "contains"]}, None),
        ({"every_turn": RUBRIC}, None),
        ({"weighted": {"checks": [{"check": RUBRIC}], "threshold": 1}}, None),
        ({"context_use": ">= 0"}, MODEL_TIMEOUT),
    ],
)
def test_how_long_a_check_may_take(spec, limit):
    """A judgement of many requests is bounded request by request; one that asks a model once or twice as a whole."""
    assert time_for(build_check(spec, {"judge": Panel(YES)})) == limit


async def test_a_slow_check_inside_another_is_still_bounded():
    """That a check made of others has no limit of its own does not free those inside it."""

    class Slow:
        name, version, needs, cost, time_limit = "slow", "1", frozenset(), "cheap", 0.02

        async def judge(self, evidence):
            await asyncio.sleep(30)

    score = await judge(build_check({"not": Slow()}), evidence_of("x"))
    assert (score.passed, score.reason) == (None, "The check took longer than 0.02 s.")


@pytest.mark.parametrize(
    "spec",
    [
        {"not": RUBRIC},
        {"all_of": [RUBRIC]},
        {"any_of": [RUBRIC, "contains"]},
        {"weighted": {"checks": [{"check": RUBRIC}], "threshold": 1}},
        {"some_turn": RUBRIC},
    ],
)
async def test_a_judge_inside_another_check_is_paid_for(spec):
    """What an inner judge cost is on the outer Score, so that a cost limit counts it, and that a model judged."""
    score = await graded(spec, Panel(YES, price=70), expect=["x"])
    assert (score.cost, score.source) == (Money(70), "model")
    assert (await graded({"not": "contains"}, expect=["x"])).source == "check"


def test_what_is_known_of_a_cost_is_not_hidden():
    """A judge without a price beside a paid one leaves the paid one's sum; two currencies have none."""
    assert total([Money(5), None, Money(7)]) == Money(12)
    assert total([None]) is None
    assert total([Money(5), Money(5, "EUR")]) is None
