"""What was computed of texts, as far as it is kept."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from typing import Generic, TypeVar

T = TypeVar("T")


class Remembered(Generic[T]):
    """The values of the `most` texts that were asked for last."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, T] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def of(self, texts: Iterable[str]) -> dict[str, T]:
        """The values of those texts that have one."""
        return {text: self._kept[text] for text in texts if text in self._kept}

    def keep(self, values: Mapping[str, T]) -> None:
        """Keep new values, and count all of these as asked for now."""
        for text, value in values.items():
            self._kept[text] = value
            self._kept.move_to_end(text)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
