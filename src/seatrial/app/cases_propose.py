"""Proposals of a model for more cases like some that are there."""

from collections.abc import Iterator, Sequence
from hashlib import blake2b
from os import SEEK_END
from pathlib import Path
from typing import Any, BinaryIO, Final, NamedTuple

import msgspec

from seatrial.app.bridge import run_sync
from seatrial.app.cases import read_tag
from seatrial.app.config import read_config
from seatrial.app.mistakes import did_you_mean
from seatrial.app.rows import find, read
from seatrial.app.sources import own_case
from seatrial.app.targets import build_targets
from seatrial.cases.importing.literal import literal
from seatrial.cases.propose import Proposal, propose
from seatrial.core.case import Case
from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.target import Target

JSON_LINES: Final = (".jsonl", ".ndjson")


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
    """A proposal as a row of cases; it says who proposed it. Its braces are no templates."""
    digest = blake2b(proposal.ask.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    row: dict[str, Any] = {"id": f"p-{digest}", "ask": literal(proposal.ask)}
    if proposal.expect is not None:
        row["expect"] = literal(proposal.expect)
    return row | {"tags": {**dict(map(read_tag, wanted.like)), "proposed_by": wanted.model}}


class Accepted:
    """The file to which accepted proposals are added, each at once, so that what was accepted is never lost.

    Args:
        path: A file of JSON lines; it need not be there.

    Raises:
        Mistake: It is of another kind, or a row of it cannot be read.
        CannotRun: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        if path.suffix not in JSON_LINES:
            raise Mistake(f"{path}: accepted cases are rows of JSON; give a file such as `cases.jsonl`")
        self._path = path
        self._ids = {own_case(row).id for row in read(path)} if path.exists() else set()
        self._write(b"")

    def add(self, row: dict[str, Any]) -> bool:
        """Add a row, unless one with its id is in the file already.

        Raises:
            CannotRun: The file cannot be written.
        """
        if row["id"] in self._ids:
            return False
        self._write(msgspec.json.encode(row) + b"\n")
        self._ids.add(row["id"])
        return True

    def _write(self, line: bytes) -> None:
        try:
            with self._path.open("a+b") as file:
                if line and _lacks_line_end(file):
                    line = b"\n" + line
                file.write(line)
        except OSError as error:
            raise CannotRun(f"{self._path}: {error.strerror or error}") from error


def _lacks_line_end(file: BinaryIO) -> bool:
    """Whether the last line has no end, so that a row would continue it."""
    if not file.seek(0, SEEK_END):
        return False
    file.seek(-1, SEEK_END)
    return file.read(1) != b"\n"


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
