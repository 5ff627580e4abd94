"""POST /v1/chat/completions and /v1/completions: from a request's body to an answer on the socket."""

import math
import time
from typing import Any

import msgspec
from aiohttp import web

from seatrial.simulator import bodies
from seatrial.simulator import fault_kinds as kinds
from seatrial.simulator.answering import Answering, Asked, Understood
from seatrial.simulator.bodies import Finish, Spoken
from seatrial.simulator.delivery import Parcel, Timetable, reset, send_body
from seatrial.simulator.faults import FaultBook, Strikes, draw
from seatrial.simulator.latency import LatencyModel
from seatrial.simulator.limits import RateLimits
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.pieces import count_conversation, count_pieces, split_pieces
from seatrial.simulator.reply import Reply, Wish
from seatrial.simulator.stream import send_events
from seatrial.simulator.wire import ApiError, ChatRequest, CompletionRequest, Generation, ToolChoice


class Bench(msgspec.Struct, frozen=True):
    """What answering needs: who answers, what decides about faults, speed, limits, and the name of this set-up."""

    persona: Persona
    seed: int
    book: FaultBook
    answering: Answering
    latency: LatencyModel
    limits: RateLimits
    fingerprint: str


class _Order(msgspec.Struct, frozen=True):
    """One answer to be made: what was asked, in which form, and what its prompt costs."""

    wanted: Generation
    asked: Asked
    prompt_tokens: int
    most: int | None
    top: int | None
    legacy: bool = False
    prefix: str = ""


async def chat(request: web.BaseRequest, body: ChatRequest, bench: Bench, headers: dict[str, str]) -> Any:
    """Answer a chat completion."""
    if body.top_logprobs is not None and not body.logprobs:
        raise ApiError(400, "'top_logprobs' is only allowed when 'logprobs' is true.", param="top_logprobs")
    _refuse_open_calls(body)
    asked = _hear(body)
    texts = [message.text for message in body.messages]
    most = body.max_completion_tokens if body.max_completion_tokens is not None else body.max_tokens
    top = (body.top_logprobs or 0) if body.logprobs else None
    tools = count_pieces(msgspec.json.encode(body.tools).decode()) if body.tools else 0
    return await _serve(request, _Order(body, asked, count_conversation(texts) + tools, most, top), bench, headers)


async def complete(request: web.BaseRequest, body: CompletionRequest, bench: Bench, headers: dict[str, str]) -> Any:
    """Answer a legacy completion; of several prompts the first is answered."""
    prompt = body.prompt if isinstance(body.prompt, str) else body.prompt[0]
    asked = Asked((prompt,), stream=body.stream)
    prefix = prompt if body.echo else ""
    order = _Order(body, asked, count_pieces(prompt), body.max_tokens, body.logprobs, legacy=True, prefix=prefix)
    return await _serve(request, order, bench, headers)


def _refuse_open_calls(body: ChatRequest) -> None:
    """Refuse calls of tools that are not followed by their results, as OpenAI does."""
    waiting: dict[str, None] = {}
    for message in [*body.messages, None]:
        if message is not None and message.role == "tool":
            waiting.pop(message.tool_call_id or "", None)
        elif waiting:
            raise ApiError(
                400,
                "An assistant message with 'tool_calls' must be followed by tool messages responding to each "
                f"'tool_call_id'. The following tool_call_ids did not have response messages: {', '.join(waiting)}",
                param="messages",
            )
        if message is not None and message.role == "assistant":
            waiting = dict.fromkeys(call.id for call in message.tool_calls or ())


def _hear(body: ChatRequest) -> Asked:
    said: dict[str, list[str]] = {"system": [], "user": [], "tool": []}
    kinds_of_role = {"developer": "system", "function": "tool"}
    heard = 0
    for message in body.messages:
        said.get(kinds_of_role.get(message.role, message.role), []).append(message.text)
        heard = len(said["tool"]) if message.role == "user" else heard
    system = "\n".join(said["system"]) if said["system"] else None
    results = tuple(said["tool"])
    return Asked(tuple(said["user"]), system, results, _wish(body, results[heard:]), body.stream)


def _wish(body: ChatRequest, results: tuple[str, ...]) -> Wish:
    tools = {tool.function.name: tool.function.parameters for tool in body.tools or ()}
    forced = body.tool_choice.function.name if isinstance(body.tool_choice, ToolChoice) else None
    required = body.tool_choice == "required"
    if required and not tools:
        raise ApiError(400, "'tool_choice' is only allowed when 'tools' are given.", param="tool_choice")
    if forced is not None and forced not in tools:
        raise ApiError(400, f"Tool choice '{forced}' not found in 'tools' parameter.", param="tool_choice")
    if body.tool_choice == "none":
        tools = {}
    form = body.response_format
    schema = form.json_schema.schema if form is not None and form.json_schema is not None else None
    return Wish(form is not None and form.type != "text", schema, tools, forced, required, results)


async def _serve(request: web.BaseRequest, order: _Order, bench: Bench, headers: dict[str, str]) -> Any:
    arrived = time.monotonic()
    understood = bench.answering.understand(order.asked)
    refused = bench.book.at_door(understood.seen)
    if refused.first(kinds.Reset):
        return reset(request)
    _door(refused, bench)
    _admit(order, bench)
    strikes = bench.book.inside(understood.seen)
    headers.update(bench.limits.headers())
    pace = bench.latency.pace(draw(bench.seed, "pace", order.asked.text, bench.book.requests))
    times = Timetable(pace, strikes)
    spoken = _speak(order, understood, strikes, bench)
    if order.wanted.stream:
        events = bodies.completion_events(spoken) if order.legacy else bodies.chat_events(spoken)
        headers["openai-processing-ms"] = _milliseconds(max(time.monotonic(), times.headers_due()) - arrived)
        return await send_events(request, events, headers, times, strikes)
    body = bodies.completion_body(spoken) if order.legacy else bodies.chat_body(spoken)
    headers["openai-processing-ms"] = _milliseconds(times.token_due(spoken.tokens - 1) - arrived)
    return await send_body(request, Parcel(body, headers, tokens=spoken.tokens), times, strikes)


def _milliseconds(seconds: float) -> str:
    return str(max(1, math.ceil(1000 * seconds)))


def _door(strikes: Strikes, bench: Bench) -> None:
    """Refuse what a planted fault refuses."""
    if limit := strikes.first(kinds.RateLimit):
        left = bench.book.closed_for(limit)
        told = left if limit.retry_after == "honest" else left / 10
        waits = {"retry-after-ms": str(math.ceil(told * 1000)), "retry-after": str(math.ceil(told))}
        raise ApiError(
            429,
            f"Rate limit reached for {bench.persona.name} on requests. Please try again in {math.ceil(told * 1000)}ms.",
            kind="requests",
            code="rate_limit_exceeded",
            headers={} if limit.retry_after == "missing" else waits,
        )
    if failure := strikes.first(kinds.ServerError):
        busy = failure.status == 503
        message = "The engine is currently overloaded, please try again later." if busy else "The server had an error."
        raise ApiError(failure.status, message, kind="server_error", code="overloaded" if busy else None)


def _admit(order: _Order, bench: Bench) -> None:
    """Refuse what is too long, or too much in a minute."""
    longest = bench.persona.context_tokens
    tokens = order.prompt_tokens + (order.most or 0)
    if tokens > longest:
        raise ApiError(
            400,
            f"This model's maximum context length is {longest} tokens. However, you requested {tokens} tokens "
            f"({order.prompt_tokens} in the messages, {order.most or 0} in the completion).",
            param="prompt" if order.legacy else "messages",
            code="context_length_exceeded",
        )
    take(bench, tokens)


def take(bench: Bench, tokens: int) -> None:
    """Take one request of so many tokens out of the limits.

    Raises:
        ApiError: 429, when there is not so much left in this minute.
    """
    refused = bench.limits.take(tokens)
    if refused is not None:
        milliseconds = math.ceil(refused.wait * 1000)
        raise ApiError(
            429,
            f"Rate limit reached for {bench.persona.name} on {refused.unit} per min: Limit {refused.limit}. "
            f"Please try again in {milliseconds}ms.",
            kind=refused.unit,
            code="rate_limit_exceeded",
            headers={
                "retry-after-ms": str(milliseconds),
                "retry-after": str(math.ceil(refused.wait)),
                **bench.limits.headers(),
            },
        )


def _speak(order: _Order, understood: Understood, strikes: Strikes, bench: Bench) -> Spoken:
    reply = bench.answering.reply(understood, strikes)
    body = order.wanted
    prompt = split_pieces(order.prefix) if reply.tool is None else []
    pieces, finish = _shorten(order, reply)
    swap, usage = strikes.first(kinds.ModelSwap), strikes.first(kinds.Usage)
    number = int(draw(bench.seed, "id", order.asked.text, bench.book.requests) * 2**53)
    return Spoken(
        id=f"{'cmpl' if order.legacy else 'chatcmpl'}-{number:014x}{bench.book.requests:010x}",
        created=int(time.time()),
        model=body.model if swap is None else swap.model,
        fingerprint=bench.fingerprint,
        pieces=prompt + pieces,
        finish=finish,
        prompt_tokens=order.prompt_tokens,
        echoed=len(prompt),
        choices=body.n or 1,
        tool=reply.tool,
        top=order.top if reply.tool is None else None,
        usage_factor=10 if usage is not None and usage.mode == "wrong" else 1,
        with_usage=usage is None or usage.mode != "missing",
        stream_usage=body.wants_usage,
        seed=bench.seed,
    )


def _shorten(order: _Order, reply: Reply) -> tuple[list[str], Finish]:
    """Cut the text at a stop sequence and at the most tokens allowed."""
    if reply.tool is not None:
        return split_pieces(reply.arguments), "tool_calls"
    text = reply.text
    for stop in order.wanted.stops:
        at = text.find(stop)
        text = text if at < 0 else text[:at]
    pieces = split_pieces(text)
    if order.most is not None and len(pieces) > order.most:
        return pieces[: order.most], "length"
    return pieces, "stop"
