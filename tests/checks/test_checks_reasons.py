"""Every reason shows what was found."""

import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.checks.timing import seconds, timed
from seatrial.core.interaction import Answer, Money, Usage


@pytest.mark.parametrize(
    ("spec", "text", "expect", "reason"),
    [
        ("equals", "20:15", "21:40", 'Expected "21:40"; the answer is "20:15".'),
        ("equals", "", "21:40", 'Expected "21:40"; the answer is empty.'),
        ("contains", "At 21:40.", "21:40", 'It contains "21:40".'),
        ("contains", "Soon.", ["21:40", "9:40"], 'It does not contain "21:40" or "9:40"; the answer is "Soon.".'),
        ("contains_all", "a b", ["a", "b"], "It contains all 2 texts."),
        ("starts_with", "Hi", "Hi", 'It begins with "Hi".'),
        ("starts_with", "Hey", "Hi", 'It does not begin with "Hi"; the answer is "Hey".'),
        ("ends_with", "Bye", "Hi", 'It does not end with "Hi" but with "Bye".'),
        ({"not_any_of": "AI"}, "An AI", (), 'It contains "AI".'),
        ({"regex": "[0-9]+"}, "At 21:40", (), '"21" matches "[0-9]+".'),
        ({"regex": "[0-9]+"}, "Soon", (), 'Nothing matches "[0-9]+"; the answer is "Soon".'),
        ("length <= 3", "Soon", (), "It has 4 characters, outside <= 3."),
        ({"length": {"min": 2, "max": 9, "of": "words"}}, "Soon", (), "It has 1 words, outside >= 2 and <= 9."),
        ("number", "It is 41.", "42", 'The number is 41, expected was "42".'),
        ("number", "Many.", "42", 'There is no number in the answer; the answer is "Many.".'),
        ({"number": {"marker": "A:"}}, "41", "42", 'There is no number after "A:"; the answer is "41".'),
        ("number", "41", "many", 'No number stands in what is expected: "many".'),
        ("choice", "C", ["B", "A"], "The answer chose C, right is A or B."),
        ("choice", "Soon", "B", 'No letter was chosen; the answer is "Soon".'),
        ("exact_match", "the ferry", "Ferry!", 'It matches "Ferry!".'),
        ("f1 >= 0.8", "red ferry", "red boat", 'F1 is 0.5 against "red boat", outside >= 0.8.'),
        ("edit_similarity >= 50%", "abcd", "abcx", 'Similarity is 0.75 to "abcx", within >= 50%.'),
        ("json_valid", "[1]", (), "It is JSON."),
        ({"json_path": "$.a"}, '{"b": 1}', (), "Nothing is at `$.a`."),
        ({"json_path": {"path": "$.a", "exists": False}}, '{"a": 1}', (), "There is something at `$.a`."),
        ({"json_path": {"path": "$.a", "equals": 2}}, '{"a": 1}', (), "`$.a` holds 1, right is 2."),
        ({"json_path": {"path": "$.a", "one_of": [2, 3]}}, '{"a": 1}', (), "`$.a` holds 1, right is one of [2,3]."),
        (
            {"json_path": {"path": "$.a", "matches": "x"}},
            '{"a": "y"}',
            (),
            '`$.a` holds "y", right is what matches "x".',
        ),
        ({"json_path": "$[*]"}, "[1, 2, 3, 4]", (), "`$[*]` holds 1, 2, 3."),
        ("refusal", "Soon.", (), 'It did not refuse; the answer is "Soon.".'),
        ("refusal", "I can’t help with that.", (), 'It refused: "i can\'t help".'),
        ({"all_of": [{"contains": "a"}]}, "a", (), "All 1 passed."),
    ],
)
def test_reasons(spec, text, expect, reason):
    """One sentence names the finding and, where it failed, what was right."""
    assert judge_text(spec, text, expect=expect).reason == reason


@pytest.mark.parametrize(
    ("spec", "facts", "reason"),
    [
        ("latency <= 1s", {"timing": timed(0.25)}, "It took 250 ms, within <= 1s."),
        ("latency <= 1s", {}, "Nobody waited for this answer, so it has no time."),
        (
            "latency <= 1s",
            {"timing": timed(1), "served_by": "cache"},
            "The answer came out of the response cache, so its time says nothing.",
        ),
        ("first_token <= 1s", {"timing": timed(1)}, "The answer was not streamed, so it has no first token."),
        ("cost <= 1 USD", {"cost": Money(1_500_000_000)}, "It cost 1.5 USD, outside <= 1 USD."),
        ("cost <= 1 USD", {"cost": Money(1, "EUR")}, "The cost is in EUR, the limit in USD."),
        ("cost <= 1 USD", {}, "The cost of this answer is not known."),
        ("tokens <= 1,000", {"usage": Usage(900, 200)}, "It took 1,100 tokens, outside <= 1,000."),
        ("tokens <= 1", {}, "The endpoint did not say how many tokens it took."),
        ({"finish_reason": "stop"}, {}, "The endpoint gave no finish reason."),
    ],
)
def test_reasons_of_facts(spec, facts, reason):
    """Time, money and tokens are shown with their limit, or why they are not known."""
    assert build_check(spec).judge(evidence_of("Soon.", **facts)).reason == reason


def test_reason_of_a_finish():
    """Both what was given and what is right are shown."""
    check = build_check({"finish_reason": ["stop", "tool_calls"]})
    reason = check.judge(evidence_of(Answer("At", finish_reason="length"))).reason
    assert reason == 'It ended with "length", right is "stop" or "tool_calls".'


@pytest.mark.parametrize(("value", "shown"), [(0.0004, "0.4 ms"), (0.25, "250 ms"), (1.0, "1 s"), (12.345, "12.3 s")])
def test_durations(value, shown):
    """Short times are shown in milliseconds."""
    assert seconds(value) == shown
