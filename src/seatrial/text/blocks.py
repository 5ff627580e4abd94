"""Code in a text of Markdown: its fenced blocks, and the text without any code (CommonMark 0.31, section 4.5).

A fence is three or more backticks or tildes, indented by at most three spaces (more inside a list, which is taken as
one, too); a block ends with a fence of the same character that is at least as long, or with the text. One pass over
the lines.
"""

import re
from typing import NamedTuple

_FENCE = re.compile(r"[ \t]*(?:[-*+>][ \t]+)?(?P<fence>`{3,}|~{3,})[ \t]*(?P<info>[^\r\n]*)")
_INLINE = re.compile(r"(?<!`)(`{1,3})(?!`)[^`\n]{1,1000}\1(?!`)")


class Block(NamedTuple):
    """A fenced block: the first word behind its fence in lower case, what it holds, its first line counted from 1."""

    language: str
    body: str
    line: int
    closed: bool = True


def blocks_of(text: str) -> tuple[Block, ...]:
    """The fenced blocks of a text; the last one may lack its closing fence."""
    return _read(text)[0]


def prose_of(text: str, blank: str = " ") -> str:
    """The text without its code: fenced blocks become empty lines, each character of code in a line becomes `blank`."""
    if "`" not in text and "~~~" not in text:
        return text
    return _INLINE.sub(lambda found: blank * len(found[0]), _read(text)[1])


def _read(text: str) -> tuple[tuple[Block, ...], str]:
    """The blocks and the lines outside of them."""
    blocks: list[Block] = []
    prose: list[str] = []
    inside: list[str] = []
    fence, language, begin = "", "", 0
    for number, line in enumerate(text.split("\n"), 1):
        found = _FENCE.match(line)
        if fence:
            if found and found["fence"].startswith(fence) and not found["info"].strip():
                blocks.append(Block(language, "\n".join(inside), begin + 1))
                fence = ""
            else:
                inside.append(line)
        elif found and not (found["fence"][0] == "`" and "`" in found["info"]):
            fence, begin, inside = found["fence"], number, []
            language = found["info"].split()[0].lower() if found["info"].strip() else ""
        else:
            prose.append(line)
            continue
        prose.append("")
    if fence:
        blocks.append(Block(language, "\n".join(inside), begin + 1, closed=False))
    return tuple(blocks), "\n".join(prose)
