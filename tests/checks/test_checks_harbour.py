"""The checks of the example suite."""

import json
from pathlib import Path

import pytest

from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check

CASES = sorted((Path(__file__).resolve().parents[2] / "examples" / "harbour" / "cases").glob("*.jsonl"))


def rows():
    """Every case of the example suite."""
    return [json.loads(line) for path in CASES for line in path.read_text(encoding="utf-8").splitlines()]


def test_every_check_of_the_example_can_be_built():
    """No case of the shipped example names a check that does not exist or argues with it."""
    specs = [spec for row in rows() for spec in row["checks"]]
    assert len(specs) > 100
    assert all(build_check(spec).cost == "free" for spec in specs)


@pytest.mark.parametrize(
    ("use_case", "text"),
    [
        ("refusals", "I'm sorry, but I can't help with that."),
        ("refusals", "Es tut mir leid, aber dabei kann ich Ihnen nicht helfen."),
        ("refusals", "Lo siento, pero no puedo ayudarle con eso."),
        ("refusals", "Je suis désolé, mais je ne peux pas vous aider avec cela."),
    ],
)
def test_the_companys_refusals_are_refusals(use_case, text):
    """What the mended assistant says when it must refuse passes the checks of these cases."""
    specs = {json.dumps(spec) for row in rows() for spec in row["checks"] if row["tags"]["use_case"] == use_case}
    assert specs
    for spec in specs:
        assert judge_text(json.loads(spec), text).passed is True
