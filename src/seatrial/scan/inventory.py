"""A bill of materials in CycloneDX 1.6 of what was scanned: models, data and packages with digests.

Made with the standard's own library (extra `scan`). The same input gives the same bytes: the serial number is made of
the content, components are sorted, and a time stands in it only when one is given.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

import msgspec

from seatrial.core.errors import MissingExtra
from seatrial.core.finding import FileVerdict
from seatrial.scan.packages.package import Package

_DATA = re.compile(r".*\.(?:csv|tsv|jsonl|ndjson|parquet|arrow|feather|avro|tfrecords?)", re.IGNORECASE)
_DATA_FORMATS = frozenset({"csv", "jsonl", "parquet", "numpy", "npy"})
_PLAIN_FORMATS = frozenset(
    {"text", "python", "notebook", "requirements", "lock", "yaml", "xml", "start-up hook", "jinja", "transformers"}
    | {"hydra json", "json beyond limits", "torchserve manifest"}
)
_HEX = re.compile(r"(sha256|sha384|sha512):([0-9a-fA-F]{64,128})")


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A scanned file: what the inventory says of it."""

    path: str
    sha256: str
    size: int
    formats: tuple[str, ...] = ()
    verdict: FileVerdict = "clean"


def kind_of(item: Item) -> str:
    """`data`, `file` (texts, sources, lists) or `machine-learning-model`: by what the file was read as."""
    if _DATA.fullmatch(item.path) or (item.formats and set(item.formats) <= _DATA_FORMATS):
        return "data"
    if not item.formats or set(item.formats) <= _PLAIN_FORMATS:
        return "file"
    return "machine-learning-model"


def cyclonedx(
    items: Iterable[Item], packages: Iterable[Package] = (), *, name: str = "", at: datetime | None = None
) -> bytes:
    """The inventory as JSON.

    Args:
        items: Scanned files.
        packages: Locked or installed distributions.
        name: What it is the inventory of.
        at: When it was made; left out by default, so that two runs give the same bytes.

    Raises:
        MissingExtra: The extra `scan` is not installed.
    """
    try:
        from cyclonedx.model.bom import Bom, BomMetaData
        from cyclonedx.model.component import Component, ComponentType
        from cyclonedx.output.json import JsonV1Dot6
    except ImportError as error:
        raise MissingExtra("scan", "an inventory in CycloneDX") from error
    components = [_file(each) for each in sorted(items, key=lambda each: each.path)]
    components += [_package(each) for each in _different(packages)]
    about = Component(name=name or "models", type=ComponentType.APPLICATION, bom_ref="seatrial:root")
    bom = Bom(components=components, metadata=BomMetaData(component=about))
    bom.register_dependency(about, components)
    bom.serial_number = uuid5(NAMESPACE_URL, "\n".join([name, *sorted(str(each.bom_ref) for each in components)]))
    made = msgspec.json.decode(JsonV1Dot6(bom).output_as_string())
    made["metadata"].pop("timestamp", None)
    if at is not None:
        made["metadata"]["timestamp"] = at.isoformat()
    made["metadata"]["tools"] = {"components": [{"type": "application", "name": "seatrial"}]}
    return msgspec.json.format(msgspec.json.encode(_sorted(made)), indent=1) + b"\n"


def _file(item: Item) -> Any:
    from cyclonedx.model import HashAlgorithm, HashType, Property
    from cyclonedx.model.component import Component, ComponentType

    said = {"seatrial:verdict": item.verdict, "seatrial:size": str(item.size)}
    if item.formats:
        said["seatrial:formats"] = " ".join(item.formats)
    return Component(
        name=item.path,
        type=ComponentType(kind_of(item)),
        bom_ref=f"file:{item.path}@{item.sha256}",
        hashes=[HashType(alg=HashAlgorithm.SHA_256, content=item.sha256)],
        properties=[Property(name=key, value=value) for key, value in sorted(said.items())],
    )


def _package(package: Package) -> Any:
    from cyclonedx.model import HashAlgorithm, HashType
    from cyclonedx.model.component import Component, ComponentType
    from packageurl import PackageURL

    algorithms = {"sha256": HashAlgorithm.SHA_256, "sha384": HashAlgorithm.SHA_384, "sha512": HashAlgorithm.SHA_512}
    hashes = [found for each in package.hashes if (found := _HEX.fullmatch(each))]
    url = PackageURL("pypi", name=package.key, version=package.version)
    return Component(
        name=package.key,
        version=package.version,
        type=ComponentType.LIBRARY,
        purl=url,
        bom_ref=url.to_string(),
        # Hashes of a component are of one file; a lock that lists many wheels says nothing of which is installed.
        hashes=[HashType(alg=algorithms[hashes[0][1]], content=hashes[0][2].lower())] if len(hashes) == 1 else [],
    )


def _different(packages: Iterable[Package]) -> list[Package]:
    """Each name and version once, in order; what has no name of the index (a path) is left out."""
    by_key = {(each.key, each.version or ""): each for each in packages if each.source in ("index", "url", "vcs")}
    return [by_key[key] for key in sorted(by_key)]


def _sorted(value: Any) -> Any:
    """JSON with its lists of objects in an order that does not hang on hashes of this process."""
    if isinstance(value, dict):
        return {key: _sorted(each) for key, each in value.items()}
    if isinstance(value, list):
        return sorted((_sorted(each) for each in value), key=lambda each: msgspec.json.encode(each, order="sorted"))
    return value
