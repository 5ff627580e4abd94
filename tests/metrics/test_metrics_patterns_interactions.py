"""The features of an Interaction, and what counts as a failure."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_rows import AT, asked, verdict
from msgspec.structs import replace

from seatrial.core.interaction import Answer, Timing
from seatrial.core.request import Message, Request, ToolCall
from seatrial.core.score import Score
from seatrial.metrics.patterns.interactions import feature, outcome_of, row_of
from seatrial.metrics.patterns.records import Side
from seatrial.metrics.patterns.rows import Columns, Row


def row(*dialogue: object, **fields: object) -> Row:
    """The features of an Interaction with these fields."""
    return row_of(dialogue or (asked(**fields),), 7, 50)  # type: ignore[arg-type]


def words(made: Row) -> set[str]:
    """All conditions of one row in words, each feature by itself, as equal rows are told once."""
    found = set[str]()
    for kind in Row._fields:
        for name, value in getattr(made, kind).items():
            columns = Columns(feature)
            columns.add(Row(**{kind: {name: value}}), failed=True, suite="s", case="1")
            columns.add(Row(), failed=False, suite="s", case="2")
            found |= {condition.words for condition, _ in columns.table(1).conditions}
    return found


def test_the_form_of_question_and_answer_is_told_apart() -> None:
    """What the answer contains and what the question has are features of their own."""
    flags = row(question="When?", answer="- at 9\n- at 10").flags
    assert flags["question.question_mark"]
    assert not flags["answer.question_mark"]
    assert flags["answer.list"]
    assert flags["answer.line_break"]
    assert not flags["question.list"]


def test_tags_and_service_are_labels() -> None:
    """Tags, suite, target, model, variant, deployment, finish reason and hour are seen by their values."""
    made = row(tags={"language": "es", "probe": "typo"}, model="m1", variant="b", deployment="eu")
    assert made.labels["tag:language"] == "es"
    assert made.labels["tag:probe"] == "typo"
    expected = {"suite": "s", "target": "bot", "model": "m1", "variant": "b", "deployment": "eu"}
    assert expected.items() <= made.labels.items()
    assert made.labels["finish_reason"] == "stop"
    assert made.labels["served_by"] == "upstream"
    assert made.labels["hour"] == "20:00"


def test_starts_and_ends_are_labels() -> None:
    """The first word and the last sign of question and answer are seen."""
    labels = row(question="How much?", answer="Sorry, no idea").labels
    assert (labels["question.start"], labels["question.end"]) == ("how", "?")
    assert (labels["answer.start"], labels["answer.end"]) == ("sorry", "word")


def test_amounts_are_numbers() -> None:
    """Lengths, tokens, latency, turns, requests and the place in the run are numbers."""
    numbers = row(question="one two three", answer="four five", attempts=3).numbers
    assert numbers["question.length"] == 3
    assert numbers["answer.length"] == 2
    assert (numbers["tokens_in"], numbers["tokens_out"], numbers["latency"]) == (12, 5, 0.5)
    assert (numbers["turns"], numbers["attempts"], numbers["position"]) == (1, 3, 7)


def test_a_dialogue_has_its_turns() -> None:
    """A Dialogue is seen by its last turn, with the requests of all."""
    made = row(asked("Hello", "Hi", attempts=2), asked("When?", "At noon"))
    assert made.numbers["turns"] == 2
    assert made.numbers["attempts"] == 3
    assert made.labels["question.start"] == "when"


def test_a_failure_has_no_answer_to_see() -> None:
    """Without an answer the question is seen, and nothing is said of an answer."""
    made = row(answer=None)
    assert {name for name in (*made.flags, *made.numbers, *made.words) if name.startswith("answer")} == set()
    assert "finish_reason" not in made.labels
    assert made.labels["question.start"] == "when"


def test_a_cached_answer_has_no_latency() -> None:
    """How long a cache took says nothing of the model."""
    assert "latency" not in row(served_by="cache").numbers
    assert row(served_by="cache").labels["served_by"] == "cache"


@pytest.mark.parametrize(
    ("answer", "flag"),
    [
        (Answer("I can't help with that."), "answer.refusal"),
        (Answer("", refusal="No."), "answer.refusal"),
        (Answer("", tool_calls=(ToolCall("book"),)), "answer.tool_call"),
        (Answer("  "), "answer.empty"),
    ],
)
def test_kinds_of_answers_are_flags(answer: Answer, flag: str) -> None:
    """A refusal, a tool call and an empty answer are seen; a plain answer is none of them."""
    assert row(replace(asked(), answer=answer)).flags[flag]
    assert not row(answer="At noon.").flags[flag]


def test_words_are_kept_when_asked_for() -> None:
    """Words of question and answer are features of their own, and none with a limit of 0."""
    made = row(question="which ferry", answer="the ferry")
    assert made.words == {"question.word": ["which", "ferry"], "answer.word": ["the", "ferry"]}
    assert row_of((asked(),), 1, 0).words == {}


def test_every_feature_has_a_meaning() -> None:
    """Each column that an Interaction fills can be named, and is said in words."""
    made = row(tags={"a": "b"}, model="m", variant="v", deployment="d")
    sides = {feature(name).side for name in (*made.flags, *made.labels, *made.numbers, *made.words)}
    assert sides == set(Side.__args__)
    assert all("{}" not in text for text in words(made))


@pytest.mark.parametrize(
    "phrase",
    [
        "have language=es",
        "contain a list",
        "have a question with a question mark",
        "have a question without a list",
        "lack a table",
        "are not JSON",
        "have a question that is not in capital letters only",
        "start with “at”",
        "end with “.”",
        "contain the word “at”",
        "are of the suite s",
        "came in the hour of 20:00 UTC",
        "took at most 500 ms",
        "have at most 4 words",
    ],
)
def test_conditions_read_as_phrases(phrase: str) -> None:
    """A condition can be put into a sentence."""
    assert phrase in words(row(answer="At noon:\n- 12.", tags={"language": "es"}))


def test_what_was_there_before_the_answer_is_no_symptom() -> None:
    """Only what is seen in the answer is a symptom; latency and model belong to the service."""
    sides = {name: feature(name).side for name in ("answer.json", "tokens_out", "finish_reason", "latency", "model")}
    assert [name for name, side in sides.items() if side == "answer"] == ["answer.json", "tokens_out", "finish_reason"]
    assert feature("tag:probe").side == "case"
    assert feature("hour").side == "time"


@pytest.mark.parametrize(
    ("scores", "outcome", "failed"),
    [
        (verdict(True), "pass", False),
        (verdict(False), "pass", True),
        (verdict(None), "pass", None),
        ((), "pass", None),
        ((*verdict(True), *verdict(False, "latency")), "pass", True),
        ((*verdict(True), *verdict(False, "latency")), "contains", False),
        ((*verdict(True), *verdict(False, "latency")), "latency", True),
        (verdict(False), "latency", None),
        (verdict(None, "latency"), "latency", None),
        ((*verdict(True, "regex"), *verdict(False, "regex")), "regex", True),
        (verdict(False), "failure", False),
    ],
)
def test_what_counts_as_a_failure(scores: tuple[Score, ...], outcome: str, failed: bool | None) -> None:
    """All checks, one check, or having no answer at all; what nobody knows is no outcome."""
    assert outcome_of((asked(),), scores, outcome) is failed


@pytest.mark.parametrize(("outcome", "failed"), [("pass", None), ("contains", None), ("failure", True)])
def test_no_answer_is_a_failure_only_when_asked_for(outcome: str, failed: bool | None) -> None:
    """What has no answer was not judged, so checks say nothing of it."""
    assert outcome_of((asked(answer=None),), (), outcome) is failed


@settings(max_examples=40)
@given(st.text(max_size=200), st.text(max_size=200), st.dictionaries(st.text(max_size=5), st.text(max_size=5)))
def test_any_text_makes_a_row(question: str, answer: str, tags: dict[str, str]) -> None:
    """Whatever is asked, answered and tagged, there is a row and words for it."""
    assert words(row(question=question, answer=answer, tags=tags))


def test_a_megabyte_makes_a_small_row() -> None:
    """Of a long answer and a long tag only so much is kept."""
    made = row(answer="word " * 200_000 + "x" * 100_000, tags={"t": "y" * 1_000_000})
    assert len(made.labels["tag:t"]) <= 200
    assert sum(len(word) for word in made.words["answer.word"]) < 10_000


def test_requests_without_a_user_are_seen() -> None:
    """A request without any message has an empty question."""
    made = row(asked(request=Request(())), asked(request=Request((Message("system", "Be brief."),))))
    assert made.labels["question.start"] == "be"
    assert "question.start" not in row(asked(request=Request(()))).labels


def test_the_hour_is_that_of_the_start() -> None:
    """The time of day is taken from the start of the request, in UTC."""
    at = AT - AT % 86_400_000_000_000 + 5 * 3_600_000_000_000
    assert row(timing=Timing(at, at, at + 1)).labels["hour"] == "05:00"
