"""Attempts as they go by: what fails is explained, failing answers are grouped, memory is bounded."""

import random

import pytest
from made_rows import asked, names, verdict

from seatrial.metrics.patterns.alikeness import CHARACTERS, Failing, alike_answers
from seatrial.metrics.patterns.watched import Watched

SORRY = "Sorry, I cannot look that up, ask at pier {}."
MENU = "The café on board {} serves soup, bread and coffee."


def watched(n: int = 600, **how: object) -> Watched:
    """Attempts of which a third are in Spanish; these mostly answer with a list, and fail."""
    rng, made = random.Random(1), Watched(**how)  # type: ignore[arg-type]
    for number in range(n):
        spanish = number % 3 == 0
        failed = rng.random() < (0.7 if spanish else 0.05)
        answer = SORRY.format(number) if failed else f"It leaves at {number}."
        tags = {"language": "es" if spanish else "en"}
        made.put((asked(answer=answer, case=f"c{number}", tags=tags),), verdict(not failed))
    return made


def test_a_cause_and_a_symptom_are_found() -> None:
    """The language is the cause, the words of the answer are the symptom."""
    found = watched().explained()
    assert names(found.causes[0]) == {"tag:language"}
    assert found.symptoms[0].of_failed.rate == 1
    assert found.symptoms[0].of_passed.rate == 0
    assert found.failed.n == 600


def test_attempts_without_an_outcome_are_left_out() -> None:
    """What was not judged or had no answer is no row."""
    made = Watched()
    made.put((asked(),), verdict(None))
    made.put((asked(answer=None),), ())
    made.put((asked(),), verdict(True))
    assert made.known == 1


def test_no_answer_can_be_explained() -> None:
    """By `failure`, what separates attempts without an answer is found, and questions are grouped."""
    made = Watched("failure")
    for number in range(200):
        slow = number % 4 == 0
        question = "A long question about ferries" if slow else "Short?"
        made.put((asked(question, None if slow else "Yes.", case=f"c{number}"),), ())
    found = made.explained()
    assert found.failed.count == 50
    assert found.causes[0].inside.rate == 1
    assert found.alike[0].text == "A long question about ferries"
    assert found.sentence.startswith("25.0 % of 200 attempts got no answer")


def test_a_share_of_the_cases_is_the_same_share_each_time() -> None:
    """With too many attempts a part of the cases is looked at, all attempts at a case or none, and it is said."""
    first, second = watched(2_000, keep=0.25), watched(2_000, keep=0.25)
    assert 400 < first.known == second.known < 600
    found = first.explained()
    assert found.left_out == 2_000 - first.known
    assert names(found.causes[0]) == {"tag:language"}


def test_repeats_of_a_case_stay_together() -> None:
    """Either all repeats of a case are looked at or none."""
    made = Watched(keep=0.5)
    for number in range(400):
        made.put((asked(case=f"c{number // 4}", repeat=number % 4),), verdict(True))
    assert 0 < made.known < 400
    assert made.known % 4 == 0


def test_live_traffic_is_told_by_its_session() -> None:
    """Without a case, the rows of a session belong together."""
    made = Watched()
    for number in range(60):
        failed = number < 30
        made.put((asked(case=None, session=f"u{number // 30}", answer="a" if failed else "b"),), verdict(not failed))
    assert made.explained().patterns == ()


def test_alike_answers_are_groups_with_names() -> None:
    """Failing answers of two kinds are two groups, each with words, a text and a case."""
    failing = Failing(100)
    for number in range(8):
        failing.put(asked(answer=SORRY.format(number)), True, "s", f"c{number}")
        failing.put(asked(answer=MENU.format(number)), number < 5, "s", f"m{number}")
    groups, rest = alike_answers(failing)
    assert [group.n for group in groups] == [8, 5]
    assert groups[0].text.startswith("Sorry")
    assert groups[0].example.case.startswith("c")
    assert "sorry" in groups[0].words
    assert rest == 0


def test_equal_answers_count_each_time() -> None:
    """One text that fails often is a group by itself; rare ones are no group but counted."""
    failing = Failing(100)
    for number in range(6):
        failing.put(asked(answer="No."), True, "s", f"c{number}")
    failing.put(asked(answer="Something else entirely"), True, "s", "x")
    groups, rest = alike_answers(failing)
    assert [(group.n, group.text) for group in groups] == [(6, "No.")]
    assert rest == 1
    assert groups[0].example.case == "c0"


@pytest.mark.parametrize("answer", ["", "   \n"])
def test_empty_answers_are_no_group(answer: str) -> None:
    """An empty text has nothing that others could be alike to."""
    failing = Failing(10)
    failing.put(asked(answer=answer), True, "s", "c")
    assert alike_answers(failing) == ((), 0)


def test_texts_are_bounded_in_number_and_size() -> None:
    """Only so many different texts are held, and of each only the beginning."""
    failing = Failing(5)
    for number in range(50):
        failing.put(asked(answer=f"{number} " + "long " * 100_000), number % 2 == 0, "s", f"c{number}")
    assert len(failing.texts) == len(failing.others) == 5
    assert max(map(len, failing.texts)) <= CHARACTERS


def test_embeddings_group_by_meaning() -> None:
    """With vectors, texts are alike when these are, whatever their words."""
    failing = Failing(10)
    for number, text in enumerate(["ferry", "boat", "ship", "soup", "bread", "coffee"]):
        failing.put(asked(answer=text), True, "s", f"c{number}")
    assert alike_answers(failing)[0] == ()
    groups, _ = alike_answers(failing, lambda texts: [[1.0, 0.1] if "o" not in t else [0.1, 1.0] for t in texts])
    assert [group.n for group in groups] == [3, 3]


def test_nothing_is_explained_of_nothing() -> None:
    """Without any attempt there is a sentence that says so."""
    found = Watched().explained()
    assert found.sentence == "No row has an outcome, so there is nothing to explain."
    assert found.patterns == found.alike == ()
