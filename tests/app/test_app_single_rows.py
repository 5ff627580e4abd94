"""Numbers of attempts between processes, stories of cases that did not pass, models that write, and padding."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from app_support import RECORDED, put, put_rows, recorded
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.judge_bias import FILLER, padded
from seatrial.app.probe_models import MOST_FAILURES, ModelWriter, Purse
from seatrial.app.single import Bench, _short, judge_rows, passed, rows, story
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing
from seatrial.core.request import Message, Request
from seatrial.core.run import Attempt
from seatrial.core.score import Score
from seatrial.core.verdict import Readiness
from seatrial.store.cache import CacheOnDemand


def turn(text: str | None = "yes", question: str = "q", **more: Any) -> Interaction:
    """An answer, or a failure where there is no text."""
    answer = Answer(text) if text is not None else None
    failure = None if answer else Failure(FailureKind.TIMEOUT, "it took\ntoo long")
    request = Request((Message("user", question),))
    timing = Timing(1, 1, 2)
    return Interaction(
        target="t", request=request, timing=timing, answer=answer, failure=failure, case="c", suite="s", **more
    )


def attempt(*found: bool | None, turns: tuple[Interaction, ...] | None = None) -> Attempt:
    scores = tuple(Score(f"check{number}", each, reason=f"why{number}") for number, each in enumerate(found))
    return Attempt(turns or (turn(),), scores)


NO_ANSWER = attempt(turns=(turn(None),))


@pytest.mark.parametrize(
    ("attempts", "expected"),
    [
        ([], None),
        ([attempt(True)], True),
        ([attempt(False)], False),
        ([attempt(None)], None),
        ([attempt()], None),
        ([attempt(True, None)], None),
        ([attempt(None, False)], False),
        ([attempt(True), attempt(True)], True),
        ([attempt(True), attempt(None)], None),
        ([attempt(None), attempt(False)], False),
        ([NO_ANSWER], False),
        ([attempt(True), NO_ANSWER], False),
    ],
)
def test_what_several_attempts_come_to(attempts: list[Attempt], expected: bool | None) -> None:
    """One failure or silence fails, one that nobody judged leaves it open, and nothing at all is nothing."""
    assert passed(attempts) is expected


def test_only_the_last_turn_decides_whether_there_was_an_answer() -> None:
    """A dialogue whose first turn failed and whose last was answered is judged by its scores."""
    assert passed([attempt(True, turns=(turn(None), turn("yes")))]) is True
    assert passed([attempt(True, turns=(turn("yes"), turn(None)))]) is False


def test_rows_are_plain_json() -> None:
    """They go through text and come back equal, without a number that JSON does not have."""
    found = rows([attempt(True), attempt(None), NO_ANSWER])
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert [row["failure"] for row in found] == [None, None, "timeout"]
    assert {row["case"] for row in found} == {"c"}
    assert [row["cells"].get("passed") for row in found] == [1.0, None, None]


def test_no_attempts_are_no_rows() -> None:
    """Nothing is made up."""
    assert rows([]) == []


def test_rows_in_any_order_come_to_one_verdict(tmp_path: Path) -> None:
    """Processes end as they like: the verdict is of all their numbers together."""
    path = recorded(tmp_path, 30, 2)
    bench = Bench(path)
    ((suite, cases),) = bench.suites()
    found = [row for planned in cases for row in rows(bench.attempts(suite, planned))]
    assert (bench.total, len(found)) == (32, 32)
    bench.close()
    random.Random(1).shuffle(found)
    verdicts = [judge_rows(path, each) for each in (found, found[::-1])]
    assert verdicts[0] == verdicts[1]
    assert verdicts[0].readiness is Readiness.READY


def test_a_suite_that_repeats_until_decided_asks_once(tmp_path: Path) -> None:
    """One case alone decides no gate, so there is nothing to repeat for."""
    text = RECORDED.replace("target: bot", "target: bot\n    repeat: until decided, at most 5")
    bench = Bench(recorded(tmp_path, 1, text=text))
    ((suite, cases),) = bench.suites()
    assert [len(bench.attempts(suite, planned)) for planned in cases] == [1]
    bench.close()


def test_a_case_that_is_not_recorded_is_a_failure_of_its_own(tmp_path: Path) -> None:
    """The case before it and the one behind it are asked all the same."""
    path = recorded(tmp_path, 3)
    put_rows(tmp_path, [{"id": "c0", "answer": "yes"}, {"id": "c2", "answer": "yes"}], "answers.jsonl")
    bench = Bench(path)
    assert bench.ready() is None
    ((suite, cases),) = bench.suites()
    found = [bench.attempts(suite, planned) for planned in cases]
    bench.close()
    assert [passed(each) for each in found] == [True, False, True]
    assert "no answer (not_recorded): " in story("x:2", found[1])


def test_a_story_of_one_attempt_begins_with_its_place() -> None:
    """Scores that passed are left out, those that could not judge are told as such."""
    assert story("c.jsonl:3", [attempt(True, False, None)]).splitlines() == [
        "c.jsonl:3",
        "  asked:    q",
        "  answered: yes",
        "  failed: check1: why1",
        "  not judged: check2: why2",
    ]


def test_a_story_of_a_dialogue_has_all_its_turns() -> None:
    """In their order, and of the turn without an answer the reason, on one line."""
    told = story("x:1", [attempt(turns=(turn("a", "one"), turn(None, "two")))])
    assert told.splitlines() == [
        "x:1",
        "  asked:    one",
        "  answered: a",
        "  asked:    two",
        "  no answer (timeout): it took too long",
    ]


@pytest.mark.parametrize(("bad", "shown"), [(1, 1), (3, 3), (4, 3), (50, 3)])
def test_a_story_shows_three_attempts_at_the_most(bad: int, shown: int) -> None:
    """The heading counts all of them, good ones too."""
    told = story("x:1", [attempt(True), *[attempt(False)] * bad]).splitlines()
    assert told[0] == f"x:1: {bad} of {bad + 1} attempts did not pass"
    assert sum(line.startswith("  asked:") for line in told) == shown


@pytest.mark.parametrize(("size", "cut"), [(0, False), (599, False), (600, False), (601, True), (10_000, True)])
def test_long_texts_are_cut(size: int, cut: bool) -> None:
    """At six hundred characters, with the length of all of it."""
    assert _short("x" * size) == ("x" * 600 + f"… ({size:,} characters)" if cut else "x" * size)


@given(st.text(max_size=700))
def test_a_text_is_one_line_that_can_be_printed(text: str) -> None:
    """Whatever a model says, a terminal shows it and does nothing else."""
    assert all(sign.isprintable() for sign in _short(text))


@pytest.mark.parametrize(
    ("limit", "costs", "spent", "empty"),
    [
        (None, [], Money(0), False),
        (None, [None, Money(5, "EUR"), Money(6, "EUR")], Money(11, "EUR"), False),
        (None, [Money(0, "EUR")], Money(0, "USD"), False),
        (Money(10), [Money(9)], Money(9), False),
        (Money(10), [Money(9), Money(1)], Money(10), True),
        (Money(10), [Money(99)], Money(99), True),
        (Money(0), [], Money(0), True),
        (Money(10, "EUR"), [None], Money(0, "EUR"), False),
    ],
)
def test_a_purse(limit: Money | None, costs: list[Money | None], spent: Money, empty: bool) -> None:
    """It adds up what is known, in one currency, and is empty at its limit to the nano-unit."""
    purse = Purse(limit)
    for cost in costs:
        purse.pay(cost)
    assert (purse.spent, purse.empty) == (spent, empty)


class Scribe:
    """A Target that gives its answers in turn; None fails."""

    name, identity = "scribe", "scribe"

    def __init__(self, *answers: str | None) -> None:
        self.answers, self.closed, self.asked = list(answers), 0, list[str]()

    async def ready(self) -> None:
        """It always is."""

    async def ask(self, request: Request) -> Interaction:
        self.asked.append(request.question)
        return turn(self.answers.pop(0), request.question)

    async def aclose(self) -> None:
        self.closed += 1


def writer(folder: Path, scribe: Scribe, purse: Purse | None = None, agreed: Any = lambda: None) -> ModelWriter:
    return ModelWriter("scribe", lambda: scribe, CacheOnDemand(folder / "cache.sqlite3"), purse, agreed)


def test_a_text_is_asked_for_once(tmp_path: Path) -> None:
    """The same prompt under the same label is known; under another label it is asked anew, with leave each time."""
    scribe, leave = Scribe("one", "two"), list[int]()
    made = writer(tmp_path, scribe, Purse(None), lambda: leave.append(1))
    assert [made.write("p", label) for label in "aab"] == ["one", "one", "two"]
    made.close()
    assert (len(scribe.asked), len(leave), scribe.closed, made.trouble) == (2, 2, 1, "")


def test_another_process_knows_what_was_written(tmp_path: Path) -> None:
    """Without leave to ask there is what was kept, and the rest is silence, not trouble."""
    first = writer(tmp_path, Scribe("one"), Purse(None))
    first.write("p", "a")
    first.close()
    second = writer(tmp_path, Scribe())
    assert (second.write("p", "a"), second.silent) == ("one", False)
    assert (second.write("p", "b"), second.silent, second.trouble) == (None, True, "")
    second.close()


@pytest.mark.parametrize(
    ("answer", "prompt", "why"),
    [
        (None, "p", "timeout: it took"),
        ("", "p", "its answer is empty"),
        (" \n", "p", "its answer is empty"),
        ("I'm sorry, but I can't help with that.", "p", "it refused"),
    ],
)
def test_what_is_no_text_is_told_once(tmp_path: Path, answer: str | None, prompt: str, why: str) -> None:
    """The first trouble stays the one that is told."""
    made = writer(tmp_path, Scribe(answer, ""), Purse(None))
    assert [made.write(prompt, "a"), made.write(prompt, "b")] == [None, None]
    made.close()
    assert made.trouble.startswith(f"the target `scribe` did not write every harder case: {why}")


def test_after_so_many_failures_in_a_row_nobody_is_asked(tmp_path: Path) -> None:
    """A good answer between them begins the count anew."""
    scribe = Scribe(*[None] * (MOST_FAILURES - 1), "good", *[None] * MOST_FAILURES, "never asked")
    made = writer(tmp_path, scribe, Purse(None))
    found = [made.write("p", str(number)) for number in range(2 * MOST_FAILURES + 3)]
    made.close()
    assert [each for each in found if each] == ["good"]
    assert scribe.answers == ["never asked"]


def test_an_empty_purse_asks_nobody(tmp_path: Path) -> None:
    """And says that it was the limit."""
    made = writer(tmp_path, Scribe(), Purse(Money(0)))
    assert made.write("p", "a") is None
    made.close()
    assert made.trouble == "the cost limit kept the target `scribe` from writing every case"


def test_a_closed_writer_knows_and_does_not_ask(tmp_path: Path) -> None:
    """Children can be made again after it; closing again does nothing."""
    scribe = Scribe("one", "two")
    made = writer(tmp_path, scribe, Purse(None))
    made.write("p", "a")
    made.close()
    made.close()
    assert made.write("p", "a") == "one"
    assert made.write("p", "b") is None
    made.close()
    assert len(scribe.asked) == 1


@given(st.text(max_size=200), st.integers(0, 50))
@settings(max_examples=60)
def test_padding_is_the_same_for_one_seed_and_never_shorter(text: str, seed: int) -> None:
    """The answer stands first; behind it whole sentences, each once, and about as many words as it has."""
    made = padded(text, random.Random(seed))
    assert made == padded(text, random.Random(seed))
    behind = made[len(text.rstrip()) + 2 :]
    used = [sentence for sentence in FILLER if sentence in behind]
    assert sorted(behind) == sorted(" ".join(used))
    assert len(used) >= 2
    assert len(behind.split()) >= min(len(text.split()), sum(len(each.split()) for each in FILLER))


def test_a_bench_leaves_nothing_behind(tmp_path: Path) -> None:
    """Its folder is gone when it is closed, and the suite's folder has no run."""
    path = put(tmp_path, recorded(tmp_path, 1).read_text())
    bench = Bench(path)
    folder = Path(bench._folder.name)
    ((suite, cases),) = bench.suites()
    for planned in cases:
        bench.attempts(suite, planned)
    assert list(folder.iterdir()) == []
    bench.close()
    assert not folder.exists()
    assert not (tmp_path / ".seatrial" / "runs").exists()
