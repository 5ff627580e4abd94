"""What a target may hold, by the one key that says what kind it is."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Url = Annotated[str, Meta(description="an address; `${NAME}` is read from the environment")]
Key = Annotated[str, Meta(description="`${NAME}`: the key itself never stands in a file")]
System = Annotated[str, Meta(description="a system prompt: a text, or the path of a file that holds it")]
Seconds = float | int | str


class PriceModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Units of a currency per million tokens."""

    input: float
    output: float
    cached: float | None = None
    currency: Annotated[str, Meta(pattern="^[A-Za-z]{3}$")] = "USD"


class TimeoutsModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How long each phase of one attempt may take: seconds, or `500ms`, `2m`."""

    connect: Seconds = 10
    first_byte: Seconds = 60
    between_chunks: Seconds = 30
    total: Seconds = 120


class RetriesModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How often to try again what is safe to try again; `patience` is how long one question waits for a rate limit."""

    attempts: Annotated[int, Meta(ge=1)] = 4
    base: Seconds = 0.5
    cap: Seconds = 20
    patience: Seconds = 600


class _Endpoint(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    model: str | None = None
    api_key: Key | None = None
    headers: dict[str, str] = {}
    system: System | None = None
    price: PriceModel | None = None
    timeouts: TimeoutsModel | None = None
    retries: int | RetriesModel | None = None
    max_bytes: Annotated[int, Meta(ge=1)] | None = None


class OpenAIModel(_Endpoint):
    """Any endpoint that speaks OpenAI's API."""

    openai: Url
    stream: bool = True
    kind: Literal["chat", "completion", "embedding"] | None = None
    params: Annotated[dict[str, Any], Meta(description="go into every request as they are")] = {}


class HttpModel(_Endpoint):
    """Any HTTP endpoint that takes and gives JSON."""

    http: Url
    answer: Annotated[str, Meta(description="the JSONPath of the answer's text")]
    method: Literal["POST", "PUT", "PATCH", "GET"] = "POST"
    request: Annotated[Any, Meta(description="a JSON structure with `{{ question }}`, `{{ messages }}`, ...")] = None
    usage: dict[str, str] = {}
    finish_reason: str | None = None


class PythonModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A Python function, `module:name`."""

    python: Annotated[str, Meta(pattern="^[^:]+:[^:]+$", description="`module:name`")]
    timeouts: TimeoutsModel | None = None


class RecordedModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Answers that stand in a JSONL file already; the other keys name its fields."""

    recorded: Annotated[str, Meta(description="a path from the suite file's folder")]
    id: str | None = None
    answer: str | None = None
    question: str | None = None
    latency: str | None = None
    usage: str | None = None
    repeat: str | None = None
    price: PriceModel | None = None
    model: str | None = None


TARGETS: dict[str, type[msgspec.Struct]] = {
    "openai": OpenAIModel,
    "http": HttpModel,
    "python": PythonModel,
    "recorded": RecordedModel,
}
"""The built-in kinds by their key."""
