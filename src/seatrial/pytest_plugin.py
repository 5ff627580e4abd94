"""Collects `seatrial.yaml` and `*.seatrial.yaml`: one test item a case, the file's gates at the end of the session.

An item asks its case as often as the suite says and passes only if every attempt does; a case that could not be judged
is skipped with the reason. The gates are judged over the items of all processes (pytest-xdist), and a missed one fails
the session if every case of its file ran; `--seatrial-gates=off` leaves them out.

pytest imports this module in every project that has Seatrial installed: nothing of Seatrial is imported before there is
a file to collect.
"""

import re
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from seatrial.app.single import Bench, Row
    from seatrial.core.verdict import Verdict
    from seatrial.run.plan import Planned, SuitePlan

_NAME = re.compile(r"(.+\.)?seatrial\.ya?ml")
_TOP = re.compile(rb"^suites\s*:", re.MULTILINE)


class CaseFailed(Exception):
    """A case did not pass; the text is all that a person needs."""


class SuiteFile(pytest.File):
    """A suite file; its suites are collected below it."""

    def collect(self) -> Iterator["SuiteNode"]:
        """Read the file; every mistake in it is told at once."""
        from seatrial.app.single import Bench
        from seatrial.core.errors import SeatrialError

        try:
            bench = Bench(self.path)
        except SeatrialError as error:
            raise self.CollectError(str(error)) from None
        self.config.add_cleanup(bench.close)
        for suite, cases in bench.suites():
            yield SuiteNode.from_parent(self, name=suite.name, bench=bench, suite=suite, cases=cases)


class SuiteNode(pytest.Collector):
    """A suite; its cases are collected below it."""

    def __init__(self, *, bench: "Bench", suite: "SuitePlan", cases: "Iterable[Planned]", **rest: Any) -> None:
        super().__init__(**rest)
        self.bench, self.suite, self.cases = bench, suite, cases

    def collect(self) -> Iterator["CaseItem"]:
        """One item a case."""
        for planned in self.cases:
            yield CaseItem.from_parent(self, name=planned.case.id, planned=planned)


class CaseItem(pytest.Item):
    """A case."""

    parent: SuiteNode

    def __init__(self, *, planned: "Planned", **rest: Any) -> None:
        super().__init__(**rest)
        self.planned = planned
        self.rows: list[Row] = []
        for tag, value in planned.case.tags.items():
            self.user_properties.append((tag, value))

    def runtest(self) -> None:
        """Ask and judge."""
        from seatrial.app.single import passed, rows, story
        from seatrial.core.errors import SeatrialError

        bench, suite = self.parent.bench, self.parent.suite
        told = bench.ready_was_told
        obstacle = bench.ready()
        if obstacle is not None:
            if told:
                pytest.skip(f"not asked: {obstacle}")
            raise CaseFailed(f"{obstacle}\n  no case of {self.path.name} can be asked; the others are skipped")
        try:
            attempts = bench.attempts(suite, self.planned)
        except SeatrialError as error:
            raise CaseFailed(str(error)) from None
        self.rows = rows(attempts)
        verdict = passed(attempts)
        if verdict is not True:
            text = story(self.planned.case.origin, attempts)
            if verdict is None:
                pytest.skip(text)
            raise CaseFailed(text)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The story of a failed case, without a traceback."""
        if isinstance(excinfo.value, CaseFailed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the case stands."""
        path, _, line = self.planned.case.origin.rpartition(":")
        return Path(path or self.path), int(line) - 1 if line.isdigit() else None, f"{self.parent.name}::{self.name}"


class Gates:
    """Gathers the numbers of all items, and judges the gates at the end of the session."""

    def __init__(self, *, judged: bool) -> None:
        self._judged = judged
        self._rows: dict[str, list[Row]] = {}
        self._cases: dict[str, set[str]] = {}
        self._totals: dict[str, int] = {}
        self._verdicts: dict[str, Verdict | str] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the numbers of an item, from this process or another one."""
        found = getattr(report, "seatrial", None)
        if found is not None and report.when == "call":
            self._rows.setdefault(found["file"], []).extend(found["rows"])
            self._cases.setdefault(found["file"], set()).add(report.nodeid)
            self._totals[found["file"]] = found["total"]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Judge the gates; a missed one fails a session in which every case of its file ran."""
        if not self._judged or not self._rows:
            return
        from seatrial.app.single import judge_rows
        from seatrial.core.errors import SeatrialError
        from seatrial.core.verdict import Readiness

        for file, rows in self._rows.items():
            try:
                verdict = self._verdicts[file] = judge_rows(Path(file), rows)
            except SeatrialError as error:
                self._verdicts[file] = str(error)
                continue
            if verdict.readiness is Readiness.NOT_READY and self._is_whole(file) and session.exitstatus == 0:
                session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Print each file's gates."""
        for file, verdict in self._verdicts.items():
            name = Path(file).name
            terminalreporter.section(f"seatrial: {name}")
            if isinstance(verdict, str):
                terminalreporter.line(verdict)
                continue
            for result in verdict.gates:
                point = ", by point" if result.gate.by_point else ""
                terminalreporter.line(f"{result.outcome.value}: {result.gate.text}{point}")
                if result.outcome.name != "MET":
                    terminalreporter.line(f"    {result.why}")
            ran, total = len(self._cases[file]), self._totals[file]
            part = "" if self._is_whole(file) else f" ({ran} of {total} cases ran, so gates do not fail the session)"
            terminalreporter.line(f"{name}: {verdict.readiness.value}{part}")

    def _is_whole(self, file: str) -> bool:
        return len(self._cases[file]) >= self._totals[file]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--seatrial-gates`."""
    group = parser.getgroup("seatrial")
    group.addoption(
        "--seatrial-gates", choices=("on", "off"), default="on", help="judge the gates of suite files at the end"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Gates are judged where all reports arrive, which is not in a worker of pytest-xdist."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(Gates(judged=config.getoption("--seatrial-gates") == "on"), "seatrial-gates")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """Take suite files; others of their name that have no suites are left alone."""
    if not _NAME.fullmatch(file_path.name):
        return None
    with file_path.open("rb") as file:
        if _TOP.search(file.read(8_000_000)) is None:
            return None
    return SuiteFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Hang an item's numbers on its report, which pytest-xdist carries to the main process."""
    report = yield
    if isinstance(item, CaseItem) and item.rows:
        found = {"file": str(item.path), "rows": item.rows, "total": item.parent.bench.total}
        report.seatrial = found  # type: ignore[attr-defined]
    return report
