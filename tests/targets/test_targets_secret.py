"""Keys come from the environment and do not show."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.targets.secret import FAKE_KEYS, Scrubber, Secret, expand, from_environment, refuse_literal

KEY = "sk-live-1234567890"


@pytest.mark.parametrize("show", [repr, str, "{}".format, "{!r:>40}".format, lambda s: f"{[s]}"])
def test_a_secret_does_not_show_itself(show):
    """No usual way of writing a Secret writes its text."""
    assert KEY not in show(Secret(KEY))


def test_a_secret_is_revealed_on_request():
    """The wire gets the text."""
    assert Secret(KEY).reveal() == KEY


def test_secrets_compare_by_text():
    """Two Secrets of the same text are equal, and never equal to the text."""
    assert Secret(KEY) == Secret(KEY) != KEY
    assert len({Secret(KEY), Secret(KEY), Secret("other")}) == 2


def test_a_key_comes_from_the_environment():
    """`${NAME}` is the variable's value."""
    assert from_environment("${BOT_KEY}", {"BOT_KEY": KEY}) == Secret(KEY)


@pytest.mark.parametrize("environ", [{}, {"BOT_KEY": ""}])
def test_an_unset_variable_is_named(environ):
    """An unset or empty variable is a mistake that names it."""
    with pytest.raises(Mistake, match="BOT_KEY is not set"):
        from_environment("${BOT_KEY}", environ)


def test_a_literal_key_is_refused_without_repeating_it():
    """A key that stands in the file is a mistake, and the message does not hold it."""
    with pytest.raises(Mistake, match=r"write \$\{NAME\}") as caught:
        from_environment(KEY, {})
    assert KEY not in str(caught.value)


@pytest.mark.parametrize("fake", sorted(FAKE_KEYS))
def test_a_fake_key_may_stand_in_the_file(fake):
    """Local servers take keys that guard nothing."""
    assert from_environment(fake, {}) == Secret(fake)


@pytest.mark.parametrize("text", ["$BOT_KEY", "${}", "${1X}", "{BOT_KEY}", "${BOT-KEY}"])
def test_other_ways_to_write_a_variable_are_refused(text):
    """What is no `${NAME}` is taken for a literal key."""
    with pytest.raises(Mistake, match="NAME"):
        refuse_literal(text)


def test_a_text_is_expanded_in_place():
    """Text around the variable stays, and the values are known as secrets."""
    assert expand("Bearer ${A}-${B}", {"A": "one1", "B": "two2"}) == (
        "Bearer one1-two2",
        (Secret("one1"), Secret("two2")),
    )


def test_a_value_is_not_expanded_again():
    """A variable's value that looks like a variable stays as it is."""
    assert expand("${A}", {"A": "${B}", "B": "no"}).text == "${B}"


def test_the_scrubber_blots_out_every_place():
    """All occurrences go, also where they are percent-encoded."""
    scrubber = Scrubber([Secret("a/b+c=d")])
    assert scrubber.text("a/b+c=d, a/b+c=d and a%2Fb%2Bc%3Dd") == "***, *** and ***"
    assert scrubber.body(b"key a/b+c=d.") == b"key ***."


def test_the_scrubber_blots_out_nested_values():
    """Keys and values of decoded JSON are clean."""
    assert Scrubber([Secret(KEY)]).data({KEY: [1, {"x": f"<{KEY}>"}, None]}) == {"***": [1, {"x": "<***>"}, None]}


def test_a_secret_that_begins_another_leaves_no_rest():
    """The longer secret is blotted out first."""
    assert Scrubber([Secret("abcd"), Secret("abcdefgh")]).text("abcdefgh abcd") == "*** ***"


@pytest.mark.parametrize("text", ["none", "x", "test"])
def test_fake_and_tiny_keys_do_not_blot_out_texts(text):
    """A text is not spoiled for the sake of a key that guards nothing."""
    scrubber = Scrubber([Secret(text)])
    assert not scrubber
    assert scrubber.text(f"a {text} b") == f"a {text} b"


@given(st.text("xyz "), st.text("abcd", min_size=4), st.text("xyz "))
def test_a_scrubbed_text_holds_no_secret(before, key, after):
    """Whatever is around it, the secret is gone and the rest is left."""
    assert Scrubber([Secret(key)]).text(before + key + after) == f"{before}***{after}"
