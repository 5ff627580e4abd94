"""The routes of the simulator: keys, size limits, and every failure as an error object."""

import asyncio
import hmac
import logging
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from aiohttp import web

from seatrial.simulator.answering import Answering
from seatrial.simulator.chat import Bench, chat, complete, take
from seatrial.simulator.embeddings import embeddings_body
from seatrial.simulator.faults import FaultBook, draw
from seatrial.simulator.knowledge import Knowledge
from seatrial.simulator.latency import LatencyModel
from seatrial.simulator.limits import RateLimits
from seatrial.simulator.moderation import moderation_body
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.truth import truth
from seatrial.simulator.wire import (
    ApiError,
    ChatRequest,
    CompletionRequest,
    EmbeddingRequest,
    ModerationRequest,
    read_body,
)

MAX_BODY = 8 * 1024 * 1024
BODY_TIMEOUT = 60.0
OPENAI_VERSION = "2020-10-01"
_LOG = logging.getLogger(__name__)
_Route = Callable[[web.BaseRequest, dict[str, str]], Awaitable[Any]]


class Service:
    """One persona behind its routes."""

    def __init__(self, persona: Persona, seed: int, api_key: str | None) -> None:
        book = FaultBook(persona.faults, seed)
        self._persona, self._seed, self._key, self._book = persona, seed, api_key, book
        fingerprint = f"fp_{int(draw(seed, persona.name) * 2**40):010x}"
        latency, limits = LatencyModel(persona.latency), RateLimits(persona.limits)
        self._bench = Bench(persona, seed, book, Answering(persona), latency, limits, fingerprint)
        self._knowledge = Knowledge(persona)
        self._statuses: Counter[str] = Counter()
        self._number = 0
        self._prefix = f"req_{int(draw(seed, 'request', persona.name) * 2**53):014x}"
        self._routes: dict[str, tuple[str, _Route]] = {
            "/health": ("GET", self._health),
            "/v1/models": ("GET", self._models),
            "/v1/chat/completions": ("POST", self._chat),
            "/v1/completions": ("POST", self._complete),
            "/v1/embeddings": ("POST", self._embed),
            "/v1/moderations": ("POST", self._moderate),
            "/simulator/truth": ("GET", self._truth),
        }

    def truth(self) -> dict[str, Any]:
        """What was planted, and what was done."""
        return truth(self._persona, self._seed, self._book, dict(self._statuses))

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request; every failure becomes an error object."""
        self._number += 1
        headers = {
            "x-request-id": f"{self._prefix}{self._number:010x}",
            "openai-version": OPENAI_VERSION,
            "openai-processing-ms": "1",
        }
        try:
            response: web.StreamResponse = await self._dispatch(request, headers)
        except ApiError as error:
            response = self._failed(error, headers)
        except ConnectionError:
            self._statuses["client_left"] += 1
            return web.Response()
        except Exception:  # noqa: BLE001 - the boundary: a defect becomes a 500 with an error object, and is logged
            _LOG.exception("a request could not be answered")
            response = self._failed(ApiError(500, "The simulator has a defect.", kind="server_error"), headers)
        self._statuses[str(response.status)] += 1
        return response

    def _failed(self, error: ApiError, headers: dict[str, str]) -> web.Response:
        all_headers = {**headers, **self._bench.limits.headers(), **error.headers}
        return web.Response(
            body=error.body(), status=error.status, headers=all_headers, content_type="application/json"
        )

    async def _dispatch(self, request: web.BaseRequest, headers: dict[str, str]) -> Any:
        path = request.path
        method, route = self._routes.get(path, ("", None))
        if path.startswith("/v1/models/"):
            method, route = "GET", self._model
        if route is None:
            raise ApiError(404, f"Invalid URL ({request.method} {path[:200]})", code="unknown_url")
        if request.method != method:
            message = f"Not allowed to {request.method} on {path[:200]} (HINT: use {method})"
            raise ApiError(405, message, code="method_not_supported", headers={"allow": method})
        if self._key is not None and path != "/health":
            _authorise(request, self._key)
        return await route(request, headers)

    def _check_model(self, model: str) -> None:
        names = self._persona.model_names
        if model not in names and "*" not in names:
            message = f"The model '{model[:200]}' does not exist or you do not have access to it."
            raise ApiError(404, message, param="model", code="model_not_found")

    async def _chat(self, request: web.BaseRequest, headers: dict[str, str]) -> Any:
        body = read_body(await _read(request), ChatRequest)
        self._check_model(body.model)
        return await chat(request, body, self._bench, headers)

    async def _complete(self, request: web.BaseRequest, headers: dict[str, str]) -> Any:
        body = read_body(await _read(request), CompletionRequest)
        self._check_model(body.model)
        return await complete(request, body, self._bench, headers)

    async def _embed(self, request: web.BaseRequest, headers: dict[str, str]) -> web.Response:
        body = read_body(await _read(request), EmbeddingRequest)
        self._check_model(body.model)
        answer = embeddings_body(body)
        take(self._bench, answer["usage"]["prompt_tokens"])
        return _json(answer, {**headers, **self._bench.limits.headers()})

    async def _moderate(self, request: web.BaseRequest, headers: dict[str, str]) -> web.Response:
        body = read_body(await _read(request), ModerationRequest)
        return _json(moderation_body(body, self._persona, self._knowledge), headers)

    async def _health(self, _request: web.BaseRequest, headers: dict[str, str]) -> web.Response:
        return _json({"status": "ok", "persona": self._persona.name}, headers)

    async def _truth(self, _request: web.BaseRequest, headers: dict[str, str]) -> web.Response:
        return _json(self.truth(), headers)

    async def _models(self, _request: web.BaseRequest, headers: dict[str, str]) -> web.Response:
        names = [name for name in self._persona.model_names if name != "*"] or [self._persona.name]
        return _json({"object": "list", "data": [_model(name) for name in names]}, headers)

    async def _model(self, request: web.BaseRequest, headers: dict[str, str]) -> web.Response:
        name = request.path.removeprefix("/v1/models/")
        self._check_model(name)
        return _json(_model(name), headers)


def _model(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 1_700_000_000, "owned_by": "seatrial-simulator"}


def _json(body: dict[str, Any], headers: dict[str, str]) -> web.Response:
    return web.Response(body=msgspec.json.encode(body), headers=headers, content_type="application/json")


def _authorise(request: web.BaseRequest, key: str) -> None:
    scheme, _, given = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not given:
        raise ApiError(401, "You didn't provide an API key in an Authorization header.", code="invalid_api_key")
    if not hmac.compare_digest(given.strip().encode("utf-8", "surrogateescape"), key.encode()):
        raise ApiError(401, "Incorrect API key provided.", code="invalid_api_key")


async def _read(request: web.BaseRequest) -> bytes:
    """The request's body, bounded in size and time."""
    too_large = ApiError(413, f"The body is larger than {MAX_BODY // 1024**2} MB.", code="request_too_large")
    if (request.content_length or 0) > MAX_BODY:
        raise too_large
    if request.content.is_eof():  # already here, as small bodies are: a timer would cost more than reading it
        return await request.content.read()
    parts: list[bytes] = []
    size = 0
    try:
        async with asyncio.timeout(BODY_TIMEOUT):
            while part := await request.content.readany():
                size += len(part)
                if size > MAX_BODY:
                    raise too_large
                parts.append(part)
    except web.RequestPayloadError:
        request.content.feed_eof()  # else aiohttp tries to read the rest, and logs a traceback
        raise ApiError(400, "The body's content coding or its chunks are broken.") from None
    except TimeoutError:
        raise ApiError(408, f"The body did not come within {BODY_TIMEOUT:.0f} seconds.") from None
    return b"".join(parts)
