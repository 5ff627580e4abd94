"""Answers that were recorded earlier, or by somebody else, as a Target."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path as FilePath
from typing import Any

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.interaction import NANOSECONDS, Answer, Failure, FailureKind, Interaction, Timing, Usage
from seatrial.core.request import Request
from seatrial.targets.json_paths import MISSING, Path
from seatrial.targets.line_index import Keys, LineFile
from seatrial.targets.prices import cost, find_price

KEYS = frozenset({"recorded", "id", "answer", "question", "latency", "usage", "repeat", "price", "model"})


class RecordedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where recorded answers are, and what the fields of a line are called: plain names or JSONPaths.

    Without `id` the fields `id` and `case` are tried, without `answer` the fields `answer` and `text`.
    """

    path: str
    id: str | None = None
    answer: str | None = None
    question: str = "question"
    latency: str = "latency"
    usage: str = "usage"
    repeat: str = "repeat"
    price: dict[str, Any] | None = None


class _Paths:
    """The settings' fields as paths."""

    def __init__(self, settings: RecordedSettings) -> None:
        self.ids = [Path(name, "id") for name in ([settings.id] if settings.id else ["id", "case"])]
        self.answers = [Path(name, "answer") for name in ([settings.answer] if settings.answer else ["answer", "text"])]
        self.question = Path(settings.question, "question")
        self.latency = Path(settings.latency, "latency")
        self.usage = Path(settings.usage, "usage")
        self.repeat = Path(settings.repeat, "repeat")


class _Index:
    """A file with where its cases and questions are."""

    def __init__(self, path: FilePath, paths: _Paths) -> None:
        self.file, self.cases, self.questions = LineFile(path), Keys(), Keys()
        try:
            for offset, row in self.file.rows():
                identity, question = _first(paths.ids, row), paths.question.first(row)
                if identity not in (MISSING, None):
                    self.cases.add(str(identity), offset)
                if isinstance(question, str):
                    self.questions.add(question, offset)
            self.cases.sort()
            self.questions.sort()
        except BaseException:
            self.file.close()
            raise


class RecordedTarget:
    """A Target that looks answers up in a JSONL file: by case id, else by the exact text of the question.

    One line of a case serves all its repeats. Several lines are its repeats: by their field `repeat`, else in the order
    of the file. A recorded `latency` (seconds) becomes the Interaction's, without waiting. The file is indexed once;
    its lines stay on disk.

    Args:
        name: Its name in the suite file.
        settings: The file and its fields.
        folder: Where a relative path begins; the working directory without it.

    Raises:
        Mistake: A field's JSONPath cannot be read.
    """

    def __init__(self, name: str, settings: RecordedSettings, *, folder: FilePath | None = None) -> None:
        self._name, self._settings = name, settings
        self._path = (folder or FilePath()) / settings.path
        self._paths = _Paths(settings)
        self._price = find_price(None, "", settings.price).price
        self._index: _Index | None = None
        self._indexing = asyncio.Lock()
        self._epoch = time.time_ns() - time.perf_counter_ns()

    @classmethod
    def of(cls, name: str, settings: Mapping[str, Any], folder: FilePath | None = None) -> "RecordedTarget":
        """A Target from the keys of a suite file.

        Raises:
            Mistake: The settings cannot work.
        """
        plain = {key: settings[key] for key in settings if key in RecordedSettings.__struct_fields__}
        return cls(name, RecordedSettings(path=settings["recorded"], **plain), folder=folder)

    @property
    def name(self) -> str:
        """Its name in the suite file."""
        return self._name

    @property
    def identity(self) -> str:
        """The file as written, its size and its last change, and the field of the answer."""
        try:
            facts = self._path.stat()
            state = f"{facts.st_size} {facts.st_mtime_ns}"
        except OSError:
            state = "missing"
        return f"recorded {self._settings.path} {state} {self._settings.answer or '-'}"

    async def ready(self) -> None:
        """Read the file once and note where its lines are.

        Raises:
            Mistake: There is no such file, it is empty, or a line is wrong.
        """
        index = await self._open()
        if not len(index.cases) and not len(index.questions):
            what = f"no line has a case id ({self._settings.id or 'id'}) or a question ({self._settings.question})"
            raise Mistake(what, path=self._path)

    async def ask(self, request: Request) -> Interaction:
        """Look it up; see `core.target`."""
        index = await self._open()
        started = self._epoch + time.perf_counter_ns()
        row = self._row(index, request)
        text = MISSING if row is None else _first(self._paths.answers, row)
        if row is None or text in (MISSING, None):
            ended = self._epoch + time.perf_counter_ns()
            timing = Timing(started, started, ended)
            return Interaction(target=self._name, request=request, timing=timing, failure=self._missing(request, row))
        usage = _usage(self._paths.usage.first(row))
        return Interaction(
            target=self._name,
            request=request,
            timing=Timing(started, started, started + _nanoseconds(self._paths.latency.first(row))),
            answer=Answer(text if isinstance(text, str) else msgspec.json.encode(text).decode(), finish_reason="stop"),
            usage=usage,
            cost=cost(usage, self._price),
        )

    async def aclose(self) -> None:
        """Close the file."""
        index, self._index = self._index, None
        if index is not None:
            index.file.close()

    async def _open(self) -> _Index:
        if self._index is None:
            async with self._indexing:
                if self._index is None:
                    self._index = await asyncio.to_thread(_Index, self._path, self._paths)
        return self._index

    def _row(self, index: _Index, request: Request) -> dict[str, Any] | None:
        question = request.question
        if request.case is not None:
            rows = [index.file.at(offset) for offset in index.cases.offsets(request.case)]
            rows = [row for row in rows if str(_first(self._paths.ids, row)) == request.case]
            # The turns of a dialogue share a case id; where lines hold the question, it tells them apart.
            same = [row for row in rows if self._paths.question.first(row) == question]
            if rows:
                return self._repeat(same or rows, request.repeat)
        rows = [index.file.at(offset) for offset in index.questions.offsets(question)]
        return self._repeat([row for row in rows if self._paths.question.first(row) == question], request.repeat)

    def _repeat(self, rows: list[dict[str, Any]], repeat: int) -> dict[str, Any] | None:
        if len(rows) == 1:
            return rows[0]
        numbers = [self._paths.repeat.first(row) for row in rows]
        for position, (row, number) in enumerate(zip(rows, numbers, strict=True)):
            if repeat == (number if isinstance(number, int) else position):
                return row
        return None

    def _missing(self, request: Request, row: dict[str, Any] | None) -> Failure:
        what = f"case {request.case}" if request.case is not None else f"the question {request.question[:80]!r}"
        if row is not None:
            names = " or ".join(path.text for path in self._paths.answers)
            return Failure(FailureKind.NOT_RECORDED, f"the line of {what} in {self._path} has no {names}")
        return Failure(FailureKind.NOT_RECORDED, f"{self._path} has no answer to {what}, repeat {request.repeat}")


def _first(paths: list[Path], row: dict[str, Any]) -> Any:
    for path in paths:
        value = path.first(row)
        if value is not MISSING:
            return value
    return MISSING


def _usage(value: Any) -> Usage | None:
    if not isinstance(value, dict):
        return None
    try:
        return msgspec.convert(value, Usage)
    except msgspec.ValidationError:
        return None


def _nanoseconds(seconds: Any) -> int:
    plain = isinstance(seconds, int | float) and 0 <= seconds < 1e6
    return int(seconds * NANOSECONDS) if plain else 0
