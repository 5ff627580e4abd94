"""Proposals of a model for more cases like some that are there."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from seatrial.app.bridge import run_sync
from seatrial.app.cases import read_tag
from seatrial.app.config import read_config
from seatrial.app.mistakes import did_you_mean
from seatrial.app.rows import find, read
from seatrial.app.sources import own_case
from seatrial.app.targets import build_targets
from seatrial.cases.propose import Proposal, propose
from seatrial.core.case import Case
from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.target import Target


class Wanted(NamedTuple):
    """What is to be proposed.

    Attributes:
        source: The file of cases.
        like: Tags, `use_case=refund`, that a shown case has and a new one gets.
        model: The Target that proposes.
        most: How many.
        suite: The suite file that has the Target.
    """

    source: str
    like: Sequence[str]
    model: str
    most: int
    suite: Path


def proposals(wanted: Wanted) -> list[Proposal]:
    """Ask the model.

    Raises:
        Mistake: The file, a tag or the Target is wrong.
        CannotRun: The model has nothing to propose.
    """
    shown = [_shown(case) for case in _alike(wanted)]
    if not shown:
        tags = " and ".join(wanted.like) or "any tag"
        raise Mistake(f"{wanted.source} has no case of one question with {tags}")
    target = _target(wanted)

    async def asked() -> list[Proposal]:
        try:
            await target.ready()
            return await propose(target, shown, wanted.most)
        finally:
            await target.aclose()

    return run_sync(asked)


def as_row(proposal: Proposal, wanted: Wanted) -> dict[str, Any]:
    """A proposal as a row of cases; it says who proposed it."""
    digest = blake2b(proposal.ask.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    row: dict[str, Any] = {"id": f"p-{digest}", "ask": proposal.ask}
    if proposal.expect is not None:
        row["expect"] = proposal.expect
    return row | {"tags": {**dict(map(read_tag, wanted.like)), "proposed_by": wanted.model}}


def append(path: Path, row: dict[str, Any]) -> None:
    """Add a row to a file at once, so that what was accepted is never lost.

    Raises:
        CannotRun: The file cannot be written.
    """
    try:
        with path.open("ab") as file:
            file.write(msgspec.json.encode(row) + b"\n")
    except OSError as error:
        raise CannotRun(f"{path}: {error.strerror or error}") from error


def known_ids(path: Path) -> set[str]:
    """The ids in a file of cases; none when it is not there.

    Raises:
        Mistake: A row cannot be read.
    """
    return {own_case(row).id for row in read(path)} if path.exists() else set()


def _alike(wanted: Wanted) -> Iterator[Case]:
    tags = dict(map(read_tag, wanted.like))
    for path in find(wanted.source, Path()):
        for row in read(path):
            case = own_case(row)
            if len(case.turns) == 1 and tags.items() <= case.tags.items():
                yield case


def _shown(case: Case) -> Proposal:
    return Proposal(case.turns[0].content, case.expect[0] if case.expect else None)


def _target(wanted: Wanted) -> Target:
    config = read_config(wanted.suite)
    built = build_targets(config)
    config.mistakes.end()
    target = built.targets.get(wanted.model)
    if target is None:
        hint = did_you_mean(wanted.model, built.targets)
        raise Mistake(f"there is no target `{wanted.model}`; {hint}", path=wanted.suite)
    return target
