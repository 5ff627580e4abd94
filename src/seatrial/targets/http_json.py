"""Any HTTP endpoint that speaks JSON: a request template in, a JSONPath out."""

import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing, Usage
from seatrial.core.request import Request
from seatrial.targets.address import Address
from seatrial.targets.endpoint import Endpoint, Opened, interaction
from seatrial.targets.http_failures import not_json
from seatrial.targets.json_paths import MISSING, Path
from seatrial.targets.options import Nature, Options, options_from
from seatrial.targets.reach import anything_answers
from seatrial.targets.reply import Reply
from seatrial.targets.result import Ended, Fault, Result
from seatrial.targets.template import CannotFill, JsonTemplate
from seatrial.targets.transport import Call

KEYS = frozenset(
    {"http", "method", "headers", "request", "answer", "usage", "finish_reason", "system", "model", "price"}
    | {"api_key", "timeouts", "retries", "max_bytes"}
)
METHODS = ("POST", "PUT", "PATCH", "GET")
_USAGE = ("input", "output", "cached", "reasoning")


class HttpSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint is asked.

    `request` is a JSON structure whose texts are templates with the variables `question`, `messages`, `system` and
    those of the case; with GET its top-level values become the query. `answer`, `finish_reason` and the values of
    `usage` (`input`, `output`, `cached`, `reasoning`) are JSONPaths or plain fields of the answer.
    """

    url: str
    answer: str
    method: str = "POST"
    headers: dict[str, str] = {}
    api_key: str | None = None
    request: Any = msgspec.field(default_factory=lambda: {"question": "{{ question }}"})
    usage: dict[str, str] = {}
    finish_reason: str | None = None
    system: str | None = None
    model: str | None = None
    price: dict[str, Any] | None = None
    options: Options = Options()


class HttpTarget:
    """A Target behind any HTTP JSON endpoint; the whole JSON of an answer is in `Answer.data`.

    Args:
        name: Its name in the suite file.
        settings: Where and how it is asked.
        nature: Chance and time, for tests.

    Raises:
        Mistake: The settings cannot work.
    """

    def __init__(self, name: str, settings: HttpSettings, *, nature: Nature | None = None) -> None:
        if settings.method not in METHODS:
            raise Mistake(f"{settings.method!r} is not one of {', '.join(METHODS)}", key="method")
        unknown = [key for key in settings.usage if key not in _USAGE]
        if unknown:
            raise Mistake(f"unknown key {unknown[0]!r}; allowed are {', '.join(_USAGE)}", key="usage")
        self._name, self._settings = name, settings
        self._template = JsonTemplate(settings.request)
        self._answer = Path(settings.answer, "answer")
        self._finish = Path(settings.finish_reason, "finish_reason") if settings.finish_reason else None
        self._usage = {key: Path(text, f"usage.{key}") for key, text in settings.usage.items()}
        self._endpoint = Endpoint(
            Address(settings.url, settings.headers, settings.api_key, "http"),
            settings.options,
            model=settings.model,
            price=settings.price,
            nature=nature,
        )

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any]) -> "HttpTarget":
        """A Target from the keys of a suite file.

        Raises:
            Mistake: A key is missing or the settings cannot work.
        """
        if "answer" not in settings:
            raise Mistake("an http target needs `answer:`, the JSONPath of the answer's text", key="answer")
        plain = {key: settings[key] for key in settings if key in HttpSettings.__struct_fields__}
        if "method" in plain:
            plain["method"] = str(plain["method"]).upper()
        return cls(name, HttpSettings(url=settings["http"], options=options_from(settings), **plain))

    @property
    def name(self) -> str:
        """Its name in the suite file."""
        return self._name

    @property
    def identity(self) -> str:
        """Method, address and a digest of the rest that changes answers."""
        settings = self._settings
        rest = [settings.request, settings.answer, settings.system, sorted(settings.headers.items())]
        digest = hashlib.sha256(msgspec.json.encode(rest, order="deterministic")).hexdigest()[:16]
        return f"http {settings.method} {self._endpoint.address.shown()} {digest}"

    async def ready(self) -> None:
        """Find out whether the variables are set and a web server is there.

        Raises:
            Mistake: A variable is not set.
            CannotRun: The endpoint cannot be reached.
        """
        opened = await self._endpoint.open()
        await anything_answers(opened.transport, opened.address.url())

    async def ask(self, request: Request) -> Interaction:
        """Ask once; see `core.target`."""
        opened = await self._endpoint.open()
        try:
            call = self._call(request, opened)
        except CannotFill as error:
            now = opened.transport.now()
            failure = Failure(FailureKind.BAD_REQUEST, opened.transport.scrubber.text(str(error)))
            return interaction(self._name, request, Ended(Result(failure=failure), Timing(now, now, now), 0), opened)
        ended = await opened.transport.send(call, self._read)
        return interaction(self._name, request, ended, opened)

    async def aclose(self) -> None:
        """Give back connections."""
        await self._endpoint.aclose()

    def _call(self, request: Request, opened: Opened) -> Call:
        messages = [{"role": message.role, "content": message.content} for message in request.messages]
        own = {"question": request.question, "messages": messages, "system": self._settings.system or ""}
        filled = self._template.fill({**request.variables, **own})
        url = opened.address.url()
        try:
            if self._settings.method != "GET":
                return Call(self._settings.method, url, msgspec.json.encode(filled))
        except (TypeError, ValueError, OverflowError, RecursionError) as error:
            raise CannotFill(f"the filled-in request is no JSON: {error}") from None
        fields = filled if isinstance(filled, dict) else {"question": filled}
        return Call("GET", f"{url}{'&' if '?' in url else '?'}{urlencode(fields, doseq=True)}")

    async def _read(self, reply: Reply) -> Result:
        body = await reply.body()
        try:
            data = msgspec.json.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Fault(FailureKind.BAD_RESPONSE, not_json(body, reply.host)) from None
        value = self._answer.first(data)
        if value is MISSING:
            raise Fault(FailureKind.BAD_RESPONSE, f"{reply.host} sent JSON without a value at {self._answer.text}")
        finish = self._finish.first(data) if self._finish is not None else MISSING
        answer = Answer(_text(value), finish_reason=None if finish in (MISSING, None) else _text(finish), data=data)
        return Result(answer, usage=self._counted(data))

    def _counted(self, data: Any) -> Usage | None:
        found = {key: path.first(data) for key, path in self._usage.items()}
        counts = {key: value for key, value in found.items() if isinstance(value, int) and value >= 0}
        return msgspec.convert(counts, Usage) if counts else None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else msgspec.json.encode(value).decode()
