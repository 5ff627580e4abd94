"""An imported assertion passes and fails on the answers on which promptfoo's does, by its documentation."""

from pathlib import Path
from typing import Any

import pytest
from importing_support import imported, put

from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.checks.timing import timed
from seatrial.core.check import Check
from seatrial.core.interaction import Answer, Money
from seatrial.core.request import ToolCall
from seatrial.core.score import Score

SCHEMA = {"type": "object", "required": ["latitude"], "properties": {"latitude": {"type": "number", "minimum": -90}}}
TEXTS: list[tuple[dict[str, Any], str, str]] = [
    ({"type": "equals", "value": "Yes"}, "Yes", "Yes "),
    ({"type": "equals", "value": "yes"}, "yes", "Yes"),
    ({"type": "equals", "value": {"key": [1, 2]}}, '{"key": [1, 2]}', '{"key": [2, 1]}'),
    ({"type": "not-equals", "value": "Yes"}, "No", "Yes"),
    ({"type": "contains", "value": "ferry"}, "The ferry.", "The FERRY."),
    ({"type": "contains", "value": 0}, "It is 10.", "It is 11."),
    ({"type": "not-contains", "value": "ferry"}, "The FERRY.", "The ferry."),
    ({"type": "icontains", "value": "Ferry"}, "the fErRy", "the bus"),
    ({"type": "contains-any", "value": ["a", "b"]}, "xbx", "xcx"),
    ({"type": "not-contains-any", "value": ["a", "b"]}, "xcx", "xbx"),
    ({"type": "icontains-any", "value": ["A", "B"]}, "xbx", "xcx"),
    ({"type": "contains-all", "value": ["1,000", "in stock"]}, "1,000 in stock", "1,000 sold"),
    ({"type": "icontains-all", "value": ["ONE", "two"]}, "one TWO", "one three"),
    ({"type": "starts-with", "value": "Yes"}, "Yes, it does.", "Oh yes"),
    ({"type": "not-starts-with", "value": "Sure"}, "It does.", "Sure, it does."),
    ({"type": "regex", "value": "\\d{4}"}, "in 1984", "in 84"),
    ({"type": "regex", "value": "^(?<day>\\w+)day$"}, "Monday", "May"),
    ({"type": "not-regex", "value": "secret"}, "public", "a secret"),
    ({"type": "is-json"}, '[{"a": 1}]', "[1"),
    ({"type": "is-json"}, "7", "seven"),
    ({"type": "is-json", "value": SCHEMA}, '{"latitude": 3.5}', '{"latitude": -91}'),
    ({"type": "is-json", "value": SCHEMA}, '{"latitude": 0, "x": 1}', '{"longitude": 3}'),
    ({"type": "not-is-json"}, "plain", "{}"),
    ({"type": "contains-json"}, 'Here:\n```json\n{"a": 1}\n```\n', "Here: nothing"),
    ({"type": "contains-json", "value": SCHEMA}, 'So:\n```json\n{"latitude": 1}\n```', 'So:\n```json\n{"a": 1}\n```'),
    ({"type": "is-sql"}, "SELECT name FROM ferries WHERE pier = 3", "SELECT FROM WHERE"),
    ({"type": "contains-sql"}, "Try:\n```sql\nSELECT 1\n```", "Try:\n```sql\nSELEC FROM\n```"),
    ({"type": "is-xml"}, "<root><child>x</child></root>", "<root><child>x</child></root"),
    ({"type": "not-is-xml"}, "plain text", "<a/>"),
    ({"type": "contains-xml"}, "Here:\n```xml\n<a><b/></a>\n```", "Here:\n```xml\n<a><b></a>\n```"),
    ({"type": "is-html"}, "<h1>Title</h1><p>Text</p>", "Just text"),
    ({"type": "is-html"}, "<div>Content</div>", "Text before <div>x</div> text after"),
    ({"type": "is-html"}, "<p><b>x</b></p>", "<div>Unclosed <b>x</div>"),
    ({"type": "contains-html"}, "Here is <b>bold</b> text", "a < b and c > d"),
    ({"type": "is-refusal"}, "I'm sorry, but I can't help with that.", "It leaves at 21:40."),
    ({"type": "not-is-refusal"}, "It leaves at 21:40.", "I cannot assist with that request."),
    ({"type": "word-count", "value": 3}, " one two\nthree ", "one two"),
    ({"type": "word-count", "value": {"min": 2, "max": 3}}, "one two", "one two three four"),
    ({"type": "word-count", "value": {"min": 2}}, "one two three", "one"),
    ({"type": "not-word-count", "value": {"max": 2}}, "one two three", "one two"),
    ({"type": "levenshtein", "value": "hello world", "threshold": 2}, "hallo werld", "holla warld"),
    ({"type": "levenshtein", "value": "kitten", "threshold": 3}, "sitting", "sleeping"),
    ({"type": "levenshtein", "value": "abcdefgh"}, "abc", "ab"),
    ({"type": "not-levenshtein", "value": "kitten", "threshold": 2}, "sitting", "kitten"),
    ({"type": "rouge-n", "value": "the last ferry leaves", "threshold": 0.7}, "the last ferry", "a late bus"),
    ({"type": "bleu", "value": "The last ferry leaves at ten"}, "the last ferry leaves at ten", "the bus is late"),
    ({"type": "gleu", "value": ["Hello world", "Hi there world"]}, "hi there world", "good morning all"),
    ({"type": "meteor", "value": "the ferries are leaving"}, "the ferry is leaving", "a bus stops"),
    ({"type": "not-rouge-n", "value": "the last ferry leaves"}, "a late bus", "the last ferry leaves"),
    ({"type": "javascript", "value": "output.length < 10 && output.includes('a')"}, "a", "b"),
    ({"type": "not-javascript", "value": "output.includes('error')"}, "fine", "an error"),
    ({"type": "python", "value": "len(output.split()) <= 2"}, "one two", "one two three"),
    ({"type": "not-python", "value": "'error' in output"}, "fine", "an error"),
    (
        {"type": "assert-set", "assert": [{"type": "contains", "value": "a"}, {"type": "contains", "value": "b"}]},
        "ab",
        "a",
    ),
    (
        {"type": "assert-set", "threshold": 0.5, "assert": [{"type": "contains", "value": v} for v in ("a", "b")]},
        "a",
        "c",
    ),
    (
        {
            "type": "assert-set",
            "threshold": 0.6,
            "assert": [{"type": "contains", "value": "a", "weight": 2}, {"type": "contains", "value": "b"}],
        },
        "a",
        "b",
    ),
]


def checks_of(folder: Path, *assertions: Any, **settings: Any) -> list[Check]:
    """The checks of a case that has these assertions."""
    put(folder, {"promptfooconfig.yaml": {"prompts": ["Hi"], "tests": [{"assert": list(assertions), **settings}]}})
    [row] = imported(folder, "promptfoo:promptfooconfig.yaml").rows
    return [build_check(spec) for spec in row["checks"]]


def passed(check: Check, answer: Answer | str, **known: Any) -> bool | None:
    """Whether a check passes."""
    score = check.judge(evidence_of(answer, **known))
    assert isinstance(score, Score)
    return score.passed


@pytest.mark.parametrize(("assertion", "good", "bad"), TEXTS, ids=lambda each: str(each)[:50])
def test_texts_are_judged_as_promptfoo_does(tmp_path: Path, assertion: Any, good: str, bad: str) -> None:
    """The first answer passes there and here, the second fails there and here."""
    [check] = checks_of(tmp_path, assertion)
    assert (passed(check, good), passed(check, bad)) == (True, False)


@pytest.mark.parametrize(("milliseconds", "verdict"), [(199, True), (200, True), (201, False)])
def test_time_is_held_to_milliseconds(tmp_path: Path, milliseconds: int, verdict: bool) -> None:
    """The limit itself still passes."""
    [check] = checks_of(tmp_path, {"type": "latency", "threshold": 200})
    assert passed(check, "x", timing=timed(milliseconds / 1000)) is verdict


@pytest.mark.parametrize(("micros", "verdict"), [(1_000, True), (1_001, False)])
def test_cost_is_held_to_dollars(tmp_path: Path, micros: int, verdict: bool) -> None:
    """The limit itself still passes."""
    [check] = checks_of(tmp_path, {"type": "cost", "threshold": 0.001})
    assert passed(check, "x", cost=Money(micros * 1000)) is verdict


@pytest.mark.parametrize(("reason", "verdict"), [("stop", True), ("length", False), (None, None)])
def test_the_end_is_held_to_its_reason(tmp_path: Path, reason: str | None, verdict: bool | None) -> None:
    """Without a reason nothing can be said, which is no fail."""
    [check] = checks_of(tmp_path, {"type": "finish-reason", "value": "STOP"})
    assert passed(check, Answer("x", finish_reason=reason)) is verdict


@pytest.mark.parametrize(
    ("assertion", "calls", "verdict"),
    [
        ({"type": "tool-call-f1", "value": ["find", "book"]}, ["book", "find"], True),
        ({"type": "tool-call-f1", "value": ["find", "book"]}, ["find"], False),
        ({"type": "tool-call-f1", "value": "find, book", "threshold": 0.6}, ["find"], True),
        ({"type": "trajectory:tool-used", "value": "find"}, ["book", "find"], True),
        ({"type": "not-trajectory:tool-used", "value": "refund"}, ["refund"], False),
        ({"type": "trajectory:tool-sequence", "value": {"steps": ["find", "book"]}}, ["find", "ask", "book"], True),
        ({"type": "trajectory:tool-sequence", "value": {"steps": ["find", "book"]}}, ["book", "find"], False),
        ({"type": "trajectory:tool-sequence", "value": {"mode": "exact", "steps": ["find"]}}, ["find", "find"], False),
        ({"type": "trajectory:step-count", "value": {"type": "tool", "min": 1, "max": 2}}, ["a", "b"], True),
        ({"type": "trajectory:step-count", "value": {"type": "tool", "min": 1, "max": 2}}, [], False),
    ],
)
def test_calls_are_judged_as_promptfoo_does(tmp_path: Path, assertion: Any, calls: list[str], verdict: bool) -> None:
    """By their names and their order."""
    [check] = checks_of(tmp_path, assertion)
    assert passed(check, Answer(tool_calls=tuple(ToolCall(name) for name in calls))) is verdict


@pytest.mark.parametrize(
    ("arguments", "verdict"), [('{"to": "Bari", "n": 2}', True), ('{"to": "Rome"}', False), ("{", False)]
)
def test_arguments_are_matched_in_part(tmp_path: Path, arguments: str, verdict: bool) -> None:
    """More arguments than the wanted ones do not matter unless `mode: exact` says so."""
    wanted = {"name": "find", "args": {"to": "Bari"}}
    loose, exact = checks_of(
        tmp_path,
        {"type": "trajectory:tool-args-match", "value": wanted},
        {"type": "trajectory:tool-args-match", "value": {**wanted, "mode": "exact"}},
    )
    answer = Answer(tool_calls=(ToolCall("find", arguments),))
    assert passed(loose, answer) is verdict
    assert passed(exact, answer) is False


@pytest.mark.parametrize(
    ("answer", "threshold", "verdict"),
    [("Goodbye world", 0.5, False), ("Goodbye world", 0.2, True), ("Hello world", 1, True), ("Hello", 0.3, False)],
)
def test_weights_and_thresholds_are_those_of_the_documentation(
    tmp_path: Path, answer: str, threshold: float, verdict: bool
) -> None:
    """Its own example: a third of the weight is reached."""
    parts = [
        {"type": "equals", "value": "Hello world", "weight": 2},
        {"type": "contains", "value": "world", "weight": 1},
    ]
    [check] = checks_of(tmp_path, *parts, threshold=threshold)
    assert passed(check, answer) is verdict


def test_without_a_threshold_every_assertion_has_to_pass(tmp_path: Path) -> None:
    """Two checks stand side by side."""
    checks = checks_of(tmp_path, {"type": "contains", "value": "a"}, {"type": "contains", "value": "b"})
    assert [passed(check, "a") for check in checks] == [True, False]
