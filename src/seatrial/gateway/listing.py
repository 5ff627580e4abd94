"""`/v1/models`: the names that a caller may ask for, in OpenAI's shape, or in Anthropic's for its clients."""

from typing import Any, Final

import msgspec

from seatrial.gateway.exchange import Caller, Exchange
from seatrial.gateway.stages import House
from seatrial.gateway.wire.errors import Refusal

MODELS: Final = "/v1/models"


def listed(house: House, exchange: Exchange) -> bytes:
    """All names, or the one behind `/v1/models/`.

    Raises:
        Refusal: There is no such name for this caller.
    """
    anthropic = exchange.header(b"anthropic-version") is not None
    shown = _anthropic if anthropic else _openai
    caller = exchange.caller
    names = [name for name in house.routes if caller is not None and caller.may_ask(name)]
    wanted = exchange.path.removeprefix(MODELS).strip("/")
    if not wanted:
        models = [shown(name) for name in names]
        ends = {"has_more": False, "first_id": names[0] if names else None, "last_id": names[-1] if names else None}
        return msgspec.json.encode({"data": models, **(ends if anthropic else {"object": "list"})})
    if wanted not in names:
        raise no_model(wanted)
    return msgspec.json.encode(shown(wanted))


def may_ask(caller: Caller | None, name: str) -> bool:
    """Whether there is a caller and it may."""
    return caller is not None and caller.may_ask(name)


def no_model(name: str) -> Refusal:
    """404: whether it exists for others is not told."""
    message = f"The model `{name[:100]}` does not exist, or this key may not ask it."
    return Refusal(404, "invalid_request_error", "model_not_found", message, param="model")


def _openai(name: str) -> dict[str, Any]:
    return {"id": name, "object": "model", "created": 0, "owned_by": "seatrial"}


def _anthropic(name: str) -> dict[str, Any]:
    return {"type": "model", "id": name, "display_name": name, "created_at": "1970-01-01T00:00:00Z"}
