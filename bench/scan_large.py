"""A gigabyte of tensors must be skipped, not read: files with holes, so that they cost no disk."""

import json
import struct
import sys
import zipfile
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figures import Failed, Figure
from bench.process import Took, measure

SIZE = 1 << 30
MEGABYTE = 1 << 20
ROUNDS = 3
SCAN = "import sys; from seatrial.scan.file import scan_file; print(scan_file(sys.argv[1]).verdict)"


def scan_large() -> Iterator[Figure]:
    """Time by the clock and peak memory of one scan in a process of its own, start-up included."""
    with TemporaryDirectory() as name:
        for what, write in (("safetensors", write_safetensors), ("torch zip", write_torch)):
            path = Path(name, f"large.{what.split()[0]}")
            write(path)
            took = [scanned(path) for _ in range(ROUNDS)]
            wall, peak = min(each.wall for each in took), max(each.memory for each in took)
            yield Figure(f"scan 1 GB {what}", f"{wall:.2f} s", "", wall, 1, "s")
            yield Figure(f"peak memory, {what}", f"{peak:.0f} MB", "", peak, 200, "MB")


def scanned(path: Path) -> Took:
    """One scan; its verdict must be *clean*."""
    took = measure([sys.executable, "-P", "-c", SCAN, str(path)])
    if took.output.strip() != "clean":
        raise Failed(f"the scan of {path.name} said {took.output.strip()[-600:]!r}")
    return took


def write_safetensors(path: Path) -> None:
    """One tensor of zeros behind its header."""
    tensor = {"weight": {"dtype": "F32", "shape": [SIZE // 4], "data_offsets": [0, SIZE]}}
    header = json.dumps(tensor).encode()
    header += b" " * (-len(header) % 8)
    with path.open("wb") as file:
        file.write(struct.pack("<Q", len(header)) + header)
        file.truncate(8 + len(header) + SIZE)


class Holes(FileIO):
    """A file that steps over megabytes of zeros instead of writing them."""

    def write(self, data: bytes) -> int:  # type: ignore[override]
        """Write, or step over."""
        if len(data) != MEGABYTE:
            return super().write(data)
        self.seek(MEGABYTE, 1)
        return MEGABYTE


def write_torch(path: Path) -> None:
    """What torch.save writes of a dictionary without tensors, with the bytes of one all the same."""
    with Holes(path, "w") as file, zipfile.ZipFile(file, "w") as archive:
        archive.writestr("archive/data.pkl", b"\x80\x02}q\x00.")
        archive.writestr("archive/version", b"3\n")
        entry = zipfile.ZipInfo("archive/data/0")
        with archive.open(entry, "w") as member:
            for _ in range(SIZE // MEGABYTE):
                member.write(bytes(MEGABYTE))
