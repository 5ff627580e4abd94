"""The records of one process: what is over waits in a queue, and a thread keeps it."""

import asyncio
from collections.abc import Callable, Sequence
from hashlib import blake2b

from seatrial.app.mistakes import Mistakes
from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.units import seconds
from seatrial.app.validation import Place
from seatrial.core.sink import Sink
from seatrial.gateway.keys.server_secret import server_secret
from seatrial.gateway.records.counting import Counting
from seatrial.gateway.records.queue import Queue
from seatrial.gateway.records.reading import Reader
from seatrial.gateway.records.redacting import Redact
from seatrial.gateway.records.writer import Writer
from seatrial.store.log import InteractionLog


class Records:
    """Outlives reloads, as its queue does.

    Args:
        config: What to begin with.
        redact: What each text is put through before it is kept.
        sinks: Who else gets each Interaction, in the thread that keeps them.

    Attributes:
        queue: The Recorder.
        counting: What was counted; the writer's thread alone changes it.
        log: Where records are kept.

    Raises:
        Mistake: A duration is none.
    """

    def __init__(self, config: GatewayConfig, redact: Redact | None = None, sinks: Sequence[Sink] = ()) -> None:
        self._config = config
        self.queue, self.counting = Queue(longest=config.model.max_record), Counting()
        written = config.model.records
        self.log = InteractionLog(config.store, keep_of(config), bodies=written.bodies)
        self._writer = Writer(self.queue, Reader(user_hash(config), redact), self.log, self.counting, sinks)

    def renew(self, config: GatewayConfig) -> None:
        """Take over what a reload may change: how long records are kept, whether bodies are, and their longest.

        Raises:
            Mistake: A duration is none; all stays as it was.
        """
        self.log.keep = keep_of(config)
        self.log.bodies = config.model.records.bodies
        self.queue.longest = config.model.max_record

    def start(self, each_round: Callable[[], None] = lambda: None) -> None:
        """Begin to keep what is put into the queue."""
        self._writer.each_round = each_round
        self._writer.start()

    async def aclose(self) -> None:
        """Keep what still waits."""
        await asyncio.to_thread(self._writer.close)

    def state(self) -> dict[str, object]:
        """How it goes, for `/readyz`."""
        lost = self.queue.dropped + self.log.lost
        found: dict[str, object] = {"queue": len(self.queue), "spooled": self.log.spooled, "dropped": lost}
        return found | ({"trouble": self.log.trouble} if self.log.trouble else {})


def user_hash(config: GatewayConfig) -> Callable[[str], str]:
    """What stands for users' names: a hash with the server's secret (BLAKE2b, RFC 7693), the same everywhere."""
    begun = blake2b(key=server_secret(config.store), digest_size=16, person=b"seatrial user")

    def hash_user(name: str) -> str:
        copy = begun.copy()
        copy.update(name.encode("utf-8", "surrogatepass"))
        return copy.hexdigest()

    return hash_user


def keep_of(config: GatewayConfig) -> float | None:
    """How long records are kept, in seconds; None for ever.

    Raises:
        Mistake: The duration is none.
    """
    written, mistakes = config.model.records.keep, Mistakes()
    if written is None:
        return None
    found = seconds(written, Place(config.document, mistakes, ("gateway", "records")), "keep")
    mistakes.end()
    return found
