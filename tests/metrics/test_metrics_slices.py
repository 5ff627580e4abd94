import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_batches import add, passes, rate

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.reading import Reading
from seatrial.metrics.moments import Moments, p_of_difference
from seatrial.metrics.slices import compare_slices, worst_slices
from seatrial.metrics.table import find_metric
from seatrial.stats.clustered import cluster_sums
from seatrial.stats.paired import fisher_exact

PASS_RATE = find_metric("pass_rate")


def languages(counts, repeats=1):
    """Cases by language: (right, n) each."""
    batch = Batch()
    for language, (right, n) in counts.items():
        words = {f"{language}{i}": ("p" if i < right else "f") * repeats for i in range(n)}
        passes(words, batch, language=language)
    return batch


def test_a_planted_fault_is_the_first_slice():
    """Spanish fails half of the time, the rest rarely."""
    batch = languages({"en": (58, 60), "es": (30, 60), "de": (57, 60)})
    found = compare_slices(batch, PASS_RATE)
    assert found.worst[0].slice == (("language", "es"),)
    assert found.worst[0].p < 1e-6
    assert found.compared == 3
    assert found.worst[0].note == "the rest has 95.8 %; one of 3 comparisons"


def test_a_slice_is_held_against_the_rest_and_not_the_whole():
    """The p-value is Fisher's of the slice and the others, times the comparisons that Holm counts."""
    found = worst_slices(languages({"en": (28, 30), "es": (20, 30)}), PASS_RATE)
    assert found[0].p == pytest.approx(2 * fisher_exact(20, 10, 28, 2))


def test_slices_that_are_better_are_not_listed():
    """What is worse than the rest comes, worst first, and no more than asked for."""
    batch = languages({"en": (50, 50), "es": (10, 50), "de": (30, 50), "fr": (48, 50)})
    assert [each.slice[0][1] for each in worst_slices(batch, PASS_RATE)] == ["es", "de"]
    assert len(worst_slices(batch, PASS_RATE, most=1)) == 1


def test_two_tags_together_find_what_neither_shows():
    """Upper case fails only in Spanish."""
    batch = Batch()
    for language in ("en", "es"):
        for style in ("plain", "caps"):
            word = "f" if (language, style) == ("es", "caps") else "p"
            passes({f"{language}{style}{i}": word for i in range(15)}, batch, language=language, style=style)
    assert worst_slices(batch, PASS_RATE)[0].slice == (("language", "es"), ("style", "caps"))


def test_a_pair_that_is_one_of_its_slices_is_not_compared_twice():
    """If all Spanish cases are in upper case, the pair says nothing new."""
    batch = rate(20, 20, language="en", style="plain")
    passes({f"e{i}": "f" for i in range(20)}, batch, language="es", style="caps")
    assert compare_slices(batch, PASS_RATE).compared == 4


def test_repeats_do_not_make_evidence():
    """Cases that fail as a whole weigh the same however often they are asked."""
    counts = {"en": (18, 20), "es": (12, 20)}
    once, often = (worst_slices(languages(counts, repeats), PASS_RATE)[0].p for repeats in (1, 10))
    assert often > once / 5


def test_a_small_slice_is_not_compared():
    """Four cases can prove nothing, and looking at them would cost the others."""
    batch = languages({"en": (50, 50), "fy": (0, 4), "es": (40, 50)})
    assert compare_slices(batch, PASS_RATE).compared == 2
    assert compare_slices(batch, PASS_RATE, minimum=4).compared == 3


def test_latency_slices_are_held_by_the_share_above_the_percentile():
    """The slow language is found, and its own percentile is shown."""
    chance, batch = random.Random(4), Batch()
    for i in range(200):
        language = "es" if i % 4 == 0 else "en"
        add(batch, str(i), "p", {"language": language}, latency=chance.uniform(0, 1) + (2 if language == "es" else 0))
    worst = worst_slices(batch, find_metric("latency.p90"))[0]
    assert worst.slice == (("language", "es"),)
    assert worst.value > 2
    assert "of the rest lie above" in worst.note


def test_slices_can_be_compared_by_flaky_cases():
    """A metric with a value for each case is compared by cases."""
    batch = passes({f"a{i}": "pp" for i in range(20)}, language="en")
    passes({f"b{i}": "pf" for i in range(20)}, batch, language="es")
    assert worst_slices(batch, find_metric("flaky.rate"))[0].slice == (("language", "es"),)


def test_a_metric_without_values_of_single_cases_is_a_mistake():
    """It cannot tell a slice from the rest."""

    class Whole:
        name, unit, direction = "whole", "", "up"

        def measure(self, batch, confidence=0.95):
            return Reading("whole", 1.0)

    with pytest.raises(Mistake, match="no value for a single case"):
        worst_slices(languages({"en": (1, 9)}), Whole())


def test_nothing_to_slice_gives_nothing():
    """No cases and no tags are no comparison."""
    assert compare_slices(Batch(), PASS_RATE).compared == 0
    assert compare_slices(rate(5, 10), PASS_RATE).compared == 0


@given(st.lists(st.tuples(st.integers(0, 12), st.integers(2, 9), st.floats(0, 1)), min_size=2, max_size=60))
def test_moments_have_the_clustered_error_and_can_be_taken_away(rows):
    """The sums of a slice and of its rest give what the rows themselves give."""
    whole, part, rest = Moments(), Moments(), Moments()
    direct = cluster_sums([], [])
    for cluster, (where, n, mean) in enumerate(rows):
        whole.add(n, n * mean)
        (part if where < 6 else rest).add(n, n * mean)
        direct.add(cluster, n * mean, n)
    found = direct.mean()
    assert (whole.mean, whole.se) == (pytest.approx(found.mean), pytest.approx(found.se, abs=1e-6))
    assert whole.without(part).ss == pytest.approx(rest.ss, abs=1e-9)


@settings(max_examples=50)
@given(st.integers(2, 30), st.integers(2, 30))
def test_means_that_are_all_alike_prove_no_more_than_a_permutation(few, many):
    """Without any spread the p-value is that of all orders of the cases."""
    a, b = Moments(), Moments()
    for _ in range(few):
        a.add(1, 0.25)
    for _ in range(many):
        b.add(1, 0.75)
    assert p_of_difference(a, b, of_rates=False) == fisher_exact(few, 0, 0, many)


@pytest.mark.slow
def test_chance_alone_seldom_makes_a_worst_slice():
    """Of 200 runs without any planted fault, at most 8 % show a slice with an adjusted p under .05."""
    chance, alarms = random.Random(11), 0
    for _ in range(200):
        batch = Batch()
        for i in range(120):
            tags = {"language": ["en", "es", "de", "fr"][i % 4], "style": "ab"[i // 4 % 2]}
            passes({str(i): "".join(chance.choice("pppf") for _ in range(2))}, batch, **tags)
        alarms += any(each.p < 0.05 for each in worst_slices(batch, PASS_RATE))
    assert alarms <= 16
