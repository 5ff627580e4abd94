"""Small model files, lists of packages and advisories for scans."""

import json
import pickle
from collections import OrderedDict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from seatrial.core.finding import Inspection

ATTACK = b"cos\nsystem\n(S'echo never'\ntR."
OWN = b"\x80\x04\x8c\x07my.code\x94\x8c\x06Ranker\x94\x93\x94)\x81\x94."
HONEST = pickle.dumps(OrderedDict(weights=[0.5]), 4)
BUNDLE = json.dumps({"mediaType": "application/vnd.dev.sigstore.bundle.v0.3+json"}).encode()


def put_bytes(folder: Path, **files: bytes) -> Path:
    """A folder with files; `bad_pkl` is `bad.pkl`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name.replace("_", ".")).write_bytes(data)
    return folder


def advisories(folder: Path, name: str = "lodge", fixed: str = "2.0") -> Path:
    """A folder with one advisory of today, in OSV form."""
    events = [{"introduced": "0"}, {"fixed": fixed}]
    about: dict[str, Any] = {"package": {"name": name, "ecosystem": "PyPI"}}
    about["ranges"] = [{"type": "ECOSYSTEM", "events": events}]
    whole = {"id": "PYSEC-2026-1", "modified": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "affected": [about]}
    folder.mkdir()
    (folder / "PYSEC-2026-1.json").write_text(json.dumps(whole))
    return folder


def ids(inspection: Inspection) -> set[str]:
    """The ids of all findings but notes."""
    return {each.id for each in inspection.findings if each.severity != "low"}
