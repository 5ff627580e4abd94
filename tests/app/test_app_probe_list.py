"""What `seatrial probes` says of each probe."""

import pytest

from seatrial.app.probe_list import EXPECTS, KINDS, probe_lines, probe_rows, visible
from seatrial.core.errors import Mistake
from seatrial.probes.table import KINDS as TABLE

ROWS = {(row["kind"], row["name"]): row for row in probe_rows()}


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: f"{row['kind']}-{row['name']}")
def test_every_probe_says_what_it_is(row):
    """A summary, what it expects, and an example that it changes, unless it needs a model for that."""
    assert row["summary"]
    assert row["expects"] in EXPECTS
    assert row["example"]["before"]
    assert row["example"]["after"] or row["name"] == "round_trip"
    assert row["name"] in ("identity", "adaptive") or row["example"]["before"] not in row["example"]["after"]


def test_every_probe_of_the_table_is_listed():
    """By kind, each once, under its kind's heading."""
    assert {(kind, name) for kind, names in TABLE.items() for name in names} <= ROWS.keys()
    lines = list(probe_lines())
    assert [line for line in lines if line in KINDS.values()] == list(KINDS.values())
    assert "  homoglyph" in lines


def test_attacks_have_their_taxonomies():
    """Ids of OWASP and MITRE stand beside attacks, and beside nothing else."""
    for (kind, _), row in ROWS.items():
        assert bool(row["taxonomy"]) == (kind == "attack")
        assert all(each.startswith(("LLM", "AML.T")) for each in row["taxonomy"])


def test_one_probe_is_explained():
    """With its source, and several examples."""
    lines = list(probe_lines("homoglyph"))
    assert lines[0].startswith("homoglyph (robustness): letters replaced")
    assert "after: Unicode Technical Standard #39, intentional confusables" in lines
    assert sum(line.startswith("becomes: ") for line in lines) == 3
    assert [row["name"] for row in probe_rows("homoglyph")] == ["homoglyph"]


def test_an_expectation_of_its_own_is_said():
    """What is expected stands in the list where it is not the same answer."""
    assert "expects: any answer" in list(probe_lines("empty_input"))
    assert "      expects any answer" in list(probe_lines())


def test_a_probe_that_is_not_there():
    """The nearest name is told."""
    with pytest.raises(Mistake, match="there is no probe `homoglif`; did you mean `homoglyph`"):
        list(probe_lines("homoglif"))


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("plain über 船", "plain über 船"),
        ("a\u202eb\x08\n\u200b", r"a\u202eb\x08\n\u200b"),
        (" \t", r" \t"),
        (" ", '" "'),
        ("x" * 30, "xxxxx ... xxxxx"),
    ],
)
def test_what_cannot_be_seen_is_escaped(text, seen):
    """No control character or override reaches the terminal; long texts lose their middle."""
    assert visible(text, 10 if len(text) > 20 else 100) == seen


def test_the_list_holds_nothing_that_cannot_be_seen():
    """Not even in the examples of attacks with invisible letters."""
    assert all(line.isprintable() for line in probe_lines())
