"""Ids that sort by time."""

import os
import time
from typing import Final

_VARIANTS: Final = "89ab"
"""The two bits of the variant, 10, before two random ones."""


def new_id() -> str:
    """A UUIDv7 as text (RFC 9562, section 5.7): 48 bits of Unix milliseconds, then random bits."""
    moment, noise = f"{time.time_ns() // 1_000_000:012x}", os.urandom(10).hex()
    variant = _VARIANTS[int(noise[3], 16) & 3]
    return f"{moment[:8]}-{moment[8:]}-7{noise[:3]}-{variant}{noise[4:7]}-{noise[7:19]}"
