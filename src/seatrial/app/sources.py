"""The cases of a suite, one at a time, the same each time they are iterated; files are streamed, never held."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from seatrial.app.cases import Shared, make_case, texts, tool
from seatrial.app.config import SuiteConfig
from seatrial.app.foreign import reader
from seatrial.app.rows import Row, find, read
from seatrial.app.schema_cases import CaseModel, FromModel
from seatrial.app.validation import explain
from seatrial.app.yaml_places import key_text, shown
from seatrial.core.case import Case
from seatrial.core.errors import Mistake

_decode = msgspec.json.Decoder(CaseModel).decode
Take = Callable[[Row], CaseModel]


class Cases:
    """What a suite asks.

    Args:
        suite: The suite as written.
        path: The suite file.
        line: Gives the line of the suite's case number i.
    """

    def __init__(self, suite: SuiteConfig, path: Path, line: Callable[[int], int]) -> None:
        model = suite.model
        self._suite, self._folder, self._name, self._line = suite, path.absolute().parent, shown(path), line
        self._shared = Shared(
            tuple(model.checks), texts(model.tags), tuple(tool(t) for t in model.tools), model.params, model.variables
        )
        self._files: dict[int, list[Path]] = {}

    def find_files(self) -> Iterator[tuple[int, Mistake]]:
        """Look for the files; gives the number of each source that has none, with the reason."""
        for i, source in enumerate(self._suite.sources):
            if isinstance(source, FromModel):
                try:
                    self._files[i] = find(source.source, self._folder)
                    _taker(source)
                except Mistake as mistake:
                    self._files[i] = []
                    yield i, mistake

    def __iter__(self) -> Iterator[Case]:
        """The cases.

        Raises:
            Mistake: A file has changed for the worse since it was surveyed.
        """
        for case in self.each():
            if isinstance(case, Mistake):
                raise case
            yield case

    def each(self) -> Iterator[Case | Mistake]:
        """The cases, and a Mistake with its place for each that cannot be read."""
        for i, source in enumerate(self._suite.sources):
            if isinstance(source, CaseModel):
                origin = f"{self._name}:{self._line(i)}"
                yield _made(source, self._name, self._line(i), origin, self._shared)
            elif source is not None:
                yield from self._of_files(source, self._files.get(i, []))

    def _of_files(self, source: FromModel, files: list[Path]) -> Iterator[Case | Mistake]:
        take = _taker(source)
        own = Shared(
            tuple(source.checks),
            {} if source.ask is not None else texts(source.tags),
            tuple(tool(each) for each in source.tools),
            source.params,
            source.variables,
            literal=source.ask is not None,
            user=source.user,
        )
        shared = own.under(self._shared)
        for path in files:
            for row in read(path):
                try:
                    model = take(row)
                except Mistake as mistake:
                    yield mistake
                    continue
                yield _made(model, row.path, row.line, row.origin, shared)


def own_case(row: Row) -> Case:
    """The Case of a row with our own keys, as it stands there: its templates are not filled.

    Raises:
        Mistake: The row is broken; it says where.
    """
    made = _made(_own(row), row.path, row.line, row.origin, Shared(literal=True))
    if isinstance(made, Mistake):
        raise made
    return made


def _made(model: CaseModel, path: str, line: int, origin: str, shared: Shared) -> Case | Mistake:
    try:
        return make_case(model, origin, shared)
    except Mistake as mistake:
        return Mistake(mistake.what, path=path, line=line)


def _taker(source: FromModel) -> Take:
    if source.ask is None:
        named = [name for name in ("expect", "id", "reference", "context") if getattr(source, name) is not None]
        if named:
            raise Mistake(f"`{named[0]}` names a field of foreign rows; then `ask` must name one, too")
        return _own
    of_row = reader(source)

    def foreign(row: Row) -> CaseModel:
        value = _plain(row)
        if not isinstance(value, dict):
            raise Mistake("a row must be a JSON object", path=row.path, line=row.line)
        try:
            return of_row(value)
        except Mistake as mistake:
            raise Mistake(mistake.what, path=row.path, line=row.line) from None

    return foreign


def _own(row: Row) -> CaseModel:
    try:
        return _decode(row.raw) if isinstance(row.raw, bytes) else msgspec.convert(_plain(row), CaseModel)
    except msgspec.ValidationError as error:
        value = _plain(row)
        what, keys = explain(str(error), value if isinstance(value, dict) else {}, CaseModel)
        raise Mistake(what, path=row.path, line=row.line, key=key_text(keys) or None) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(row, error) from None


def _plain(row: Row) -> Any:
    if isinstance(row.raw, Mistake):
        raise row.raw
    if isinstance(row.raw, dict):
        return row.raw
    try:
        return msgspec.json.decode(row.raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _not_json(row, error) from None


def _not_json(row: Row, error: Exception) -> Mistake:
    return Mistake(f"not JSON: {str(error).removeprefix('JSON is malformed: ')}", path=row.path, line=row.line)
