"""Where a key may come from besides the environment: a file, or a secret manager that a package adds.

`api_key: file:/run/secrets/openai` reads a file, as Docker, Kubernetes and systemd (`LoadCredential`) offer keys.
`api_key: NAME:REFERENCE` asks what the entry point NAME of the group `seatrial.secrets` names: a `SecretManager`.
"""

from importlib.metadata import entry_points
from pathlib import Path
from typing import Final, Protocol

from seatrial.core.errors import CannotRun, Mistake

GROUP: Final = "seatrial.secrets"
FILE: Final = "file"
LARGEST: Final = 64 * 1024


class SecretManager(Protocol):
    """Gives a secret by its reference; asked at the start, and again at each reload."""

    def __call__(self, reference: str) -> str:
        """The secret; raises anything when there is none."""
        ...


def is_sourced(text: str) -> bool:
    """Whether a text says where a key is to be had, and is none itself."""
    scheme, colon, reference = text.partition(":")
    if not colon or not reference or not scheme.isidentifier():
        return False
    return scheme == FILE or bool(entry_points(group=GROUP, name=scheme))


def read_source(text: str) -> str:
    """The key that a text such as `file:/run/secrets/openai` means.

    Raises:
        Mistake: The file cannot be read, or what is there is no key.
        CannotRun: The secret manager did not give it.
    """
    scheme, _, reference = text.partition(":")
    found = (_file(reference) if scheme == FILE else _asked(scheme, reference)).strip()
    if not found or not found.isprintable():
        raise Mistake(f"{text}: one line with a key is expected there")
    return found


def _file(reference: str) -> str:
    path = Path(reference).expanduser()
    if not path.is_absolute():
        raise Mistake(f"file:{reference}: write the whole path, such as file:/run/secrets/openai")
    try:
        with path.open("rb") as file:
            return file.read(LARGEST).decode("utf-8", "replace")
    except OSError as error:
        raise Mistake(f"file:{reference} cannot be read: {(error.strerror or 'it failed').lower()}") from None


def _asked(name: str, reference: str) -> str:
    manager: SecretManager = next(iter(entry_points(group=GROUP, name=name))).load()
    try:
        return str(manager(reference))
    except Exception as error:  # noqa: BLE001  the boundary to another's code, whose sentence could hold the secret
        what = f"the secret manager `{name}` did not give `{reference}` ({type(error).__name__})"
        raise CannotRun(what) from None
