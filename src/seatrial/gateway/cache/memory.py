"""Kept answers in this process, bounded by bytes: what was not asked for longest goes first."""

from collections import Counter

from cachetools import LRUCache

from seatrial.gateway.cache.entry import Entry


class Memory:
    """Where they are.

    Args:
        most: Bytes of all together.

    Attributes:
        forgotten: How often somebody asked that something be forgotten.
    """

    def __init__(self, most: int) -> None:
        self._kept: LRUCache[bytes, Entry] = LRUCache(most, getsizeof=_size)
        self.forgotten = 0

    @property
    def most(self) -> int:
        """Bytes of all together."""
        return int(self._kept.maxsize)

    @property
    def size(self) -> int:
        """Bytes that are taken now."""
        return int(self._kept.currsize)

    def bound(self, most: int) -> None:
        """Another bound; what does not fit any more is forgotten."""
        if most == self.most:
            return
        before, self._kept = self._kept, LRUCache(most, getsizeof=_size)
        for key, entry in before.items():
            self.put(key, entry)

    def get(self, key: bytes) -> Entry | None:
        """What is kept."""
        found: Entry | None = self._kept.get(key)
        return found

    def put(self, key: bytes, entry: Entry) -> bool:
        """Keep it in the place of what was there; gives whether it has room."""
        if entry.size > self.most:
            self.drop(key)
            return False
        self._kept[key] = entry
        return True

    def drop(self, key: bytes) -> None:
        """Forget one, if it is there."""
        self._kept.pop(key, None)

    def clear(self, model: str | None = None, tag: str | None = None, prefix: str | None = None) -> int:
        """Forget what is of a model, has a tag, and has a tag that begins so; gives how many that were."""
        self.forgotten += 1
        gone = [key for key, entry in self._kept.items() if entry.about(model, tag, prefix)]
        for key in gone:
            self.drop(key)
        return len(gone)

    def models(self) -> dict[str, int]:
        """Answers by the name that was asked for."""
        return dict(Counter(entry.model for entry in self._kept.values()))


def _size(entry: Entry) -> int:
    return entry.size
