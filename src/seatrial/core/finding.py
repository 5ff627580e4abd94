"""A Finding: what a Scan says of something that is shipped."""

from typing import Literal

import msgspec

Severity = Literal["low", "medium", "high", "attack"]


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something that a Scan found, and where."""

    id: str
    severity: Severity
    title: str
    path: str
    member: str | None = None
    offset: int | None = None
    evidence: str = ""
