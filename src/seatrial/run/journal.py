"""The journal of a run: every Interaction and Score is appended the moment it is known; totals are computed from it.

`Journal` writes one, `replay` and `state` (from `run.replay`) read one back; `store.entries` says what its lines are.
"""

import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import msgspec

from seatrial.core.interaction import Failure, FailureKind, Interaction
from seatrial.core.run import Attempt, RunInfo, RunState
from seatrial.core.score import Score
from seatrial.run.replay import JournalState, replay, state
from seatrial.store.append import AppendFile
from seatrial.store.entries import Answered, Asked, Begun, Concluded, Ended, Judged, Resumed, Spoken, encode
from seatrial.store.lines import LONGEST

__all__ = ["Journal", "JournalState", "replay", "state"]
_NOT_JSON = (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError)


class Journal:
    """The open journal of one run, locked for this process. Close it, or use it as a context manager.

    Every method that writes raises CannotRun when the disk is full or fails; what was written before stays readable.

    Attributes:
        info: The run's head.
        fresh: Whether the run begins with this process; else `take_up` says what it already has.
    """

    def __init__(self, file: AppendFile, info: RunInfo, *, fresh: bool) -> None:
        self._file, self.info, self.fresh = file, info, fresh

    @classmethod
    def begin(cls, path: Path, info: RunInfo) -> "Journal":
        """Make the journal of a new run.

        Raises:
            CannotRun: It is there already, or cannot be written.
        """
        journal = cls(AppendFile(path, create=True), info, fresh=True)
        journal._append(Begun(info))
        return journal

    @classmethod
    def resume(cls, path: Path, info: RunInfo) -> "Journal":
        """Open the journal of a run that did not come to its end.

        Raises:
            CannotRun: It cannot be written, or another process is writing it.
        """
        return cls(AppendFile(path), info, fresh=False)

    def __enter__(self) -> "Journal":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def path(self) -> Path:
        """Where it stands."""
        return self._file.path

    def take_up(self, each: Callable[[Attempt], None]) -> JournalState:
        """Read what the run already has, giving each whole attempt to `each`, and note that it goes on.

        Raises:
            CannotRun: The journal cannot be read or written.
        """
        found = state(self.path, each)
        self._append(Resumed(time.time_ns(), found.in_flight))
        return found

    def asked(self, suite: str, case: str, repeat: int, turn: int) -> None:
        """A request is about to be in flight."""
        self._file.append(encode(Asked(suite, case, repeat, turn)) + b"\n")

    def answered(self, interaction: Interaction, *, more: bool = False) -> Interaction:
        """A request ended; `more` when the Dialogue goes on.

        Returns:
            The Interaction as it is kept: with a failure in the answer's place where that cannot be written down.
        """
        return self._keep(interaction, lambda each: Answered(each, more and each.failure is None))

    def spoken(self, interaction: Interaction, more: bool = False) -> Interaction:
        """A simulated user's request ended; `more` when the Dialogue goes on with it.

        Returns:
            The Interaction as it is kept, see `answered`.
        """
        return self._keep(interaction, lambda each: Spoken(each, more and each.failure is None))

    def _keep(self, interaction: Interaction, entry: Callable[[Interaction], Answered | Spoken]) -> Interaction:
        kept = interaction
        try:
            line = encode(entry(interaction))
        except _NOT_JSON as error:
            kept = _unkept(interaction, FailureKind.BAD_RESPONSE, f"the answer cannot be kept as JSON: {error}")
            line = encode(entry(kept))
        if len(line) >= LONGEST:
            size = f"{len(line)} bytes as JSON, more than the {LONGEST} that a journal takes"
            kept = _unkept(interaction, FailureKind.TOO_LARGE, f"the answer has {size}")
            line = encode(entry(kept))
        self._file.append(line + b"\n")
        return kept

    def judged(self, id: str, scores: tuple[Score, ...]) -> None:
        """The checks have spoken of the Interaction with this id."""
        try:
            line = encode(Judged(id, scores))
        except _NOT_JSON:
            line = encode(Judged(id, tuple(msgspec.structs.replace(s, reason=_plain(s.reason)) for s in scores)))
        self._file.append(line + b"\n")

    def ended(self, state: RunState, reasons: tuple[str, ...] = ()) -> None:
        """The engine stopped. All is on the disk when this returns."""
        self._append(Ended(time.time_ns(), state, reasons))
        self._file.sync()

    def concluded(self, readiness: str) -> None:
        """The gates came to this. All is on the disk when this returns."""
        self._append(Concluded(time.time_ns(), readiness))
        self._file.sync()

    def close(self) -> None:
        """Close it and let other processes have it; twice is fine."""
        self._file.close()

    def _append(self, entry: Begun | Resumed | Ended | Concluded) -> None:
        self._file.append(encode(entry) + b"\n")


def _unkept(interaction: Interaction, kind: FailureKind, message: str) -> Interaction:
    request = msgspec.structs.replace(interaction.request, messages=(), tools=(), params={}, variables={})
    failure = Failure(kind, _plain(message))
    return msgspec.structs.replace(interaction, request=request, answer=None, failure=failure)


def _plain(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()[:300]
