import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_batches import measure, passes, rate

from seatrial.core.batch import Batch
from seatrial.stats.intervals import wilson

WORDS = st.lists(st.text("pfnx", min_size=1, max_size=4), min_size=1, max_size=30)


def test_pass_rate_of_single_attempts_has_wilsons_interval():
    """8 of 10 is REFERENCE's .490162 to .943318."""
    reading = measure("pass_rate", rate(8, 10))
    assert reading.value == 0.8
    assert reading.low == pytest.approx(0.490162, abs=1e-6)
    assert reading.high == pytest.approx(0.943318, abs=1e-6)
    assert (reading.n, reading.asked, reading.clusters, reading.method) == (10, 10, 10, "Wilson")


def test_repeats_of_a_case_are_one_cluster():
    """Ten cases that always agree with themselves say no more when each is asked five times."""
    once, often = measure("pass_rate", rate(8, 10)), measure("pass_rate", passes(["ppppp"] * 8 + ["fffff"] * 2))
    assert often.value == once.value
    assert often.clusters == 10
    assert often.n == 50
    assert often.high - often.low >= once.high - once.low


def test_repeats_that_differ_freely_say_more_than_their_cases():
    """Where a case says nothing about its repeats, they narrow the interval."""
    words = ["pf" * 5] * 20
    assert measure("pass_rate", passes(words)).low > measure("pass_rate", rate(10, 20)).low


def test_failures_are_not_judged_and_not_unjudged():
    """A rate of judged answers stands on fewer rows than were asked, and says how many could not be judged."""
    reading = measure("pass_rate", passes(["p", "p", "f", "n", "x"]))
    assert (reading.value, reading.n, reading.asked, reading.not_judged) == (pytest.approx(2 / 3), 3, 5, 1)


@pytest.mark.parametrize(
    ("words", "note"),
    [([], "no cases"), (["x", "x"], "nothing was answered: all 2 failed"), (["n"], "nothing was judged")],
)
def test_nothing_judged_gives_no_value_but_the_reason(words, note):
    """Neither no cases nor only failures are a pass rate of 0 or 1."""
    reading = measure("pass_rate", passes(words))
    assert (reading.value, reading.low, reading.high, reading.note) == (None, None, None, note)


def test_failure_rate_is_of_all_that_was_asked():
    """One failure of four attempts is 25 %, whatever the checks said of the others."""
    batch = passes(["p", "f", "n", "x"])
    assert measure("failures.rate", batch).value == 0.25
    assert measure("failures.timeout", batch).value == 0.25
    assert measure("failures.tls_error", batch).value == 0
    assert measure("failures.rate", batch).direction == "down"


def test_no_failure_at_all_still_has_an_upper_end():
    """None of ten failed: Wilson's interval ends at .277533."""
    assert measure("failures.rate", rate(10, 10)).high == pytest.approx(0.277533, abs=1e-6)


def test_not_judged_rate_is_of_all_that_was_asked():
    """A failure is no answer that could not be judged."""
    assert measure("not_judged.rate", passes(["p", "n", "x", "x"])).value == 0.25


def test_retries_are_requests_beyond_one_a_turn():
    """A dialogue of three turns needs three requests; a failed turn is one that was asked."""
    batch = Batch()
    for sent, requests in [(3, 3), (4, 3), (1, 1), (2, 1)]:
        batch.add_row(f"{sent}{requests}", {"attempts": sent, "requests": requests, "failed": 0.0}, {})
    assert measure("retries.rate", batch).value == 0.5


def test_engagement_counts_turns_and_questions_asked_back():
    """Turns are a mean over dialogues, questions asked back a rate."""
    batch = Batch()
    for turns, asked_back in [(1, 0), (3, 1), (5, 1)]:
        batch.add_row(str(turns), {"failed": 0.0, "turns": turns, "asked_back": asked_back}, {})
    assert measure("turns.mean", batch).value == 3
    assert measure("asked_back.rate", batch).value == pytest.approx(2 / 3)


@given(WORDS)
def test_a_rate_lies_in_its_interval_and_the_interval_within_0_and_1(words):
    """Whatever was asked: low <= value <= high, n <= asked, clusters <= n."""
    batch = passes(words)
    for name in ("pass_rate", "failures.rate", "not_judged.rate", "retries.rate"):
        reading = measure(name, batch)
        if reading.value is not None:
            assert 0 <= reading.low <= reading.value <= reading.high <= 1
            assert 1 <= reading.clusters <= reading.n <= reading.asked


@given(WORDS, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(words, chance):
    """A shuffled run has the same Reading."""
    named = list(enumerate(words))
    batch = passes({str(number): word for number, word in named})
    chance.shuffle(named)
    again = passes({str(number): word for number, word in named})
    one, other = measure("pass_rate", batch), measure("pass_rate", again)
    assert one.value == (None if other.value is None else pytest.approx(other.value))
    assert one.low == (None if other.low is None else pytest.approx(other.low))


@given(st.integers(1, 60).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_higher_confidence_never_narrows(counts):
    """A 99 % interval holds the 95 % one; both are Wilson's for single attempts."""
    right, n = counts
    narrow, wide = (measure("pass_rate", rate(right, n), level) for level in (0.95, 0.99))
    assert wide.low <= narrow.low <= narrow.high <= wide.high
    assert (wide.low, wide.high) == pytest.approx(wilson(right, n, 0.99))
