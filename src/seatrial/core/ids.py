"""Ids that sort by time."""

import os
import time
from typing import Final

_VARIANTS: Final = "89ab"
"""The two bits of the variant, 10, before two random ones."""
_DRAWN: Final = 256
_noise: Final[list[str]] = []
"""Random bits as hexadecimal digits, each for one id: asking the system for each would let go of the interpreter."""
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_noise.clear)


def new_id() -> str:
    """A UUIDv7 as text (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits of the system's."""
    moment = f"{time.time_ns() // 1_000_000:012x}"
    try:
        noise = _noise.pop()
    except IndexError:
        noise = _draw()
    variant = _VARIANTS[int(noise[3], 16) & 3]
    return f"{moment[:8]}-{moment[8:]}-7{noise[:3]}-{variant}{noise[4:7]}-{noise[7:19]}"


def _draw() -> str:
    digits = os.urandom(10 * _DRAWN).hex()
    found = [digits[at : at + 20] for at in range(0, len(digits), 20)]
    last = found.pop()
    _noise.extend(found)
    return last
