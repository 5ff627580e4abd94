"""The server's own secret: a file that only its owner may read, made when it is first needed."""

import contextlib
import os
import secrets
import stat
from pathlib import Path

from seatrial.core.errors import CannotRun, Mistake

NAME = "server.secret"
LENGTH = 32


def server_secret(store: Path) -> bytes:
    """The 32 bytes with which keys and users are hashed; several servers that share keys have the same file.

    Args:
        store: The folder of the store, which is made where it is missing.

    Raises:
        Mistake: Others may read the file, or it does not hold 64 hexadecimal digits.
        CannotRun: It can be neither read nor written.
    """
    path = store / NAME
    try:
        if not path.exists():
            _make(path)
        with path.open("rb") as file:
            if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise Mistake("others may read this file, which must stay secret: chmod 600 it", path=path)
            text = file.read(1024)
    except OSError as error:
        raise CannotRun(f"{path}: {(error.strerror or 'it failed').lower()}") from None
    with contextlib.suppress(ValueError):
        found = bytes.fromhex(text.decode("ascii", "replace").strip())
        if len(found) == LENGTH:
            return found
    raise Mistake(f"{LENGTH * 2} hexadecimal digits are expected in it; without them no key can be told", path=path)


def _make(path: Path) -> None:
    """Write a new secret under another name first: another process that starts now finds it whole, or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_hex(LENGTH) + "\n")
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            draft.rename(path)
    finally:
        draft.unlink(missing_ok=True)
