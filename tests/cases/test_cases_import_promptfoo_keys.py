"""Every documented key and type of promptfoo is read or named: none goes missing without a line."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, said, suite

from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.kinds import KINDS

SUITE = {
    "description": "d",
    "tags": {"team": "pier"},
    "providers": [
        "echo",
        {"id": "openai:gpt-4o", "label": "big", "config": {"temperature": 1}},
        {"openai:x": {"id": "y"}},
    ],
    "outputPath": "out.json",
    "sharing": False,
    "evaluateOptions": {"maxConcurrency": 2, "repeat": 3},
    "commandLineOptions": {"verbose": True},
    "extensions": ["file://hook.js:run"],
    "nunjucksFilters": {"shout": "./shout.js"},
    "derivedMetrics": [{"name": "f1", "value": "a / b"}],
    "redteam": {"plugins": ["x"]},
    "tracing": {"enabled": True},
    "metadata": {"a": 1},
    "writeLatestResults": True,
    "defaultSettings": {},
    "env": {"A": "b"},
    "mystery": 1,
}
READ = {"tags", "env", "prompts", "tests"}
TEST = {
    "provider": "echo",
    "providers": ["echo"],
    "providerOutput": "x",
    "assertScoringFunction": "file://s.js",
    "storeOutputAs": "y",
    "id": "i",
    "config": {"a": 1},
    "mystery": 1,
}
OPTIONS = {
    "provider": "openai:x",
    "storeOutputAs": "y",
    "factuality": {"subset": 1},
    "runSerially": True,
    "disableConversationVar": True,
    "repeat": 2,
    "timeout": 3,
    "mystery": 1,
}
ASSERTION = {"provider": "openai:x", "config": {"a": 1}, "description": "d", "mystery": 1}
DOCUMENTED = """
answer-relevance bleu classifier contains contains-all contains-any contains-html contains-json contains-sql
contains-xml context-faithfulness context-recall context-relevance conversation-relevance cost equals
factuality finish-reason g-eval gleu guardrails icontains icontains-all icontains-any is-html is-json
is-refusal is-sql is-valid-function-call is-valid-openai-function-call is-valid-openai-tools-call is-xml
javascript latency levenshtein llm-rubric pi meteor model-graded-closedqa model-graded-factuality moderation
perplexity perplexity-score python regex rouge-n ruby similar similar:cosine similar:dot similar:euclidean
starts-with tool-call-f1 skill-used trajectory:goal-success trajectory:tool-args-match trajectory:step-count
trajectory:tool-sequence trajectory:tool-used trace-error-spans trace-span-count trace-span-duration
search-rubric webhook word-count select-best human max-score agent-rubric
"""


def noted(found: Any) -> str:
    """All notes as one text."""
    return "\n".join(map(str, found.notes))


@pytest.mark.parametrize("kind", DOCUMENTED.split())
def test_every_documented_type_is_in_the_table(kind: str) -> None:
    """The table translates it, or says why nothing does."""
    assert kind in KINDS


@pytest.mark.parametrize("key", sorted(set(SUITE) - READ))
def test_every_key_of_a_suite_is_named(tmp_path: Path, key: str) -> None:
    """What stands at the top and is not read is named with its line."""
    put(tmp_path, {"promptfooconfig.yaml": {"prompts": ["Hi"], key: SUITE[key]}})
    found = imported(tmp_path, "promptfoo:promptfooconfig.yaml", lenient=True)
    assert any(f"`{key}" in note.what and note.place.line == 1 for note in found.notes), noted(found)


@pytest.mark.parametrize("key", sorted(TEST))
def test_every_key_of_a_test_is_named(tmp_path: Path, key: str) -> None:
    """A key that is not read is named, the misspelt one too."""
    put(tmp_path, {"promptfooconfig.yaml": {"prompts": ["Hi"], "tests": [{key: TEST[key]}]}})
    assert about(imported(tmp_path, "promptfoo:promptfooconfig.yaml", lenient=True), f"test `{key}`")


@pytest.mark.parametrize("key", sorted(OPTIONS))
def test_every_option_is_named(tmp_path: Path, key: str) -> None:
    """An option that is not read is named."""
    put(tmp_path, {"promptfooconfig.yaml": {"prompts": ["Hi"], "tests": [{"options": {key: OPTIONS[key]}}]}})
    assert about(imported(tmp_path, "promptfoo:promptfooconfig.yaml", lenient=True), f"option `{key}`")


@pytest.mark.parametrize("key", sorted(ASSERTION))
def test_every_key_of_an_assertion_is_named(tmp_path: Path, key: str) -> None:
    """Also inside a set."""
    assertion = {"type": "contains", "value": "x", key: ASSERTION[key]}
    tests = [{"assert": [{"type": "assert-set", "assert": [assertion]}]}]
    put(tmp_path, {"promptfooconfig.yaml": {"prompts": ["Hi"], "tests": tests}})
    assert about(imported(tmp_path, "promptfoo:promptfooconfig.yaml"), f"`contains`: `{key}`")


def test_settings_of_runs_are_named_one_by_one(tmp_path: Path) -> None:
    """Each setting and each provider has a line, and no value of theirs is printed."""
    text = """\
        prompts: [Hi]
        providers:
          - openai:gpt-4o
          - id: http://127.0.0.1/x
            config: {apiKey: hush}
        evaluateOptions:
          maxConcurrency: 2
          repeat: 3
        """
    found = suite(tmp_path, text)
    lines = {note.what: note.place.line for note in said(found, Level.LEFT_OUT)}
    assert lines["`evaluateOptions.repeat`"] == 8
    assert lines["`providers` http://127.0.0.1/x with `config`"] == 4
    assert "hush" not in noted(found)


def test_what_a_provider_does_to_answers_is_named(tmp_path: Path) -> None:
    """Its prompts and its transform, which would be missed most."""
    found = suite(tmp_path, "prompts: [Hi]\nproviders: [{id: x, prompts: [a], transform: output.text}]\n")
    assert about(found, "x: `prompts`").why == "every target is asked every prompt"
    assert "your target has to give it" in about(found, "x: `transform`").why


def test_metadata_that_is_no_plain_value_is_named(tmp_path: Path) -> None:
    """A tag is a plain value; a mapping cannot be one."""
    found = suite(tmp_path, "prompts: [Hi]\ntags: {team: pier}\ntests: [{metadata: {a: {b: 1}, c: 2.5, d: true}}]")
    assert found.rows[0]["tags"] == {"team": "pier", "c": 2.5, "d": True}
    assert about(found, "metadata `a`").level is Level.LEFT_OUT


def test_extensions_and_attacks_are_errors(tmp_path: Path) -> None:
    """They change what is asked, so nothing is written unless the user says so."""
    put(
        tmp_path,
        {"promptfooconfig.yaml": {"prompts": ["Hi"], **{key: SUITE[key] for key in ("extensions", "redteam")}}},
    )
    found = imported(tmp_path, "promptfoo:promptfooconfig.yaml", lenient=True)
    assert [note.what for note in said(found, Level.NOT_IMPORTED)] == ["`extensions`", "`redteam`"]


def test_the_report_counts_what_was_kept(tmp_path: Path) -> None:
    """Its last line has cases, checks by name, and notes by level."""
    text = "prompts: [Hi]\nproviders: [echo]\ntests: [{assert: [{type: contains, value: a}, {type: contains-json}]}]\n"
    last = list(suite(tmp_path, text).report())[-1]
    assert last == "1 cases; checks: contains 1, json_valid 1; 1 changed; 1 left out"


def test_the_same_note_is_made_once(tmp_path: Path) -> None:
    """An assertion of `defaultTest` is judged for each case, and named once."""
    default = "{assert: [{type: webhook}, {type: is-json}]}"
    text = f"prompts: ['{{{{x}}}}']\ndefaultTest: {default}\ntests: [{{vars: {{x: [a, b, c]}}}}]\n"
    found = suite(tmp_path, text, lenient=True)
    assert len(found.rows) == 3
    assert len(said(found, Level.NOT_IMPORTED)) == 1
