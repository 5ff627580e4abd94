"""Strengths of players from who beat whom (Bradley and Terry 1952)."""

import math
from collections.abc import Mapping, Sequence

MOST_ROUNDS = 10_000
ENOUGH = 1e-10
"""The largest relative change of a strength at which the search ends."""


def strengths(players: Sequence[str], wins: Mapping[tuple[str, str], float], prior: float = 0.0) -> dict[str, float]:
    """The log-strength of each player; they sum to 0, and i beats j with probability 1 / (1 + exp(s_j - s_i)).

    Hunter's minorisation-maximisation (Annals of Statistics 32, 2004). A tie is half a win for each. The likelihood has
    no maximum when some players never lose to the others: `prior` pseudo-ties between every two players give it one.

    Args:
        players: Their names, each once.
        wins: (winner, loser) -> how often; halves are fine.
        prior: Ties added between every two players.

    Raises:
        ValueError: A pair names nobody, and without a prior: some players cannot be compared with the others.
    """
    unknown = {name for pair in wins for name in pair} - set(players)
    if unknown:
        raise ValueError(f"{sorted(unknown)[0]} is no player")
    won = {(a, b): wins.get((a, b), 0.0) + prior / 2 for a in players for b in players if a != b}
    if not _connected(players, won):
        raise ValueError("some players never lost to the others, or never met them: add a prior")
    totals = {a: math.fsum(won[a, b] for b in players if a != b) for a in players}
    games = {(a, b): won[a, b] + won[b, a] for a, b in won}
    found = dict.fromkeys(players, 1.0)
    for _ in range(MOST_ROUNDS):
        found, before = _step(players, totals, games, found), found
        if all(abs(found[each] / before[each] - 1) < ENOUGH for each in players):
            break
    return {each: math.log(found[each]) for each in players}


def _step(
    players: Sequence[str],
    totals: Mapping[str, float],
    games: Mapping[tuple[str, str], float],
    now: Mapping[str, float],
) -> dict[str, float]:
    """One round of the search, scaled to a geometric mean of 1."""
    if len(players) < 2:
        return dict(now)
    new = {a: totals[a] / math.fsum(games[a, b] / (now[a] + now[b]) for b in players if a != b) for a in players}
    middle = math.exp(math.fsum(map(math.log, new.values())) / len(new))
    return {each: strength / middle for each, strength in new.items()}


def _connected(players: Sequence[str], won: Mapping[tuple[str, str], float]) -> bool:
    """Whether every player has beaten every other through some chain (Ford 1957)."""
    if not players:
        return True
    beats = {a: [b for b in players if a != b and won[a, b] > 0] for a in players}
    loses = {a: [b for b in players if a != b and won[b, a] > 0] for a in players}
    return all(_reached(players[0], edges) == len(players) for edges in (beats, loses))


def _reached(start: str, edges: Mapping[str, list[str]]) -> int:
    seen, waiting = {start}, [start]
    while waiting:
        for each in edges[waiting.pop()]:
            if each not in seen:
                seen.add(each)
                waiting.append(each)
    return len(seen)
