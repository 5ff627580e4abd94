"""What someone may have meant by a name that is not known."""

import difflib
from collections.abc import Iterable

from seatrial.metrics.wording import listed


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`did you mean `x`?`, or what is known when nothing is near."""
    known = list(known)
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return f"known are {listed([f'`{each}`' for each in known], most=30)}" if known else "none is known"
