"""What can go wrong before or around a run, as a person should read it.

    SeatrialError
    ├── Mistake          the user can mend it: usage, config, cases        exit code 2
    │   └── MissingExtra an optional package is not installed
    ├── UnsafeFile       a file that must not be loaded: an attack, or not known        exit code 1
    └── CannotRun        the world is in the way: host, disk, permission    exit code 4

What goes wrong *inside* an Interaction is no exception but a `Failure` (see `core.interaction`).
"""

from pathlib import Path


class SeatrialError(Exception):
    """The root: its text is one sentence for a person, its exit code one for a script."""

    exit_code = 4


class Mistake(SeatrialError):
    """Something the user wrote or typed is wrong.

    Args:
        what: What is wrong and how to mend it, in one sentence.
        path: The file it stands in.
        line: The line, counted from 1.
        key: The key path inside the file, e.g. `suites.behaviour.repeat`.
    """

    exit_code = 2

    def __init__(
        self, what: str, *, path: str | Path | None = None, line: int | None = None, key: str | None = None
    ) -> None:
        self.what, self.path, self.line, self.key = what, path, line, key
        super().__init__(str(self))

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line) if part is not None)
        return ": ".join(part for part in (place, self.key, self.what) if part)


class MissingExtra(Mistake):
    """An optional package is needed for what the user asked; the text is the install command."""

    def __init__(self, extra: str, needed_for: str) -> None:
        self.extra = extra
        super().__init__(f"{needed_for} needs an optional package: pip install 'seatrial[{extra}]'")


class UnsafeFile(SeatrialError):
    """A model file that a loader must leave alone."""

    exit_code = 1


class CannotRun(SeatrialError):
    """The run could not be made or kept: an unreachable host, a full disk, a refused key."""
