"""Fenced blocks of code in Markdown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.blocks import Block, blocks_of, prose_of


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("no code", []),
        ("```python\nx = 1\n```", [("python", "x = 1", 2)]),
        ("a\n```\nx\ny\n```\nb", [("", "x\ny", 3)]),
        ("~~~SQL\nselect 1\n~~~", [("sql", "select 1", 2)]),
        ("````md\n```\ninner\n```\n````", [("md", "```\ninner\n```", 2)]),
        ("```py\na\n```\n```js\nb\n```", [("py", "a", 2), ("js", "b", 5)]),
        ("1. do\n   ```sh\n   ls\n   ```", [("sh", "   ls", 3)]),
        ("- ```sh\n  ls\n  ```", [("sh", "  ls", 2)]),
        ('```yaml title="a.yaml"\na: 1\n```', [("yaml", "a: 1", 2)]),
        ("```\r\nx\r\n```\r\n", [("", "x\r", 2)]),
        ("``` not `a` fence", []),
        ("text ``` text", []),
        ("```\n```", [("", "", 2)]),
        ("```a\n~~~\n```", [("a", "~~~", 2)]),
        ("```\nx\n``` y\n```", [("", "x\n``` y", 2)]),
    ],
)
def test_blocks(text, found):
    """Fences are found as CommonMark says, with language, body and line."""
    assert [(block.language, block.body, block.line) for block in blocks_of(text)] == found


def test_an_open_block_goes_on_to_the_end():
    """A block whose fence is never closed holds the rest, and says so."""
    assert blocks_of("a\n```py\nx\ny") == (Block("py", "x\ny", 3, closed=False),)


@pytest.mark.parametrize(
    ("text", "prose"),
    [
        ("plain", "plain"),
        ("a\n```\nx\n```\nb", "a\n\n\n\nb"),
        ("use `x` now", "use     now"),
        ("``ab``c", "      c"),
        ("a ` b", "a ` b"),
        ("```open", ""),
    ],
)
def test_prose(text, prose):
    """Code is blanked and everything else stays in its line."""
    assert prose_of(text) == prose


def test_blanked_code_can_be_shown_as_something():
    """A reader of links needs to see that something stood there."""
    assert prose_of("[a](`b`)", "x") == "[a](xxx)"


@given(st.text(alphabet="`~\n ab-1.", max_size=80))
def test_lines_stay_where_they_are(text):
    """Whatever the fences are, prose has as many lines as the text, and blocks hold only lines of it."""
    assert prose_of(text).count("\n") == text.count("\n")
    for block in blocks_of(text):
        assert not block.body or block.body in text
