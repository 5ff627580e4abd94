"""Calibrates the judge of a run against a file of people's labels."""

import re
from collections.abc import Iterable
from glob import escape
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from seatrial.app.mistakes import Mistakes, brief
from seatrial.app.rows import Row, find, read
from seatrial.app.runs import open_store
from seatrial.core.errors import Mistake
from seatrial.core.run import Attempt
from seatrial.core.score import Score, combined
from seatrial.metrics.calibration.calibrate import Calibration, Kind, calibrate
from seatrial.metrics.calibration.estimates import Drawn
from seatrial.metrics.calibration.labels import Judged, Label, match
from seatrial.run.journal import replay

_WORDS = {"pass": 1.0, "passed": 1.0, "true": 1.0, "yes": 1.0, "fail": 0.0, "failed": 0.0, "false": 0.0, "no": 0.0}
_REPEAT = re.compile("[0-9]{1,9}")
MOST_LABELS = 1_000_000


def calibrate_run(
    folder: Path, run: str, labels: Path, *, check: str | None = None, drawn: Drawn = "random"
) -> Calibration:
    """Hold a judge of a run against people.

    Args:
        folder: Where the suite file and its runs are.
        run: The beginning or the end of a run's id, or `last` (`latest`).
        labels: CSV, JSONL or Parquet with `case` and `label`, and `suite`, `repeat`, `annotator` where they matter.
        check: The judge; needed only where it is not clear which check of the run is meant.
        drawn: How the labelled answers were chosen.

    Raises:
        Mistake: No run or several fit, the check is not among its checks, or the labels cannot be used.
        CannotRun: The journal cannot be read.
    """
    journal = find_run(folder, run).journal
    name = check_of(journal, check)
    given = read_labels(labels)
    kind: Kind = "verdicts" if all(label.value in (0.0, 1.0) for label in given) else "scores"
    judged = [each for attempt in replay(journal) if (each := _judged(attempt, name)) is not None]
    matched = match(judged, given, verdicts=kind == "verdicts")
    if not matched.truths:
        why = f": {matched.problems[0]}" if matched.problems else ""
        raise Mistake(f"none of {len(given)} labels counts for an answer of the run{why}", path=labels)
    return calibrate(name, judged, matched, kind=kind, drawn=drawn)


class Found(NamedTuple):
    """A run: its journal, and its suite file as the run's head names it."""

    journal: Path
    file: str


def find_run(folder: Path, run: str) -> Found:
    """A run by the beginning or the end of its id, or `last` (`latest`).

    Raises:
        Mistake: No run or several fit.
    """
    with open_store(folder) as store:
        record = store.find("last" if run == "latest" else run)
        return Found(store.path(record.id), record.file)


def check_of(journal: Path, check: str | None) -> str:
    """The judge that is meant: the named check, the only one that asks a model, or the only one.

    Raises:
        Mistake: There is no such check in the run, or several could be meant.
    """
    sources: dict[str, str] = {}
    for attempt in replay(journal):
        sources.update((score.name, score.source) for score in attempt.scores)
    if check is not None and check in sources:
        return check
    known = ", ".join(f"`{name}`" for name in sorted(sources)) or "none"
    if check is not None:
        raise Mistake(f"the run has no check `{check[:80]}`; it has {known}")
    models = [name for name, source in sources.items() if source == "model"]
    for names in (models, list(sources)):
        if len(names) == 1:
            return names[0]
    if not sources:
        raise Mistake("the run has no answer that a check has judged")
    raise Mistake(f"say which check is meant with --check; the run has {known}")


def read_labels(path: Path) -> list[Label]:
    """The labels of a file, in its order.

    Raises:
        Mistake: The file cannot be read, or a row has no case or no label that could be one; every row is named.
    """
    (found,) = find(escape(str(path.absolute())), Path())[:1]
    labels: list[Label] = []
    mistakes = Mistakes()
    for row in read(found):
        if not labels and not len(mistakes):
            _refuse_other_columns(row)
        try:
            labels.append(_label(row))
        except Mistake as mistake:
            mistakes.add(mistake)
        if mistakes.full or len(labels) > MOST_LABELS:
            break
    mistakes.end()
    if not labels:
        raise Mistake("the file holds no labels", path=path)
    if len(labels) > MOST_LABELS:
        raise Mistake(f"the file holds more than {MOST_LABELS:,} labels", path=path)
    return labels


def _refuse_other_columns(row: Row) -> None:
    """A table with neither of the columns is told once, not row by row: it may be cut by semicolons."""
    if isinstance(row.raw, dict) and not row.raw.keys() & {"case", "label"}:
        columns = ", ".join(brief(name) for name in list(row.raw)[:6]) or "none"
        raise Mistake(
            f"the columns `case` and `label` are needed (commas between them); there are {columns}", path=row.path
        )


def _label(row: Row) -> Label:
    cells = row.raw
    if isinstance(cells, Mistake):
        raise cells
    if isinstance(cells, bytes):
        try:
            cells = msgspec.json.decode(cells, type=dict[str, Any])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise Mistake("a row must be a JSON object", path=row.path, line=row.line) from None
    try:
        case, value, repeat = cells.get("case"), _value(cells.get("label")), cells.get("repeat")
        if case is None or not str(case):
            raise Mistake("the row has no `case`")
        if repeat is not None and not _REPEAT.fullmatch(str(repeat).strip()):
            raise Mistake(f"`repeat` is a whole number from 0, {brief(repeat)} was found")
    except Mistake as mistake:
        raise Mistake(mistake.what, path=row.path, line=row.line) from None
    suite, annotator = cells.get("suite"), str(cells.get("annotator") or "")
    where = None if suite is None else str(suite)
    return Label(row.line, str(case), value, where, None if repeat is None else int(repeat), annotator)


def _value(cell: Any) -> float:
    """A verdict as 1 or 0, or a score."""
    if cell is None:
        raise Mistake("the row has no `label`")
    text = str(cell).strip().lower()
    if text in _WORDS:
        return _WORDS[text]
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not abs(value) <= 1e12:
        raise Mistake(f"`label` is pass or fail, true or false, 1 or 0, or a score; {brief(cell)} was found")
    return value


def _judged(attempt: Attempt, name: str) -> Judged | None:
    """What the check said of an attempt; None of one that it was not asked about."""
    scores = tuple(score for score in attempt.scores if score.name == name)
    if not scores:
        return None
    last = attempt.dialogue[-1]
    passed = combined(scores)
    return Judged(
        suite=last.suite or "",
        target=last.target,
        case=last.case or last.id,
        repeat=last.repeat,
        verdict=None if passed is None else float(passed),
        value=_least(scores),
        answer=_digest(attempt),
        version=scores[0].version,
    )


def _digest(attempt: Attempt) -> int:
    """A number that is the same for Dialogues in which the same was asked and answered, tool calls included."""
    said = [
        (each.request.question, each.text, [(call.name, call.arguments) for call in each.answer.tool_calls])
        for each in attempt.dialogue
        if each.answer is not None
    ]
    return int.from_bytes(blake2b(repr(said).encode("utf-8", "backslashreplace"), digest_size=8).digest())


def _least(scores: Iterable[Score]) -> float | None:
    return min((score.value for score in scores if score.value is not None), default=None)
