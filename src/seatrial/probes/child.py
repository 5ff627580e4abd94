"""Children of a Case: what Probes of all kinds have in common."""

import random
from hashlib import blake2b

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.core.request import Message

TAGS = ("family", "strength")
"""The tags that a child carries beside those of its original."""


def asked(case: Case) -> str:
    """The text that a Probe changes: the last user turn; empty when no user speaks."""
    return next((turn.content for turn in reversed(case.turns) if turn.role == "user"), "")


def child(case: Case, family: str, text: str, dose: Dose, **tags: str) -> Case:
    """The Case with another last user turn; its id stays the same as long as its text does."""
    turns = list(case.turns)
    place = max(i for i, turn in enumerate(turns) if turn.role == "user")
    turns[place] = Message("user", text)
    return of_turns(case, family, tuple(turns), dose, **tags)


def of_turns(case: Case, family: str, turns: tuple[Message, ...], dose: Dose, **tags: str) -> Case:
    """The Case with other turns."""
    digest = blake2b(digest_size=4)
    for turn in turns:
        digest.update(f"{turn.role}\0{turn.content}\0".encode("utf-8", "surrogatepass"))
    own = {"family": family, "strength": f"{dose.strength:g}", **tags}
    return msgspec.structs.replace(
        case, id=f"{case.id}~{family}-{digest.hexdigest()}", turns=turns, tags={**case.tags, **own}
    )


def dice(case: Case, family: str, number: int, dose: Dose) -> random.Random:
    """The chance of one child: the same for the same Case, family, number and dose, whatever else is made."""
    return random.Random(f"{dose.seed}/{case.id}/{family}/{number}/{dose.strength:g}")  # noqa: S311  no secret
