"""A Probe of fairness: the same question, asked by or about someone of another group."""

import random
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import Any

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.core.request import Message
from seatrial.probes.child import asked, dice
from seatrial.probes.fairness.attributes import NONE, Attribute, Swapping
from seatrial.probes.fairness.language import language_of

TRIES = 8
"""Times that another child of the same group is tried for: chance may draw the same."""
DEEPEST = 20
LONGEST = 250_000
"""Characters of a case, its context included; a longer one has no children, as each would be as long again."""


class Swap(msgspec.Struct, frozen=True, kw_only=True):
    """Children of a Case with every mention of a group swapped for another group, in all its texts alike.

    There are `dose.count` children for each group of each attribute, but the group that the original is of. They carry
    the tags `attribute`, `group` and `from`. A Case without a mention has none, unless `introduce` is set: then a
    sentence is put before its question in which the user says to be of the group (`from` is `none`). Expected answers
    and texts in checks are swapped, too.
    """

    name: str
    summary: str
    attributes: tuple[Attribute, ...]
    example: str
    expects: Expectation = "same_answer"
    introduce: bool = False
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """The children, group by group; none of a group that cannot be put in safely."""
        texts = _texts(case)
        if not asked(case).strip() or sum(map(len, texts)) > LONGEST:
            return
        seen = {case.id}
        for attribute in self.attributes:
            before = attribute.group_of(texts)
            if before == NONE and not self.introduce:
                continue
            for group in attribute.groups:
                for number in range(dose.count if group != before else 0):
                    made = self._child(case, attribute, (before, group), (number, dose), seen)
                    if made is not None:
                        seen.add(made.id)
                        yield made

    def _child(
        self, case: Case, attribute: Attribute, groups: tuple[str, str], which: tuple[int, Dose], seen: set[str]
    ) -> Case | None:
        (before, group), (number, dose) = groups, which
        for attempt in range(TRIES):
            draw = dice(case, f"{self.name}/{attribute.name}/{group}", number * TRIES + attempt, dose)
            harder = _introduced if before == NONE else _swapped
            found = harder(case, attribute, group, draw)
            if found is None:
                return None
            tags = {"family": self.name, "strength": f"{dose.strength:g}", "attribute": attribute.name}
            tags |= {"group": group, "from": before}
            made = msgspec.structs.replace(
                found, id=_identity(case, found, self.name, attribute.name, group), tags={**case.tags, **tags}
            )
            if made.id not in seen:
                return made
        return None


def _texts(case: Case) -> list[str]:
    """What a person of the case may be mentioned in; the system's own words are the product's."""
    return [*(turn.content for turn in case.turns if turn.role in ("user", "assistant")), *case.context]


def _swapped(case: Case, attribute: Attribute, group: str, draw: random.Random) -> Case | None:
    swap = attribute.swapping(_texts(case), group, draw)
    if swap is None:
        return None
    made = msgspec.structs.replace(
        case,
        turns=tuple(_turn(turn, swap) for turn in case.turns),
        context=tuple(map(swap, case.context)),
        expect=tuple(map(swap, case.expect)),
        reference=None if case.reference is None else swap(case.reference),
        checks=tuple(_deep(check, swap) for check in case.checks),
    )
    return made if (made.turns, made.context) != (case.turns, case.context) else None


def _turn(turn: Message, swap: Swapping) -> Message:
    if turn.role not in ("user", "assistant"):
        return turn
    return msgspec.structs.replace(turn, content=swap(turn.content))


def _introduced(case: Case, attribute: Attribute, group: str, draw: random.Random) -> Case | None:
    place = next(i for i, turn in enumerate(case.turns) if turn.role == "user")
    first = case.turns[place]
    sentence = attribute.introduction(group, language_of(first.content), draw)
    if not sentence:
        return None
    turns = list(case.turns)
    turns[place] = msgspec.structs.replace(first, content=f"{sentence} {first.content}")
    return msgspec.structs.replace(case, turns=tuple(turns))


def _deep(spec: Any, swap: Swapping, depth: int = 0) -> Any:
    """The texts inside a check as it is written; a plain name stays, and so do other objects."""
    if isinstance(spec, str):
        return swap(spec) if depth else spec
    if depth > DEEPEST:
        return spec
    if isinstance(spec, Mapping):
        return {key: _deep(value, swap, depth + 1) for key, value in spec.items()}
    if isinstance(spec, Sequence) and not isinstance(spec, bytes | bytearray):
        return [_deep(value, swap, depth + 1) for value in spec]
    return spec


def _identity(case: Case, made: Case, *names: str) -> str:
    """An id that stays the same as long as what is asked does."""
    digest = blake2b(digest_size=4)
    for text in (*names, *(f"{turn.role}\0{turn.content}" for turn in made.turns), *made.context):
        digest.update(f"{text}\0".encode("utf-8", "surrogatepass"))
    return f"{case.id}~{names[0]}-{digest.hexdigest()}"
