"""What every Check that a suite file can name must hold to, tried on its own example."""

import inspect
import re

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.judge import judge
from seatrial.checks.table import build_check, known_checks
from seatrial.core.check import Check, Evidence, Need
from seatrial.core.interaction import Answer, Interaction, Timing, TokenLogprob


class ReadingJudge:
    """A Target that judges by looking for a time of day, since no model is there.

    Its reply has the shape that it was asked for: of a choice, the word that fits what it found.
    """

    name, identity = "judge", "reads for times"

    async def ask(self, request):
        """Find the good in what holds a time; of a completion, say how likely its words are."""
        if request.kind == "completion":
            return Interaction(target="judge", request=request, timing=Timing(1, 1, 2), answer=echoed(request.question))
        schema = request.params["response_format"]["json_schema"]["schema"]
        judged = request.messages[1].content.rpartition("<ANSWER ")[2]
        first, _, second = request.messages[1].content.rpartition("<FIRST ")[2].partition("<SECOND ")
        found = {"good": TIME in judged, "first": TIME in first, "second": TIME in second}
        reply = msgspec.json.encode({name: filled(each, found) for name, each in schema["properties"].items()}).decode()
        return Interaction(target="judge", request=request, timing=Timing(1, 1, 2), answer=Answer(reply))


def echoed(text):
    """The text with its words' log-probabilities: -1 for a word that stood there before, -4 for a new one."""
    words = re.findall(r"\S+\s*|^\s+", text)
    numbers = [-1.0 if word.strip() in map(str.strip, words[:i]) else -4.0 for i, word in enumerate(words)]
    return Answer(text, logprobs=tuple(map(TokenLogprob, words, numbers)))


TIME = "21:40"
WORDS = {True: ("equal", "no"), False: ("contradicts", "fully")}


def filled(schema, found):
    """A value of that schema."""
    if "enum" in schema:
        picked = [name for name in ("first", "second") if found[name]]
        return next(word for word in (*picked, *WORDS[found["good"]], *schema["enum"]) if word in schema["enum"])
    kinds = [schema["type"]] if "type" in schema else [each["type"] for each in schema["anyOf"]]
    values = {"boolean": found["good"], "number": float(found["good"]), "integer": 5 if found["good"] else 1}
    values |= {"array": ["looked"], "string": "looked"}
    return next(values[kind] for kind in kinds if kind in values)


KNOWN = known_checks()
NAMES = [info.name for info in KNOWN]
BY_NAME = {info.name: info for info in KNOWN}


def built(name):
    """The check that its own example writes."""
    return build_check(BY_NAME[name].example.spec, {"judge": ReadingJudge()})


def answering(evidence, text):
    """The same Evidence with another text."""
    answer = msgspec.structs.replace(evidence.interaction.answer, text=text)
    return msgspec.structs.replace(evidence, interaction=msgspec.structs.replace(evidence.interaction, answer=answer))


@pytest.fixture(params=NAMES)
def name(request):
    """The name of a check."""
    return request.param


def test_it_says_what_it_is(name):
    """A summary of one sentence, known needs and a known cost are there for the list of checks."""
    info = BY_NAME[name]
    assert info.summary[0].isupper()
    assert info.summary.endswith(".")
    assert info.needs <= frozenset(Need)
    assert info.cost in {"free", "cheap", "model"}
    assert info.arguments


def test_it_has_the_shape_of_a_check(name):
    """Name, version, needs and cost are well-formed."""
    check = built(name)
    assert isinstance(check, Check)
    assert check.name.isprintable()
    assert 0 < len(check.name) <= 80
    assert check.version
    assert check.needs <= frozenset(Need)
    assert check.cost in {"free", "cheap", "model"}


async def test_it_judges_its_example_both_ways(name):
    """The example passes where it says so and fails where it says so, with a reason each time."""
    check, example = built(name), BY_NAME[name].example
    passing, failing = await judge(check, example.passing), await judge(check, example.failing)
    assert (passing.passed, failing.passed) == (True, False), (passing, failing)
    for score in (passing, failing):
        assert score.name == check.name
        assert score.version == check.version
        assert score.reason.endswith((".", "looked"))
        assert len(score.reason) <= 210


async def test_it_is_deterministic(name):
    """The same Evidence gives the same Score, also from a check that is built anew."""
    example = BY_NAME[name].example
    for evidence in (example.passing, example.failing):
        assert await judge(built(name), evidence) == await judge(built(name), evidence)


async def test_a_free_check_gives_its_score_at_once(name):
    """Only a check that is not free may have to be waited for."""
    check = built(name)
    made = check.judge(BY_NAME[name].example.passing)
    if inspect.isawaitable(made):
        assert check.cost != "free"
        await made


async def test_a_missing_need_is_not_judged(name):
    """Without an answer, or without what else it needs, it says neither pass nor fail."""
    check, example = built(name), BY_NAME[name].example
    nothing = msgspec.structs.replace(example.passing.interaction, answer=None)
    score = await judge(check, Evidence(nothing, example.passing.case))
    assert (score.name, score.passed) == (check.name, None)
    assert score.reason
    if Need.EXPECTED in check.needs:
        assert (await judge(check, Evidence(example.passing.interaction))).passed is None


@pytest.mark.parametrize("each", NAMES)
@settings(max_examples=25, deadline=None)
@given(text=st.text(alphabet=st.characters(exclude_categories=["Cs"]) | st.just("\x00"), max_size=200))
async def test_it_takes_any_text(each, text):
    """No text makes it crash; live traffic without a Case does not, either."""
    check, example = built(each), BY_NAME[each].example
    evidence = answering(example.passing, text)
    for score in (await judge(check, evidence), await judge(check, Evidence(evidence.interaction))):
        assert score.name == check.name
        assert not score.reason.startswith("The check crashed")
        assert score.reason.isprintable()
        assert msgspec.json.encode(score)


async def test_it_takes_ten_megabytes(name):
    """A huge answer is judged or said not to be, and does not stall a run."""
    check = built(name)
    score = await judge(check, answering(BY_NAME[name].example.passing, "1,5 {B} 21:4" * 870_000))
    assert not score.reason.startswith("The check crashed")
