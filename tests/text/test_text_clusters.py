"""Texts as weighted words, and groups of texts that are alike."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from seatrial.text.clusters import FARTHEST, Group, dense_distances, grouped, separating_words
from seatrial.text.tfidf import cosine, distances, tfidf

SORRY = ["sorry I cannot help you", "sorry I can not help with that", "I cannot help, sorry"]
FERRY = ["the ferry leaves at noon", "the last ferry leaves tonight", "a ferry leaves from here"]


def test_weights_follow_the_formula() -> None:
    """A word's weight is (1 + ln count) * (ln((1 + texts) / (1 + texts with it)) + 1), over the text's length."""
    (first, _) = tfidf(["boat boat pier", "pier"])
    boat, pier = (1 + math.log(2)) * (math.log(3 / 2) + 1), 1.0
    length = math.hypot(boat, pier)
    assert first == pytest.approx({"boat": boat / length, "pier": pier / length})


def test_weights_have_length_one() -> None:
    """Squares of weights sum to one; a text without words has no weights."""
    for weights in tfidf([*SORRY, *FERRY]):
        assert math.fsum(weight**2 for weight in weights.values()) == pytest.approx(1)
    assert tfidf(["12", ""]) == [{}, {}]


@settings(max_examples=30)
@given(st.lists(st.text(alphabet="ab ", max_size=12), min_size=1, max_size=8))
def test_distances_are_one_minus_cosine(texts: list[str]) -> None:
    """The quick way over common words gives what each pair's cosine gives, both ways round."""
    weights, found = tfidf(texts), distances(texts)
    for i, a in enumerate(weights):
        for j, b in enumerate(weights):
            assert found[i][j] == found[j][i]
            assert found[i][j] == pytest.approx(0 if i == j else 1 - cosine(a, b), abs=1e-9)


def test_a_text_without_words_is_far_from_all() -> None:
    """Nothing in common is a distance of one, also between two texts of no words."""
    assert distances(["", "12", "boat"]) == [[0, 1, 1], [1, 0, 1], [1, 1, 0]]


def test_alike_texts_become_one_group() -> None:
    """Two kinds of answers are two groups, and the medoid is a member of its own."""
    groups = grouped(distances([*SORRY, *FERRY]))
    assert sorted(group.members for group in groups) == [(0, 1, 2), (3, 4, 5)]
    assert all(group.medoid in group.members for group in groups)


def test_the_medoid_is_nearest_to_all() -> None:
    """The example of a group is the text with the least distance to the others."""
    apart = [[0, 0.1, 0.5], [0.1, 0, 0.1], [0.5, 0.1, 0]]
    assert grouped(apart) == [Group((0, 1, 2), 1)]


def test_far_texts_stay_apart() -> None:
    """Texts that share nothing are no group, and single ones are left out unless they are asked for."""
    apart = distances(["boat", "pier", "fare"])
    assert grouped(apart) == []
    assert [group.members for group in grouped(apart, smallest=1)] == [(0,), (1,), (2,)]


@pytest.mark.parametrize("n", [0, 1])
def test_hardly_any_text(n: int) -> None:
    """No text, or one, is no reason to fail."""
    assert grouped(distances(["boat"] * n)) == []


@settings(max_examples=25)
@given(st.integers(2, 25), st.integers(0, 10_000))
def test_groups_are_scipys(n: int, seed: int) -> None:
    """Average linkage cut at the same distance gives the groups of scipy."""
    rng = random.Random(seed)
    apart = [[0.0] * n for _ in range(n)]
    for i in range(n):
        for j in range(i):
            apart[i][j] = apart[j][i] = rng.random()
    labels = fcluster(linkage(squareform(apart), "average"), 0.4, "distance")
    expected = sorted(tuple(i for i in range(n) if labels[i] == label) for label in set(labels))
    assert sorted(group.members for group in grouped(apart, 0.4, smallest=1)) == expected


def test_the_largest_group_comes_first() -> None:
    """Groups are ordered by size, then by their first text."""
    groups = grouped(distances([*SORRY, *FERRY, "the ferry leaves at one"]))
    assert [len(group.members) for group in groups] == [4, 3]


def test_vectors_are_held_together_by_angle() -> None:
    """Of embeddings only the direction counts; a vector of zeros is far from all."""
    apart = dense_distances([[1, 0], [5, 0], [0, 2], [0, 0]])
    assert apart[0][1] == 0
    assert apart[0][2] == apart[0][3] == 1
    assert dense_distances([[1, 1], [1, 0]])[0][1] == pytest.approx(1 - math.sqrt(0.5))


def test_names_are_words_that_separate() -> None:
    """A group is named by words that it has and others lack, the best first."""
    assert "sorry" in separating_words(SORRY, FERRY)
    assert set(separating_words(FERRY, SORRY)[:2]) == {"ferry", "leaves"}
    assert not set(separating_words(SORRY, FERRY)) & {"ferry", "leaves"}


def test_words_of_all_texts_name_nothing() -> None:
    """A word that the others hold as often is no name, nor one that few of the group hold."""
    assert separating_words(["the boat"] * 4, ["the pier"] * 4) == ["boat"]
    assert "rare" not in separating_words(["boat"] * 9 + ["boat rare"], ["pier"] * 9)
    assert separating_words([], []) == []


def test_five_hundred_texts_are_grouped() -> None:
    """The most that callers give is grouped whole: every text is in one group."""
    rng = random.Random(1)
    words = ["ferry", "pier", "fare", "dog", "ticket", "island", "noon", "lift"]
    texts = [" ".join(rng.choices(words, k=5)) for _ in range(500)]
    groups = grouped(distances(texts), FARTHEST, smallest=1)
    assert sorted(place for group in groups for place in group.members) == list(range(500))


def test_groups_do_not_depend_on_the_order() -> None:
    """The same texts in another order make the same groups."""
    texts = [*SORRY, *FERRY, "something else"]
    mixed = random.Random(3).sample(range(7), 7)
    first = {frozenset(texts[i] for i in group.members) for group in grouped(distances(texts))}
    second = grouped(distances([texts[i] for i in mixed]))
    assert {frozenset(texts[mixed[i]] for i in group.members) for group in second} == first
