"""What a pickle would do when it is loaded, for people: its calls in order, and what the allow-list lacks."""

import contextlib
from collections.abc import Iterator

from seatrial.scan.format import Unreadable
from seatrial.scan.limits import OverBudget
from seatrial.scan.part import Part
from seatrial.scan.pickles import rules
from seatrial.scan.pickles.court import Call, Court
from seatrial.scan.pickles.streams import run_all

__all__ = ["Call", "calls", "unlisted"]


def calls(part: Part) -> Iterator[Call]:
    """Every call that loading a pickle would make, in order, up to where the stream breaks or the budget ends.

    Args:
        part: A Part that the format `pickle` recognises; others give nothing.
    """
    yield from _run(part, explaining=True).calls


def unlisted(part: Part) -> tuple[str, ...]:
    """The globals that only need to be allowed: not listed, and nothing is known against them; sorted full names."""
    court = _run(part, explaining=False)
    wanted = (rules.NOTHING_KNOWN.id,)
    return tuple(sorted({each.known.full for each in court.sightings.values() if each.rule and each.rule.id in wanted}))


def _run(part: Part, *, explaining: bool) -> Court:
    court = Court(part, explaining=explaining)
    with contextlib.suppress(Unreadable, OverBudget):
        run_all(court, part.blob)
    return court
