"""One thread for numpy's products while the sentence model works.

OpenBLAS, which numpy's wheels bring, shares even small products among all cores and lets the threads spin in between:
on a machine that has other work, embedding a short text took ten times as long on two threads as on one.
"""

import ctypes
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from threading import RLock
from typing import Any, NamedTuple

import numpy as np

_WORKING = RLock()


class _Threads(NamedTuple):
    """OpenBLAS's own functions: how many threads there are, and how many there shall be."""

    count: Any
    choose: Any


@contextmanager
def one_thread() -> Iterator[None]:
    """Let products run on one thread, and give back the rest afterwards; nothing changes for another BLAS.

    Who comes while another thread of ours is inside waits for it.
    """
    with _WORKING:
        threads = _openblas()
        before = threads.count() if threads else 1
        if threads is None or before == 1:
            yield
            return
        threads.choose(1)
        try:
            yield
        finally:
            threads.choose(before)


@lru_cache(1)
def _openblas() -> _Threads | None:
    """The library in numpy's wheel: `numpy.libs` on Linux and Windows, `.dylibs` on macOS; None where it is another."""
    home = Path(np.__file__).parent
    for path in [*home.parent.glob("numpy.libs/*openblas*"), *home.glob(".dylibs/*openblas*")]:
        try:
            library = ctypes.CDLL(str(path))
        except OSError:
            continue
        for prefix, suffix in (("scipy_", "64_"), ("scipy_", ""), ("", "64_"), ("", "")):
            names = [f"{prefix}openblas_{what}_num_threads{suffix}" for what in ("get", "set")]
            if all(hasattr(library, name) for name in names):
                return _Threads(*(getattr(library, name) for name in names))
    return None
