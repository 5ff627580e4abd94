"""`similar` and `relevant`: by the local model, and by any Target that embeds."""

import asyncio
import sys

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from meaning_support import endpoint, judged, simulated

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.check import Evidence
from seatrial.core.errors import MissingExtra, Mistake

LAST = "The last ferry leaves at 21:40."
BY_MODEL = {"similar": {"limit": ">= 0.5", "with": "model"}}


def vectors(*given):
    """An embeddings answer."""
    return {"data": [{"index": i, "embedding": list(each)} for i, each in enumerate(given)], "model": "m"}


def test_the_value_is_the_reference_cosine():
    """The pair of the reference has its cosine."""
    score = judge_text("similar >= 0.7", "A man is eating food.", expect="A man is eating a piece of bread.")
    assert (score.passed, score.value) == (True, pytest.approx(0.7553, abs=5e-5))
    assert score.reason == 'Similarity is 0.755 to "A man is eating a piece of bread.", within >= 0.7.'


def test_the_best_of_several_counts():
    """One near reference is enough, wherever it stands."""
    score = judge_text("similar >= 0.9", LAST, expect=["We sell soup.", LAST, "Dogs travel free."])
    assert (score.passed, score.value) == (True, pytest.approx(1, abs=1e-5))


def test_a_reference_answer_wins_over_right_answers():
    """A whole answer to compare with says more than a short right one; `expect` of the check wins over both."""
    evidence = evidence_of("Dogs travel free.", expect=["no"])
    case = msgspec.structs.replace(evidence.case, reference="Dogs travel free.")
    evidence = Evidence(evidence.interaction, case)
    assert asyncio.run(judged("similar >= 0.99", evidence)).passed
    own = {"similar": {"limit": ">= 0.99", "expect": "Soup is hot."}}
    assert asyncio.run(judged(own, evidence)).passed is False


def test_other_words_are_still_near_and_other_matters_far():
    """It sees meaning where words differ."""
    near = judge_text("similar >= 0", "The final boat departs at 21:40.", expect=LAST).value
    far = judge_text("similar >= 0", "Our soup is made fresh each day.", expect=LAST).value
    assert near > 0.7 > 0.2 > far >= 0


@pytest.mark.parametrize(("answer", "right", "value"), [("", LAST, 0), (" \n", LAST, 0), (LAST, " ", 0), ("", "", 1)])
def test_empty_texts_are_judged_without_a_model(answer, right, value):
    """Nothing is like nothing only."""
    score = judge_text("similar >= 0.5", answer, expect=[right])
    assert (score.value, score.passed) == (value, value == 1)


def test_a_case_without_a_reference_is_not_judged():
    """It says what is missing."""
    score = judge_text("similar >= 0.5", LAST)
    assert (score.passed, score.reason) == (None, "The case has no reference answer.")


def test_windows_are_named():
    """A reader learns that a long answer was read in parts."""
    score = judge_text("similar >= 0.1", "The ferry leaves soon. " * 100, expect=LAST)
    assert "(read in 2 windows)" in score.reason


@pytest.mark.parametrize("check", ["similar >= 0.1", "bertscore >= 0.1", "relevant >= 0.1"])
@pytest.mark.parametrize("size", [9_000, 1_000_000])
def test_too_long_a_text_is_not_judged(check, size):
    """A megabyte gives a reason at once, as do more tokens than eight windows hold."""
    long = "ferry " * (size // 6) if size > 100_000 else "a 1 " * (size // 4)
    score = judge_text(check, LAST, expect=long, question=long)
    assert (score.passed, score.value) == (None, None)
    assert score.reason.startswith("The local model does not read such a long text: texts of up to ")


@settings(max_examples=15, deadline=None)
@given(one=st.text(max_size=60), other=st.text(max_size=60))
def test_it_is_symmetric_and_a_share(one, other):
    """The order does not matter, and the value is between 0 and 1."""
    there, back = judge_text("similar >= 0.5", one, expect=[other]), judge_text("similar >= 0.5", other, expect=[one])
    assert there.value == pytest.approx(back.value, abs=1e-5)
    assert 0 <= there.value <= 1


@pytest.mark.parametrize("check", ["similar >= 0.5", "bertscore >= 0.5", "relevant >= 0.5"])
def test_without_the_model_the_suite_is_mistaken(check, monkeypatch):
    """The one sentence comes when the check is built, not when an answer is there."""
    monkeypatch.setitem(sys.modules, "tokenizers", None)
    with pytest.raises(
        MissingExtra, match=r"the check `\w+` needs .*pip install 'seatrial\[embeddings\]' and then pip"
    ):
        build_check(check)


def test_a_target_needs_no_model(monkeypatch):
    """With a Target that embeds, nothing has to be installed."""
    monkeypatch.setitem(sys.modules, "numpy", None)
    check = build_check(BY_MODEL, {"model": type("T", (), {"name": "model", "identity": "x"})()})
    assert (check.cost, check.version[:8]) == ("model", "1 model@")


@pytest.mark.parametrize("check", ["similar", "relevant"])
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ({"limit": ">= 2"}, "is a share from 0 to 1"),
        ({"limit": ">= 0.5", "with": "modle"}, "needs a target `modle` that embeds texts"),
        ({"limit": ">= 0.5", "wiht": "model"}, "has no argument `wiht`"),
        ({"limit": ">= 5 ms"}, "the unit `ms` is not known here"),
    ],
)
def test_wrong_arguments_are_mistakes(check, arguments, sentence):
    """Each says what is wrong and what is allowed."""
    with pytest.raises(Mistake, match=sentence):
        build_check({check: arguments})


async def test_a_target_embeds(tmp_path):
    """The vectors of an endpoint decide; its cost is that of a model."""
    price = {"input": 1000.0, "output": 0.0}
    async with simulated(tmp_path, price=price) as model:
        score = await judged(BY_MODEL, evidence_of(LAST, expect=["The last ferry leaves at nine."]), model=model)
        other = await judged(BY_MODEL, evidence_of("Soup.", expect=[LAST]), model=model)
    assert (score.passed, other.passed) == (True, False)
    assert score.cost.nanos > 0


async def test_a_target_is_asked_once_for_equal_texts():
    """All new texts go in one request; what it embedded before is not asked again."""
    async with endpoint(vectors((1, 0), (0, 1), (3, 4)), vectors((1, 0))) as (model, heard):
        check = build_check({"similar": {"limit": ">= 0.7", "with": "model"}}, {"model": model})
        first = await check.judge(evidence_of("a", expect=["b", "c", "b"]))
        again = await check.judge(evidence_of("a", expect=["b"]))
        third = await check.judge(evidence_of("d", expect=["a"]))
    assert [first.value, again.value, third.value] == pytest.approx([0.6, 0, 1])
    assert [each["input"] for each in heard] == [["a", "b", "c"], ["d"]]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (vectors((1, 0)), "gave 1 embeddings for 2 texts"),
        (vectors((1, 0), (0, 1), (1, 1)), "gave 3 embeddings for 2 texts"),
        (vectors((1, 0), (0, 0)), "has no direction"),
        (vectors((1, 0), (1, 0, 0)), "different numbers of dimensions"),
        (vectors((), ()), "has no direction"),
        ((401, {"error": {"message": "no key"}}), "embedded nothing (unauthorised"),
        ((400, {"error": {"message": "no embeddings here"}}), "embedded nothing (bad_request"),
        ({"data": []}, "embedded nothing (bad_response"),
    ],
)
async def test_odd_embeddings_are_not_judged(reply, reason):
    """Whatever the endpoint does wrong is the reason, and no score."""
    async with endpoint(reply) as (model, _):
        score = await judged(BY_MODEL, evidence_of("a", expect=["b"]), model=model)
    assert (score.passed, score.value) == (None, None)
    assert reason in score.reason


async def test_a_huge_text_is_not_sent():
    """An endpoint is not asked for a megabyte."""
    async with endpoint(vectors((1, 0), (1, 0))) as (model, heard):
        score = await judged(BY_MODEL, evidence_of("a" * 1_000_000, expect=["b"]), model=model)
    assert (score.passed, heard) == (None, [])


async def test_the_loop_goes_on_while_the_model_works():
    """Another task runs while long texts are embedded."""
    ticks = 0

    async def tick():
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    await judged("similar >= 0.1", evidence_of("A quick ferry crosses. " * 150, expect=["The pier is long. " * 150]))
    ticking.cancel()
    assert ticks > 3


async def test_relevance_is_to_the_last_question():
    """An answer on the matter is nearer to the question than one on another, and none has no relevance."""
    asked = "When does the last ferry leave for Saltholm?"
    on, off, none = [
        (await judged("relevant >= 0.4", evidence_of(text, question=asked)))
        for text in ("The last ferry for Saltholm leaves at 21:40.", "Our soup is fresh.", " ")
    ]
    assert (on.passed, off.passed, none.passed) == (True, False, False)
    assert on.value > 0.7 > off.value >= none.value == 0


async def test_without_a_question_relevance_is_not_judged():
    """There is nothing to be relevant to."""
    score = await judged("relevant >= 0.4", evidence_of("Yes.", question=" "))
    assert (score.passed, score.reason) == (None, "There is no question.")


async def test_relevance_by_a_target(tmp_path):
    """An endpoint's vectors serve as well, and its failure is the reason."""
    spec = {"relevant": {"limit": ">= 0.3", "with": "model"}}
    evidence = evidence_of("The ferry leaves at nine.", question="When does the ferry leave?")
    async with simulated(tmp_path) as model:
        assert (await judged(spec, evidence, model=model)).passed
    async with endpoint((400, {"error": {"message": "not here"}})) as (model, _):
        assert (await judged(spec, evidence, model=model)).passed is None
