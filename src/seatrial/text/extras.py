"""Optional packages: a missing one is a mistake of the suite, with the command that installs it."""

from collections.abc import Iterator
from contextlib import contextmanager

from seatrial.core.errors import MissingExtra


@contextmanager
def extra(name: str, needed_for: str) -> Iterator[None]:
    """What is imported inside belongs to an extra of this package.

    Raises:
        MissingExtra: It cannot be imported; the sentence says what to install.
    """
    try:
        yield
    except ImportError as error:
        raise MissingExtra(name, needed_for) from error
