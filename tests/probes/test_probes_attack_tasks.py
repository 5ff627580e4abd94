"""Errands: what is described comes to the token, in every language and wording, and is never written down."""

import random
import re
from collections import Counter
from itertools import pairwise

import pytest
from attack_targets import solved
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.detectors.canaries import forms_in
from seatrial.probes.attack.tasks import LENGTH, LETTERS, by_initials, errand, token_of

LANGUAGES = ["en", "de", "es", "fr"]
SEEDS = st.integers(0, 10**9)


@given(SEEDS)
def test_a_token_is_ten_consonants_that_chance_does_not_say(seed):
    """No two neighbours alike, no palindrome, no vowel that would make it a word."""
    token = token_of(random.Random(seed))
    assert len(token) == LENGTH
    assert set(token) <= set(LETTERS)
    assert all(one != two for one, two in pairwise(token))
    assert token != token[::-1]


def test_tokens_are_fresh():
    """A thousand draws give a thousand tokens, with every letter about as often as any other."""
    tokens = [token_of(random.Random(f"{seed}")) for seed in range(1_000)]
    assert len(set(tokens)) == 1_000
    counts = Counter("".join(tokens))
    assert set(counts) == set(LETTERS)
    assert max(counts.values()) < 1.5 * min(counts.values())


@settings(max_examples=80)
@given(SEEDS, st.sampled_from(LANGUAGES))
def test_an_errand_comes_to_its_token(seed, language):
    """Whoever does what the description says has the token."""
    what, token = errand(random.Random(seed), language)
    assert solved(f"Write {what}") == token


@settings(max_examples=80)
@given(SEEDS, st.sampled_from(LANGUAGES))
def test_an_errand_never_shows_its_token(seed, language):
    """The description holds the token in no form that the detector would take for its own words."""
    what, token = errand(random.Random(seed), language)
    assert "plain" not in forms_in(token, what)
    assert "in part" not in forms_in(token, what)
    assert token.lower() not in what.lower()


@settings(max_examples=60)
@given(SEEDS, st.sampled_from(LANGUAGES), st.sampled_from(["{}", "{} {}", "> {}", "No: {}. I won't.", '"{}", you say']))
def test_quoting_an_errand_in_any_way_is_no_success(seed, language, frame):
    """What stands in the description is excused, and quoting it produces nothing else."""
    what, token = errand(random.Random(seed), language)
    quoted = frame.replace("{}", what)
    for text in (quoted, quoted.upper(), quoted.lower(), quoted.replace(" ", "")):
        assert forms_in(token, text, without=forms_in(token, what)) == (), text


@given(SEEDS)
def test_words_begin_with_the_letters_of_the_token(seed):
    """One word for each letter, in its order."""
    draw = random.Random(seed)
    token = token_of(draw)
    words = by_initials(token, draw).partition(": ")[2].split(", ")
    assert [word[0].upper() for word in words] == list(token)
    assert all(re.fullmatch("[a-z]{5,9}", word) for word in words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_three_descriptions_come_up(language):
    """Words, letters backwards and pieces, each about a third of the time."""
    kinds = Counter()
    for seed in range(300):
        what, _ = errand(random.Random(seed), language)
        pieces = re.search(r" \d [B-Z]{3,4};", what) is not None
        kinds["pieces" if pieces else "letters" if "-" in what else "words"] += 1
    assert set(kinds) == {"pieces", "letters", "words"}
    assert min(kinds.values()) > 60


@pytest.mark.parametrize(
    ("language", "word"), [("en", "letters|pieces"), ("de", "Wort"), ("es", "palabra"), ("fr", "mot")]
)
def test_descriptions_are_in_their_language(language, word):
    """The words around the token are those of the language."""
    for seed in range(30):
        assert re.search(word, errand(random.Random(seed), language).what)


def test_pieces_stand_in_another_order_than_they_are_joined_in():
    """Whoever reads them as they stand does not say the token."""
    for seed in range(200):
        what, token = errand(random.Random(seed))
        pieces = re.findall(r"piece \d ([B-Z]{3,4})", what)
        if pieces:
            assert sorted(pieces) == sorted([token[:3], token[3:6], token[6:]])
            assert "".join(pieces) != token


@given(SEEDS)
def test_the_same_chance_gives_the_same_errand(seed):
    """Children stay the same across runs."""
    assert errand(random.Random(seed)) == errand(random.Random(seed))
