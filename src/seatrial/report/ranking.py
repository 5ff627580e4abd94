"""A Ranking as text: the standings, then who beats whom."""

from collections.abc import Iterator

from seatrial.metrics.rank import Duel, Ranking, Standing


def ranking_lines(found: Ranking) -> Iterator[str]:
    """The ranking, a line at a time, for a terminal."""
    way = "higher is better" if found.direction == "up" else "lower is better"
    left = f" ({found.left_out} others are left out: not every system has a value for them)" if found.left_out else ""
    yield f"{len(found.standings)} systems on {found.cases} cases{left}, by {found.metric}, {way}"
    yield ""
    width = max(6, *(len(each.system) for each in found.standings))
    figures = f"{found.metric:>10}  {'95 % interval':>17}  {'best':>5}  {'shared':>6}  {'strength':>8}"
    yield f"   {'system':<{width}}  {figures}"
    for place, each in enumerate(found.standings, 1):
        yield f"{place:>2} {each.system:<{width}}  {_standing(each)}"
    yield ""
    for duel in found.duels:
        yield _duel(duel)
    yield ""
    yield _conclusion(found)


def _standing(each: Standing) -> str:
    mean, interval = each.mean, "unknown"
    if mean.low is not None and mean.high is not None:
        interval = f"{mean.low:.4g} to {mean.high:.4g}"
    return f"{mean.value:>10.4g}  {interval:>17}  {each.best:>5}  {each.shared:>6}  {each.strength:>8.2f}"


def _duel(duel: Duel) -> str:
    said = f"p {duel.p:.2g}" if duel.is_decided else f"not told apart, p {duel.p:.2g}"
    counts = f"{duel.won} won, {duel.tied} tied, {duel.lost} lost"
    return f"{duel.one} against {duel.other}: {counts}; {duel.rate:.1%} [{duel.low:.1%}, {duel.high:.1%}], {said}"


def _conclusion(found: Ranking) -> str:
    first, *others = found.leaders
    if not others:
        return f"{first} is the best of them."
    return f"{first} is ahead, but cannot be told from {', '.join(others)}: more cases would be needed."
