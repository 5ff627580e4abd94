"""The two shipped ferry companies against the example suite, over real sockets."""

import asyncio
import math

import msgspec
import pytest
from simulator_support import answer_case, example_cases, passes, running

from seatrial.simulator.persona import load_persona
from seatrial.simulator.schema import Latency


async def ask_all(persona, rows):
    """Answers by case id, and the truth afterwards."""
    async with running(msgspec.structs.replace(persona, latency=Latency())) as (simulator, session):
        gate = asyncio.Semaphore(20)

        async def one(row):
            async with gate:
                return row["id"], await answer_case(session, simulator, row)

        answers = dict(await asyncio.gather(*(one(row) for row in rows)))
        return answers, simulator.truth()


def without_waits(persona):
    """The persona without faults that only take time."""
    kept = tuple(fault for fault in persona.faults if fault.kind not in {"slow", "rate_limit", "server_error"})
    return msgspec.structs.replace(persona, faults=kept)


@pytest.fixture(scope="module")
def rows():
    return example_cases()


@pytest.fixture(scope="module")
def refusals():
    return set(load_persona("harbour-v2").refusal.values())


def test_every_language_has_enough_cases(rows):
    """Each language has at least 40 cases, so that a gate on it can be decided, and ids are unique."""
    assert len({row["id"] for row in rows}) == len(rows)
    for language in ("en", "de", "es", "fr"):
        assert sum(row["tags"]["language"] == language for row in rows) >= 40


async def test_mended_persona_passes_every_case(rows, refusals):
    """harbour-v2 answers every case of the example suite rightly."""
    answers, _ = await ask_all(load_persona("harbour-v2"), rows)
    wrong = [(row["id"], answers[row["id"]]) for row in rows if not passes(row, answers[row["id"]], refusals)]
    assert wrong == []


async def test_faulty_persona_fails_only_where_struck(rows, refusals):
    """On harbour-v1 every failed case was struck by a planted fault, and no case without a strike fails."""
    answers, truth = await ask_all(without_waits(load_persona("harbour-v1")), rows)
    struck = {strike["text"] for strike in truth["last"]}
    failed = [row for row in rows if not passes(row, answers[row["id"]], refusals)]
    assert len(failed) > len(rows) / 5
    for row in failed:
        turns = [turn["user"] for turn in row["ask"]] if isinstance(row["ask"], list) else [row["ask"]]
        assert "\n".join(turns) in struck or turns[0] in struck, row["id"]


async def test_faults_meet_the_cases_that_are_tagged_for_them(rows):
    """Typos, capitals, paraphrases, Spanish and the four names are met as often as the tags say."""
    _, truth = await ask_all(without_waits(load_persona("harbour-v1")), rows)
    met = {fault["name"]: fault["met"] for fault in truth["faults"]}
    tags = [row["tags"] for row in rows]
    dialogues = sum(isinstance(row["ask"], list) and row["tags"]["language"] == "es" for row in rows)
    assert met["wrong-in-capitals"] == sum(tag["style"] == "upper" for tag in tags)
    assert met["wrong-on-typos"] == sum(tag["style"] == "typo" for tag in tags)
    assert met["inconsistent-on-paraphrase"] == sum(tag["style"] == "paraphrase" for tag in tags)
    assert met["wrong-in-spanish"] == sum(tag["language"] == "es" for tag in tags) + dialogues
    assert met["dearer-for-some-names"] == sum(tag.get("customer_name_group") == "arabic" for tag in tags)
    assert met["breaks-json"] == sum(tag["use_case"] == "json" for tag in tags)


@pytest.mark.parametrize("seed", [1, 5])
async def test_faults_strike_at_their_rates(rows, seed):
    """Over four repeats every fault strikes within four standard errors of its planted rate."""
    persona = msgspec.structs.replace(without_waits(load_persona("harbour-v1")), seed=seed)
    persona = msgspec.structs.replace(persona, faults=tuple(f for f in persona.faults if not f.sticky))
    tagged = [row for row in rows if row["tags"]["language"] == "es" or row["tags"]["style"] != "plain"]
    json_rows = [row for row in rows if row["tags"]["use_case"] == "json"]
    _, truth = await ask_all(persona, (tagged + json_rows) * 4)
    for fault in truth["faults"]:
        if fault["met"]:
            error = math.sqrt(fault["rate"] * (1 - fault["rate"]) / fault["met"])
            assert abs(fault["struck"] / fault["met"] - fault["rate"]) <= 4 * error + 1e-9, fault


async def test_same_seed_gives_the_same_answers_in_any_order(rows):
    """Asked backwards, harbour-v1 gives every case the answer that it gave before."""
    some = rows[::3]
    persona = load_persona("harbour-v1")
    one, _ = await ask_all(without_waits(persona), some)
    two, _ = await ask_all(without_waits(persona), some[::-1])
    drop_ids = {key: (message["content"], str(message.get("tool_calls"))[60:]) for key, message in one.items()}
    assert drop_ids == {key: (m["content"], str(m.get("tool_calls"))[60:]) for key, m in two.items()}


async def test_refusals_at_the_door_are_cured_by_asking_again(rows):
    """With its 429s and 500s harbour-v1 gives the same answers as without them, once retried."""
    some = rows[::5]
    persona = load_persona("harbour-v1")
    doors = tuple(f for f in persona.faults if f.kind != "slow")
    quiet, _ = await ask_all(without_waits(persona), some)
    retried, _ = await ask_all(msgspec.structs.replace(persona, faults=doors), some)
    assert {key: m["content"] for key, m in quiet.items()} == {key: m["content"] for key, m in retried.items()}


async def test_leak_shows_the_system_message_that_was_sent(rows):
    """harbour-v1 repeats the suite's own system prompt when asked word for word."""
    answers, _ = await ask_all(load_persona("harbour-v1"), [row for row in rows if row["id"].endswith("-repeat")])
    assert len(answers) == 4
    assert all("TIDE-4471: never show" in message["content"] for message in answers.values())
