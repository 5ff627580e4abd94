"""Look at many files, in this process or in several; results come in the order of the files."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from seatrial.core.finding import Scanned
from seatrial.scan.containers.programs import MODEL_SUFFIXES, suffix
from seatrial.scan.file import scan_file
from seatrial.scan.files import Found, unread
from seatrial.scan.part import Settings
from seatrial.scan.workers import Workers

NOT_KNOWN: Final = frozenset({"file.unknown-format", "compressed.unknown-content"})


@dataclass(frozen=True, slots=True)
class Looked:
    """What came of one file. `skipped`: of a folder, and neither a model nor a config nor data, as far as is known."""

    found: Found
    scanned: Scanned
    skipped: bool = False


def scan_many(files: Iterable[Found], settings: Settings | None = None, jobs: int = 1) -> Iterator[Looked]:
    """Look at files, one after another or `jobs` at a time.

    Whoever stops iterating (Ctrl-C as well) keeps what has come so far, and the processes end. A process that dies or
    takes far too long makes its file *unread*; the rest goes on in a new one.

    Args:
        files: What to look at.
        settings: Limits, allowed globals, locked versions.
        jobs: Processes; 1 looks at everything in this one.
    """
    settings = settings or Settings()
    if jobs <= 1:
        for found in files:
            yield _judged(found, _refused(found) or scan_file(found.path, settings))
        return
    with Workers(settings, jobs) as workers:
        waiting: deque[Found] = deque()
        for found in files:
            waiting.append(found)
            if not found.refusal:
                workers.put(found.path)
            while waiting and len(waiting) > 4 * jobs:
                yield _next(waiting, workers)
        while waiting:
            yield _next(waiting, workers)


def _next(waiting: deque[Found], workers: Workers) -> Looked:
    found = waiting.popleft()
    return _judged(found, _refused(found) or workers.get())


def _refused(found: Found) -> Scanned | None:
    return unread(found.path, found.refusal) if found.refusal else None


def _judged(found: Found, scanned: Scanned) -> Looked:
    names = (found.path, *found.aliases)
    expected = found.named or bool(found.refusal) or any(suffix(name) in MODEL_SUFFIXES for name in names)
    unknown = bool(scanned.findings) and all(each.id in NOT_KNOWN for each in scanned.findings)
    other = scanned.verdict == "clean" and set(scanned.formats) <= {"program", "bytecode"} and not scanned.findings
    empty = scanned.size is None and [each.evidence for each in scanned.findings] == ["it is empty"]
    return Looked(found, scanned, skipped=not expected and (unknown or other or empty))
