"""A key as it is asked for, at the terminal or through the admin side."""

import re
import time
from collections.abc import Collection
from typing import Annotated

import msgspec
from msgspec import Meta

from seatrial.app.mistakes import did_you_mean
from seatrial.app.serving.keys import networks
from seatrial.app.serving.units import amount_of
from seatrial.core.errors import Mistake
from seatrial.gateway.budgets.cap import parse_cap
from seatrial.gateway.config import Priority, Terms
from seatrial.gateway.keys.key import KeyRecord
from seatrial.targets.durations import duration

Name = Annotated[str, Meta(max_length=100)]
_NAME = re.compile(r"[\w.@:/ -]*")


class KeyWish(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What the key should be; a duration is `90d` or `12h`, an amount `600` or `200k`, a budget `200 USD/month`."""

    name: Name = ""
    project: Name = "default"
    environment: Name = "production"
    admin: bool = False
    models: list[str] | None = None
    allow: list[str] | None = None
    expires: str | None = None
    rpm: int | str | None = None
    tpm: int | str | None = None
    concurrency: Annotated[int, Meta(ge=1)] | None = None
    budget: str | None = None
    priority: Priority = "normal"


def record_of(wish: KeyWish, known: Collection[str]) -> KeyRecord:
    """The record of the key, still without id.

    Args:
        wish: What is asked for.
        known: The models that there are.

    Raises:
        Mistake: Something in it cannot be.
    """
    for name, text in (("name", wish.name), ("project", wish.project), ("environment", wish.environment)):
        if not _NAME.fullmatch(text) or (name != "name" and not text.strip()):
            raise Mistake(f"{name}: letters, digits and . - _ : @ / are expected, {text!r} was found")
    for model in wish.models or ():
        if model not in known:
            raise Mistake(f"models: there is no `{model[:100]}`; {did_you_mean(model, known)}")
    return KeyRecord(
        id="",
        name=wish.name,
        project=wish.project,
        environment=wish.environment,
        admin=wish.admin,
        models=None if wish.models is None else tuple(wish.models),
        allow=None if wish.allow is None else tuple(str(each) for each in networks(wish.allow)),
        expires=None if wish.expires is None else time.time_ns() + round(seconds_of(wish.expires, "expires") * 1e9),
        terms=Terms(
            rpm=_positive(wish.rpm, "rpm"),
            tpm=_positive(wish.tpm, "tpm"),
            concurrency=wish.concurrency,
            budget=_budget(wish.budget),
            priority=wish.priority,
        ),
    )


def seconds_of(text: str, name: str) -> float:
    """A duration in seconds.

    Raises:
        Mistake: It is none, or longer than a hundred years.
    """
    found = duration(text)
    if found is None or found > 100 * 366 * 86400:
        raise Mistake(f"{name}: a duration such as 90d or 12h is expected, {text!r} was found")
    return found


def _positive(value: int | str | None, name: str) -> int | None:
    if value is None:
        return None
    found = amount_of(value)
    if found is None or found < 1:
        raise Mistake(f"{name}: a number such as 600, 200k or 1.5M is expected, {value!r} was found")
    return found


def _budget(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return str(parse_cap(text))
    except Mistake as mistake:
        raise Mistake(f"budget: {mistake.what}") from None
