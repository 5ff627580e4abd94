"""Whether a distribution's files are what was installed: they are held to its RECORD.

Source: PyPA "Binary distribution format", the RECORD file: path, `sha256=` in URL-safe base64 without padding, size.
"""

import base64
import csv
import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

from seatrial.core.finding import Finding
from seatrial.scan.limits import MEGABYTE, Budget
from seatrial.scan.packages.package import Package, place
from seatrial.scan.rule import Rule

_CHANGED = ("CWE-353", "LLM04:2026", "AML.T0010.001")
DIFFERS = Rule(
    "environment.file-differs",
    "review",
    "An installed file is not what was installed",
    "Somebody changed the code after it was installed: an editor in a hurry, or an intruder.",
    "Install the package again and see whether it differs still.",
    _CHANGED,
)
GONE = Rule(
    "environment.file-missing",
    "low",
    "Installed files are missing",
    "The package is not whole.",
    "Install it again.",
    _CHANGED,
)
NO_RECORD = Rule(
    "environment.no-record",
    "low",
    "No list of installed files",
    "Whether its files are what was installed cannot be said (conda and Debian keep lists of their own).",
    "Nothing, if another installer put it there.",
    _CHANGED,
)
BAD_RECORD = Rule(
    "environment.bad-record",
    "unread",
    "The list of installed files cannot be read",
    "Whether its files are what was installed cannot be said.",
    "Install the package again.",
    _CHANGED,
)
LONGEST = 65_536
"""Characters of an entry of a RECORD; no path is longer."""
MOST_CHANGED = 20
_ALGORITHMS = frozenset({"sha256", "sha384", "sha512"})


def record_findings(site: Path, info: Path, package: Package, budget: Budget) -> Iterator[Finding]:
    """Files that differ from a distribution's RECORD, or are missing.

    Raises:
        OverBudget: It lists more files than the limits allow.
    """
    shown = f"{package.name} {package.version}"
    try:
        data = _bytes_of(info / "RECORD", 64 * MEGABYTE)
        rows = list(csv.reader(io.StringIO(data.decode("utf-8"))))
        # The reader's own bound is the process's, which others raise.
        if any(len(cell) > LONGEST for row in rows for cell in row):
            raise csv.Error(f"an entry of more than {LONGEST:,} characters")
    except FileNotFoundError:
        yield place(str(info)).finding(NO_RECORD, shown)
        return
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        yield place(str(info)).finding(BAD_RECORD, f"{shown}: {error}")
        return
    missing: list[str] = []
    changed = 0
    for row in rows:
        budget.member()
        if len(row) < 2 or not row[1] or changed >= MOST_CHANGED:
            continue
        state = _state(site / row[0], row[1])
        if state == "differs":
            changed += 1
            yield place(str(site / row[0])).finding(DIFFERS, f"{row[0]} of {shown}")
        elif state == "missing" and not row[0].endswith(".pyc"):
            missing.append(row[0])
    if missing:
        yield place(str(info)).finding(GONE, f"{shown}: {len(missing)} of {len(rows)}, {missing[0]} first")


def _state(path: Path, expected: str) -> str:
    algorithm, _, digest = expected.partition("=")
    if algorithm not in _ALGORITHMS:
        return "differs"
    hashed = hashlib.new(algorithm)
    try:
        if not path.is_file():
            return "missing"
        with path.open("rb") as opened:
            while chunk := opened.read(MEGABYTE):
                hashed.update(chunk)
    except (OSError, ValueError):
        return "missing"
    found = base64.urlsafe_b64encode(hashed.digest()).rstrip(b"=").decode()
    return "same" if found == digest.rstrip("=") else "differs"


def _bytes_of(path: Path, most: int) -> bytes:
    with path.open("rb") as opened:
        data = opened.read(most + 1)
    if len(data) > most:
        raise OSError(None, f"larger than {most // MEGABYTE} MB")
    return data
