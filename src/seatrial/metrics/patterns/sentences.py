"""Patterns in words: every number with what it stands on, rates with their intervals."""

from collections.abc import Sequence

from seatrial.metrics.patterns.records import Condition, Explanation, Pattern, Share
from seatrial.metrics.wording import count, percent
from seatrial.stats.power import cases_needed_two_rates

_SEEN = ((0.1, 0.3), (0.1, 0.5))
"""Shares of passing and failing rows for which it is said how many failures would show the difference."""


def conditions(of: Pattern) -> str:
    """What holds for the pattern's rows, e.g. `have language=es and contain a line break`."""
    return also(of.conditions)


def also(of: Sequence[Condition]) -> str:
    """Conditions as one phrase."""
    return " and ".join(condition.words for condition in of)


def sentence(of: Pattern) -> str:
    """The pattern from both ends: how much of what fails fits it, and how much of what fits it fails."""
    text = (
        f"{percent(of.of_failed.rate)} of the {of.of_failed.n:,} that fail {between(of.of_failed)} {conditions(of)}, "
        f"against {percent(of.of_passed.rate)} of the {of.of_passed.n:,} that do not; of these {of.inside.n:,}, "
        f"{percent(of.inside.rate)} fail {between(of.inside)}, of the others {percent(of.outside.rate)}."
    )
    if of.replicated is None:
        return text
    held = f"{percent(of.replicated.rate)} of {of.replicated.n:,} fail {between(of.replicated)}"
    return f"{text} In the half of the cases where it was not searched, {held}."


def headline(found: Explanation, of_failed: Share, of_passed: Share) -> str:
    """The failures in one sentence: how many, and what most of them share.

    Args:
        found: What was found.
        of_failed: The share of what fails that fits any of the causes.
        of_passed: The same of what does not fail.
    """
    start = failing(found.outcome, found.failed)
    first = found.patterns[:1]
    if not first:
        return f"{start}."
    if len(found.causes) < 2:
        (best,) = first
        share, other = best.of_failed, best.of_passed
        what = conditions(best)
    else:
        share, other = of_failed, of_passed
        what = _either([f"{conditions(each)} ({percent(each.inside.rate, 0)} fail)" for each in found.causes])
    return (
        f"{start}; {percent(share.rate)} of those {between(share)} {what}, against {percent(other.rate)} of the rest."
    )


def failing(outcome: str, failed: Share) -> str:
    """How many fail, e.g. `8.3 % of 1,200 answers fail [6.9 %, 10.0 %]`."""
    if outcome == "failure":
        return f"{percent(failed.rate)} of {count(failed.n, 'attempt')} got no answer {between(failed)}"
    what = "" if outcome == "pass" else f" `{outcome}`"
    return f"{percent(failed.rate)} of {count(failed.n, 'answer')} fail{what} {between(failed)}"


def nothing_found(found: Explanation) -> str:
    """That nothing separates what fails, and how many failures would show a difference."""
    alpha = 0.025 / max(1, found.tried)
    needs = [
        f"about {cases_needed_two_rates(low, high, alpha):,} to see what {percent(high, 0)} of them share with only "
        f"{percent(low, 0)} of the rest"
        for low, high in reversed(_SEEN)
    ]
    return (
        f"{failing(found.outcome, found.failed)}; nothing that was looked at separates them from the rest beyond "
        f"chance. It takes {' and '.join(needs)} (power 80 %), and there are {found.failed.count:,}."
    )


def too_few(outcome: str, failed: Share, fewest: int) -> str:
    """That there is too little of one kind to look for anything."""
    if not failed.n:
        return "No row has an outcome, so there is nothing to explain."
    if not failed.count:
        return f"{failing(outcome, failed)}: there is nothing to explain."
    few = "so few fail" if failed.count < fewest else "so few do not fail"
    return f"{failing(outcome, failed)}; {few} that no pattern could be told from chance: {fewest} are needed of each."


def between(share: Share) -> str:
    """The 95 % interval, e.g. `[6.9 %, 10.0 %]`."""
    return f"[{percent(share.low)}, {percent(share.high)}]"


def _either(phrases: Sequence[str]) -> str:
    return phrases[0] if len(phrases) == 1 else f"{', '.join(phrases[:-1])} or {phrases[-1]}"
