"""Patterns in words: every number with what it stands on."""

import pytest
from made_rows import columns, found_in
from msgspec.structs import replace

from seatrial.metrics.patterns.records import Condition, Explanation, Pattern, Share
from seatrial.metrics.patterns.rows import Row
from seatrial.metrics.patterns.sentences import conditions, headline, nothing_found, sentence, too_few

BREAK = Condition("answer.line_break", "yes", "answer", "contain a line break")
SPANISH = Condition("tag:language", "es", "case", "have language=es")
FAILED = Share(100, 1_200, 0.069, 0.1)
PATTERN = Pattern(
    conditions=(BREAK,),
    inside=Share(61, 193, 0.255, 0.385),
    outside=Share(39, 1_007, 0.028, 0.052),
    of_failed=Share(61, 100, 0.512, 0.7),
    of_passed=Share(132, 1_100, 0.102, 0.141),
    difference=0.277,
    low=0.21,
    high=0.34,
    p=1e-9,
)


def test_a_pattern_is_told_from_both_ends() -> None:
    """The sentence says how much of what fails fits, and how much of what fits fails, with n and intervals."""
    assert sentence(PATTERN) == (
        "61.0 % of the 100 that fail [51.2 %, 70.0 %] contain a line break, against 12.0 % of the 1,100 that do not; "
        "of these 193, 31.6 % fail [25.5 %, 38.5 %], of the others 3.9 %."
    )


def test_a_replicated_pattern_says_so() -> None:
    """What held on the other half is told with its own rate, n and interval."""
    text = sentence(replace(PATTERN, replicated=Share(30, 90, 0.245, 0.435)))
    assert text.endswith("In the half of the cases where it was not searched, 33.3 % of 90 fail [24.5 %, 43.5 %].")


def test_parts_are_joined() -> None:
    """Several conditions read as one phrase."""
    both = replace(PATTERN, conditions=(SPANISH, BREAK))
    assert conditions(both) == "have language=es and contain a line break"


def test_the_headline_is_one_sentence() -> None:
    """How many fail, and what most of them share against the rest."""
    found = Explanation(outcome="pass", failed=FAILED, symptoms=(PATTERN,))
    assert headline(found, PATTERN.of_failed, PATTERN.of_passed) == (
        "8.3 % of 1,200 answers fail [6.9 %, 10.0 %]; 61.0 % of those [51.2 %, 70.0 %] contain a line break, "
        "against 12.0 % of the rest."
    )


def test_several_causes_are_one_headline() -> None:
    """With several causes the share of failures that fits any of them is told, each with its failure rate."""
    cause = replace(PATTERN, conditions=(SPANISH,))
    found = Explanation(outcome="pass", failed=FAILED, causes=(cause, replace(cause, conditions=(BREAK,))))
    text = headline(found, Share(80, 100, 0.7, 0.87), Share(110, 1_100, 0.08, 0.12))
    assert "80.0 % of those [70.0 %, 87.0 %] have language=es (32 % fail) or contain a line break (32 % fail)" in text
    assert text.endswith("against 10.0 % of the rest.")


@pytest.mark.parametrize(
    ("outcome", "start"),
    [
        ("pass", "8.3 % of 1,200 answers fail [6.9 %, 10.0 %]"),
        ("failure", "8.3 % of 1,200 attempts got no answer [6.9 %, 10.0 %]"),
        ("latency", "8.3 % of 1,200 answers fail `latency` [6.9 %, 10.0 %]"),
    ],
)
def test_the_headline_says_what_failed(outcome: str, start: str) -> None:
    """It is clear whether answers, one check or the service failed."""
    assert headline(Explanation(outcome=outcome, failed=FAILED), FAILED, FAILED) == f"{start}."


def test_nothing_found_says_what_it_would_take() -> None:
    """Without a pattern the reader learns how many failures would show one of a given size."""
    text = nothing_found(Explanation(outcome="pass", failed=FAILED, tried=500))
    assert "nothing that was looked at separates them from the rest beyond chance" in text
    assert "to see what 50 % of them share with only 10 % of the rest" in text
    assert text.endswith("and there are 100.")


def test_more_that_was_tried_takes_more_failures() -> None:
    """The number of failures that it takes grows with what was looked at."""
    few, many = (nothing_found(Explanation(outcome="pass", failed=FAILED, tried=n)) for n in (10, 100_000))

    def least(text: str) -> int:
        return int(text.split("about ")[1].split()[0])

    assert least(few) < least(many)


@pytest.mark.parametrize(
    ("failed", "text"),
    [
        (Share(0, 0, 0, 1), "No row has an outcome, so there is nothing to explain."),
        (Share(0, 50, 0, 0.07), "0 % of 50 answers fail [0 %, 7.0 %]: there is nothing to explain."),
        (Share(3, 50, 0.02, 0.16), "so few fail that no pattern could be told from chance: 8 are needed of each."),
        (Share(48, 50, 0.8, 0.99), "so few do not fail that no pattern could be told from chance"),
    ],
)
def test_too_few_say_which(failed: Share, text: str) -> None:
    """Whether failures or others are missing, the sentence says so."""
    assert text in too_few("pass", failed, 8)


def test_the_largest_difference_leads() -> None:
    """Found patterns carry their sentences, and the explanation carries the headline and how it was found."""
    rows = [(Row({"f": number % 3 == 0}), number % 3 == 0 and number % 2 == 0) for number in range(300)]
    found = found_in(columns(rows))
    assert found.sentence.startswith("16.7 % of 300 answers fail")
    assert found.patterns[0].sentence == sentence(found.patterns[0])
    assert "held against the rows" in found.note
