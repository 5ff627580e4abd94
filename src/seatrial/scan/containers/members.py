"""What all archives do with what they hold: names that lead out, programs, links, then a look at the content."""

import zlib
from collections.abc import Iterable, Iterator
from typing import Final, Literal

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob
from seatrial.scan.containers import names
from seatrial.scan.containers.bytecode import is_bytecode
from seatrial.scan.containers.programs import binary, script
from seatrial.scan.part import Part
from seatrial.scan.rule import SUPPLY_CHAIN, Rule

Kind = Literal["torch", "model", "package", "plain"]
SMALL: Final = 8 << 20
"""Bytes up to which a member is read whole to see whether it is what the archive says."""
_OUT = ("CWE-22", *SUPPLY_CHAIN)

LEAVES = Rule(
    "archive.leaves-folder",
    "attack",
    "An entry that is unpacked outside the folder",
    "Unpacking it writes where the archive's maker wants: start-up files, keys, other models.",
    "Do not unpack it; no honest archive needs such a name.",
    _OUT,
)
LINK_LEAVES = Rule(
    "archive.link-leaves-folder",
    "attack",
    "A link that leads out of the folder",
    "Whatever is read or written through it is outside of the archive: secrets leak or files are overwritten.",
    "Do not unpack it, or unpack it with links refused (tarfile's filter `data`).",
    ("CWE-59", *SUPPLY_CHAIN),
)
LINK_ABSOLUTE = Rule(
    "archive.link-absolute",
    "review",
    "A link to an absolute path",
    "It leads to a file of the machine that it is unpacked on, whatever that is there.",
    "Unpack it with absolute links refused (tarfile's filter `data`).",
    ("CWE-59", *SUPPLY_CHAIN),
)
THROUGH_LINK = Rule(
    "archive.writes-through-link",
    "attack",
    "An entry below a link of the same archive",
    "Unpackers that follow the link they have just made write outside of the folder.",
    "Do not unpack it; no honest archive is made so.",
    ("CWE-59", *SUPPLY_CHAIN),
)
NAME_ENDS = Rule(
    "archive.name-with-nul",
    "attack",
    "A name with a NUL byte in it",
    "Some readers end the name there and others do not: they see different files.",
    "Do not load it; no honest program writes such a name.",
    ("CWE-158", *SUPPLY_CHAIN),
)
PROGRAM_INSIDE = Rule(
    "archive.program",
    "review",
    "A program inside an archive that should hold data",
    "Models need no programs. It may be started or loaded by other parts of the archive.",
    "Find out what it is for; remove it, or ship it as a package of its own.",
)
SCRIPT_INSIDE = Rule(
    "archive.script",
    "low",
    "A script inside an archive",
    "Nothing runs it by itself; somebody may.",
    "Look at it if you do not expect it.",
)
RULES: Final = (
    LEAVES, LINK_LEAVES, LINK_ABSOLUTE, THROUGH_LINK, NAME_ENDS, PROGRAM_INSIDE, SCRIPT_INSIDE
)  # fmt: skip
_PACKAGE = (
    "/WHEEL", "/PKG-INFO", "META-INF/MANIFEST.MF", "info/index.json", "/package.json", "AndroidManifest.xml", ".class"
)  # fmt: skip
_MODEL = (
    "/data.pkl", "/constants.pkl", ".npy", ".safetensors", "model_config.yaml", "model.weights.h5", "schema.json",
    "MAR-INF/MANIFEST.json", ".onnx", ".pkl", ".joblib", ".ckpt", ".pt", ".gguf",
)  # fmt: skip


def kind_of(held: Iterable[str]) -> Kind:
    """What an archive is, by the names in it: a torch file, another model, a software package, or anything."""
    found: set[Kind] = set()
    for name in held:
        if name.lower().endswith(("/data.pkl", "/constants.pkl")):
            return "torch"
        # A package may carry a small array or two for its tests; what lies at the top of an archive is what it is for.
        if name.endswith(_PACKAGE):
            found.add("package")
        elif name.count("/") <= 1 and name.endswith(_MODEL):
            found.add("model")
    return "package" if "package" in found else "model" if found else "plain"


def name_findings(part: Part, name: str, offset: int) -> Iterator[Finding]:
    """What is wrong with the name of an entry."""
    if "\0" in name:
        yield part.finding(NAME_ENDS, name, offset=offset)
    way = names.leaving(name)
    if way is not None:
        yield part.finding(LEAVES, f"{name}: {way}", offset=offset)


def link_findings(part: Part, name: str, target: str, offset: int) -> Iterator[Finding]:
    """What is wrong with a symbolic link."""
    way = names.target_leaving(name, target)
    if way is None:
        return
    mild = way == "an absolute path" and not names.is_private(target) and ".." not in target.split("/")
    yield part.finding(LINK_ABSOLUTE if mild else LINK_LEAVES, f"{name} -> {target}: {way}", offset=offset)


def content_findings(part: Part, kind: Kind) -> Iterator[Finding]:
    """Look at what an entry holds; `part` is the entry's own."""
    if kind != "package":
        yield from _programs(part, kind)
    yield from part.look()


def _programs(part: Part, kind: Kind) -> Iterator[Finding]:
    found = binary(part.blob)
    if found is None and is_bytecode(part.blob):
        found = "compiled Python"
    if found is not None:
        yield part.finding(PROGRAM_INSIDE, found)
        return
    text = script(part.blob, part.name)
    if text is not None and kind != "plain":
        yield part.finding(SCRIPT_INSIDE, text)


def whole(blob: Blob, part: Part, limit: int) -> tuple[int, int] | None:
    """The size and CRC-32 of a Blob that has at most `limit` bytes; None when it has more."""
    size, crc = 0, 0
    while chunk := blob.read(size, 1 << 16):
        size, crc = size + len(chunk), zlib.crc32(chunk, crc)
        if size > limit:
            return None
    part.budget.check_time()
    return size, crc
