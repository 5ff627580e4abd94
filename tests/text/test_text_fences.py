"""What stands inside a fence of backticks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.fences import unfenced


@pytest.mark.parametrize(
    "text",
    ["```\na\n```", "```json\na\n```", " \n```json \r\na\n``` \n", "```\na```", "``` x1 \na\n```"],
)
def test_one_block_is_opened(text):
    """With a word behind its fence or without, and with white space around."""
    assert unfenced(text).strip() == "a"


@pytest.mark.parametrize(
    "text",
    ["", "a", "```", "``````", "```a```", "```\na", "a\n```", "Here:\n```\na\n```", "```a b\nc\n```", "```a`b\nc\n```"],
)
def test_all_else_stays_as_it_is(text):
    """Prose around it, a fence that does not close, code within a line."""
    assert unfenced(text) == text


def test_an_empty_block_is_empty():
    """Nothing stands in it."""
    assert unfenced("```\n```") == ""


@given(st.text("a\n `", max_size=30))
def test_what_is_fenced_comes_out_again(inside):
    """Whatever stands inside, other fences too."""
    assert unfenced(f"```\n{inside}\n```") == f"{inside}\n"


@pytest.mark.parametrize("text", ["```\n" + "\n" * 1_000_000, "```" + " \n" * 500_000 + "x", "```\n" + "```" * 300_000])
def test_a_megabyte_is_no_matter(text):
    """Line breaks behind an opening fence once took minutes for a thousand characters."""
    assert len(unfenced(text)) <= len(text)
