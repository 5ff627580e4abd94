"""Any OpenAI-compatible endpoint: chat completions, completions, embeddings."""

import hashlib
from collections.abc import Mapping
from typing import Any

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.interaction import Interaction
from seatrial.core.request import Kind, Request
from seatrial.targets.address import Address
from seatrial.targets.endpoint import Endpoint, Opened, interaction
from seatrial.targets.openai_answer import chat_result, embedding_result
from seatrial.targets.openai_stream import EVENT_STREAM, read_stream
from seatrial.targets.openai_wire import PATHS, Fixed, body_of
from seatrial.targets.options import Nature, Options, options_from
from seatrial.targets.reach import models_answer
from seatrial.targets.reply import Reply
from seatrial.targets.result import Result
from seatrial.targets.secret import Secret
from seatrial.targets.tokens import TokenCount
from seatrial.targets.transport import Call

KEYS = frozenset(
    {"openai", "model", "api_key", "headers", "system", "stream", "kind", "params", "price"}
    | {"timeouts", "retries", "max_bytes"}
)


class OpenAISettings(msgspec.Struct, frozen=True, kw_only=True):
    """How an endpoint is asked.

    `url` is the base (`http://127.0.0.1:8410/v1`). `api_key` is a Secret, or a text such as `${HARBOUR_KEY}`. `system`
    is a text that goes in front of chats that have no system prompt. `kind` decides when it is set, else each
    Request's own kind does. `params` go into every body as they are; a Request's own go before them. `price` is per
    million tokens: `{input, output, cached, currency}`.
    """

    url: str
    model: str | None = None
    api_key: Secret | str | None = None
    headers: dict[str, str] = {}
    system: str | None = None
    stream: bool = True
    kind: Kind | None = None
    params: dict[str, Any] = {}
    price: dict[str, Any] | None = None
    options: Options = Options()


class OpenAITarget:
    """A Target behind an OpenAI-compatible endpoint.

    Args:
        name: Its name in the suite file.
        settings: Where and how it is asked.
        nature: Chance and time, for tests.

    Raises:
        Mistake: The settings cannot work.
    """

    def __init__(self, name: str, settings: OpenAISettings, *, nature: Nature | None = None) -> None:
        if settings.system is not None and settings.kind not in (None, "chat"):
            raise Mistake(f"a system prompt needs kind chat, not {settings.kind}", key="system")
        self._name, self._settings = name, settings
        address = Address(settings.url, settings.headers, settings.api_key, "openai")
        self._endpoint = Endpoint(address, settings.options, model=settings.model, price=settings.price, nature=nature)
        fixed = Fixed(settings.model, settings.stream, settings.system, settings.params)
        self._heads = {kind: fixed.head(kind) for kind in PATHS}
        self._count = TokenCount(settings.model)
        self._urls: dict[Kind, str] = {}

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any]) -> "OpenAITarget":
        """A Target from the keys of a suite file.

        Raises:
            Mistake: A key is unknown or the settings cannot work.
        """
        plain = {key: settings[key] for key in settings if key in OpenAISettings.__struct_fields__}
        return cls(name, OpenAISettings(url=settings["openai"], options=options_from(settings), **plain))

    @property
    def name(self) -> str:
        """Its name in the suite file."""
        return self._name

    @property
    def identity(self) -> str:
        """Address, model and a digest of the rest that changes answers."""
        settings = self._settings
        rest = [settings.kind, settings.system, settings.stream, sorted(settings.params.items())]
        digest = hashlib.sha256(msgspec.json.encode(rest, order="deterministic")).hexdigest()[:16]
        return f"openai {self._endpoint.address.shown()} {settings.model or '-'} {digest}"

    async def ready(self) -> None:
        """Find out whether the key is set, the endpoint answers and takes the key.

        Raises:
            Mistake: A variable is not set.
            CannotRun: The endpoint cannot be reached, refuses the key, or is a website.
        """
        opened = await self._endpoint.open()
        await models_answer(opened.transport, opened.address.url("/models"))

    async def ask(self, request: Request) -> Interaction:
        """Ask once; see `core.target`."""
        opened = await self._endpoint.open()
        kind = self._settings.kind or request.kind
        body, streamed = body_of(request, kind, self._heads[kind], self._settings.system)
        url = self._urls.get(kind) or self._url(kind, opened)
        read = _read_vectors if kind == "embedding" else _read_stream if streamed else _read_whole
        ended = await opened.transport.send(Call("POST", url, body), read)
        answer = ended.result.answer
        if answer is not None and ended.result.usage is None:
            usage = self._count.usage(request, answer, self._settings.system if kind == "chat" else None)
            ended = msgspec.structs.replace(ended, result=msgspec.structs.replace(ended.result, usage=usage))
        return interaction(self._name, request, ended, opened)

    async def aclose(self) -> None:
        """Give back connections."""
        self._urls.clear()
        await self._endpoint.aclose()

    def _url(self, kind: Kind, opened: Opened) -> str:
        url = self._urls[kind] = opened.address.url(PATHS[kind])
        return url


# Some servers stream always, some never, whatever they are asked; the media type says which.


async def _read_whole(reply: Reply) -> Result:
    if reply.content_type == EVENT_STREAM:
        return await read_stream(reply)
    return chat_result(await reply.body(), reply.host)


async def _read_vectors(reply: Reply) -> Result:
    return embedding_result(await reply.body(), reply.host)


async def _read_stream(reply: Reply) -> Result:
    if reply.content_type.endswith("json"):
        return chat_result(await reply.body(), reply.host)
    return await read_stream(reply)
