"""The package's front door: few names, sorted, true, and cheap to open."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import seatrial

HEAVY = (
    "aiohttp",
    "asyncio",
    "click",
    "jinja2",
    "jsonschema",
    "msgspec",
    "polars",
    "pydantic",
    "rich",
    "scipy",
    "yaml",
)


def test_names_are_sorted_and_true() -> None:
    """`__all__` is sorted, every name in it can be had, and `dir` shows it."""
    assert seatrial.__all__ == sorted(seatrial.__all__)
    assert all(getattr(seatrial, name) is not None for name in seatrial.__all__)
    assert dir(seatrial) == seatrial.__all__


def test_names_are_the_same_for_type_checkers() -> None:
    """What a type checker reads and what is loaded when used are the same names from the same places."""
    tree = ast.parse(Path(seatrial.__file__).read_text())
    imported = {
        alias.asname or alias.name: f"{(node.module or '').removeprefix('seatrial.')}:{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("seatrial.")
        for alias in node.names
    }
    assert imported == seatrial._PLACES
    assert sorted(imported) == seatrial.__all__


def test_importing_costs_next_to_nothing(tmp_path: Path) -> None:
    """`import seatrial` loads no package but itself, and none of its own rooms."""
    code = f"""
import sys
import seatrial
print([name for name in sys.modules if name.split(".")[0] in {HEAVY!r} or name.startswith("seatrial.")])
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=tmp_path, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "before", ["", "import seatrial.scan.table, seatrial.checks", "from seatrial.scan import part"]
)
def test_a_room_does_not_replace_a_name(before: str) -> None:
    """`st.scan` can be called when the package `seatrial.scan` is imported, before its first call or by it."""
    code = f"{before}\nimport seatrial as st\nfor _ in range(2):\n    assert st.scan('none.pkl').verdict == 'unread'\n"
    code += "import seatrial.scan.part as part\nassert callable(st.scan) and part.Part\n"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_unknown_names_are_attribute_errors() -> None:
    """A name that is not there is refused as Python does."""
    with pytest.raises(AttributeError, match="has no attribute 'chekc'"):
        seatrial.chekc  # noqa: B018


def test_a_check_judges_a_string() -> None:
    """`judge` gives the Score of one check on one text."""
    assert seatrial.judge("contains", "The ferry leaves at 21:40.", expect="21:40").passed
    assert seatrial.judge("f1 >= 0.8", "the red ferry", expect="a red ferry").value == 1


def test_a_metric_measures_interactions() -> None:
    """A Metric works on a list of Interactions with their Scores."""
    score = seatrial.judge("contains", "yes", expect="yes")
    outcome = seatrial.evaluate(lambda question: "yes", [{"ask": "a", "expect": "yes"}], ["contains"])
    assert seatrial.make_metric("pass_rate").measure(outcome.batch).value == 1
    assert score.passed
