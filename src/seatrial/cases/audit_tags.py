"""Tags of cases: values with few cases, pairs that never meet, tags that are missing."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from seatrial.cases.audit_record import at, listed
from seatrial.core.case import Case
from seatrial.core.finding import Finding

FEWEST = 10
"""Cases that a rate needs: of 10 out of 10 the 95 % interval begins at 72 % (Wilson)."""
_WORTH_IT = 30
"""Cases below which a file is too small for tags to be balanced."""
_MOST_VALUES = 50
_NEARLY_ALL, _MOST_CASES = 0.9, 0.5
_EXPECTED = 3.0


def tags(cases: Sequence[Case]) -> Iterator[Finding]:
    """Imbalance and gaps over tags."""
    values = _values(cases)
    for name, counts in values.items():
        yield from _untagged(name, cases, counts.total())
    if len(cases) < _WORTH_IT:
        return
    slices = {name: counts for name, counts in values.items() if _is_slice(counts)}
    for name, counts in slices.items():
        yield from _balance(name, counts, cases)
    for one, other in combinations(slices, 2):
        yield from _gaps(one, other, slices, cases)


def _values(cases: Sequence[Case]) -> dict[str, Counter[str]]:
    found: dict[str, Counter[str]] = {}
    for case in cases:
        for name, value in case.tags.items():
            found.setdefault(name, Counter())[value] += 1
    return found


def _is_slice(counts: Counter[str]) -> bool:
    """Whether a tag parts cases into groups; a number or a name of each case's own does not."""
    return 1 < len(counts) <= min(_MOST_VALUES, counts.total() / 2)


def _untagged(name: str, cases: Sequence[Case], tagged: int) -> Iterator[Finding]:
    if _MOST_CASES * len(cases) <= tagged < len(cases):
        without = [case.origin for case in cases if name not in case.tags]
        evidence = f"`{name}` is missing in {len(without):,} of {len(cases):,} cases: {listed(without)}"
        yield at("untagged", without[0], evidence)


def _balance(name: str, counts: Counter[str], cases: Sequence[Case]) -> Iterator[Finding]:
    few = [f"{value} ({count})" for value, count in sorted(counts.items(), key=lambda item: item[1]) if count < FEWEST]
    if few:
        rare = min(counts, key=lambda value: counts[value])
        evidence = f"values of `{name}` with fewer than {FEWEST} cases: {listed(few)}"
        yield at("few", _first(cases, name, rare), evidence)
    (value, count) = counts.most_common(1)[0]
    if count >= _NEARLY_ALL * counts.total():
        yield at("lopsided", _first(cases, name, value), f"`{name}={value}` has {count:,} of {counts.total():,} cases")


def _gaps(one: str, other: str, slices: Mapping[str, Counter[str]], cases: Sequence[Case]) -> Iterator[Finding]:
    """Combinations without a case, where by the shares of both tags at least three were to be expected."""
    both = Counter((case.tags[one], case.tags[other]) for case in cases if one in case.tags and other in case.tags)
    total = both.total()
    here, there = Counter[str](), Counter[str]()
    for (mine, theirs), count in both.items():
        here[mine] += count
        there[theirs] += count
    missing = [
        (here[mine] * there[theirs] / total, f"{mine} with {theirs}")
        for mine in here
        for theirs in there
        if (mine, theirs) not in both and here[mine] * there[theirs] >= _EXPECTED * total
    ]
    if missing and len(missing) < len(here) * len(there) / 2:
        names = [name for _, name in sorted(missing, reverse=True)]
        yield at("gap", _first(cases, one), f"`{one}` and `{other}`: no case has {listed(names)}")


def _first(cases: Sequence[Case], name: str, value: str | None = None) -> str:
    return next(case.origin for case in cases if name in case.tags and value in (None, case.tags[name]))
