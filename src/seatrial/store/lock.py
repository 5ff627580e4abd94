"""A lock on an open file that ends with the process, however that ends."""

import os
import sys
import time
from pathlib import Path

_TRIES, _PAUSE = 5, 0.02


def lock(descriptor: int) -> bool:
    """Take the file for this process alone, without waiting; False when another one has it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            # Windows keeps others from reading a locked range, too: so it is one byte far behind any journal's end.
            os.lseek(descriptor, 1 << 50, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def lock_patiently(descriptor: int) -> bool:
    """Like `lock`, but outlasts the instant for which `is_locked` of another process holds it."""
    for _ in range(_TRIES):
        if lock(descriptor):
            return True
        time.sleep(_PAUSE)
    return False


def is_locked(path: Path) -> bool:
    """Whether some process has the file locked just now; False when the file is not there."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not lock(descriptor)
    finally:
        os.close(descriptor)
