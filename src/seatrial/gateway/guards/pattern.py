r"""A user's own pattern, in bounded time: what could take for ever, or match without end, is refused when it is read.

Python's `re` tries one way after another, so a pattern is refused that has no longest match, or whose repeats can be
matched in too many ways together, as those inside each other can (`(a{1,9}b?){1,9}`).
"""

import re
import time
from re import _constants as signs  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any, Final

from seatrial.core.errors import Mistake
from seatrial.gateway.guards.finding import Match

MOST_WIDTH: Final = 2_000
MOST_WAYS: Final = 200_000
MOST_PATTERN: Final = 2_000
TRIED_ON: Final = 500
MOST_SECONDS: Final = 0.01
"""Of this thread's own time, for a text of `TRIED_ON` characters."""
_REPEATS: Final = (signs.MAX_REPEAT, signs.MIN_REPEAT)


class Pattern:
    """Finds what a pattern matches.

    Args:
        pattern: As Python's `re` takes it.

    Raises:
        Mistake: It is no pattern, or could take too long.
    """

    def __init__(self, pattern: str) -> None:
        self._width = checked(pattern)
        self._pattern = re.compile(pattern)

    def find(self, text: str) -> list[Match]:
        """All matches that are not empty."""
        return [Match("pattern", *each.span()) for each in self._pattern.finditer(text) if each[0]]

    def open(self, text: str) -> int:
        """As much as the longest match and the character behind it."""
        return max(0, len(text) - self._width)


def checked(pattern: str) -> int:
    """How many characters a pattern looks at, at the most.

    Raises:
        Mistake: It is no pattern, or could take too long.
    """
    if len(pattern) > MOST_PATTERN:
        raise Mistake(f"the pattern is longer than {MOST_PATTERN:,} characters")
    try:
        parsed = parser.parse(pattern)
        re.compile(pattern)
    except (re.error, RecursionError, OverflowError) as error:
        raise Mistake(f"`{pattern[:60]}` is no regular expression: {error}") from None
    least, most = parsed.getwidth()
    if most > MOST_WIDTH:
        raise Mistake(
            f"`{pattern[:60]}` has no bound: write {{1,200}} for + and {{0,200}} for *, {MOST_WIDTH:,} together"
        )
    if not least:
        raise Mistake(f"`{pattern[:60]}` matches the empty text")
    ways = _ways(parsed)
    if ways > MOST_WAYS:
        raise Mistake(
            f"`{pattern[:60]}` could take too long: its repeats can be matched in {ways:.1g} ways; bound them"
        )
    if (sign := _slow_on(re.compile(pattern), pattern)) is not None:
        raise Mistake(f"`{pattern[:60]}` takes too long on a text of many {sign!r}; bound its repeats")
    return int(most) + 1 + _looked(parsed)


def _slow_on(compiled: "re.Pattern[str]", pattern: str) -> str | None:
    """The sign of whose repetition the pattern makes much work, if there is one."""
    for sign in sorted(set("a0 -.@" + pattern)):
        began = time.thread_time()
        compiled.search(sign * TRIED_ON)
        if time.thread_time() - began > MOST_SECONDS:
            return sign
    return None


def _ways(parsed: Any) -> float:
    """How many ways there are to match, at the most: a product over what follows each other, a sum over choices."""
    ways = 1.0
    for sign, what in parsed:
        if sign in _REPEATS:
            ways *= _repeated(what)
        elif sign is signs.BRANCH:
            ways *= sum(_ways(each) for each in what[1])
        elif sign is signs.SUBPATTERN:
            ways *= _ways(what[-1])
        elif sign in (signs.ASSERT, signs.ASSERT_NOT):
            ways *= _ways(what[1])
        elif sign is signs.GROUPREF_EXISTS:
            ways *= sum(_ways(each) for each in what[1:] if each is not None)
        elif sign is getattr(signs, "ATOMIC_GROUP", None):
            ways *= _ways(what)
    return min(ways, 1e300)


def _repeated(what: Any) -> float:
    least, most, inner = what[0], min(int(what[1]), MOST_WIDTH), what[2]
    own = _ways(inner)
    spread = most - int(least) + 1
    if own > 1 and most > 1:
        return float(spread * own ** min(most, 100))
    return float(spread) * own


def _looked(parsed: Any) -> int:
    """How far the pattern looks ahead behind its own match."""
    return sum(int(what[1].getwidth()[1]) if sign in (signs.ASSERT, signs.ASSERT_NOT) else 0 for sign, what in parsed)
