"""What every Target keeps to, whatever answers behind it."""

import asyncio
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from seatrial.core.interaction import FailureKind, Interaction
from seatrial.core.request import Message, Request
from seatrial.core.target import Target
from seatrial.targets.table import build_target

KEY = "sk-contract-12345678"
OPENAI = {"model": "m", "api_key": "${CONTRACT_KEY}", "retries": {"base": 0}}
HTTP = {"headers": {"X-Api-Key": "${CONTRACT_KEY}"}, "answer": "$.choices[0].message.content", "retries": {"base": 0}}
KINDS = ("openai", "openai whole", "http", "python", "python async", "recorded")

MODULE = """
import asyncio, time

def plain(question):
    if question == "fail":
        raise RuntimeError("no")
    if question == "slow":
        time.sleep(0.3)
    return "echo " + question

async def waiting(question):
    if question == "slow":
        await asyncio.sleep(30)
    return plain(question)
"""


async def serve(asked: web.Request) -> web.StreamResponse:
    """Echoes the question; `fail` is an error that repeats the key, `slow` takes for ever."""
    told = await asked.json() if asked.can_read_body else {}
    question = told.get("question") or (told.get("messages") or [{}])[-1].get("content", "")
    if question == "fail":
        return web.json_response({"error": {"message": f"no {dict(asked.headers)}"}}, status=400)
    if question == "slow":
        await asyncio.sleep(30)
    part = {"content": f"echo {question}"}
    if not told.get("stream"):
        return web.json_response({"choices": [{"message": part, "finish_reason": "stop"}]})
    frame = json.dumps({"choices": [{"delta": part, "finish_reason": "stop"}]})
    return web.Response(text=f"data: {frame}\n\ndata: [DONE]\n\n", content_type="text/event-stream")


@asynccontextmanager
async def served():
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


@pytest.fixture(params=KINDS)
async def target(request, tmp_path, monkeypatch):
    """A Target of each kind that echoes questions and fails at `fail`."""
    monkeypatch.setenv("CONTRACT_KEY", KEY)
    module = f"contract_{abs(hash(tmp_path))}"
    (tmp_path / f"{module}.py").write_text(MODULE)
    rows = [{"question": name, "answer": f"echo {name}"} for name in ("hello", "slow", *"0123456789")]
    (tmp_path / "answers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    async with served() as url:
        settings = {
            "openai": {"openai": url, **OPENAI},
            "openai whole": {"openai": url, "stream": False, **OPENAI},
            "http": {"http": url, **HTTP},
            "python": {"python": f"{module}:plain"},
            "python async": {"python": f"{module}:waiting"},
            "recorded": {"recorded": "answers.jsonl"},
        }[request.param]
        built = build_target("bot", settings, folder=tmp_path)
        yield built
        await built.aclose()


def asking(question: str, **more) -> Request:
    return Request((Message("user", question),), **more)


def assert_sound(found: Interaction, asked: Request) -> None:
    """Exactly one end, times in order, the question as it was, nothing that only the caller knows."""
    timing = found.timing
    assert (found.answer is None) != (found.failure is None)
    assert timing.due <= timing.started <= (timing.first_token or timing.started) <= timing.ended
    assert (found.target, found.request) == ("bot", asked)
    assert (found.case, found.suite, found.source, found.tags) == (None, None, "live", {})


async def test_it_has_the_shape(target):
    """The Protocol of `core.target`."""
    assert isinstance(target, Target)


async def test_it_is_ready_and_answers(target):
    """A question gives one sound Interaction with the answer."""
    await target.ready()
    asked = asking("hello")
    found = await target.ask(asked)
    assert_sound(found, asked)
    assert found.text == "echo hello"


async def test_it_answers_without_being_asked_for_readiness(target):
    """`ready` is an offer, not a duty."""
    assert (await target.ask(asking("hello"))).text == "echo hello"


async def test_a_failure_is_an_interaction(target):
    """What goes wrong behind it is named, in one line, and does not raise."""
    asked = asking("fail", case="c1", repeat=2)
    found = await target.ask(asked)
    assert_sound(found, asked)
    assert found.failure.kind in FailureKind
    assert found.failure.message
    assert "\n" not in found.failure.message


@pytest.mark.parametrize("odd", ["\ud800", "a\udc00\x00b", "\u202e\uffff"])
async def test_any_text_can_be_asked(target, odd):
    """Half a character, NUL and signs that turn the reading direction give an answer or a named failure."""
    asked = asking(odd, params={"stop": [odd]})
    assert_sound(await target.ask(asked), asked)


async def test_it_answers_many_at_once(target):
    """Answers belong to their questions, and ids to one Interaction each."""
    found = await asyncio.gather(*(target.ask(asking(str(number % 10))) for number in range(40)))
    assert [each.text for each in found] == [f"echo {number % 10}" for number in range(40)]
    assert len({each.id for each in found}) == 40


async def test_a_cancel_is_safe(target):
    """A cancelled question leaves the Target fit for the next one."""
    task = asyncio.create_task(target.ask(asking("slow")))
    await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert (await target.ask(asking("hello"))).text == "echo hello"


async def test_it_closes_twice(target):
    """Closing is safe before, after and instead of asking."""
    await target.aclose()
    await target.ask(asking("hello"))
    await target.aclose()
    await target.aclose()


async def test_no_secret_shows(target):
    """Neither identity, nor repr, nor Interactions hold the key."""
    found = [await target.ask(asking(question)) for question in ("hello", "fail")]
    assert KEY not in f"{target.identity} {target!r} {vars(target)} {found}"


async def test_the_identity_stays(target):
    """Asking and closing change nothing about what it is."""
    before = target.identity
    await target.ask(asking("hello"))
    await target.aclose()
    assert target.identity == before
