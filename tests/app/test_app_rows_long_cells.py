"""Tables of cases whose cells are as long as documents."""

from pathlib import Path

import pytest

from seatrial.app.rows import read
from seatrial.core.errors import Mistake


@pytest.mark.parametrize("length", [131_072, 131_073, 1_000_000])
def test_a_cell_may_be_a_document(tmp_path: Path, length: int) -> None:
    """The bound of Python's reader for one cell, 131,072 characters, is not ours."""
    path = tmp_path / "cases.csv"
    path.write_text(f"id,ask,context\none,Q,{'x' * length}\n")
    [row] = read(path)
    assert isinstance(row.raw, dict)
    assert len(row.raw["context"]) == length


def test_a_cell_that_never_ends_is_told(tmp_path: Path) -> None:
    """A quote that is not closed is a mistake with a line, however much stands behind it."""
    path = tmp_path / "cases.csv"
    path.write_text('id,ask\none,"' + "x\n" * 500_000)
    with pytest.raises(Mistake) as told:
        list(read(path))
    assert "no CSV" in str(told.value)


def test_a_suite_takes_a_long_cell(tmp_path: Path) -> None:
    """A suite whose table has a cell of a megabyte loads it as a case."""
    from seatrial.app.suite import load

    (tmp_path / "cases.csv").write_text(f"id,ask\none,{'Which pier? ' * 90_000}\n")
    (tmp_path / "answers.jsonl").write_text('{"id": "one", "answer": "Seven."}\n')
    (tmp_path / "seatrial.yaml").write_text(
        "targets:\n  bot: {recorded: answers.jsonl}\n"
        "suites:\n  long: {target: bot, cases: [{from: cases.csv}], checks: [length > 0]}\n"
        "gates: [long.pass_rate >= 0%]\n"
    )
    [suite] = load(tmp_path / "seatrial.yaml").suites
    assert suite.total == 1
