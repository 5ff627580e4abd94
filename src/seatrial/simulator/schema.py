"""What a persona file may say: frozen records, strict about unknown keys."""

import re
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from seatrial.simulator.units import PerSecond, Seconds, Share

Texts = dict[str, str]
Positive = Annotated[int, Meta(ge=1)]
Count = Annotated[int, Meta(ge=0)]


class Queue(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One virtual server that everybody waits for; `rate` is how many requests it serves in a second."""

    rate: PerSecond


class Latency(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How fast answers come: time to the first token, time between tokens, relative jitter, and a queue before all."""

    first_token: Seconds = Seconds(0)
    inter_token: Seconds = Seconds(0)
    jitter: Share = Share(0)
    queue: Queue | None = None


class Limits(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Requests and tokens a minute; they are enforced and shown in the x-ratelimit-* headers."""

    rpm: Positive
    tpm: Positive


class Slot(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that a question can name: one of `words` (value -> words for it), or what `pattern` finds.

    `default` is used when the question does not name it; `integer` turns the value into a number.
    """

    words: dict[str, tuple[str, ...]] = {}
    pattern: re.Pattern[str] | None = None
    integer: bool = False
    default: str | None = None


class Tool(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The call that an entry makes when the request offers a tool of this name.

    Behind the tool's result follows the call `then`, where there is one that is offered, else the text `done`, in which
    `{result}` is that result.
    """

    name: str
    arguments: dict[str, Any] = {}
    done: Texts = {}
    then: "Tool | None" = None

    @property
    def chain(self) -> "tuple[Tool, ...]":
        """This call and those that follow it."""
        return (self, *(self.then.chain if self.then is not None else ()))


class Entry(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One thing that the persona knows.

    `keywords` lists, per language, what a question must hold: every item, each of them one of its alternatives
    (`last|final|latest`; `refund*` is a beginning). The first alternative is the usual wording, the others are
    paraphrases. Slots in `needs` must be named, else their dialogue asks back. Among entries that fit, the one with
    the most items answers. `category` is what /v1/moderations calls a refused topic.
    """

    id: str
    topic: str = ""
    keywords: dict[str, tuple[str, ...]]
    needs: tuple[str, ...] = ()
    answers: Texts = {}
    json: dict[str, Any] | None = None
    tool: Tool | None = None
    category: str = ""


class When(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The conditions of a fault; all that are given must hold.

    `typo`: a keyword was only recognised by mending it. `paraphrase`: a keyword was met by another than the usual
    wording. `name_in`: the question holds one of these words. `keyword`: it holds all of these. `matches`: a regular
    expression finds something in it. `unfamiliar_words`: it holds a word that is not among the persona's `familiar`
    ones. `turns`: the user has spoken at least so often. `after` and `until` count seconds since the server started;
    `every` strikes on each n-th request in order of arrival.
    """

    language: tuple[str, ...] | str | None = None
    topic: tuple[str, ...] | str | None = None
    upper_case: bool | None = None
    typo: bool | None = None
    paraphrase: bool | None = None
    unfamiliar_words: bool | None = None
    turns: Positive | None = None
    json: bool | None = None
    stream: bool | None = None
    name_in: tuple[str, ...] = ()
    keyword: tuple[str, ...] = ()
    matches: re.Pattern[str] | None = None
    after: Seconds | None = None
    until: Seconds | None = None
    every: Positive | None = None
