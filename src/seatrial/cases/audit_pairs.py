"""Cases that stand twice: the same, nearly the same, and the same with another right answer."""

from collections.abc import Iterator, Sequence

from seatrial.cases.audit_record import found, quoted
from seatrial.cases.near import near_pairs
from seatrial.core.case import Case
from seatrial.core.finding import Finding

SIMILAR = 0.85


def pairs(cases: Sequence[Case], similar: float = SIMILAR) -> Iterator[Finding]:
    """Duplicates, contradictions and near duplicates among the cases of one suite.

    Two cases are the same when turns and context are, apart from white space, case and final punctuation. They
    contradict each other when both expect something and no right answer is common. Cases that are nearly the same are
    told only when they may expect the same, and not within a `group` (tests of invariance differ on purpose).
    """
    groups: dict[tuple[str, ...], list[Case]] = {}
    for case in cases:
        groups.setdefault(_key(case), []).append(case)
    for group in groups.values():
        yield from _twice(group)
    alone = [group[0] for group in groups.values()]
    yield from _near(alone, similar)


def _twice(group: Sequence[Case]) -> Iterator[Finding]:
    """What is wrong with cases that ask the same, each beside those before it, of which all different answers count."""
    first, different = group[0], {_answers(group[0]): group[0]}
    for case in group[1:]:
        mine = _answers(case)
        other = next((each for theirs, each in different.items() if mine and theirs and not mine & theirs), None)
        if other is None:
            yield found("duplicate", case, f"also at {first.origin}: {_asked(case)}")
        else:
            here, there = quoted(case.expect[0], 40), quoted(other.expect[0], 40)
            yield found("contradiction", case, f"{here} here, {there} at {other.origin}: {_asked(case)}")
        different.setdefault(mine, case)


def _near(cases: Sequence[Case], similar: float) -> Iterator[Finding]:
    texts = ["\n".join(turn.content for turn in case.turns) for case in cases]
    told: set[int] = set()
    for one, other, index in near_pairs(texts, similar):
        first, case = cases[one], cases[other]
        same_group = "group" in case.tags and case.tags["group"] == first.tags.get("group")
        if other not in told and not same_group and first.context == case.context and _agree(first, case):
            told.add(other)
            yield found("near", case, f"{index:.0%} like {first.origin}: {_asked(case)}")


def _agree(one: Case, other: Case) -> bool:
    """Whether one answer may be right for both."""
    mine, theirs = _answers(one), _answers(other)
    return not mine or not theirs or bool(mine & theirs)


def _answers(case: Case) -> frozenset[str]:
    return frozenset(map(_plain, case.expect))


def _key(case: Case) -> tuple[str, ...]:
    turns = [part for turn in case.turns for part in (turn.role, _plain(turn.content))]
    return (*turns, "", *map(_plain, case.context))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(" .!?。？！")


def _asked(case: Case) -> str:
    return quoted(case.turns[-1].content)
