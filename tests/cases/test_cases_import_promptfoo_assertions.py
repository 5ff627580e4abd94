"""promptfoo's assertions become checks that say the same, or are named with their line and the reason."""

import json
from pathlib import Path
from typing import Any

import pytest
from importing_support import about, imported, put, said, suite

from seatrial.app.cases_import import LOST_TAG
from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.kinds import KINDS
from seatrial.core.errors import Mistake

SCHEMA = {"type": "object", "required": ["fare"]}
KEPT: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"type": "equals", "value": "Yes"}, {"equals": {"expect": "Yes", "strip": False}}),
    ({"type": "equals", "value": 30}, {"equals": {"expect": "30", "strip": False}}),
    ({"type": "equals", "value": {"a": [1, 2]}}, {"json_path": {"path": "$", "equals": {"a": [1, 2]}}}),
    ({"type": "contains", "value": "{{word}}"}, {"contains": {"expect": "ferry"}}),
    ({"type": "contains", "value": 0}, {"contains": {"expect": "0"}}),
    ({"type": "icontains", "value": "X"}, {"contains": {"expect": "X", "ignore_case": True}}),
    ({"type": "contains-any", "value": ["a", "{{word}}"]}, {"contains_any": {"expect": ["a", "ferry"]}}),
    ({"type": "contains-any", "value": 'a, "b, c"'}, {"contains_any": {"expect": ["a", "b, c"]}}),
    ({"type": "icontains-any", "value": ["a"]}, {"contains_any": {"expect": ["a"], "ignore_case": True}}),
    ({"type": "contains-all", "value": ["1,000", 2]}, {"contains_all": {"expect": ["1,000", "2"]}}),
    ({"type": "icontains-all", "value": ["a"]}, {"contains_all": {"expect": ["a"], "ignore_case": True}}),
    ({"type": "starts-with", "value": "Yes"}, {"starts_with": {"expect": "Yes"}}),
    ({"type": "ends-with", "value": "."}, {"ends_with": {"expect": "."}}),
    ({"type": "regex", "value": "^\\d{4}$"}, {"regex": {"pattern": "^\\d{4}$"}}),
    ({"type": "regex", "value": "(?<year>\\d+)"}, {"regex": {"pattern": "(?P<year>\\d+)"}}),
    ({"type": "regex", "value": "a[^]b"}, {"regex": {"pattern": "a[\\s\\S]b"}}),
    ({"type": "is-json"}, {"json_valid": {}}),
    ({"type": "is-json", "value": SCHEMA}, {"json_schema": {"schema": SCHEMA}}),
    ({"type": "is-json", "value": "type: object\nrequired: [fare]"}, {"json_schema": {"schema": SCHEMA}}),
    ({"type": "contains-json"}, {"json_valid": {"fenced": True}}),
    ({"type": "contains-json", "value": SCHEMA}, {"json_schema": {"schema": SCHEMA, "fenced": True}}),
    ({"type": "is-sql"}, {"valid_sql": {"dialect": "mysql", "part": "whole"}}),
    (
        {"type": "contains-sql", "value": {"databaseType": "PostgresQL"}},
        {"valid_sql": {"dialect": "postgres", "part": "auto"}},
    ),
    ({"type": "is-xml"}, {"valid_xml": {"part": "whole"}}),
    ({"type": "contains-xml"}, {"valid_xml": {"part": "auto"}}),
    ({"type": "is-refusal"}, {"refusal": {}}),
    ({"type": "finish-reason", "value": "STOP"}, {"finish_reason": {"reason": "stop"}}),
    ({"type": "word-count", "value": 5}, {"length": {"limit": "== 5 words"}}),
    ({"type": "word-count", "value": {"min": 2, "max": 9}}, {"length": {"min": 2, "max": 9, "of": "words"}}),
    ({"type": "word-count", "value": {"max": 9}}, {"length": {"max": 9, "of": "words"}}),
    ({"type": "latency", "threshold": 1500}, {"latency": {"limit": "<= 1500ms"}}),
    ({"type": "cost", "threshold": 0.0000025}, {"cost": {"limit": "<= 0.0000025 USD"}}),
    ({"type": "perplexity", "threshold": 1.5}, {"perplexity": {"limit": "<= 1.5"}}),
    ({"type": "perplexity-score", "threshold": 0.25}, {"perplexity": {"limit": "<= 3"}}),
    ({"type": "levenshtein", "value": "ab", "threshold": 0}, {"equals": {"expect": "ab", "strip": False}}),
    (
        {"type": "levenshtein", "value": "abcdefghij", "threshold": 2},
        {"character_error_rate": {"limit": "<= 0.25", "reference": "abcdefghij"}},
    ),
    ({"type": "rouge-n", "value": "a b"}, {"rouge_1": {"limit": ">= 0.75", "reference": "a b"}}),
    (
        {"type": "bleu", "value": ["a", "b"], "threshold": 0.3},
        {"bleu": {"limit": ">= 0.3", "reference": ["a", "b"], "ignore_case": True}},
    ),
    ({"type": "gleu", "value": "a"}, {"gleu": {"limit": ">= 0.5", "reference": "a", "ignore_case": True}}),
    ({"type": "meteor", "value": "a"}, {"meteor": {"limit": ">= 0.5", "reference": "a"}}),
    ({"type": "similar", "value": "near"}, {"similar": {"limit": ">= 0.75", "expect": "near"}}),
    (
        {"type": "similar:cosine", "value": ["a", "b"], "threshold": 0.9},
        {"similar": {"limit": ">= 0.9", "expect": ["a", "b"]}},
    ),
    ({"type": "llm-rubric", "value": "Names the {{word}}"}, {"rubric": {"text": "Names the ferry"}}),
    ({"type": "llm-rubric", "value": "x", "threshold": 0.8}, {"rubric": {"text": "x", "threshold": 0.8}}),
    ({"type": "model-graded-closedqa", "value": "greets"}, {"rubric": {"text": "greets"}}),
    ({"type": "factuality", "value": "It is {{word}}"}, {"factual": {"reference": "It is ferry"}}),
    ({"type": "model-graded-factuality", "value": "x"}, {"factual": {"reference": "x"}}),
    ({"type": "g-eval", "value": "coherent"}, {"stepwise": {"text": "coherent", "threshold": 0.7}}),
    ({"type": "answer-relevance"}, {"answers_question": {"threshold": 0.5}}),
    ({"type": "context-faithfulness", "threshold": 0.9}, {"faithful": {"threshold": 0.9}}),
    ({"type": "context-relevance"}, {"context_relevant": {"threshold": 0.5}}),
    ({"type": "context-recall", "value": "x"}, {"context_recall": {"reference": "x", "threshold": 0.5}}),
    (
        {"type": "tool-call-f1", "value": "a, b", "threshold": 0.8},
        {"tool_f1": {"limit": ">= 0.8", "tools": ["a", "b"]}},
    ),
    (
        {"type": "trajectory:tool-used", "value": ["find", "book"]},
        {"tools_used": {"tools": ["find", "book"], "match": "any_order"}},
    ),
    (
        {"type": "trajectory:tool-sequence", "value": {"steps": ["find", "book"]}},
        {"tools_used": {"tools": ["find", "book"], "match": "in_order"}},
    ),
    (
        {"type": "trajectory:tool-sequence", "value": {"mode": "exact", "steps": ["find"]}},
        {"tools_used": {"tools": ["find"], "match": "exact"}},
    ),
    (
        {"type": "trajectory:tool-args-match", "value": {"name": "find", "args": {"to": "{{word}}"}}},
        {
            "tools_used": {
                "tools": [{"name": "find", "arguments": {"to": "ferry"}, "match": "subset"}],
                "match": "any_order",
            }
        },
    ),
    ({"type": "trajectory:step-count", "value": {"type": "tool", "max": 3}}, {"steps": {"limit": "<= 3"}}),
    ({"type": "trajectory:goal-success", "value": "a refund"}, {"reaches_goal": {"goal": "a refund"}}),
]
LOST: list[tuple[dict[str, Any], str]] = [
    ({"type": "regex", "value": "\\p{L}"}, "Python's regular expressions"),
    ({"type": "regex"}, "`value` must be a text"),
    ({"type": "contains", "value": "{{nobody}}"}, "the variable `nobody`"),
    ({"type": "contains", "value": ""}, "`value` must be a text"),
    ({"type": "contains-any", "value": []}, "list of texts"),
    ({"type": "equals"}, "no `value`"),
    ({"type": "contains", "value": "file://words.js"}, "is a program"),
    ({"type": "contains", "value": "file://gone.txt"}, "no file `gone.txt`"),
    ({"type": "contains", "value": "package:@x/y:z"}, "names a program"),
    ({"type": "is-json", "value": "file://schema.js"}, "is a program"),
    ({"type": "is-sql", "value": {"databaseType": "DB2"}}, "SQL of DB2"),
    ({"type": "is-sql", "value": {"allowedTables": ["a"]}}, "`value.allowedTables`"),
    ({"type": "is-xml", "value": {"requiredElements": ["a.b"]}}, "`requiredElements`"),
    ({"type": "latency"}, "no `threshold`"),
    ({"type": "latency", "threshold": "soon"}, "must be a number"),
    ({"type": "word-count", "value": {"least": 3}}, "`value.least`"),
    ({"type": "word-count", "value": "many"}, "whole number"),
    ({"type": "levenshtein", "value": " "}, "must be a text"),
    ({"type": "llm-rubric"}, "what to demand"),
    ({"type": "similar:dot", "value": "x"}, "cosine"),
    ({"type": "is-valid-openai-tools-call"}, "names no tools"),
    ({"type": "trajectory:tool-used", "value": {"pattern": "find*"}}, "patterns"),
    ({"type": "trajectory:step-count", "value": {"pattern": "x", "max": 1}}, "`value.pattern`"),
    ({"type": "trajectory:tool-args-match", "value": {"name": "a", "args": {}, "ignore": "b"}}, "`value.ignore`"),
    ({"type": "javascript", "value": "file://judge.js"}, "is a program"),
    ({"type": "javascript", "value": "Math.max(0, 1 - output.length / 900)"}, "simple comparisons"),
    ({"type": "python", "value": "file://judge.py:get"}, "is a program"),
    ({"type": "webhook", "value": "http://127.0.0.1/x"}, "service outside"),
    ({"type": "moderation"}, "service outside"),
    ({"type": "select-best", "value": "the best"}, "several systems"),
    ({"type": "promptfoo:redteam:harmful"}, "own service"),
    ({"type": "contains-anny", "value": "x"}, "no such type"),
    ({"value": "x"}, "no `type`"),
    ({"type": "contains", "value": "x", "transform": "output.trim()"}, "`transform`"),
    ({"type": "context-recall", "value": "x", "contextTransform": "output.c"}, "`contextTransform`"),
]


def one(folder: Path, assertion: Any, *others: Any, **settings: Any) -> Any:
    """The import of a suite with one test that has this assertion."""
    test = {"vars": {"word": "ferry", "context": "It is red."}, "assert": [assertion, *others], **settings}
    put(folder, {"promptfooconfig.yaml": {"prompts": ["Say {{word}}"], "tests": [test]}})
    return imported(folder, "promptfoo:promptfooconfig.yaml", lenient=True)


@pytest.mark.parametrize(("assertion", "spec"), KEPT, ids=lambda each: str(each.get("type", ""))[:40])
def test_an_assertion_becomes_the_check_that_says_the_same(tmp_path: Path, assertion: Any, spec: Any) -> None:
    """Each type that has a counterpart is written as that check, which the suite loader takes."""
    assert one(tmp_path, assertion).rows[0]["checks"] == [spec]


@pytest.mark.parametrize(("assertion", "reason"), LOST, ids=lambda each: str(each)[:40])
def test_an_assertion_without_counterpart_is_named_with_its_reason(tmp_path: Path, assertion: Any, reason: str) -> None:
    """What cannot be said here is not imported, with the file and a reason, and the case carries its name."""
    found = one(tmp_path, assertion, {"type": "contains", "value": "ferry"})
    [note] = said(found, Level.NOT_IMPORTED)
    assert reason in note.why
    assert note.place.path.endswith("promptfooconfig.yaml")
    assert found.rows[0]["tags"] == {LOST_TAG: assertion.get("type", "?")}


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_no_type_goes_missing(tmp_path: Path, kind: str) -> None:
    """Each documented type, bare and turned round, gives a check or a note; never neither."""
    for name in (kind, f"not-{kind}"):
        found = one(tmp_path, {"type": name, "value": "x", "threshold": 0.5}, {"type": "contains", "value": "ferry"})
        checks = [
            each for each in found.rows[0]["checks"] if each != {"contains": {"expect": "ferry"}} or kind == "contains"
        ]
        assert checks or said(found, Level.NOT_IMPORTED), name


def test_a_turned_assertion_is_the_opposite_check(tmp_path: Path) -> None:
    """`not-` wraps the check, and keeps the name."""
    found = one(tmp_path, {"type": "not-icontains", "value": "as an AI", "metric": "honest"})
    inner = {"contains": {"expect": "as an AI", "ignore_case": True}}
    assert found.rows[0]["checks"] == [{"not": {"check": inner, "name": "honest"}}]


def test_a_metric_names_the_check(tmp_path: Path) -> None:
    """`metric`, a template itself, becomes the name that Scores show."""
    found = one(tmp_path, {"type": "contains", "value": "x", "metric": "{{word}} named"})
    assert found.rows[0]["checks"] == [{"contains": {"expect": "x", "name": "ferry named"}}]


def test_unknown_keys_of_an_assertion_are_named(tmp_path: Path) -> None:
    """A misspelt key does not switch a check off in silence."""
    found = one(tmp_path, {"type": "contains", "value": "x", "treshold": 3, "provider": "openai:gpt-4o"})
    assert "knows no such key" in about(found, "`treshold`").why
    assert "target of your suite" in about(found, "`provider`").why


def test_a_weight_of_zero_decides_nothing(tmp_path: Path) -> None:
    """It passes in promptfoo whatever comes; so it is left out, and named."""
    found = one(tmp_path, {"type": "contains", "value": "x", "weight": 0}, {"type": "contains", "value": "y"})
    assert found.rows[0]["checks"] == [{"contains": {"expect": "y"}}]
    assert about(found, "assertion `contains`").why == "of weight 0: it decides nothing"


def test_weights_without_a_threshold_are_named(tmp_path: Path) -> None:
    """They change promptfoo's score only; every check has to pass here as there."""
    found = one(tmp_path, {"type": "contains", "value": "x", "weight": 3})
    assert found.rows[0]["checks"] == [{"contains": {"expect": "x"}}]
    assert "every check has to pass" in about(found, "`weight`").why


def test_a_threshold_weighs_the_checks(tmp_path: Path) -> None:
    """The test passes from a share of the weights on; a check that is no share counts as passed or not."""
    parts = [{"type": "contains", "value": "x", "weight": 2}, {"type": "latency", "threshold": 9}]
    found = one(tmp_path, *parts, {"type": "similar", "value": "z"}, threshold=0.5)
    [spec] = found.rows[0]["checks"]
    assert spec["weighted"]["by"] == "value"
    assert spec["weighted"]["threshold"] == 0.5
    assert [next(iter(part["check"])) for part in spec["weighted"]["checks"]] == ["contains", "all_of", "similar"]
    assert [part.get("weight", 1) for part in spec["weighted"]["checks"]] == [2, 1, 1]


def test_a_threshold_over_plain_checks_counts_passes(tmp_path: Path) -> None:
    """Without a share among them, checks count as passed or not."""
    found = one(tmp_path, {"type": "contains", "value": "x"}, {"type": "cost", "threshold": 1}, threshold=0.5)
    assert "by" not in found.rows[0]["checks"][0]["weighted"]


def test_a_threshold_of_zero_lets_everything_pass(tmp_path: Path) -> None:
    """Nothing of such a test decides, so it has no checks of its own."""
    found = one(tmp_path, {"type": "contains", "value": "x"}, threshold=0)
    assert "checks" not in found.rows[0]
    assert "nothing of this test decides" in about(found, "`threshold`").why


def test_a_threshold_over_lost_checks_says_so(tmp_path: Path) -> None:
    """The share is then of fewer checks, which is told."""
    found = one(tmp_path, {"type": "contains", "value": "x"}, {"type": "webhook", "value": "y"}, threshold=0.5)
    assert "1 checks that are left" in about(found, "test `threshold`").why


def test_a_set_holds_all_of_its_assertions(tmp_path: Path) -> None:
    """`assert-set` is `all_of`, with its metric as name."""
    inner = [{"type": "contains", "value": "x"}, {"type": "latency", "threshold": 200}]
    found = one(tmp_path, {"type": "assert-set", "assert": inner, "metric": "quick"})
    checks = [{"contains": {"expect": "x"}}, {"latency": {"limit": "<= 200ms"}}]
    assert found.rows[0]["checks"] == [{"all_of": {"checks": checks, "name": "quick"}}]


def test_a_set_with_a_threshold_is_a_share(tmp_path: Path) -> None:
    """One of two is a half."""
    inner = [{"type": "contains", "value": "x"}, {"type": "contains", "value": "y"}]
    found = one(tmp_path, {"type": "assert-set", "assert": inner, "threshold": 0.5})
    [spec] = found.rows[0]["checks"]
    assert spec["weighted"] == {"checks": [{"check": {"contains": {"expect": t}}} for t in "xy"], "threshold": 0.5}


def test_a_set_with_a_threshold_of_zero_decides_nothing(tmp_path: Path) -> None:
    """It passes whatever comes; so it is left out, and named, and loses no case."""
    found = one(tmp_path, {"type": "assert-set", "threshold": 0, "assert": [{"type": "webhook", "value": "u"}]})
    assert "checks" not in found.rows[0]
    assert about(found, "`assert-set`").why == "of threshold 0: it decides nothing"


def test_a_set_of_nothing_is_not_imported(tmp_path: Path) -> None:
    """A set all of whose assertions are lost is lost itself; one that keeps some says which it lost."""
    lost = {"type": "webhook", "value": "http://127.0.0.1"}
    kept = {"type": "contains", "value": "x"}
    found = one(tmp_path, {"type": "assert-set", "assert": [lost]}, {"type": "assert-set", "assert": [lost, kept]})
    assert found.rows[0]["checks"] == [{"all_of": {"checks": [{"contains": {"expect": "x"}}]}}]
    whys = [note.why for note in found.notes if note.what == "assertion `assert-set`"]
    assert whys == ["none of its assertions is imported", "without its webhook"]


def test_sets_inside_sets_are_bounded(tmp_path: Path) -> None:
    """A set may stand inside a set, not hundreds of them."""
    deep: dict[str, Any] = {"type": "contains", "value": "x"}
    for _ in range(20):
        deep = {"type": "assert-set", "assert": [deep]}
    with pytest.raises(Mistake, match="8 deep"):
        one(tmp_path, deep)


def test_a_grading_prompt_stays_in_the_rubric(tmp_path: Path) -> None:
    """The user's own `rubricPrompt` is kept: of the assertion, of the options, as text, as messages."""
    own = {"type": "llm-rubric", "value": "polite", "rubricPrompt": "Grade {{output}} by {{rubric}} for {{word}}"}
    chat = [{"role": "system", "content": "Did it say {{word}}?"}, {"role": "user", "content": "{{ output }}"}]
    found = one(tmp_path, own, {"type": "llm-rubric"}, options={"rubricPrompt": chat})
    texts = [check["rubric"]["text"] for check in found.rows[0]["checks"]]
    assert texts == ["Grade (the answer) by polite for ferry", "Did it say ferry?\n\n(the answer)"]


def test_a_transform_that_reads_json_is_none(tmp_path: Path) -> None:
    """`JSON.parse(output)` changes nothing for checks of JSON, and loses those of text."""
    settings = {"options": {"transform": "JSON.parse(output)"}}
    parts = [
        {"type": "is-json"},
        {"type": "javascript", "value": "output.color === 'red'"},
        {"type": "contains", "value": "a"},
    ]
    found = one(tmp_path, *parts, **settings)
    assert found.rows[0]["checks"] == [{"json_valid": {}}, {"json_path": {"path": "$.color", "equals": "red"}}]
    assert "written anew" in about(found, "assertion `contains`").why


def test_a_transform_of_the_answer_loses_its_checks(tmp_path: Path) -> None:
    """Checks would judge another text, so the case is left out, and named with the transform."""
    test = {
        "vars": {"word": "x"},
        "assert": [{"type": "contains", "value": "X"}],
        "options": {"transform": "output.toUpperCase()"},
    }
    kept = {"vars": {"word": "y"}, "assert": [{"type": "contains", "value": "y"}]}
    put(tmp_path, {"promptfooconfig.yaml": {"prompts": ["Say {{word}}"], "tests": [test, kept]}})
    found = imported(tmp_path, "promptfoo:promptfooconfig.yaml", lenient=True)
    assert [row["ask"] for row in found.rows] == ["Say y"]
    assert "left out" in about(found, "test").why
    assert "changes the answer" in about(found, "option `transform`").why


def test_values_come_from_files(tmp_path: Path) -> None:
    """`file://` loads JSON and YAML as data and all else as text, without its last line break."""
    text = """\
        prompts: [Hello]
        tests:
          - assert:
              - {type: contains, value: file://word.txt}
              - {type: is-json, value: file://schema.json}
              - {type: equals, value: file://wanted.yaml}
              - {type: contains-any, value: [file://word.txt, b]}
        """
    put(tmp_path, {"word.txt": "ferry\n", "schema.json": SCHEMA, "wanted.yaml": "a: 1"})
    checks = suite(tmp_path, text).rows[0]["checks"]
    assert checks[0] == {"contains": {"expect": "ferry"}}
    assert checks[1] == {"json_schema": {"schema": SCHEMA}}
    assert checks[2] == {"json_path": {"path": "$", "equals": {"a": 1}}}
    assert checks[3] == {"contains_any": {"expect": ["ferry", "b"]}}


def test_braces_in_values_stand_for_themselves(tmp_path: Path) -> None:
    """A value that is no template any more reaches the check letter by letter, through the loader's own templates."""
    found = one(tmp_path, {"type": "contains", "value": "{{ '{{' }}x}} {{ '{%' }} y %}"})
    assert json.dumps(found.rows[0]["checks"]).count("{{ '") == 2


def test_tools_give_the_schema_of_calls(tmp_path: Path) -> None:
    """Tools of a provider, in OpenAI's form or Anthropic's, become those of the case."""
    text = """\
        prompts: ["Weather in {{city}}?"]
        providers:
          - id: openai:gpt-4o
            config:
              tools: [{type: function, function: {name: weather, parameters: {type: object}}}]
          - id: anthropic:x
            config: {tools: file://tools.json}
        tests:
          - {vars: {city: Bari}, assert: [{type: is-valid-openai-tools-call}]}
        """
    found = suite(tmp_path, text, tools__json=[{"name": "sun", "input_schema": {"type": "object"}}])
    assert found.rows[0]["checks"] == [{"tool_arguments": {}}]
    assert found.rows[0]["tools"] == [{"name": "weather", "description": "", "parameters": {"type": "object"}}]
    assert "first provider" in about(found, "`config.tools`").why


def test_tools_of_other_makers_are_read_or_named(tmp_path: Path) -> None:
    """Bedrock's form is read; what is in no known form is named, and the next provider's are taken."""
    spec = {"toolSpec": {"name": "sun", "inputSchema": {"json": {"type": "object"}}}}
    providers = [{"id": "a", "config": {"tools": [{"type": "mcp"}]}}, {"id": "b", "config": {"tools": [spec]}}]
    put(tmp_path, {"promptfooconfig.yaml": {"prompts": ["Hi"], "providers": providers, "tests": [{}]}})
    found = imported(tmp_path, "promptfoo:promptfooconfig.yaml")
    assert found.rows[0]["tools"] == [{"name": "sun", "description": "", "parameters": {"type": "object"}}]
    assert "cases do not carry it" in about(found, "`config.tools`").why


def test_perplexity_asks_for_log_probabilities(tmp_path: Path) -> None:
    """The case's parameters ask the endpoint for what the check needs."""
    assert one(tmp_path, {"type": "perplexity", "threshold": 2}).rows[0]["params"] == {"logprobs": True}


def test_several_criteria_are_averaged(tmp_path: Path) -> None:
    """A `g-eval` over a list passes by the mean of its ratings."""
    spec = one(tmp_path, {"type": "g-eval", "value": ["short", "clear"]}).rows[0]["checks"][0]["weighted"]
    assert [part["check"]["stepwise"]["text"] for part in spec["checks"]] == ["short", "clear"]
    assert (spec["by"], spec["threshold"]) == ("value", 0.7)


def test_html_is_html_from_end_to_end(tmp_path: Path) -> None:
    """`is-html` wants tags at both ends, `contains-html` two of them anywhere."""
    found = one(tmp_path, {"type": "is-html"}, {"type": "contains-html"})
    whole, piece = found.rows[0]["checks"]
    assert [next(iter(each)) for each in whole["all_of"]["checks"]] == ["valid_html", "regex"]
    assert piece["regex"]["flags"] == ["dot_all"]
