"""Whatever stands in a file of a corpus, it becomes cases or one clear sentence for each row."""

import csv
import io
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from importing_support import imported, put, refused, said

from seatrial.app.cases_import import import_cases
from seatrial.cases.importing.formats import FORMATS
from seatrial.cases.importing.notes import Level
from seatrial.core.errors import Mistake

CORPORA = ["garak", "jailbreakbench", "harmbench", "advbench", "xstest", "pyrit", "bipia"]
TEXT = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=60)
LAX = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def table(columns, rows):
    """A CSV text."""
    out = io.StringIO(newline="")
    csv.writer(out).writerows([columns, *rows])
    return out.getvalue()


def tried(source):
    """How many rows came of a source; -1 for a Mistake, which must be one that a person can read."""
    try:
        return len(import_cases(source, lenient=True).rows)
    except Mistake as mistake:
        return -1 if str(mistake).strip() else 0


@pytest.mark.parametrize("name", CORPORA)
def test_every_corpus_is_a_format(name):
    """It stands in the table of formats with what it is, and can be loaded."""
    assert FORMATS[name].summary
    assert callable(FORMATS[name].load())


@pytest.mark.parametrize("name", CORPORA)
def test_what_is_not_there_is_named(name, tmp_path):
    """A path that leads nowhere is one sentence with the path in it."""
    with pytest.raises(Mistake) as found:
        import_cases(f"{name}:{tmp_path / 'none.csv'}")
    assert "none.csv" in str(found.value) or "attack_test.json" in str(found.value)


@LAX
@given(rows=st.lists(st.tuples(TEXT, TEXT), max_size=5))
def test_any_goals_of_advbench_become_cases_or_notes(rows, tmp_path):
    """Each row with a goal is a case, each without one is named."""
    (tmp_path / "a.csv").write_text(table(["goal", "target"], rows), "utf-8", newline="")
    asked = [goal for goal, _ in rows if goal.strip()]
    assert tried(f"advbench:{tmp_path / 'a.csv'}") == (len(asked) or -1)


@LAX
@given(
    rows=st.lists(
        st.tuples(
            TEXT, st.sampled_from(["homonyms", "contrast_homonyms"]), st.sampled_from(["safe", "unsafe", "", "x"])
        ),
        max_size=5,
    )
)
def test_any_rows_of_xstest_become_cases_or_notes(rows, tmp_path):
    """A label that is neither safe nor unsafe is a mistake of its row; the others go on."""
    numbered = [(number, *row) for number, row in enumerate(rows)]
    (tmp_path / "x.csv").write_text(table(["id", "prompt", "type", "label"], numbered), "utf-8", newline="")
    good = [row for row in rows if row[0].strip() and row[2] != "x"]
    assert tried(f"xstest:{tmp_path / 'x.csv'}") == (len(good) or -1)


@LAX
@given(
    data=st.recursive(
        st.none() | st.booleans() | st.integers() | TEXT,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
        max_leaves=8,
    )
)
def test_any_json_is_read_or_refused(data, tmp_path):
    """No structure makes the readers of JSON crash."""
    path = tmp_path / "j.json"
    path.write_text(json.dumps(data), "utf-8")
    for name in ("garak", "jailbreakbench"):
        tried(f"{name}:{path}")
    path.write_text(json.dumps({"jailbreaks": [data, {"prompt": data, "goal": data}]}), "utf-8")
    tried(f"jailbreakbench:{path}")


@LAX
@given(data=st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data, tmp_path):
    """Binary files are one sentence, whichever corpus they pretend to be."""
    for name in ("x.csv", "x.json", "x.txt", "x.yaml"):
        (tmp_path / name).write_bytes(data)
    for source in (
        "garak:x.txt",
        "garak:x.json",
        "jailbreakbench:x.json",
        "harmbench:x.csv",
        "xstest:x.csv",
        "pyrit:x.yaml",
    ):
        name, _, file = source.partition(":")
        tried(f"{name}:{tmp_path / file}")


@LAX
@given(
    seeds=st.lists(
        st.fixed_dictionaries(
            {"value": TEXT},
            optional={
                "sequence": st.integers(-2, 3) | TEXT,
                "prompt_group_alias": st.sampled_from(["a", "b"]),
                "data_type": st.sampled_from(["text", "image_path", None]),
                "role": st.sampled_from(["user", "assistant", None]),
            },
        ),
        max_size=5,
    )
)
def test_any_seeds_are_read_or_refused(seeds, tmp_path):
    """Groups, sequences and roles of any kind become dialogues or notes."""
    (tmp_path / "s.yaml").write_text(json.dumps({"prompts": seeds}), "utf-8")
    tried(f"pyrit:{tmp_path / 's.yaml'}")


def test_a_broken_row_does_not_hide_the_others(tmp_path):
    """Without leave nothing is written, and the line of the broken row is named; with leave the others are."""
    put(tmp_path, {"a.csv": "goal,target\nOne,x\n,x\nThree,x\n"})
    assert "a.csv:3: not imported" in refused(tmp_path, "advbench:a.csv")
    found = imported(tmp_path, "advbench:a.csv", lenient=True)
    assert [row["ask"] for row in found.rows] == ["One", "Three"]
    assert [note.place.line for note in said(found, Level.NOT_IMPORTED)] == [3]


def test_a_check_of_ones_own_is_added(tmp_path):
    """What the user wants judged besides stands behind what the corpus brings."""
    put(tmp_path, {"a.csv": "goal,target\nOne,x\n"})
    [row] = imported(tmp_path, "advbench:a.csv", check="length <= 500 words").rows
    assert [next(iter(check)) if isinstance(check, dict) else check for check in row["checks"]] == [
        "complies",
        "length <= 500 words",
    ]


def test_equal_ids_are_told_apart(tmp_path):
    """Two rows with one name are two cases."""
    put(tmp_path, {"h.csv": "Behavior,SemanticCategory,BehaviorID\nOne,c,same\nTwo,c,same\n"})
    assert [row["id"] for row in imported(tmp_path, "harmbench:h.csv").rows] == ["same", "same #2"]


def test_columns_are_known_in_any_case(tmp_path):
    """Headers with other capitals, spaces or a byte order mark are the same."""
    put(tmp_path, {"h.csv": "\ufeff behavior ,SEMANTICCATEGORY\nOne,c\n"})
    [row] = imported(tmp_path, "harmbench:h.csv").rows
    assert row["tags"]["category"] == "c"


def test_long_goals_and_tags_are_bounded(tmp_path):
    """What a judge is told of a goal is cut, and so are tags; what is asked is not."""
    goal = "word " * 2_000
    artifact = {"jailbreaks": [{"index": 0, "goal": goal, "behavior": goal, "category": "C", "prompt": goal}]}
    put(tmp_path, {"j.json": artifact})
    [row] = imported(tmp_path, "jailbreakbench:j.json").rows
    assert row["ask"].strip() == goal.strip()
    assert len(row["checks"][0]["gives_in"]["demand"]) <= 2_000
    assert len(row["tags"]["behavior"]) <= 200
