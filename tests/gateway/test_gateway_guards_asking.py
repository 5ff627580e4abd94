"""Guards that ask a moderation endpoint or a target: in time, and open or closed when nobody answers."""

import json
from pathlib import Path
from typing import Any

import pytest
from gateway_support import config, gateway
from upstream import STALL, Asked, Script, Upstream, answer, stream, whole


def moderation(*flagged: str) -> Script:
    """What a moderation endpoint says."""
    categories = {"hate": "hate" in flagged, "violence": "violence" in flagged}
    result = {"flagged": bool(flagged), "categories": categories}
    return whole(json.dumps({"id": "m", "model": "omni", "results": [result]}).encode())


def asking(provider: Upstream, other: Upstream, guard: str) -> str:
    text = config(provider.url, served=f"guard: {guard}")
    return text.replace("targets:\n", f'targets:\n  other: {{openai: "{other.url}/v1", api_key: dummy, model: omni}}\n')


@pytest.mark.parametrize(
    ("said", "categories", "status"),
    [
        ((), "", 200),
        (("hate",), "", 400),
        (("hate",), ", categories: [violence]", 200),
        (("violence",), ", categories: [violence]", 400),
    ],
)
async def test_a_moderation_endpoint_stops_requests(tmp_path: Path, said: Any, categories: str, status: int) -> None:
    """What it flags is stopped, unless only other categories count."""
    guard = f"{{request: [{{moderation: {{action: block, target: other{categories}}}}}]}}"
    async with (
        Upstream(answer("ok")) as provider,
        Upstream(moderation(*said)) as other,
        gateway(asking(provider, other, guard), tmp_path) as door,
    ):
        reply = await door.chat("Hello there")
    assert (reply.status, other.requests[0].path) == (status, "/v1/moderations")
    assert other.requests[0].json == {"input": "Hello there", "model": "omni"}


@pytest.mark.parametrize(("gone", "status"), [("closed", 400), ("open", 200)])
@pytest.mark.parametrize("script", [[STALL], whole(b"{}", 500), whole(b"nonsense")])
async def test_nobody_who_answers_means_what_was_chosen(tmp_path: Path, gone: str, status: int, script: Script) -> None:
    """A moderation that stalls, fails or speaks nonsense lets pass or stops, in its time, and the record says so."""
    guard = f"{{request: [{{moderation: {{action: block, target: other, timeout: 200ms, gone: {gone}}}}}]}}"
    async with (
        Upstream(answer("ok")) as provider,
        Upstream(script) as other,
        gateway(asking(provider, other, guard), tmp_path) as door,
    ):
        reply = await door.chat("Hello there")
    assert reply.status == status
    assert "request.moderation=gone" in reply.headers["x-seatrial-guard"]


async def test_a_model_judges_answers_whole_and_streamed(tmp_path: Path) -> None:
    """It is asked about the text between marks, and yes stops the answer before any of it goes out."""

    def judge(asked: Asked) -> Script:
        return answer("Yes." if "promise" in asked.json["messages"][-1]["content"] else "No")

    guard = "{answer: [{judge: {action: block, target: other, question: Does it give away money?, timeout: 5s}}]}"
    scripts = [answer("I promise 5 euros"), stream("I pro", "mise"), stream("Good ", "day")]
    async with (
        Upstream(*scripts) as provider,
        Upstream(judge) as other,
        gateway(asking(provider, other, guard.replace("promise money", "give away money")), tmp_path) as door,
    ):
        replies = [await door.chat(), await door.chat(stream=True), await door.chat(stream=True)]
    assert [b"guard_blocked" in reply.body for reply in replies] == [True, True, False]
    assert b"I pro" not in replies[1].body
    assert replies[2].body.endswith(b"data: [DONE]\n\n")
