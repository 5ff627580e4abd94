"""Audits cases of files and of suite files, against runs if there are any."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from seatrial.app.config import read_config
from seatrial.app.rows import find, read
from seatrial.app.runs import read_run
from seatrial.app.sources import Cases, own_case
from seatrial.cases.audit import Group, audit
from seatrial.cases.audit_pairs import SIMILAR
from seatrial.cases.audit_record import Audit
from seatrial.core.case import Case
from seatrial.core.errors import MissingExtra, Mistake

SUITE_FILES = (".yaml", ".yml")


def audit_cases(
    sources: Sequence[str], runs: Sequence[str] = (), *, folder: Path = Path(), similar: float = SIMILAR
) -> Audit:
    """Audit what stands in files.

    Args:
        sources: Suite files, files of cases (JSONL, CSV, Parquet), or globs of these; what one glob means and all files
            of cases together are one group.
        runs: Ids of runs, or `last`, of different systems on these cases.
        folder: Where the runs are kept.
        similar: The Jaccard index from which on cases are nearly the same, above 0 and at most 1.

    Raises:
        Mistake: A file is not there or is of no known kind, a suite file cannot be read, or there is no such run.
        CannotRun: A run's journal cannot be read.
    """
    if not 0 < similar <= 1:
        raise Mistake(f"`{similar:g}` is no share; write e.g. 0.85")
    batches = [read_run(folder, run).batch for run in dict.fromkeys(runs)]
    groups = []
    files: list[Path] = []
    for source in sources:
        if source.endswith(SUITE_FILES):
            groups += list(_suites(Path(source)))
        else:
            files += find(source, Path())
    if files:
        groups.append(_sorted(each for path in dict.fromkeys(files) for each in _rows(path)))
    return audit(groups, batches, similar)


def _suites(path: Path) -> Iterator[Group]:
    config = read_config(path)
    for name, suite in config.suites.items():
        cases = Cases(suite, path, lambda i, name=name: config.document.line(("suites", name, "cases", i)))  # type: ignore[misc]
        for i, mistake in cases.find_files():
            config.place("suites", name).add(mistake.what, "cases", i, "from")
        config.mistakes.end()
        yield _sorted(_each(cases), name)


def _each(cases: Cases) -> Iterator[Case | Mistake]:
    try:
        yield from cases.each()
    except MissingExtra:
        raise
    except Mistake as mistake:
        yield mistake


def _rows(path: Path) -> Iterator[Case | Mistake]:
    try:
        for row in read(path):
            try:
                yield own_case(row)
            except Mistake as mistake:
                yield mistake
    except MissingExtra:
        raise
    except Mistake as mistake:
        yield mistake


def _sorted(found: Iterator[Case | Mistake], suite: str = "") -> Group:
    cases: list[Case] = []
    broken: list[Mistake] = []
    for each in found:
        if isinstance(each, Mistake):
            broken.append(each)
        else:
            cases.append(each)
    return Group(cases, broken, suite)
