"""Folders of small model files for scans: honest ones, one of one's own, and one that would run a command."""

import json
import pickle
import struct
import zipfile
from collections import OrderedDict
from pathlib import Path

ATTACK = b"cos\nsystem\n(S'echo never'\ntR."
"""Protocol 0: a call of `os.system`; it is never loaded."""
OWN = b"\x80\x04\x8c\x07my.code\x94\x8c\x06Ranker\x94\x93\x94)\x81\x94."
"""Protocol 4: an object of a class that is on no list."""
HONEST = pickle.dumps(OrderedDict(weights=[0.5, 1.5], bias=[0.1]), 4)
BROKEN = HONEST[:-10]


def safetensors() -> bytes:
    """A file of one tensor of two 32-bit numbers."""
    header = json.dumps({"w": {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}}).encode()
    return struct.pack("<Q", len(header)) + header + struct.pack("<2f", 0.5, 1.5)


def models(folder: Path, *names: str) -> Path:
    """A folder with some of `bad.pkl`, `own.pkl`, `good.pkl`, `broken.pkl`, `plain.safetensors`; all without names."""
    made = {
        "bad.pkl": ATTACK,
        "broken.pkl": BROKEN,
        "good.pkl": HONEST,
        "own.pkl": OWN,
        "plain.safetensors": safetensors(),
    }
    folder.mkdir(exist_ok=True, parents=True)
    for name in names or made:
        (folder / name).write_bytes(made[name])
    return folder


def nested(path: Path) -> Path:
    """A zip file, shaped as torch writes them, in which another one holds the attack."""
    inner = path.with_suffix(".inner")
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("deep/data.pkl", ATTACK)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("model/data.pkl", HONEST)
        archive.writestr("model/extra.zip", inner.read_bytes())
    inner.unlink()
    return path


def allowed(folder: Path, *, until: str = "2999-01-01", name: str = "my.code.Ranker") -> Path:
    """An allow-list for the class of `own.pkl`."""
    path = folder / "seatrial-allow.toml"
    path.write_text(f'[[allow]]\nglobal = "{name}"\nreason = "ours, read by Ada"\nexpires = {until}\n')
    return path
