"""The OpenAI-compatible Target against the simulator's planted faults, over real sockets."""

import asyncio
from contextlib import asynccontextmanager

import pytest
from targets_servers import QUICK, request, target_at

from seatrial.core.errors import CannotRun
from seatrial.core.interaction import FailureKind
from seatrial.core.request import Message, Request
from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import serve
from seatrial.targets.options import Options, Timeouts
from seatrial.targets.secret import Secret

QUESTION = "Wie fährt die Fähre über den Sund nach Süden?"
SHORT = Options(Timeouts(2, 0.4, 0.4, 5), QUICK.retries)


@asynccontextmanager
async def simulated(folder, fault: str = "", *, key: str | None = None, **settings):
    """A Target at a simulator that echoes, with one planted fault."""
    text = "name: echo\ndescription: Echoes.\nmodels: ['*']\necho: true\n"
    (folder / "persona.yaml").write_text(text + (f"faults:\n  - {fault}\n" if fault else ""))
    async with (
        await serve(load_persona(folder / "persona.yaml"), api_key=key) as running,
        target_at(running.url, **{"stream": True, **settings}) as target,
    ):
        yield target


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(
    "fault",
    [
        "",
        "{kind: split_utf8}",
        "{kind: many_events_per_write}",
        "{kind: crlf}",
        "{kind: comments}",
        "{kind: early_role}",
        "{kind: done, mode: duplicate}",
        "{kind: done, mode: missing}",
        "{kind: usage, mode: missing}",
        "{kind: server_error, burst: 2, rate: 20 %}",
        "{kind: rate_limit, burst: 3, retry_after: missing, rate: 20 %}",
    ],
)
async def test_oddities_of_the_wire_change_no_answer(tmp_path, fault, stream):
    """Whatever is legal or passes is an answer, whole and right."""
    async with simulated(tmp_path, fault, stream=stream) as target:
        found = await asyncio.gather(*(target.ask(request(f"{QUESTION} {number}")) for number in range(5)))
    assert [each.text for each in found] == [f"{QUESTION} {number}" for number in range(5)]
    assert all(each.usage is not None and each.request_id for each in found)


@pytest.mark.parametrize(
    ("fault", "stream", "kind"),
    [
        ("{kind: cut_stream, after: 2}", True, FailureKind.CUT_STREAM),
        ("{kind: cut_stream}", False, FailureKind.CONNECTION_LOST),
        ("{kind: stream_error, after: 2}", True, FailureKind.SERVER_ERROR),
        ("{kind: malformed_json}", True, FailureKind.BAD_RESPONSE),
        ("{kind: malformed_json}", False, FailureKind.BAD_RESPONSE),
        ("{kind: html_page}", True, FailureKind.BAD_RESPONSE),
        ("{kind: html_page}", False, FailureKind.BAD_RESPONSE),
        ("{kind: html_page, status: 502}", False, FailureKind.SERVER_ERROR),
        ("{kind: garbage}", True, FailureKind.BAD_RESPONSE),
        ("{kind: garbage}", False, FailureKind.BAD_RESPONSE),
        ("{kind: server_error, status: 503}", True, FailureKind.SERVER_ERROR),
        ("{kind: reset}", True, FailureKind.CONNECTION_LOST),
        ("{kind: slow_headers, delay: 3s}", False, FailureKind.TIMEOUT),
        ("{kind: slow, delay: 3s}", True, FailureKind.TIMEOUT),
        ("{kind: stall, at: 2, delay: 3s}", True, FailureKind.TIMEOUT),
    ],
)
async def test_every_fault_has_its_name(tmp_path, fault, stream, kind):
    """One named failure with one sentence."""
    async with simulated(tmp_path, fault, stream=stream, options=SHORT) as target:
        found = await target.ask(request(QUESTION))
    assert (found.answer, found.failure.kind) == (None, kind)
    assert "\n" not in found.failure.message


@pytest.mark.parametrize("fault", ["{kind: cut_stream, after: 2}", "{kind: stall, at: 2, delay: 3s}"])
async def test_the_partial_text_is_the_beginning_of_the_answer(tmp_path, fault):
    """What had come before the fault is kept."""
    async with simulated(tmp_path, fault, options=SHORT) as target:
        found = await target.ask(request(QUESTION))
    assert 0 < len(found.failure.partial) < len(QUESTION)
    assert QUESTION.startswith(found.failure.partial)


async def test_a_huge_answer_within_the_bound_is_read(tmp_path):
    """Two megabytes are an answer."""
    async with simulated(tmp_path, "{kind: huge_answer, size: 2000000}", stream=False) as target:
        assert len((await target.ask(request(QUESTION))).text) == 2_000_000


async def test_a_huge_answer_over_the_bound_is_too_large(tmp_path):
    """The bound is the Target's own."""
    options = Options(QUICK.timeouts, QUICK.retries, max_bytes=100_000)
    async with simulated(tmp_path, "{kind: huge_answer, size: 200000}", stream=False, options=options) as target:
        assert (await target.ask(request(QUESTION))).failure.kind is FailureKind.TOO_LARGE


async def test_a_model_swap_shows(tmp_path):
    """The Interaction has the model that says that it answered."""
    async with simulated(tmp_path, "{kind: model_swap, model: other}") as target:
        assert (await target.ask(request())).model == "other"


async def test_a_wrong_key_is_not_let_in(tmp_path):
    """Readiness and answers both say so."""
    async with simulated(tmp_path, key="sk-right-key", api_key=Secret("sk-wrong-key")) as target:
        with pytest.raises(CannotRun, match="refuses the key"):
            await target.ready()
        assert (await target.ask(request())).failure.kind is FailureKind.UNAUTHORISED


async def test_embeddings_are_vectors(tmp_path):
    """One vector a text, the same text the same vector."""
    texts = tuple(Message("user", text) for text in ("a ferry", "a fare", "a ferry"))
    async with simulated(tmp_path) as target:
        found = await target.ask(Request(texts, kind="embedding"))
    first, second, third = found.answer.embeddings
    assert first == third != second


async def test_completions_are_answered(tmp_path):
    """The older shape of the API works the same way."""
    async with simulated(tmp_path, kind="completion") as target:
        assert QUESTION in (await target.ask(request(QUESTION))).text


async def test_log_probabilities_come_with_the_answer(tmp_path):
    """The tokens spell the text."""
    async with simulated(tmp_path, params={"logprobs": True}) as target:
        found = await target.ask(request("one two three"))
    assert "".join(each.token for each in found.answer.logprobs) == "one two three"


async def test_a_secret_key_is_sent(tmp_path):
    """A Secret from Python is a key, too."""
    persona = load_persona("zero")
    async with (
        await serve(persona, api_key="sk-right-key") as running,
        target_at(running.url, api_key=Secret("sk-right-key")) as target,
    ):
        await target.ready()
        assert (await target.ask(request("hi"))).text


async def test_alternatives_come_with_each_token(tmp_path):
    """`top_logprobs` brings the likeliest tokens in each place, the given one among them."""
    async with simulated(tmp_path, params={"logprobs": True, "top_logprobs": 3}) as target:
        found = await target.ask(request("one two three"))
    assert all(1 < len(each.top) <= 3 for each in found.answer.logprobs)
    assert all(each.token in {other.token for other in each.top} for each in found.answer.logprobs)
