"""What `gateway:` may hold. Durations are seconds, or `500ms`, `10s`, `2m`, `1h`, `30d`; amounts `200k`, `1.5M`."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

Duration = float | int | str
Amount = int | str
Balance = Literal["weighted", "least-busy", "least-latency", "cheapest", "by-headroom"]
STORE = ".seatrial"
MOST_CACHE = 64 * 1024 * 1024
Action = Literal["flag", "redact", "block", "downgrade"]


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """No key that is not known."""


class DeploymentModel(_Strict, frozen=True):
    """One upstream of a model."""

    target: Annotated[str, Meta(description="the name of an `openai:` target of this file")]
    dialect: Annotated[Literal["openai", "anthropic"], Meta(description="which API it speaks")] = "openai"
    weight: Annotated[float, Meta(gt=0, description="its share of the requests")] = 1.0
    rpm: Annotated[Amount | None, Meta(description="requests a minute that it allows")] = None
    tpm: Annotated[Amount | None, Meta(description="tokens a minute that it allows")] = None
    max_in_flight: Annotated[int, Meta(ge=1, description="requests that it may have at the same time")] | None = None
    queue: Annotated[int, Meta(ge=0, description="how many may wait when all in flight is taken")] = 100
    warm: Annotated[int, Meta(ge=0, le=100, description="connections that are opened at the start")] = 1
    ca: Annotated[str | None, Meta(description="a PEM file of authorities that sign its certificate")] = None
    region: Annotated[str | None, Meta(description="preferred when a client sends `x-seatrial-region`")] = None
    environment: Annotated[str | None, Meta(description="only keys of this environment reach it")] = None


class RetryModel(_Strict, frozen=True):
    """Tries again of what failed before its first byte."""

    attempts: Annotated[int, Meta(ge=1, le=20, description="of one request, in all")] = 3
    budget: Annotated[str | float, Meta(description="share of requests that may be tries again: `20%`")] = "20%"
    base: Annotated[
        Duration, Meta(description="the first wait is drawn up to this; each further up to twice as much")
    ] = 0.2
    cap: Annotated[Duration, Meta(description="no wait is longer, also none that a provider asks for")] = 5


class TimeoutModel(_Strict, frozen=True):
    """How long each phase may take."""

    connect: Annotated[Duration, Meta(description="until a connection is there, TLS included")] = 5
    first_token: Annotated[Duration, Meta(description="from sending to the first byte of the answer")] = 60
    between: Annotated[Duration, Meta(description="silence within an answer")] = 60
    total: Annotated[Duration, Meta(description="of a request with all that is tried for it")] = 600


class CacheModel(_Strict, frozen=True):
    """Answers that are given again."""

    mode: Annotated[
        Literal["exact", "semantic"], Meta(description="`exact`: the same request; `semantic` cannot be had so far")
    ] = "exact"
    ttl: Annotated[Duration, Meta(description="how long an answer is good")] = "1h"
    scope: Annotated[Literal["project", "key", "everyone"], Meta(description="who shares answers")] = "project"
    stale: Annotated[
        Duration, Meta(description="how long after that it is still given while one request fetches a new one")
    ] = 0
    temperature: Annotated[
        float, Meta(ge=0, description="requests with a higher temperature are not kept; one that names none has 1")
    ] = 1.0
    similarity: Annotated[float | None, Meta(description="semantic: from which cosine on two questions are one")] = None
    embeddings: Annotated[str | None, Meta(description="semantic: the target that embeds questions")] = None
    tags: Annotated[list[str], Meta(description="on all answers: they can be forgotten by them")] = []


class LimitsModel(_Strict, frozen=True):
    """What clients may ask for at the most."""

    max_tokens: Annotated[int, Meta(ge=1)] | None = None
    n: Annotated[int, Meta(ge=1)] | None = None
    stop: list[str] = []
    rpm: Annotated[Amount | None, Meta(description="requests a minute; as many may come at once")] = None
    tpm: Annotated[Amount | None, Meta(description="tokens a minute: estimated before, corrected after")] = None
    concurrency: Annotated[Annotated[int, Meta(ge=1)] | None, Meta(description="requests at the same time")] = None


class RateLimitModel(_Strict, frozen=True):
    """How much one key, project, user or model may ask."""

    of: Annotated[
        str, Meta(description="`project:support`, `key:ID`, `user:*` (each of them), `model:support` or `all`")
    ]
    rpm: Annotated[Amount | None, Meta(description="requests a minute; as many may come at once")] = None
    tpm: Annotated[Amount | None, Meta(description="tokens a minute: estimated before, corrected after")] = None
    concurrency: Annotated[Annotated[int, Meta(ge=1)] | None, Meta(description="requests at the same time")] = None


class GuardsModel(_Strict, frozen=True):
    """Checks on the hot path: `name: action`, or a mapping with arguments and `action`."""

    request: Annotated[
        list[Any], Meta(description="look at requests: `pii: redact`, `secrets: block`, `injection: flag`, ...")
    ] = []
    answer: Annotated[
        list[Any], Meta(description="look at answers, streamed ones too: `canary: block`, `json_schema: {...}`, ...")
    ] = []
    downgrade_to: Annotated[str | None, Meta(description="the model that answers what a guard downgrades")] = None


class BatchModel(_Strict, frozen=True):
    """Small requests that are sent together."""

    embeddings: Annotated[Duration | None, Meta(description="wait so long for others to come")] = None


class ServedModel(_Strict, frozen=True):
    """A name that clients ask for."""

    deployments: Annotated[list[DeploymentModel], Meta(min_length=1)]
    balance: Annotated[Balance, Meta(description="which deployment is asked")] = "weighted"
    retry: RetryModel = RetryModel()
    timeout: TimeoutModel = TimeoutModel()
    fallback: Annotated[list[str], Meta(description="models that are asked when no deployment of this one can")] = []
    hedge: Annotated[Duration | None, Meta(description="ask a second deployment after so long")] = None
    sticky: Annotated[bool, Meta(description="a session stays with its deployment")] = False
    cache: CacheModel | None = None
    limits: LimitsModel = LimitsModel()
    guard: GuardsModel = GuardsModel()
    batch: BatchModel = BatchModel()


class BudgetModel(_Strict, frozen=True):
    """What may be spent, and what happens when it is."""

    of: Annotated[str, Meta(description="`project:support`, `key:ID`, `user:*`, `model:support` or `all`")]
    limit: Annotated[str, Meta(description="`200 USD/month` or `5 USD/day`")]
    then: Annotated[str, Meta(description="`warn`, `block` or `downgrade to MODEL`")] = "block"


class RecordsModel(_Strict, frozen=True):
    """What is kept of each request; `seatrial interactions` shows it."""

    keep: Annotated[Duration | None, Meta(description="how long; `null` is for ever")] = "30d"
    bodies: Annotated[bool, Meta(description="whether what was asked and answered is kept, or the figures alone")] = (
        True
    )
    trace: Annotated[
        Literal["pass", "begin"],
        Meta(description="`pass` goes on with a client's W3C trace; `begin` begins one where the client has none"),
    ] = "pass"


class GatewayModel(_Strict, frozen=True):
    """The production door."""

    models: Annotated[dict[str, ServedModel], Meta(min_length=1, description="by the name that clients ask for")]
    listen: Annotated[str, Meta(description="address and port; loopback unless others should reach it")] = (
        "127.0.0.1:8400"
    )
    store: Annotated[str, Meta(description="the folder for keys, records and budgets, from where this file is")] = STORE
    redis: Annotated[str | None, Meta(description="what several processes share; `${NAME}` is read")] = None
    redis_gone: Annotated[
        Literal["open", "closed"], Meta(description="let pass or refuse while it cannot be asked")
    ] = "open"
    keys: Annotated[Literal["required", "none"], Meta(description="`none` only on loopback")] = "required"
    limits: Annotated[LimitsModel, Meta(description="of all clients together")] = LimitsModel()
    rate_limits: Annotated[list[RateLimitModel], Meta(description="of single keys, projects, users and models")] = []
    budgets: Annotated[list[BudgetModel], Meta(description="what may be spent a day or a month (UTC)")] = []
    max_body: Annotated[int, Meta(ge=1024, description="bytes of the largest request")] = 25 * 1024 * 1024
    max_in_flight: Annotated[int, Meta(ge=1, description="in one process; low priority is sent away first")] | None = (
        None
    )
    max_cache: Annotated[int, Meta(ge=0, description="bytes of answers that one process keeps")] = MOST_CACHE
    max_record: Annotated[int, Meta(ge=0, description="bytes of a body that are kept")] = 1024 * 1024
    records: Annotated[RecordsModel, Meta(description="what is kept of each request")] = RecordsModel()
    drain: Annotated[Duration, Meta(description="how long requests may take when the server is stopped")] = "30s"
    watch: Annotated[bool, Meta(description="read this file again when it changes")] = False
    tls: Annotated[
        dict[str, str] | None, Meta(description="HTTPS: `{cert: FILE, key: FILE}`, PEM, read again at a reload")
    ] = None
    trust_proxy: Annotated[
        list[str], Meta(description="addresses or networks of proxies whose X-Forwarded-For is believed")
    ] = []
    prices: Annotated[dict[str, Any], Meta(description="by model: `{input: 0.15, output: 0.6, currency: USD}`")] = {}
