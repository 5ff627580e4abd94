"""Who makes vectors of texts: the local sentence model, or a Target that embeds."""

import asyncio
import math
from array import array
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from operator import mul
from typing import NamedTuple, Protocol, TypeVar

from seatrial.checks.graded.base import target_of
from seatrial.core.interaction import Interaction, Money
from seatrial.core.request import Message, Request
from seatrial.core.target import Target
from seatrial.text.minilm import demand, model
from seatrial.text.minilm.memory import Remembered

T = TypeVar("T")
MODEL = "all-MiniLM-L6-v2"
MOST_CHARACTERS = 100_000
"""Longer texts are not sent to a Target."""
MOST_REMEMBERED = 1000
# One at a time: several would only wait for the same cores, and threads of the loop's own pool are few.
_LANE = ThreadPoolExecutor(1, "sentence-model")


class NoVectors(Exception):
    """Texts could not be embedded; the text is the reason as a sentence."""


class Cosines(NamedTuple):
    """The cosine of a text with each of the others, below 0 as 0; what asking cost, and what a reader should know."""

    values: tuple[float, ...]
    cost: Money | None = None
    note: str = ""


class Embedder(Protocol):
    """Compares texts by their vectors."""

    @property
    def identity(self) -> str:
        """What makes two embedders give the same vectors."""
        ...

    async def cosines(self, text: str, others: Sequence[str]) -> Cosines:
        """Compare a text with others.

        Raises:
            NoVectors: One of them could not be embedded.
        """
        ...


def embedder(name: str | None, title: str, targets: Mapping[str, Target]) -> Embedder:
    """The Target of that name, or the local model without one.

    Raises:
        Mistake: There is no such Target, or the local model is not installed.
    """
    if name is not None:
        return ByTarget(target_of(name, title, targets, "embeds texts"))
    demand(f"the check `{title}`")
    return Local()


def who(target: Target) -> str:
    """A Target's name with a digest of what it is, for the version of a judge: `embedder@3f2a91bc`."""
    return f"{target.name}@{sha256(target.identity.encode()).hexdigest()[:8]}"


async def locally(work: Callable[[], T]) -> T:
    """Run work of the local model beside the event loop.

    Raises:
        NoVectors: A text is too long for it.
    """
    from seatrial.text.minilm.sentences import TooLong

    try:
        return await asyncio.get_running_loop().run_in_executor(_LANE, work)
    except TooLong as error:
        raise NoVectors(f"The local model does not read such a long text: {error}.") from None


def windows_note(count: int) -> str:
    """Says that a text was read in several windows; nothing for one."""
    return f" (read in {count} windows)" if count > 1 else ""


class Local:
    """The local sentence model."""

    identity = MODEL

    async def cosines(self, text: str, others: Sequence[str]) -> Cosines:
        """Compare, beside the event loop."""
        return await locally(lambda: self._cosines(text, others))

    def _cosines(self, text: str, others: Sequence[str]) -> Cosines:
        minilm = model()
        vectors = minilm.embed([text, *others])
        values = (vectors[1:] @ vectors[0]).tolist()
        return Cosines(tuple(map(_share, values)), None, windows_note(minilm.windows(text)))


class ByTarget:
    """A Target that embeds: one request for all texts that it has not embedded before."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._remembered: Remembered[array[float]] = Remembered(MOST_REMEMBERED)

    @property
    def identity(self) -> str:
        """Its name and a digest of what it is."""
        return who(self._target)

    async def cosines(self, text: str, others: Sequence[str]) -> Cosines:
        """Compare by the vectors of the endpoint."""
        texts = list(dict.fromkeys([text, *others]))
        if max(map(len, texts)) > MOST_CHARACTERS:
            raise NoVectors(f"Texts of up to {MOST_CHARACTERS:,} characters are embedded; one is longer.")
        known = self._remembered.of(texts)
        new = [each for each in texts if each not in known]
        cost = None
        if new:
            messages = tuple(Message("user", each.encode("utf-8", "replace").decode()) for each in new)
            interaction = await self._target.ask(Request(messages, kind="embedding"))
            known |= zip(new, _vectors(interaction, len(new)), strict=True)
            cost = interaction.cost
        self._remembered.keep(known)
        first = known[text]
        if any(len(known[each]) != len(first) for each in others):
            raise NoVectors("The embeddings have different numbers of dimensions.")
        return Cosines(tuple(_cosine(first, known[each]) for each in others), cost)


def _vectors(interaction: Interaction, count: int) -> "list[array[float]]":
    answer, failure = interaction.answer, interaction.failure
    if answer is None:
        why = f"{failure.kind}: {failure.message}" if failure else "no answer"
        raise NoVectors(f"The target `{interaction.target}` embedded nothing ({why}).")
    found = answer.embeddings or ()
    if len(found) != count:
        raise NoVectors(f"The target `{interaction.target}` gave {len(found)} embeddings for {count} texts.")
    norms = [math.hypot(*vector) for vector in found]
    if not all(0 < norm < math.inf for norm in norms):
        raise NoVectors(f"The target `{interaction.target}` gave an embedding that has no direction.")
    # Of length one at once: products of huge numbers would be no numbers.
    return [array("d", [number / norm for number in vector]) for vector, norm in zip(found, norms, strict=True)]


def _cosine(one: "array[float]", other: "array[float]") -> float:
    return _share(sum(map(mul, one, other)))


def _share(cosine: float) -> float:
    return min(1.0, max(0.0, cosine))
