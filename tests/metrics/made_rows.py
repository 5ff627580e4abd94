"""Rows of made-up features, some with planted patterns, and Interactions with a text each."""

import random
from collections.abc import Callable, Iterable
from typing import Any

from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.core.score import Score
from seatrial.metrics.patterns.find import find_patterns
from seatrial.metrics.patterns.records import DEFAULT, Explanation, Pattern
from seatrial.metrics.patterns.rows import Columns, Feature, Row

AT = 1_780_000_000_000_000_000


def plain_feature(name: str) -> Feature:
    """Flags are named f..., all else has a value; names with `answer` in them are symptoms."""
    side = "answer" if "answer" in name else "case"
    return (
        Feature(name, side, f"have {name}", f"lack {name}") if name[0] == "f" else Feature(name, side, f"{name} {{}}")
    )


def columns(rows: Iterable[tuple[Row, bool]], case: Callable[[int], Any] = lambda number: number) -> Columns:
    """Rows with their outcomes; `case` gives the case of each by its number."""
    made = Columns(plain_feature)
    for number, (row, failed) in enumerate(rows):
        made.add(row, failed=failed, suite="s", case=f"c{case(number)}")
    return made


def random_row(rng: random.Random) -> Row:
    """Six flags, three labels and two numbers that have nothing to do with each other."""
    return Row(
        {f"f{i}": rng.random() < 0.3 for i in range(6)},
        {f"l{i}": rng.choice("abcd") for i in range(3)},
        {f"n{i}": rng.gauss(0, 1) for i in range(2)},
    )


def planted(n: int, rate: Callable[[Row], float], seed: int = 1, repeats: int = 1) -> Columns:
    """Rows that fail at the rate that their features give, each asked so many times."""
    rng = random.Random(seed)
    rows = [random_row(rng) for _ in range(n // repeats)]
    drawn = [(row, rng.random() < rate(row)) for row in rows for _ in range(repeats)]
    return columns(drawn, lambda number: number // repeats)


def found_in(made: Columns, **how: Any) -> Explanation:
    """What is found, with other settings where they are given."""
    from msgspec.structs import replace

    return find_patterns(made, settings=replace(DEFAULT, **how))


def names(pattern: Pattern) -> set[str]:
    """The features of a pattern."""
    return {condition.name for condition in pattern.conditions}


def asked(
    question: str = "When?",
    answer: str | None = "At noon.",
    *,
    case: str | None = "c1",
    tags: dict[str, str] | None = None,
    **fields: Any,
) -> Interaction:
    """One Interaction; without an answer it is a timeout."""
    return Interaction(
        **{
            "target": "bot",
            "request": Request((Message("user", question),)),
            "timing": Timing(AT, AT, AT + 500_000_000),
            "answer": None if answer is None else Answer(answer, finish_reason="stop"),
            "failure": Failure(FailureKind.TIMEOUT, "no answer within 30 s") if answer is None else None,
            "suite": "s",
            "case": case,
            "usage": Usage(12, 5),
            "tags": tags or {},
        }
        | fields
    )


def verdict(passed: bool | None, name: str = "contains") -> tuple[Score, ...]:
    """The Scores of one check."""
    return (Score(name, passed),)
