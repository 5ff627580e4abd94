"""Plain data in which each part knows its file and line."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from seatrial.cases.importing.notes import Place


class Tree:
    """A value out of a file.

    Attributes:
        data: The value as plain data.
        path: The file that it was read from.
        place: The same with the line, as reports show it.
        parts: What stands below it, by key or index.
    """

    __slots__ = ("data", "parts", "path", "place")

    def __init__(self, data: Any, path: Path, place: Place, parts: Mapping[Any, "Tree"]) -> None:
        self.data, self.path, self.place, self.parts = data, path, place, parts

    @classmethod
    def plain(cls, data: Any, path: Path, place: Place) -> "Tree":
        """Data all of which stands on one line."""
        pairs: Any = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
        return cls(data, path, place, {key: cls.plain(value, path, place) for key, value in pairs})

    @classmethod
    def mapping(cls, parts: Mapping[str, "Tree"], like: "Tree") -> "Tree":
        """A mapping put together of parts, which stands where another does."""
        return cls({key: part.data for key, part in parts.items()}, like.path, like.place, parts)

    @classmethod
    def listing(cls, parts: list["Tree"], like: "Tree") -> "Tree":
        """A list put together of parts, which stands where another does."""
        return cls([part.data for part in parts], like.path, like.place, dict(enumerate(parts)))

    @property
    def folder(self) -> Path:
        """Where the file is."""
        return self.path.parent

    @property
    def is_mapping(self) -> bool:
        """Whether it has keys."""
        return isinstance(self.data, dict)

    @property
    def is_list(self) -> bool:
        """Whether it has items."""
        return isinstance(self.data, list)

    def get(self, key: str) -> "Tree | None":
        """What stands behind a key; nothing behind one that is null."""
        part = self.parts.get(key) if self.is_mapping else None
        return part if part is not None and part.data is not None else None

    def value(self, key: str, default: Any = None) -> Any:
        """The plain data behind a key."""
        part = self.get(key)
        return default if part is None else part.data

    def items(self) -> Iterator[tuple[str, "Tree"]]:
        """The keys of a mapping with what stands behind them."""
        return ((str(key), part) for key, part in self.parts.items()) if self.is_mapping else iter(())

    def each(self) -> list["Tree"]:
        """The items of a list; of anything else, itself."""
        return list(self.parts.values()) if self.is_list else [self]
