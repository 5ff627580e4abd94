"""Evals of an openai/evals registry become cases with the checks of their classes."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, refused, said

from seatrial.cases.importing.notes import Level

ROWS = [
    {"input": "1+1?", "ideal": "2"},
    {"input": [{"role": "user", "content": "Capital?"}], "ideal": ["Rome", "Roma"]},
]
CLOSED = {"prompt": "{input} {completion} {criteria}", "choice_strings": "YN", "input_outputs": {"input": "completion"}}
FUNNY = {
    "prompt": "Is this funny?\n{completion}\nAsked: {input}",
    "choice_strings": ["Yes", "No", "Unsure"],
    "choice_scores": {"Yes": 1.0, "No": 0.0, "Unsure": 0.5},
    "input_outputs": {"input": "completion"},
}


def registry(folder: Path, kind: str, rows: Any = None, graders: Any = None, **arguments: Any) -> None:
    """A registry with one eval, `demo`."""
    whole = {"class": f"evals.elsuite.{kind}", "args": {"samples_jsonl": "demo/rows.jsonl", **arguments}}
    evals = {"demo": {"id": "demo.dev.v0", "metrics": ["accuracy"]}, "demo.dev.v0": whole}
    put(folder, {"reg/evals/demo.yaml": evals, "reg/data/demo/rows.jsonl": ROWS if rows is None else rows})
    for name, spec in (graders or {}).items():
        put(folder, {f"reg/modelgraded/{name}.yaml": spec})


@pytest.mark.parametrize(
    ("kind", "spec"),
    [
        ("basic.match:Match", {"starts_with": {"expect": ["Rome", "Roma"]}}),
        ("basic.includes:Includes", {"contains": {"expect": ["Rome", "Roma"]}}),
        (
            "basic.fuzzy_match:FuzzyMatch",
            {
                "any_of": {
                    "checks": [
                        {"exact_match": {"expect": ["Rome", "Roma"]}},
                        {"contains": {"expect": ["Rome", "Roma"], "ignore_case": True}},
                    ]
                }
            },
        ),
    ],
)
def test_classes_of_right_answers_become_checks(tmp_path: Path, kind: str, spec: Any) -> None:
    """Any of several right answers will do."""
    registry(tmp_path, kind)
    found = imported(tmp_path, "openai-evals:reg/demo")
    assert [row["ask"] for row in found.rows] == ["1+1?", [{"user": "Capital?"}]]
    assert found.rows[1]["checks"] == [spec]
    assert found.rows[1]["expect"] == ["Rome", "Roma"]


def test_case_can_be_ignored(tmp_path: Path) -> None:
    """`ignore_case` of Includes is that of `contains`; other arguments are named."""
    registry(tmp_path, "basic.includes:Includes", ignore_case=True, max_tokens=64, colour="red")
    found = imported(tmp_path, "openai-evals:reg/demo")
    assert found.rows[0]["checks"] == [{"contains": {"expect": ["2"], "ignore_case": True}}]
    assert found.rows[0]["params"] == {"max_tokens": 64}
    assert about(found, "argument `colour`").level is Level.LEFT_OUT


def test_json_is_compared_as_json(tmp_path: Path) -> None:
    """One right value, or several; a right answer that is no JSON loses its row."""
    rows = [{"input": "a", "ideal": '{"x": 1}'}, {"input": "b", "ideal": ["1", "[2]"]}, {"input": "c", "ideal": "{x"}]
    registry(tmp_path, "basic.json_match:JsonMatch", rows)
    found = imported(tmp_path, "openai-evals:reg/demo", lenient=True)
    assert found.rows[0]["checks"] == [{"json_path": {"path": "$", "equals": {"x": 1}}}]
    assert found.rows[1]["checks"] == [{"json_path": {"path": "$", "one_of": [1, [2]]}}]
    [note] = said(found, Level.NOT_IMPORTED)
    assert (note.place.line, note.why[:22]) == (3, "its `ideal` is not JSO")


def test_worked_examples_stand_before_the_question(tmp_path: Path) -> None:
    """`num_few_shot` of them, from their own file."""
    shots = [{"sample": [{"role": "system", "content": f"{i}"}]} for i in range(3)]
    rows = [{"input": [{"role": "system", "content": "S"}, {"role": "user", "content": "Q"}], "ideal": "x"}]
    registry(tmp_path, "basic.match:Match", rows, num_few_shot=2, few_shot_jsonl="demo/shots.jsonl")
    put(tmp_path, {"reg/data/demo/shots.jsonl": shots})
    [row] = imported(tmp_path, "openai-evals:reg/demo").rows
    assert row["ask"] == [{"system": "S"}, {"system": "0"}, {"system": "1"}, {"user": "Q"}]


def test_facts_are_judged_against_the_right_answer(tmp_path: Path) -> None:
    """The judge `fact` is our check `factual`, needed in the registry or not."""
    registry(tmp_path, "modelgraded.classify:ModelBasedClassify", modelgraded_spec="fact", eval_type="cot_classify")
    found = imported(tmp_path, "openai-evals:reg/demo")
    assert [row["checks"] for row in found.rows] == [
        [{"factual": {"reference": "2"}}],
        [{"factual": {"reference": "Rome / Roma"}}],
    ]


def test_criteria_become_rubrics(tmp_path: Path) -> None:
    """Those of the row, else each of those that the eval or the judge names."""
    kind = "modelgraded.classify:ModelBasedClassify"
    rows = [{"input": "a", "criteria": "Is it short?"}, {"input": "b"}]
    registry(
        tmp_path,
        kind,
        rows,
        {"closedqa": {**CLOSED, "args": {"criteria": {"kind": "Kind?"}}}},
        modelgraded_spec="closedqa",
    )
    own, given = imported(tmp_path, "openai-evals:reg/demo").rows
    assert own["checks"] == [{"rubric": {"text": "Is it short?"}}]
    assert given["checks"] == [{"rubric": {"text": "Kind?", "name": "kind"}}]
    registry(tmp_path, kind, rows, {"closedqa": CLOSED}, modelgraded_spec="closedqa")
    found = imported(tmp_path, "openai-evals:reg/demo", lenient=True)
    assert "has `criteria`" in said(found, Level.NOT_IMPORTED)[0].why


@pytest.mark.parametrize("nested", [False, True])
def test_other_judges_keep_their_prompt(tmp_path: Path, nested: bool) -> None:
    """With the row's texts in it; the choice with the highest score passes."""
    spec = {"funny": FUNNY} if nested else FUNNY
    registry(tmp_path, "modelgraded.classify:ModelBasedClassify", None, {"funny": spec}, modelgraded_spec="funny")
    found = imported(tmp_path, "openai-evals:reg/demo")
    text = found.rows[1]["checks"][0]["rubric"]["text"]
    assert text.startswith("Is this funny?\n(the answer)\nAsked: Capital?")
    assert text.endswith('It passes when the right choice is "Yes".')
    assert "kept as a rubric" in about(found, "`funny`").why


def test_a_judge_with_arguments_is_a_rubric_for_each(tmp_path: Path) -> None:
    """Each value of the argument stands in the prompt once, under its name."""
    spec = {**FUNNY, "prompt": "{completion} {topic}", "args": {"topic": {"a": "ants", "b": "bees"}}}
    registry(tmp_path, "modelgraded.classify:ModelBasedClassify", ROWS[:1], {"funny": spec}, modelgraded_spec="funny")
    checks = imported(tmp_path, "openai-evals:reg/demo").rows[0]["checks"]
    assert [check["rubric"]["name"] for check in checks] == ["a", "b"]
    assert "ants" in checks[0]["rubric"]["text"]


@pytest.mark.parametrize(
    ("graders", "arguments", "reason"),
    [
        ({}, {"modelgraded_spec": "gone"}, "no `gone`"),
        ({}, {}, "no `modelgraded_spec`"),
        ({"b": {**FUNNY, "input_outputs": {"x": "c1", "y": "c2"}}}, {"modelgraded_spec": "b"}, "several answers"),
        ({"f": FUNNY}, {"modelgraded_spec": "f", "multicomp_n": 4}, "several answers"),
        ({"f": {**FUNNY, "choice_scores": {}}}, {"modelgraded_spec": "f"}, "which of its choices is right"),
        ({"f": {**FUNNY, "prompt": [{"role": "x"}]}}, {"modelgraded_spec": "f"}, "no text"),
        ({"f": {**FUNNY, "prompt": "{gone}"}}, {"modelgraded_spec": "f"}, "needs `gone`"),
    ],
)
def test_judges_that_cannot_be_kept_are_told(tmp_path: Path, graders: Any, arguments: Any, reason: str) -> None:
    """Missing ones, those of several answers, those without a right choice."""
    registry(tmp_path, "modelgraded.classify:ModelBasedClassify", None, graders, **arguments)
    assert reason in refused(tmp_path, "openai-evals:reg/demo")


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("multiple_choice:MultipleChoice", "download them: `huggingface:FOLDER`"),
        ("translate:Translate", "of the class `Translate`"),
        ("test.arithmetic:Arithmetic", "whose program decides"),
    ],
)
def test_other_classes_are_refused_by_name(tmp_path: Path, kind: str, reason: str) -> None:
    """With what is known, or what to do."""
    registry(tmp_path, kind)
    assert reason in refused(tmp_path, "openai-evals:reg/demo")


def test_broken_rows_are_named(tmp_path: Path) -> None:
    """No input, no right answer, broken JSON; the others are kept."""
    registry(
        tmp_path, "basic.match:Match", '{"ideal": "x"}\n{"input": "a"}\n{"input": \n{"input": "b", "ideal": "c"}\n'
    )
    found = imported(tmp_path, "openai-evals:reg/demo", lenient=True)
    assert [row["ask"] for row in found.rows] == ["b"]
    assert [note.place.line for note in said(found, Level.NOT_IMPORTED)] == [1, 2, 3]


@pytest.mark.parametrize("where", ["reg", "evals/registry", "repository/evals/registry"])
def test_the_registry_is_found_in_its_repository(tmp_path: Path, where: str) -> None:
    """The folder itself, the package around it, or the repository."""
    registry(tmp_path, "basic.match:Match")
    target = tmp_path / "moved" / where
    target.parent.mkdir(parents=True)
    (tmp_path / "reg").rename(target)
    source = f"moved/{where.partition('/')[0]}/demo"
    assert len(imported(tmp_path, f"openai-evals:{source}").rows) == 2


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("nowhere/demo", "no registry of openai/evals"),
        ("reg", "name an eval of the registry"),
        ("reg/demi", "did you mean `demo`?"),
        ("demo", "no registry"),
    ],
)
def test_a_folder_that_is_no_registry_is_one_sentence(tmp_path: Path, source: str, reason: str) -> None:
    """And so is an eval that is not in it."""
    registry(tmp_path, "basic.match:Match")
    assert reason in refused(tmp_path, f"openai-evals:{source}")


@pytest.mark.parametrize(
    ("content", "reason"),
    [("version https://git-lfs.github.com/spec/v1\n", "git lfs pull"), (None, "nothing is fetched")],
)
def test_data_that_is_not_there_is_told(tmp_path: Path, content: str | None, reason: str) -> None:
    """A pointer instead of the data, or no file at all."""
    registry(tmp_path, "basic.match:Match")
    path = tmp_path / "reg" / "data" / "demo" / "rows.jsonl"
    path.unlink() if content is None else path.write_text(content)
    assert reason in refused(tmp_path, "openai-evals:reg/demo")


def test_an_eval_that_leads_in_a_circle_is_told(tmp_path: Path) -> None:
    """Names that stand for each other end in a sentence."""
    put(tmp_path, {"reg/evals/x.yaml": {"a": {"id": "b"}, "b": {"id": "a"}}})
    assert "names no class" in refused(tmp_path, "openai-evals:reg/a")
