"""A Case: something to ask, with what is known of a right answer."""

from typing import Any

import msgspec

from seatrial.core.request import Message, Tool


class SimulatedUser(msgspec.Struct, frozen=True, kw_only=True):
    """Another Target that plays the user of a Dialogue.

    It speaks after each answer until it says one of `until` (its goal is reached), has nothing more to say, or has
    spoken `patience` times.
    """

    target: str
    persona: str = ""
    goal: str = ""
    patience: int = 8
    until: tuple[str, ...] = ("[DONE]",)


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """Something to ask, and how its answer is judged.

    `turns` is the conversation to hold. Where two user turns follow each other, the Target's own answer is put between
    them and the second is asked after the first is answered (a Dialogue of fixed turns); an assistant turn that is
    written down stays as it is. `expect` lists the right answers (any of them will do), `context` the documents an
    answer must stand on. `checks` are as written: a name (`contains`), a line (`latency <= 3s`), a mapping
    (`{regex: "[0-9]+"}`) or any object with the shape of a Check; the room `checks` makes Checks of them. `tags` become
    slices. `user` plays the user after the written turns. `origin` says where the case stands (`cases/en.jsonl:17`);
    `original` is the case, with its suite in front, that a Probe made this one of.
    """

    id: str
    turns: tuple[Message, ...]
    expect: tuple[str, ...] = ()
    reference: str | None = None
    context: tuple[str, ...] = ()
    tools: tuple[Tool, ...] = ()
    params: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    checks: tuple[Any, ...] = ()
    tags: dict[str, str] = {}
    user: SimulatedUser | None = None
    origin: str = ""
    original: str | None = None
