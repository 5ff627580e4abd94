"""Paths that a model file names: whether they stay beside it."""

import re
from typing import Final

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]+://|file:", re.IGNORECASE)
_DRIVE: Final = re.compile(r"[A-Za-z]:")


def leaves(path: str) -> bool:
    """Whether a path is absolute, an address, or climbs out of the folder it starts in."""
    path = path.replace("\\", "/").strip()
    if path.startswith(("/", "~")) or _SCHEME.match(path) or _DRIVE.match(path):
        return True
    depth = 0
    for step in path.split("/"):
        depth += -1 if step == ".." else 0 if step in ("", ".") else 1
        if depth < 0:
            return True
    return "\0" in path
