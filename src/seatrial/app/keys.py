"""Keys at the terminal: made, listed, changed and revoked in the store that `gateway:` names; servers need not run."""

import getpass
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seatrial.app.serving.key_wish import KeyWish, record_of, seconds_of
from seatrial.app.serving.schema import STORE
from seatrial.app.yaml_places import read_yaml
from seatrial.core.errors import Mistake
from seatrial.gateway.admin.audit import Act, write_act
from seatrial.gateway.keys.key import Hasher, KeyRecord, id_of, shown
from seatrial.gateway.keys.server_secret import server_secret
from seatrial.gateway.keys.store import KeyStore


@dataclass(frozen=True, slots=True)
class Place:
    """Where keys are kept, and which models there are."""

    store: Path
    models: tuple[str, ...]


def place_of(path: Path) -> Place:
    """The store and the models of a file; nothing else of it is looked at: what it needs to serve may be elsewhere.

    Raises:
        Mistake: The file cannot be read, or has no `gateway:`.
    """
    raw: Any = read_yaml(path).root.data
    gateway = raw.get("gateway") if isinstance(raw, dict) else None
    if not isinstance(gateway, dict):
        raise Mistake("there is no `gateway:` in it", path=path)
    store, models = gateway.get("store", STORE), gateway.get("models")
    if not isinstance(store, str):
        raise Mistake("a folder is expected", path=path, key="gateway.store")
    return Place(path.absolute().parent / store, tuple(map(str, models)) if isinstance(models, dict) else ())


def create(place: Place, wish: KeyWish) -> tuple[KeyRecord, str]:
    """A new key with its text, which stands nowhere else.

    Raises:
        Mistake: Something that is asked for cannot be.
    """
    record = record_of(wish, place.models)
    with _open(place) as store:
        _write(place, "keys.create", record.project, f"{record.name} {record.environment}")
        return store.create(record)


def rotate(place: Place, key_id: str, overlap: str) -> str:
    """A new secret for a key; gives the new text.

    Raises:
        Mistake: There is no such key, or it was revoked.
    """
    seconds = seconds_of(overlap, "overlap")
    with _open(place) as store:
        text = store.rotate(key_id, seconds)
        _write(place, "keys.rotate", id_of(key_id), f"overlap {overlap}")
    return text


def revoke(place: Place, key_id: str) -> KeyRecord:
    """The key opens nothing more.

    Raises:
        Mistake: There is no such key.
    """
    with _open(place) as store:
        record = store.revoke(key_id)
        _write(place, "keys.revoke", record.id)
    return record


def listed(place: Place) -> list[KeyRecord]:
    """All keys, the oldest first."""
    with _open(place) as store:
        return store.keys()


def row(record: KeyRecord, now: int | None = None) -> tuple[str, ...]:
    """A key as a row: key, name, project, environment, what it may, its bounds, until when."""
    terms, moment = record.terms, time.time_ns() if now is None else now
    bounds = [
        *([f"{terms.rpm} rpm"] if terms.rpm is not None else []),
        *([f"{terms.tpm} tpm"] if terms.tpm is not None else []),
        *([f"{terms.concurrency} at once"] if terms.concurrency is not None else []),
        *([terms.budget] if terms.budget is not None else []),
        *([f"{terms.priority} priority"] if terms.priority != "normal" else []),
        *([f"from {', '.join(record.allow)}"] if record.allow is not None else []),
    ]
    may = "admin" if record.admin else "all models" if record.models is None else ", ".join(record.models)
    key = shown(record.id)
    return key, record.name, record.project, record.environment, may, "; ".join(bounds), _state(record, moment)


def _state(record: KeyRecord, now: int) -> str:
    if record.revoked is not None:
        return f"revoked {_day(record.revoked)}"
    if record.expires is None:
        return "good"
    return f"{'expired' if record.expires <= now else 'until'} {_day(record.expires)}"


def _day(moment: int) -> str:
    return datetime.fromtimestamp(moment / 1e9, UTC).strftime("%Y-%m-%d %H:%M")


def _open(place: Place) -> KeyStore:
    return KeyStore(place.store, Hasher(server_secret(place.store)))


def _write(place: Place, what: str, about: str, detail: str = "") -> None:
    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        user = "?"
    write_act(place.store, Act(who=f"cli:{user}", what=what, about=about, detail=detail))
