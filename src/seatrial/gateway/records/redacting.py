"""Takes out of an Interaction what must not be kept, before anything of it is."""

from collections.abc import Callable
from typing import Any

import msgspec

from seatrial.core.interaction import Answer, Failure, Interaction
from seatrial.core.request import Request

Redact = Callable[[str], str]


def redacted(interaction: Interaction, redact: Redact) -> Interaction:
    """The same with each text of request, answer and failure as `redact` gives it back."""
    answer, failure = interaction.answer, interaction.failure
    return msgspec.structs.replace(
        interaction,
        request=msgspec.convert(_walked(msgspec.to_builtins(interaction.request), redact), Request),
        answer=None if answer is None else msgspec.convert(_walked(msgspec.to_builtins(answer), redact), Answer),
        failure=None if failure is None else msgspec.structs.replace(failure, **_texts_of(failure, redact)),
    )


def _texts_of(failure: Failure, redact: Redact) -> dict[str, str]:
    return {"message": redact(failure.message), "partial": redact(failure.partial)}


def _walked(value: Any, redact: Redact) -> Any:
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, dict):
        return {key: each if key in ("role", "kind") else _walked(each, redact) for key, each in value.items()}
    return [_walked(each, redact) for each in value] if isinstance(value, list | tuple) else value
