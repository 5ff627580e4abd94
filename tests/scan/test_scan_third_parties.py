"""Formats of other packages come in by entry points; without any, what reads entry points is not even imported."""

import subprocess
import sys
from pathlib import Path

import pytest

MODULE = """
from seatrial.scan.format import Format
from seatrial.scan.rule import Rule

RULE = Rule("tides.high", "attack", "High tide", "It floods.", "Wait.")


def inspect(part):
    yield part.finding(RULE, "at six")


TIDES = Format("tides", "Tide tables", lambda part: part.blob.read(0, 4) == b"TIDE", inspect, (RULE,))
"""
SCAN = "import seatrial as st, sys\nprint(st.scan('a.tide').verdict, 'importlib.metadata' in sys.modules)\n"


def scan(folder: Path, points: str) -> subprocess.CompletedProcess[str]:
    """A scan in a process that finds a distribution with these entry points."""
    info = folder / "site" / "tides-1.0.dist-info"
    info.mkdir(parents=True)
    (folder / "site" / "tides.py").write_text(MODULE)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tides\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(points)
    (folder / "a.tide").write_bytes(b"TIDE\0\x01\x02")
    code = f"import sys; sys.path.insert(0, 'site')\n{SCAN}"
    return subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, timeout=60)


def test_a_format_of_another_package_counts(tmp_path: Path) -> None:
    """What it recognises it judges."""
    done = scan(tmp_path, "[seatrial.scans]\ntides = tides:TIDES\n")
    assert done.stdout == "attack True\n", done.stderr


def test_entry_points_of_others_cost_nothing(tmp_path: Path) -> None:
    """A package with entry points for somebody else does not make a scan start later."""
    assert scan(tmp_path, "[console_scripts]\ntides = tides:main\n").stdout == "unread False\n"


@pytest.mark.parametrize(
    ("place", "said"),
    [("tides:NONE", "cannot be imported"), ("gone:X", "cannot be imported"), ("tides:RULE", "is no `seatrial.scan")],
)
def test_a_broken_format_is_a_mistake(tmp_path: Path, place: str, said: str) -> None:
    """The sentence names the entry point."""
    done = scan(tmp_path, f"[seatrial.scans]\nbroken = {place}\n")
    assert f"the scan format `broken` ({place}) {said}" in done.stderr
