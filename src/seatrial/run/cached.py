"""A Target around a Target: what was answered before is not asked again."""

import hashlib
import time

import msgspec
from msgspec.structs import replace

from seatrial.core.ids import new_id
from seatrial.core.interaction import Interaction, Money, Timing
from seatrial.core.request import Request
from seatrial.core.target import Target
from seatrial.store.cache import AnswerCache, CacheOnDemand

_encode = msgspec.json.Encoder(order="deterministic").encode


class CachedTarget:
    """Asks `target` only for what the cache does not hold. Only answers are kept, failures never.

    An Interaction from the cache says so in `served_by`, has a new id and the time of now, sent no request
    (`attempts` is 0) and cost nothing: its `cost` is 0 of the currency that was paid then, or None as it was then when
    no price is known. The usage is the recorded one. Latency metrics leave it out.

    The case and the repeat are part of the key: repeats of a case, or two cases that ask the same, are independent
    questions, and one kept answer must not stand for several.
    """

    def __init__(self, target: Target, cache: AnswerCache | CacheOnDemand) -> None:
        self._target, self._cache = target, cache

    @property
    def name(self) -> str:
        """The name of the Target within."""
        return self._target.name

    @property
    def identity(self) -> str:
        """The identity of the Target within: a run may be resumed with or without the cache."""
        return self._target.identity

    async def ready(self) -> None:
        """Whether the Target within is ready; see `Target.ready`."""
        await self._target.ready()

    async def ask(self, request: Request) -> Interaction:
        """Answer from the cache, else ask and keep the answer.

        Raises:
            CannotRun: The cache cannot be read or written.
        """
        key = key_of(self._target.identity, request)
        kept = self._cache.get(key)
        if kept is not None:
            now = time.time_ns()
            cost = None if kept.cost is None else Money(0, kept.cost.currency)
            timing = Timing(due=now, started=now, ended=now)
            served = replace(kept, id=new_id(), timing=timing, cost=cost, attempts=0, served_by="cache")
            return replace(served, target=self.name, request=request)
        interaction = await self._target.ask(request)
        if interaction.answer is not None:
            self._cache.put(key, interaction)
        return interaction

    async def aclose(self) -> None:
        """Close the Target within; the cache is closed by whoever opened it."""
        await self._target.aclose()


def key_of(identity: str, request: Request) -> bytes:
    """The key of a Request to a Target: 20 bytes that change with anything that could change the answer."""
    return hashlib.blake2b(_encode((identity, request)), digest_size=20).digest()
