"""Programs recognised by their first bytes: ELF, PE, Mach-O, WebAssembly, Java, scripts.

Sources: the System V ABI (ELF header), Microsoft's PE format, Apple's mach-o/loader.h and fat.h.
"""

import re
import struct
from collections.abc import Iterator
from typing import Final

from seatrial.core.finding import Finding
from seatrial.scan.blob import Blob
from seatrial.scan.format import Format
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

DISGUISED = Rule(
    "program.disguised",
    "attack",
    "A program that is named like a model or its data",
    "Whoever thinks that it is a model may pass it on, load it as a library, or start it.",
    "Delete it, and find out who put it there.",
)
_SUFFIXES = """
.bin .caffemodel .cbm .ckpt .dill .engine .ggml .gguf .h5 .hdf5 .jbl .joblib .keras .llamafile .mar .mlmodel
.model .nemo .npy .npz .onnx .ort .p .params .pb .pdparams .pickle .pk .pkl .plan .pmml .pt .pt2 .pte .pth .ptl .rds
.safetensors .sav .skops .tflite .ubj .weights .z
"""
MODEL_SUFFIXES: Final = frozenset(_SUFFIXES.split())
"""How model files and pickles are named."""
_ALSO_PROGRAMS = frozenset({".bin", ".engine", ".plan", ".llamafile"})
_MACHO = {b"\xfe\xed\xfa\xce", b"\xfe\xed\xfa\xcf", b"\xce\xfa\xed\xfe", b"\xcf\xfa\xed\xfe"}
_SHEBANG = re.compile(rb"#![ \t]*/[ -~]{2,}[\r\n]|#![ \t]*(env|python|bash|sh)\b")
_BATCH = re.compile(rb"@?echo off\b|::|rem ", re.IGNORECASE)


def suffix(name: str) -> str:
    """The suffix of a name, in small letters, without the digits of shards and versions."""
    base = name.replace("\\", "/").rpartition("/")[2].lower()
    return "." + base.rpartition(".")[2] if "." in base else ""


def binary(blob: Blob) -> str | None:
    """What kind of compiled program the bytes are, None when they are none."""
    head = blob.read(0, 64)
    if head[:4] == b"\x7fELF" and len(head) >= 20 and head[4] in (1, 2) and head[5] in (1, 2) and head[6] == 1:
        return "ELF"
    if head[:2] == b"MZ" and len(head) == 64:
        (place,) = struct.unpack_from("<I", head, 60)
        return "PE" if blob.read(place, 4) == b"PE\0\0" else None
    if head[:4] in _MACHO and len(head) >= 28:
        return "Mach-O"
    if head[:4] == b"\xca\xfe\xba\xbe" and len(head) >= 12:
        (count,) = struct.unpack_from(">I", head, 4)
        return "Mach-O" if 0 < count < 20 else "Java class"
    if head[:8] == b"!<arch>\n" and head[8:21] != b"debian-binary":
        return "static library"
    return "WebAssembly" if head[:8] == b"\0asm\x01\0\0\0" else None


def script(blob: Blob, name: str) -> str | None:
    """What kind of script the bytes are, None when they are none. The name decides only for batch files of Windows."""
    head = blob.read(0, 256)
    if _SHEBANG.match(head):
        return head.splitlines()[0].decode("latin-1")
    end = suffix(name)
    if end in (".bat", ".cmd") and _BATCH.match(head.lstrip()):
        return "batch file"
    return {".ps1": "PowerShell", ".vbs": "VBScript", ".hta": "HTML application", ".sh": "shell script"}.get(end)


def _recognise(part: Part) -> bool:
    return not part.inner and binary(part.blob) is not None


def _inspect(part: Part) -> Iterator[Finding]:
    kind = binary(part.blob)
    if kind is not None and suffix(part.path) in MODEL_SUFFIXES - _ALSO_PROGRAMS:
        yield part.finding(DISGUISED, kind)


PROGRAM = Format(
    "program",
    "Compiled programs and libraries (ELF, PE, Mach-O): recognised, not judged",
    _recognise,
    _inspect,
    (DISGUISED,),
)
