"""A Finding: what a Scan says of something that is shipped; the findings of one file together are its verdict."""

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
        verdict = max((_VERDICTS.get(each.severity, "clean") for each in findings), key=_ORDER.index, default=_ORDER[0])
        return cls(path=path, verdict=verdict, findings=findings, formats=formats, size=size)
