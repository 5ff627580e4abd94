"""The one table of Formats: built-in ones, imported when a scan starts, and those of entry points `seatrial.scans`."""

import importlib
import sys
from collections.abc import Iterable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Final

from seatrial.core.errors import Mistake
from seatrial.scan.format import Format

GROUP: Final = "seatrial.scans"
TEXTUAL: Final[tuple[str, ...]] = (
    "formats.jinja:JINJA",
    "formats.transformers_config:TRANSFORMERS",
    "formats.xgboost:XGBOOST_JSON",
    "formats.lightgbm:LIGHTGBM",
    "formats.catboost:CATBOOST_JSON",
    "formats.coreml:MLPACKAGE",
    "formats.openvino:OPENVINO",
    "configs.skops:SKOPS",
    "configs.archives:MANIFEST",
    "configs.archives:HYDRA",
    "configs.documents:BEYOND",
    "configs.yaml_config:YAML",
    "configs.xml_config:XML",
    "source.torchscript:TORCHSCRIPT",
    "source.notebook:NOTEBOOK",
    "source.python:PYTHON",
    "packages.start_up:START_UP",
    "packages.format:REQUIREMENTS",
    "packages.format:LOCK",
    "secrets:TEXT",
)
"""Those that are texts: not even imported for a file that is none."""
_WIDE: Final = tuple(start.encode(codec) for start in "{[<" for codec in ("utf-16-le", "utf-16-be", "utf-32-be"))
BUILT_IN: Final[tuple[str, ...]] = (
    "containers.zip:ZIP",
    "containers.tar:TAR",
    "containers.compressed:GZIP",
    "containers.compressed:BZIP2",
    "containers.compressed:XZ",
    "containers.compressed:LZMA",
    "containers.compressed:ZLIB",
    "containers.compressed:JOBLIB_ZLIB",
    "containers.compressed:LZ4",
    "containers.compressed:ZSTD",
    "containers.seven_zip:SEVEN_ZIP",
    "containers.unread:ARCHIVE",
    "containers.programs:PROGRAM",
    "containers.bytecode:BYTECODE",
    "pickles.format:PICKLE",
    "formats.npy:NPY",
    "formats.safetensors:SAFETENSORS",
    "formats.gguf:GGUF",
    "formats.gguf:GGML",
    "formats.xgboost:XGBOOST_UBJ",
    "formats.xgboost:XGBOOST_OLD",
    "formats.catboost:CATBOOST",
    "formats.tflite:TFLITE",
    "formats.executorch:EXECUTORCH",
    "formats.coreml:COREML",
    "formats.rds:RDS",
    "formats.llamafile:LLAMAFILE",
    "graphs.tensorflow:SAVED_MODEL",
    "graphs.onnx:ONNX",
    "graphs.keras:KERAS",
    "graphs.keras:KERAS_METADATA",
    "graphs.hdf5:HDF5",
    "graphs.tensorflow_files:RECORDS",
    "graphs.tensorflow_files:CHECKPOINT",
    "configs.archives:PROGRAM",
    *TEXTUAL,
)
"""Module and object, below this package; several may recognise the same bytes, then all inspect them."""


@cache
def formats() -> tuple[Format, ...]:
    """All Formats, our own first.

    Raises:
        Mistake: One of an installed package cannot be loaded.
    """
    return _loaded(BUILT_IN)


@cache
def formats_of_binaries() -> tuple[Format, ...]:
    """All Formats but those that are texts.

    Raises:
        Mistake: One of an installed package cannot be loaded.
    """
    return _loaded(place for place in BUILT_IN if place not in TEXTUAL)


def is_textual(head: bytes) -> bool:
    """Whether bytes begin as a text may: without a NUL, or in UTF-16 or UTF-32, with its mark or without."""
    if b"\0" not in head or head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    # JSON and XML need no mark: their first character, `{` or `<`, shows the width and the order of bytes.
    return head.startswith(_WIDE)


def _loaded(places: Iterable[str]) -> tuple[Format, ...]:
    own = [_checked(place, f"seatrial.scan.{place}", _own(place)) for place in places]
    return (*own, *_of_others())


def _own(place: str) -> Any:
    module, _, name = place.partition(":")
    return getattr(importlib.import_module(f"seatrial.scan.{module}"), name)


@cache
def _of_others() -> tuple[Format, ...]:
    # What reads entry points takes as long to import as all formats do: only where somebody has declared one.
    if not any(map(_declares, sys.path)):
        return ()
    from importlib.metadata import entry_points

    found = []
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        try:
            loaded = point.load()
        except Exception as error:  # a third party's module may raise anything while it is imported
            raise Mistake(f"the scan format `{point.name}` ({point.value}) cannot be imported: {error}") from error
        found.append(_checked(point.name, point.value, loaded))
    return tuple(found)


def _declares(folder: str) -> bool:
    """Whether a distribution in a folder of the import path, or in an archive, may have an entry point of our group."""
    if folder.endswith((".zip", ".egg")) and Path(folder).is_file():
        return True
    with suppress(OSError):
        for path in Path(folder).glob("*-info/entry_points.txt"):
            if GROUP.encode() in path.read_bytes():
                return True
    return False


def _checked(name: str, value: str, found: Any) -> Format:
    if not isinstance(found, Format):
        raise Mistake(f"the scan format `{name}` ({value}) is no `seatrial.scan.format.Format`")
    return found
