"""The swaps that a user chooses: ours by name, some of their groups, or lists of their own."""

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec

from seatrial.core.errors import Mistake
from seatrial.probes.fairness.attributes import Attribute, Listed
from seatrial.probes.fairness.swap import Swap
from seatrial.probes.fairness.wordlists import Entry, Wordlist
from seatrial.probes.table import families, find_probe

MOST_WORDS: Final = 2_000
_HOW: Final = "write e.g. `swap: [names, {brands: {ours: [Acme, Bolt], theirs: [Zest, Yonder]}}]`"


def swaps(chosen: Any = None, *, introduce: bool = False) -> tuple[Swap, ...]:
    """The Probes of `swap:` in a suite file.

    Args:
        chosen: Names of ours (`names`), of ours with groups (`{names: [english, arabic]}`), or lists of the user's own
            (`{brands: {ours: [...], theirs: [...]}}`); a list of these, or one mapping of them. All of ours for None.
        introduce: Let the user of a case without a mention say who they are, before the question.

    Raises:
        Mistake: There is no such swap or group, a list has fewer than two entries, or a word stands in two.
    """
    if isinstance(chosen, Sequence | Mapping) and not chosen:
        raise Mistake(f"`swap` is empty; leave it out to swap all that is ours, or {_HOW}")
    found = dict[str, Swap]()
    for name, groups in _chosen(list(families("fairness")) if chosen is None else chosen):
        if name in found:
            raise Mistake(f"`swap` names `{name}` twice")
        ours = name in families("fairness")
        if isinstance(groups, Mapping) and ours:
            raise Mistake(f"`{name}` is a swap of ours; give your own lists another name")
        made = _of_lists(name, groups) if isinstance(groups, Mapping) else _of_ours(name, groups)
        found[name] = msgspec.structs.replace(made, introduce=introduce) if introduce else made
    return tuple(found.values())


def _chosen(chosen: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(chosen, str | Mapping) or not isinstance(chosen, Sequence):
        chosen = [chosen]
    for each in chosen:
        if isinstance(each, str):
            yield each, None
        elif isinstance(each, Mapping):
            yield from ((str(name), groups) for name, groups in each.items())
        else:
            raise Mistake(f"`swap` takes names and lists of words; {_HOW}")


def _of_ours(name: str, groups: Any) -> Swap:
    if name not in families("fairness"):
        near = difflib.get_close_matches(name, families("fairness"), 1, 0.6)
        known = f"did you mean `{near[0]}`?" if near else f"ours are {', '.join(families('fairness'))}; {_HOW}"
        raise Mistake(f"there is no swap `{name[:80]}`; {known}")
    swap = find_probe("fairness", name)
    assert isinstance(swap, Swap)  # noqa: S101  the table says so
    if groups is None or groups is True:
        return swap
    if isinstance(groups, str) or not isinstance(groups, Sequence) or len(groups) < 2:
        raise Mistake(f"`{name}` takes at least two of its groups: {', '.join(_groups(swap))}")
    unknown = [str(group) for group in groups if group not in _groups(swap)]
    if unknown:
        raise Mistake(f"`{name}` has no group `{unknown[0][:80]}`; it has {', '.join(_groups(swap))}")
    fitting = [(each, [group for group in each.groups if group in groups]) for each in swap.attributes]
    return msgspec.structs.replace(
        swap, attributes=tuple(_Some(each, tuple(some)) for each, some in fitting if len(some) > 1)
    )


def _groups(swap: Swap) -> list[str]:
    return [group for attribute in swap.attributes for group in attribute.groups]


class _Some:
    """An attribute of which some groups only are put in."""

    def __init__(self, attribute: Attribute, groups: tuple[str, ...]) -> None:
        self.name, self.groups = attribute.name, groups
        self.group_of, self.swapping = attribute.group_of, attribute.swapping
        self.introduction = attribute.introduction


def _of_lists(name: str, groups: Mapping[Any, Any]) -> Swap:
    """A swap of the user's own words; at least two groups of at least two words."""
    if len(groups) < 2:
        raise Mistake(f"`{name}` has one list, and a swap needs two: {_HOW}")
    words: dict[str, list[str]] = {}
    for group, given in groups.items():
        if not isinstance(given, Sequence) or isinstance(given, str):
            raise Mistake(f"`{name}.{group}` is no list of words; {_HOW}")
        if not all(isinstance(word, str | int | float) for word in given):
            raise Mistake(f"`{name}.{group}` has an entry that is no text; {_HOW}")
        words[str(group)] = list(dict.fromkeys(str(word).strip() for word in given))
        if "" in words[str(group)] or len(words[str(group)]) < 2:
            many = len(words[str(group)])
            count = "an empty entry" if "" in words[str(group)] else "1 entry" if many else "0 entries"
            raise Mistake(
                f"`{name}.{group}` has {count}; write at least two, or a difference may be about that one word"
            )
    if sum(map(len, words.values())) > MOST_WORDS:
        raise Mistake(f"`{name}` has more than {MOST_WORDS:,} words, too many to swap")
    try:
        lists = Wordlist((Entry(group, (word,)) for group, its in words.items() for word in its), any_case=True)
    except Mistake as mistake:
        raise Mistake(f"`{name}`: {mistake.what}") from None
    return Swap(
        name=name,
        summary=f"words of {' and '.join(words)} for each other",
        attributes=(Listed(name, lists, {}),),
        example=f"What about {next(iter(words.values()))[0]}?",
    )
