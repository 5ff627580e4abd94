"""Another name everywhere: in the question, in the documents, and in what is expected."""

import random
import re
from collections.abc import Iterator
from typing import Any

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.core.request import Message
from seatrial.probes.child import asked, dice, of_turns
from seatrial.probes.robustness.entities import NAME
from seatrial.probes.robustness.signs import pick

_SEEN = ("Lisbon", "Oslo", "Nairobi", "Kyoto", "Toronto", "Dublin", "Lima", "Prague", "Cairo", "Hanoi")
_UNSEEN = ("Brellmoor", "Quindale", "Ostravik", "Tamberlo", "Velnish", "Korrowen", "Ysteria", "Plemont", "Draugen")
"""Made of syllables; no places that we know of."""
TRIES = 4


class EntitySwap(msgspec.Struct, frozen=True, kw_only=True):
    """A name of the question that its documents have, too, is replaced everywhere by one that they do not have.

    What is asked and what is expected stay the same but for the name, so a model that reads its context answers with
    the new one. Odd children take a name that every model has seen, even ones one that none has. Cases without a
    context have no children: what a model knows of the old name need not hold of the new one.
    """

    name: str
    summary: str
    example: Case
    expects: Expectation = "same_answer"
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """Up to `dose.count` children with other names; the strength is the share of names that are replaced."""
        context = " ".join(case.context)
        names = [name for name in dict.fromkeys(NAME.findall(asked(case))) if _found(name, context)]
        text = f"{context} {asked(case)} {' '.join(case.expect)}"
        seen = {case.turns}
        for number in range(dose.count if names and dose.strength > 0 else 0):
            options = [name for name in (_UNSEEN if number % 2 else _SEEN) if name not in text]
            for attempt in range(TRIES):
                draw = dice(case, self.name, number * TRIES + attempt, dose)
                made = _renamed(case, _swaps(names, options, draw, dose.strength))
                if made.turns not in seen:
                    seen.add(made.turns)
                    yield of_turns(made, self.name, made.turns, dose)
                    break


def _swaps(names: list[str], options: list[str], draw: random.Random, strength: float) -> dict[str, str]:
    chosen = [name for name in names if draw.random() < strength] or [pick(draw, names)]
    return dict(zip(chosen, draw.sample(options, len(options)), strict=False))


def _renamed(case: Case, swaps: dict[str, str]) -> Case:
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(name)}(?!\w)" for name in swaps))

    def new(value: Any) -> Any:
        if isinstance(value, str):
            return pattern.sub(lambda found: swaps[found[0]], value)
        if isinstance(value, dict):
            return {key: new(each) for key, each in value.items()}
        return type(value)(map(new, value)) if type(value) in (list, tuple) else value

    turns = tuple(
        msgspec.structs.replace(turn, content=new(turn.content)) if isinstance(turn, Message) else turn
        for turn in case.turns
    )
    return msgspec.structs.replace(
        case,
        turns=turns,
        context=new(case.context),
        expect=new(case.expect),
        reference=new(case.reference),
        checks=new(case.checks),
        variables=new(case.variables),
    )


def _found(name: str, text: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


entity_swap = EntitySwap(
    name="entity_swap",
    summary="a name replaced everywhere, in question, context and expectation, by a known or an invented one",
    example=Case(
        id="example",
        turns=(Message("user", "When does the last ferry leave for Saltholm?"),),
        context=("The last ferry to Saltholm leaves at 21:40.",),
        expect=("21:40",),
    ),
    after="Longpre et al., Entity-Based Knowledge Conflicts in Question Answering (2021)",
)
