"""The many forms in which promptfoo's prompts, variables, scenarios, providers and rows may be written."""

import json
from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, said, suite

from seatrial.cases.importing.notes import Level

CHECK = "    assert: [{type: contains, value: a}]\n"


def asks(folder: Path, prompts: Any, variables: dict[str, Any], files: dict[str, Any]) -> list[Any]:
    """What is asked by a suite of these prompts with one test."""
    test = {"vars": variables, "assert": [{"type": "contains", "value": "a"}]}
    put(folder, {"s.json": {"prompts": prompts, "tests": [test]}, **files})
    return [row["ask"] for row in imported(folder, "promptfoo:s.json").rows]


@pytest.mark.parametrize(
    ("prompts", "files", "asked"),
    [
        ("Say {{q}}", {}, ["Say hi"]),
        (["Say {{q}}", "Tell {{q}}"], {}, ["Say hi", "Tell hi"]),
        ("file://p.txt", {"p.txt": "Say {{q}}\n---\nTell {{q}}\n"}, ["Say hi", "Tell hi"]),
        ("p.md", {"p.md": "# Say\n---\n{{q}}"}, ["# Say\n---\nhi"]),
        (["file://p/*.txt"], {"p/b.txt": "B {{q}}", "p/a.txt": "A {{q}}"}, ["A hi", "B hi"]),
        (["file://p"], {"p/a.txt": "A {{q}}", "p/x.py": "no"}, ["A hi"]),
        ([{"id": "file://p.txt", "label": "one"}], {"p.txt": "A {{q}}"}, ["A hi"]),
        ([{"raw": "A {{q}}", "label": "one"}], {}, ["A hi"]),
        ({"p.txt": "one"}, {"p.txt": "A {{q}}"}, ["A hi"]),
        (["p.csv"], {"p.csv": "prompt,label\nA {{q}},one\nB,two\n"}, ["A hi", "B"]),
        (["p.csv"], {"p.csv": "A {{q}}\nB {{q}}\n"}, ["A hi", "B hi"]),
        ([[{"role": "user", "content": "A {{q}}"}]], {}, [[{"user": "A hi"}]]),
        ([{"role": "user", "content": "A {{q}}"}], {}, [[{"user": "A hi"}]]),
        (["file://p.json"], {"p.json": [{"role": "user", "content": "{{q}}"}]}, [[{"user": "hi"}]]),
        (["file://p.yaml"], {"p.yaml": "- role: user\n  content: '{{q}}'\n"}, [[{"user": "hi"}]]),
        (["file://p.jsonl"], {"p.jsonl": [[{"role": "user", "content": "{{q}}"}]]}, [[{"user": "hi"}]]),
        (['{"messages": [{"role": "user", "content": "{{q}}"}]}'], {}, [[{"user": "hi"}]]),
        (["Is {{q}}.md a file?"], {}, ["Is hi.md a file?"]),
    ],
)
def test_a_prompt_is_asked_in_whatever_form_it_is_written(
    tmp_path: Path, prompts: Any, files: dict[str, Any], asked: list[Any]
) -> None:
    """Texts, files, folders, globs, tables, chats and labels give the same questions as in promptfoo."""
    assert asks(tmp_path, prompts, {"q": "hi"}, files) == asked


@pytest.mark.parametrize(
    ("variables", "files", "asked"),
    [
        ({"a": "x", "b": "y"}, {}, ["x y"]),
        ({"a": ["x", "z"], "b": "y"}, {}, ["x y", "z y"]),
        ({"a": ["x", "z"], "b": ["1", "2"]}, {}, ["x 1", "x 2", "z 1", "z 2"]),
        ({"a": [1, 2], "b": "y"}, {}, ["1,2 y"]),
        ({"a": {"k": 1}, "b": "y"}, {}, ['{"k":1} y']),
        ({"a": "{{b}}!", "b": "y"}, {}, ["y! y"]),
        ({"a": "file://a.txt", "b": "y"}, {"a.txt": " text \n"}, ["text y"]),
        ({"a": "file://a*.txt", "b": "y"}, {"a1.txt": "1", "a2.txt": "2"}, ["1 y", "2 y"]),
        ({"a": ["x", "file://a.txt"], "b": "y"}, {"a.txt": "text"}, ["x y", "text y"]),
        ({"a": "file://a.json", "b": "y"}, {"a.json": {"k": 1}}, ['{"k":1} y']),
        ({"a": True, "b": 2.0}, {}, ["true 2"]),
        ({"a": "", "b": "y"}, {}, [" y"]),
    ],
)
def test_variables_are_filled_as_promptfoo_fills_them(
    tmp_path: Path, variables: dict[str, Any], files: dict[str, Any], asked: list[str]
) -> None:
    """Lists of texts are multiplied out, files loaded, variables in variables filled; other lists are values."""
    assert asks(tmp_path, "{{a}} {{b}}", variables, files) == asked


@pytest.mark.parametrize("written", ["file://v*.yaml", ["v1.yaml", "v2.yaml"], ["file://v1.yaml", "file://v2.yaml"]])
def test_variables_may_stand_in_files(tmp_path: Path, written: Any) -> None:
    """A path, a glob or a list of paths means the mappings in those files, laid over each other."""
    files = {"v1.yaml": "a: A\nb: old\n", "v2.yaml": "b: B\n"}
    assert asks(tmp_path, "{{a}} {{b}}", written, files) == ["A B"]


SCENE = """\
config:
  - vars: {where: north}
  - vars: {where: south}
tests:
  - vars: {q: one}
    assert: [{type: contains, value: "{{where}}"}]
  - vars: {q: two}
    assert: [{type: contains, value: "{{where}}"}]
"""


@pytest.mark.parametrize("form", ["inline", "file", "tests in a file", "entries in a file"])
def test_a_scenario_is_each_test_with_each_entry(tmp_path: Path, form: str) -> None:
    """Wherever the parts of a scenario stand, its cases are the same."""
    lines = SCENE.splitlines()
    inline = "\n".join(["  - " + lines[0], *("    " + line for line in lines[1:])])
    tests = "[file://tests.yaml]"
    written = {
        "inline": inline,
        "file": "  - file://scene.yaml",
        "tests in a file": "\n".join(["  - " + lines[0], "    " + lines[1], "    " + lines[2], f"    tests: {tests}"]),
        "entries in a file": "\n".join(["  - config: [file://entries.yaml]", *("    " + line for line in lines[3:])]),
    }[form]
    files = {
        "s.yaml": f'prompts: ["{{{{q}}}} {{{{where}}}}"]\nscenarios:\n{written}\n',
        "scene.yaml": f"- {lines[0]}\n" + "\n".join("  " + line for line in lines[1:]) + "\n",
        "tests.yaml": "\n".join(line[2:] for line in lines[4:]) + "\n",
        "entries.yaml": "\n".join(line[2:] for line in lines[1:3]) + "\n",
    }
    put(tmp_path, files)
    found = imported(tmp_path, "promptfoo:s.yaml")
    assert [row["ask"] for row in found.rows] == ["one north", "two north", "one south", "two south"]
    assert found.rows[2]["checks"] == [{"contains": {"expect": "south"}}]


@pytest.mark.parametrize(
    ("provider", "name"),
    [
        ("openai:gpt-4o", "openai:gpt-4o"),
        ({"id": "openai:gpt-4o", "config": {"temperature": 0}}, "openai:gpt-4o with `config`"),
        ({"openai:gpt-4o": {"config": {}}}, "openai:gpt-4o"),
        ({"id": "python:x.py", "label": "mine", "delay": 5}, "python:x.py with `label`, `delay`"),
        ("file://provider.yaml", "file://provider.yaml"),
        ("exec:./ask.sh", "exec:./ask.sh"),
    ],
)
@pytest.mark.parametrize("key", ["providers", "targets"])
def test_who_is_asked_is_named_with_its_keys(tmp_path: Path, key: str, provider: Any, name: str) -> None:
    """Providers are targets of the user's suite; each is told with what is written at it."""
    test = {"assert": [{"type": "contains", "value": "a"}]}
    put(tmp_path, {"s.json": json.dumps({key: [provider], "prompts": ["x"], "tests": [test]}, indent=1)})
    notes = said(imported(tmp_path, "promptfoo:s.json"), Level.LEFT_OUT)
    assert any(note.what.startswith(f"`{key}` {name}") for note in notes)


@pytest.mark.parametrize(
    ("column", "cell", "key", "value"),
    [
        ("__description", "a name", "id", "a name"),
        ("__metadata:area", "north", "tags", {"area": "north"}),
        ("__metadata:areas[]", "north,south\\,west", "tags", {"areas": "north, south,west"}),
        ("__prefix", "Dear, ", "ask", "Dear, hi"),
        ("__suffix", " thanks", "ask", "hi thanks"),
    ],
)
def test_columns_with_two_underscores_say_how_a_row_is_tested(
    tmp_path: Path, column: str, cell: str, key: str, value: Any
) -> None:
    """Names, tags and what stands around the prompt come from the table."""
    found = suite(tmp_path, "prompts: ['{{q}}']\ntests: t.csv\n", t__csv=f'q,__expected,{column}\nhi,a,"{cell}"\n')
    assert found.rows[0][key] == value


def test_values_of_yaml_are_those_of_version_1_2(tmp_path: Path) -> None:
    """Yes, no, times and dates are texts; promptfoo's reader knows no more truths than `true` and `false`."""
    text = "prompts: ['{{a}} {{b}} {{c}} {{d}} {{e}}']\ntests:\n"
    text += "  - vars: {a: yes, b: no, c: 12:30, d: 1_000, e: 0o14}\n" + CHECK
    assert suite(tmp_path, text).rows[0]["ask"] == "yes no 12:30 1_000 12"


def test_anchors_and_merged_keys_are_what_they_stand_for(tmp_path: Path) -> None:
    """A test that is written once may be meant twice, with other variables."""
    text = "prompts: ['{{q}}']\ntests:\n  - &one\n    vars: {q: a}\n" + CHECK + "  - <<: *one\n    vars: {q: b}\n"
    found = suite(tmp_path, text)
    assert [(row["ask"], len(row["checks"])) for row in found.rows] == [("a", 1), ("b", 1)]


def test_a_conversation_that_promptfoo_would_fill_is_named(tmp_path: Path) -> None:
    """What earlier tests were answered is not known before a run."""
    found_in = "prompts: ['x', '{% for c in _conversation %}{{c.input}}{% endfor %}{{q}}']\n"
    found = suite(tmp_path, found_in + "tests:\n  - vars: {q: a}\n" + CHECK, lenient=True)
    assert "`_conversation`" in about(found, "test").why
    assert [row["ask"] for row in found.rows] == ["x"]
