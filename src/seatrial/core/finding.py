"""A Finding: what a Scan says of something that is shipped; the findings of one file together are its verdict."""

from collections import Counter
from collections.abc import Iterable
from typing import Final, Literal

import msgspec

Severity = Literal["low", "medium", "high", "unread", "review", "attack"]
"""Rising. An audit of cases grades by low, medium and high; a Scan by low (good to know), unread, review and attack."""
FileVerdict = Literal["clean", "unread", "review", "attack"]
"""Rising: nothing found, could not be read, a person should look, made to harm whoever loads it."""

_VERDICTS: Final[dict[str, FileVerdict]] = {"unread": "unread", "review": "review", "attack": "attack"}
_ORDER: Final[tuple[FileVerdict, ...]] = ("clean", "unread", "review", "attack")


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that was found, and where.

    `path` is the file, `member` the way to a part inside it (names joined by `!`), `offset` counts bytes from the
    start of that part and `line` lines from 1. `why` says why it matters and `mend` what to do; `taxonomy` names it in
    others' lists (CWE-502, LLM04:2026, AML.T0010).
    """

    id: str
    severity: Severity
    title: str
    path: str
    member: str | None = None
    offset: int | None = None
    evidence: str = ""
    line: int | None = None
    why: str = ""
    mend: str = ""
    taxonomy: tuple[str, ...] = ()


class Scanned(msgspec.Struct, frozen=True, kw_only=True):
    """What a Scan says of one file. `formats` names what it was read as, outermost first."""

    path: str
    verdict: FileVerdict
    findings: tuple[Finding, ...] = ()
    formats: tuple[str, ...] = ()
    size: int | None = None

    @classmethod
    def of(
        cls, path: str, findings: tuple[Finding, ...], formats: tuple[str, ...] = (), size: int | None = None
    ) -> "Scanned":
        """The verdict is that of the worst finding."""
        verdict = worst_of(_VERDICTS.get(each.severity, "clean") for each in findings)
        return cls(path=path, verdict=verdict, findings=findings, formats=formats, size=size)


class Inspection(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a whole Scan came to.

    `files` are in the order they were looked at; where many were clean, these may be left out (`clean_left_out`).
    `skipped` counts files of folders that are neither model, config nor data; `accepted` are findings that a person
    has accepted, which count no more.
    """

    files: tuple[Scanned, ...] = ()
    clean_left_out: int = 0
    skipped: int = 0
    accepted: tuple[Finding, ...] = ()
    interrupted: bool = False

    @property
    def verdict(self) -> FileVerdict:
        """That of the worst file; unread when nothing was looked at or not all of it."""
        worst = worst_of(each.verdict for each in self.files)
        nothing = not self.files and not self.clean_left_out
        return "unread" if worst == "clean" and (nothing or self.interrupted) else worst

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of all files."""
        return tuple(finding for each in self.files for finding in each.findings)

    @property
    def counts(self) -> dict[FileVerdict, int]:
        """How many files came to each verdict, worst first."""
        found = Counter(each.verdict for each in self.files)
        found["clean"] += self.clean_left_out
        return {verdict: found[verdict] for verdict in reversed(_ORDER)}

    def without_clean(self) -> "Inspection":
        """The same with only those files that somebody should look at, and the number of the others."""
        kept = tuple(each for each in self.files if each.findings)
        left_out = len(self.files) - len(kept)
        return msgspec.structs.replace(self, files=kept, clean_left_out=self.clean_left_out + left_out)


def worst_of(verdicts: Iterable[FileVerdict]) -> FileVerdict:
    """The worst of some verdicts; clean when there are none."""
    return max(verdicts, key=_ORDER.index, default="clean")
