"""What is found: planted patterns with their rates, and nothing where there is nothing."""

import random

import pytest
from made_rows import columns, found_in, names, planted, random_row

from seatrial.metrics.patterns.find import FEWEST, find_patterns
from seatrial.metrics.patterns.rows import Columns, Row


def of_one(row: Row) -> float:
    """Rows with the flag f1 fail often."""
    return 0.5 if row.flags["f1"] else 0.1


def of_two(row: Row) -> float:
    """Rows with a flag and a label fail often, with either alone they do not."""
    return 0.6 if row.flags["f1"] and row.labels["l0"] == "a" else 0.1


def of_three(row: Row) -> float:
    """Rows with two flags and a label fail nearly always."""
    return 0.95 if row.flags["f1"] and row.flags["f2"] and row.labels["l0"] in "ab" else 0.05


def test_one_part_is_found_with_its_rate() -> None:
    """A planted condition is the only pattern, with the failure rates inside and outside."""
    (pattern,) = found_in(planted(2_000, of_one)).patterns
    assert names(pattern) == {"f1"}
    assert pattern.inside.low < 0.5 < pattern.inside.high
    assert pattern.outside.low < 0.1 < pattern.outside.high
    assert pattern.low < 0.4 < pattern.high
    assert pattern.replicated is None


def test_two_parts_are_found_together() -> None:
    """Conditions that only fail together are one pattern, which held where it was not searched."""
    found = found_in(planted(4_000, of_two))
    first = found.patterns[0]
    assert names(first) == {"f1", "l0"}
    assert first.inside.low < 0.6 < first.inside.high
    assert first.replicated is not None
    assert first.replicated.low < 0.6 < first.replicated.high
    assert first.replicated.n < first.inside.n


def test_three_parts_are_found_together() -> None:
    """A pattern of three conditions is found, and its pairs and parts are not shown beside it."""

    def rate(row: Row) -> float:
        return 0.9 if row.flags["f1"] and row.flags["f2"] and row.labels["l0"] == "a" else 0.05

    found = found_in(planted(12_000, rate))
    assert [names(pattern) for pattern in found.patterns] == [{"f1", "f2", "l0"}]
    assert found.patterns[0].inside.low < 0.9 < found.patterns[0].inside.high


def test_patterns_can_be_kept_short() -> None:
    """With `longest` 1 only single conditions are looked for, with 2 no triples."""
    made = planted(6_000, of_three)
    assert {len(pattern.conditions) for pattern in found_in(made, longest=1).patterns} == {1}
    assert max(len(pattern.conditions) for pattern in found_in(made, longest=2).patterns) == 2


def test_a_number_is_found_by_a_cut() -> None:
    """Rows above a quantile that fail are told by a cut of that number."""
    found = found_in(planted(2_000, lambda row: 0.6 if row.numbers["n0"] > 1.28 else 0.1))
    assert names(found.patterns[0]) == {"n0"}
    assert found.patterns[0].conditions[0].value.startswith("more than 1.")


def test_two_causes_are_two_patterns() -> None:
    """Conditions that each fail for themselves are both shown, the larger difference first."""

    def rate(row: Row) -> float:
        return 0.8 if row.flags["f1"] else 0.4 if row.labels["l0"] == "b" else 0.05

    found = found_in(planted(4_000, rate))
    assert [names(pattern) for pattern in found.patterns] == [{"f1"}, {"l0"}]
    assert [condition.value for condition in found.patterns[1].conditions] == ["b"]


def test_other_words_for_the_same_rows_stand_beside() -> None:
    """Two features of nearly the same rows are one pattern that names the other."""
    rng = random.Random(2)
    rows = []
    for number in range(1_000):
        here = number % 4 == 0
        row = Row({"f_copy": here != (rng.random() < 0.01)}, {"l": "x" if here else "y"})
        rows.append((row, rng.random() < (0.7 if here else 0.1)))
    (pattern,) = found_in(columns(rows)).patterns
    assert {condition.words for condition in pattern.conditions} | set(pattern.also) == {"l x", "have f_copy"}


def test_what_is_explained_is_not_said_again() -> None:
    """A condition that only goes along with the cause is not shown."""
    rng = random.Random(4)
    rows = []
    for _ in range(3_000):
        cause = rng.random() < 0.3
        follows = rng.random() < (0.7 if cause else 0.2)
        rows.append((Row({"f_cause": cause, "f_follows": follows}), rng.random() < (0.8 if cause else 0.1)))
    assert [names(pattern) for pattern in found_in(columns(rows)).patterns] == [{"f_cause"}]


def test_causes_and_symptoms_are_kept_apart() -> None:
    """A symptom never hides a cause, however well it separates."""
    rng = random.Random(6)
    rows = []
    for _ in range(1_500):
        cause = rng.random() < 0.3
        failed = rng.random() < (0.6 if cause else 0.1)
        rows.append((Row({"f_cause": cause, "f_answer": failed}), failed))
    found = found_in(columns(rows))
    assert [names(pattern) for pattern in found.causes] == [{"f_cause"}]
    assert [names(pattern) for pattern in found.symptoms] == [{"f_answer"}]
    assert [pattern.is_symptom for pattern in found.patterns] == [False, True]


def test_shares_are_of_what_fails_and_of_what_does_not() -> None:
    """Shares count the pattern's rows among failing and among other rows, and all add up."""
    found = found_in(planted(2_000, of_one))
    (pattern,) = found.patterns
    assert pattern.of_failed.count == pattern.inside.count
    assert pattern.of_failed.n == found.failed.count == pattern.inside.count + pattern.outside.count
    assert pattern.of_passed.n == found.failed.n - found.failed.count
    assert pattern.of_passed.count == pattern.inside.n - pattern.inside.count
    assert pattern.difference == pytest.approx(pattern.inside.rate - pattern.outside.rate)


def test_examples_fail_by_the_pattern() -> None:
    """Each example is a case that fits the pattern and failed, at most three of them."""
    rows = [(Row({"f": number % 4 == 0}), number % 4 == 0 or number % 9 == 1) for number in range(200)]
    (pattern,) = found_in(columns(rows)).patterns
    assert [example.case for example in pattern.examples] == ["c0", "c4", "c8"]
    assert {example.suite for example in pattern.examples} == {"s"}


def test_rare_patterns_need_support() -> None:
    """What holds for fewer rows than are asked for is not looked at."""
    rows = [(Row({"f": number < 12}), number < 12 or number % 7 == 0) for number in range(300)]
    assert found_in(columns(rows)).patterns
    assert not found_in(columns(rows), support=13).patterns


def test_at_most_so_many_are_shown() -> None:
    """No more patterns of a kind are shown than asked for."""

    def rate(row: Row) -> float:
        return 0.05 + sum(0.2 for name in ("f0", "f1", "f2", "f3") if row.flags[name])

    made = planted(4_000, rate)
    assert len(found_in(made, most=2).causes) == 2
    assert len(found_in(made).causes) > 2


@pytest.mark.parametrize(("n", "failed"), [(0, 0), (100, 0), (100, FEWEST - 1), (100, 100), (100, 101 - FEWEST)])
def test_too_few_of_one_kind_say_so(n: int, failed: int) -> None:
    """Without enough failures, or enough others, there is a sentence and no pattern."""
    found = find_patterns(columns((Row({"f": number < failed}), number < failed) for number in range(n)))
    assert found.patterns == ()
    assert found.tried == 0
    assert "nothing to explain" in found.sentence or f"{FEWEST} are needed of each" in found.sentence


def test_rows_without_features_are_no_mistake() -> None:
    """Where nothing is known of the rows, nothing separates them."""
    found = find_patterns(columns((Row(), number % 2 == 0) for number in range(100)))
    assert found.patterns == ()
    assert "nothing that was looked at separates them" in found.sentence


def test_nothing_is_found_in_shuffled_outcomes() -> None:
    """Outcomes that have nothing to do with the features give a pattern in at most 2 of 40 runs."""
    alarms = 0
    for seed in range(40):
        rng = random.Random(seed)
        rows = [random_row(rng) for _ in range(400)]
        alarms += bool(found_in(columns((row, rng.random() < 0.3) for row in rows), seed=seed).patterns)
    assert alarms <= 2


def repeated(seed: int, repeats: int = 6) -> Columns:
    """Cases asked many times that always fail or always pass, whatever their features are."""
    rng = random.Random(seed)
    rows = [(random_row(rng), rng.random() < 0.4) for _ in range(60)]
    return columns([each for each in rows for _ in range(repeats)], lambda number: number // repeats)


def test_repeats_of_a_case_are_no_evidence() -> None:
    """Cases whose repeats all end alike give no more patterns than when each is asked once."""
    assert sum(bool(found_in(repeated(seed)).patterns) for seed in range(30)) <= 2


def test_repeats_taken_for_cases_would_be_evidence() -> None:
    """The same rows, each taken for a case of its own, would give false patterns: the test above can fail."""
    alarms = 0
    for seed in range(10):
        rng = random.Random(seed)
        rows = [(random_row(rng), rng.random() < 0.4) for _ in range(60)]
        alarms += bool(found_in(columns(each for each in rows for _ in range(6))).patterns)
    assert alarms >= 5


def test_the_order_of_rows_does_not_matter() -> None:
    """Rows that come in another order give the same patterns."""
    rng = random.Random(9)
    rows = [random_row(rng) for _ in range(1_500)]
    drawn = [(i, row, rng.random() < of_two(row)) for i, row in enumerate(rows)]
    mixed = rng.sample(drawn, len(drawn))

    def found(order: list[tuple[int, Row, bool]]) -> list[set[str]]:
        return [
            names(each) for each in found_in(columns([(r, f) for _, r, f in order], lambda n: order[n][0])).patterns
        ]

    assert found(drawn) == found(mixed) != []


def test_repeated_cases_can_be_explained() -> None:
    """With repeats a planted pattern is still found, with a wider interval than as many cases would give."""
    often = found_in(planted(3_000, of_one, repeats=5)).patterns
    once = found_in(planted(3_000, of_one)).patterns
    assert [names(each) for each in often] == [names(each) for each in once] == [{"f1"}]
