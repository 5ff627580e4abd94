"""What two headers of one file, or two files of one archive, say against each other."""

from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.scan.blob import Blob
from seatrial.scan.containers.members import Kind
from seatrial.scan.containers.names import as_unpacked, decoded
from seatrial.scan.containers.zip_records import DESCRIBED, DESCRIPTOR, ENCRYPTED, MASKED, PATCHED, STRONG, UTF8, Entry
from seatrial.scan.containers.zip_rules import DUPLICATE, HEADERS_DIFFER, NAMES_DIFFER, OVERLAP, SIZE_LIES
from seatrial.scan.rule import Rule

_SECRET = ENCRYPTED | PATCHED | STRONG | MASKED
_STORED = 0
_RATIO = 1040
"""Deflate packs at most 1,032 to 1 (zlib's technical notes)."""
_FULL = 0xFFFFFFFF


@dataclass(frozen=True, slots=True)
class Oddity:
    """Something that is wrong: the rule, what was seen, where, and whether it is worse or milder than the rule says."""

    rule: Rule
    evidence: str
    offset: int


@dataclass(frozen=True, slots=True)
class Held:
    """A file of the archive: its entry in the directory, the header before its data, and where its data stands."""

    entry: Entry
    local: Entry
    start: int
    stop: int


def differences(entry: Entry, local: Entry) -> Iterator[Oddity]:
    """Where the directory and the local header disagree."""
    name = entry.name
    if entry.raw != local.raw or (not entry.raw.isascii() and (entry.flags ^ local.flags) & UTF8):
        yield Oddity(NAMES_DIFFER, f"{name} in the directory, {local.name} before the data", entry.at)
    for each in (entry, local):
        told = each.unicode_name
        if told is not None and told != each.raw and decoded(told, utf8=True) != each.name and each.raw.isascii():
            yield Oddity(NAMES_DIFFER, f"{name}, as Unicode {decoded(told, utf8=True)}", each.at)
        if each.odd:
            yield Oddity(HEADERS_DIFFER, f"{name}: {each.odd}", each.at)
    if entry.method != local.method:
        yield Oddity(
            HEADERS_DIFFER, f"{name}: method {entry.method} in the directory, {local.method} before the data", entry.at
        )
    if (entry.flags ^ local.flags) & _SECRET:
        yield Oddity(HEADERS_DIFFER, f"{name}: only one of both headers is marked as encrypted", entry.at)
    yield from _figures(entry, local)


def _figures(entry: Entry, local: Entry) -> Iterator[Oddity]:
    """Sizes and checksums. Where a descriptor follows the data, those before it may be left out."""
    for what, told, before in (
        ("packed size", entry.packed, local.packed),
        ("size", entry.size, local.size),
        ("checksum", entry.crc, local.crc),
    ):
        left_out = before in (0, _FULL) and bool((local.flags | entry.flags) & DESCRIBED)
        if told != before and not left_out:
            yield Oddity(
                HEADERS_DIFFER, f"{entry.name}: {what} {told} in the directory, {before} before the data", entry.at
            )


def impossible(entry: Entry) -> Iterator[Oddity]:
    """Sizes that cannot be."""
    if entry.flags & _SECRET:
        return
    if entry.method == _STORED and entry.packed != entry.size:
        yield Oddity(SIZE_LIES, f"{entry.name}: stored, {entry.packed} bytes packed, {entry.size} unpacked", entry.at)
    if entry.method == 8 and entry.size > _RATIO * (entry.packed + 16):
        yield Oddity(SIZE_LIES, f"{entry.name}: {entry.packed} bytes cannot unpack to {entry.size}", entry.at)
    if entry.method == 8 and entry.packed > entry.size * 1.01 + 4096:
        yield Oddity(SIZE_LIES, f"{entry.name}: {entry.packed} packed bytes for {entry.size}", entry.at)


def duplicates(held: list[Held], kind: Kind) -> Iterator[tuple[Oddity, bool]]:
    """Files that a careless reader takes for one; whether no honest program writes them."""
    seen: dict[str, Held] = {}
    for each in held:
        entry = each.entry
        key = as_unpacked(entry.name)
        other = seen.setdefault(key, each)
        if other is each or entry.name.endswith("/"):
            continue
        same_name = other.entry.raw == entry.raw
        same_content = (other.entry.crc, other.entry.size) == (entry.crc, entry.size) and entry.crc != 0
        if kind not in ("torch", "model") and (same_content or not same_name):
            continue
        evidence = entry.name if same_name else f"{other.entry.name} and {entry.name}"
        yield Oddity(DUPLICATE, evidence, entry.at), kind in ("torch", "model")


def overlaps(held: list[Held]) -> Iterator[Oddity]:
    """Files that share bytes."""
    reach, before = 0, ""
    for each in sorted(held, key=lambda each: (each.local.at, each.stop)):
        if each.local.at < reach:
            yield Oddity(OVERLAP, f"{before} and {each.entry.name}", each.local.at)
        if each.stop >= reach:
            reach, before = each.stop, each.entry.name


def described(blob: Blob, held: Held) -> int:
    """Bytes of the data descriptor behind a file, 0 when there is none that agrees with the directory.

    Writers leave its signature out and take 4 or 8 bytes for each size (APPNOTE 4.3.9).
    """
    entry = held.entry
    if not (held.local.flags | entry.flags) & DESCRIBED:
        return 0
    data = blob.read(held.stop, 24)
    crc = entry.crc.to_bytes(4, "little")
    for prefix in (DESCRIPTOR, b""):
        for width in (8, 4):
            try:
                told = prefix + crc + entry.packed.to_bytes(width, "little") + entry.size.to_bytes(width, "little")
            except OverflowError:
                continue
            if data.startswith(told):
                return len(told)
    return 0
