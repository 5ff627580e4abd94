"""What a check came to, as a value that shows itself: text in a console, HTML in a notebook."""

import html
from collections.abc import Iterable
from pathlib import Path

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.errors import CannotRun, SeatrialError
from seatrial.core.verdict import GateResult, Readiness, Verdict
from seatrial.report.model import Report
from seatrial.report.table import find_format, render


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """The Verdict with its evidence.

    `error` is what broke the run, if anything did: what had been measured before is here all the same. `journal` is
    where every answer stands; None when it was not kept.
    """

    verdict: Verdict
    report: Report
    batch: Batch
    error: SeatrialError | None = None
    journal: Path | None = None

    @property
    def readiness(self) -> Readiness:
        """Ready, not ready, or not enough evidence."""
        return self.verdict.readiness

    @property
    def gates(self) -> tuple[GateResult, ...]:
        """What each gate came to."""
        return self.verdict.gates

    @property
    def exit_code(self) -> int:
        """0 ready, 1 not ready, 3 not enough evidence; that of the error when the run broke."""
        return self.error.exit_code if self.error is not None else self.readiness.exit_code

    def write(self, folder: str | Path, *formats: str) -> list[Path]:
        """Write the report in these formats (`html`, `junit`, `sarif`, `json`, `md`, `github`) into a folder.

        Raises:
            Mistake: A format is not known.
            CannotRun: A file cannot be written.
        """
        return write_report(self.report, Path(folder), formats)

    def __str__(self) -> str:
        return render(self.report, "terminal").decode()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return in_frame(render(self.report, "html").decode())


def in_frame(page: str) -> str:
    """A whole page as part of another one, which it can neither read nor change."""
    text = html.escape(page, quote=True)
    style = "width:100%;height:640px;border:1px solid #8884;border-radius:6px"
    return f'<iframe title="Seatrial report" sandbox="allow-scripts" style="{style}" srcdoc="{text}"></iframe>'


def write_report(report: Report, folder: Path, formats: Iterable[str]) -> list[Path]:
    """Write a report in these formats into a folder, which is made when it is missing.

    Raises:
        Mistake: A format is not known.
        CannotRun: A file cannot be written.
    """
    written = []
    for name in formats:
        path = folder / find_format(name).file
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.write_bytes(render(report, name))
        except OSError as error:
            raise CannotRun(f"{path} cannot be written: {error.strerror or error}") from None
        written.append(path)
    return written
