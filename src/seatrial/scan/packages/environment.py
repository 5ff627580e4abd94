"""An installed environment, read as files: its distributions, whether their files are as installed, its start-up hooks.

Sources: PyPA "Recording installed projects" (METADATA, RECORD, direct_url.json, INSTALLER), "Core metadata". Nothing is
imported, and no interpreter of the environment is started.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.finding import Finding
from seatrial.scan.blob import BytesBlob
from seatrial.scan.format import Unreadable
from seatrial.scan.limits import MEGABYTE, Budget
from seatrial.scan.packages.installed import record_findings
from seatrial.scan.packages.package import Listing, Package, Source, place
from seatrial.scan.packages.start_up import MOST_BYTES, inspect_start_up, is_start_up
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule

NO_METADATA = Rule(
    "environment.no-metadata",
    "unread",
    "An installed distribution that does not say what it is",
    "Without name and version it cannot be checked.",
    "Install it again.",
)
_NAME = re.compile(r"^Name:[ \t]*(\S+)[ \t]*$", re.MULTILINE | re.IGNORECASE)
_VERSION = re.compile(r"^Version:[ \t]*(\S+)[ \t]*$", re.MULTILINE | re.IGNORECASE)


class _DirectUrl(msgspec.Struct):
    """PEP 610: what an installer notes of something that came from no index."""

    url: str = ""
    dir_info: dict[str, bool] | None = None
    vcs_info: dict[str, str] | None = None
    archive_info: dict[str, object] | None = None


def sites_of(folder: str) -> tuple[Path, ...]:
    """The folders of installed packages in an environment: itself, or those below `lib`.

    Raises:
        Mistake: There is none.
    """
    root = Path(folder)
    if not root.is_dir():
        raise Mistake("there is no such folder; name an environment (.venv) or its site-packages", path=folder)
    here = [root] if any(root.glob("*.dist-info")) or root.name in ("site-packages", "dist-packages") else []
    found = [*here, *sorted(root.glob("lib*/python*/site-packages")), *sorted(root.glob("Lib/site-packages"))]
    sites = list(dict.fromkeys(path.resolve() for path in found if path.is_dir()))
    if not sites:
        raise Mistake("it holds no installed packages (no site-packages, no *.dist-info)", path=folder)
    return tuple(sites)


def read_environment(folder: str, budget: Budget, *, verify: bool = True) -> Listing:
    """What is installed in an environment.

    Args:
        folder: The environment, or a folder of installed packages.
        budget: Pays for files that are read.
        verify: Whether the files of each distribution are held to its RECORD: all of them are read for that.

    Raises:
        Mistake: It is no environment.
        OverBudget: It holds more files than the limits allow.
    """
    packages: list[Package] = []
    findings: list[Finding] = []
    for site in sites_of(folder):
        for info in sorted(site.glob("*.dist-info")):
            budget.member()
            package = _package(info)
            if package is None:
                findings.append(place(str(info)).finding(NO_METADATA, info.name))
                continue
            packages.append(package)
            if verify:
                findings += record_findings(site, info, package, budget)
        findings += _hooks(site, budget)
    return Listing(
        packages=tuple(packages), findings=tuple(findings), format="environment", exact=True, files=(folder,)
    )


def _package(info: Path) -> Package | None:
    try:
        with (info / "METADATA").open("rb") as opened:
            head = opened.read(64 * 1024).decode("utf-8", "replace").replace("\r\n", "\n").partition("\n\n")[0]
    except OSError:
        return None
    name, version = _NAME.search(head), _VERSION.search(head)
    if not name or not version:
        return None
    source, direct = _origin(info)
    return Package(
        name=name[1],
        version=version[1],
        place=str(info),
        source=source,
        address=direct.url,
        revision=(direct.vcs_info or {}).get("commit_id", ""),
        hashes=("direct",) if direct.archive_info else (),
    )


def _origin(info: Path) -> tuple[Source, _DirectUrl]:
    try:
        with (info / "direct_url.json").open("rb") as opened:
            direct = msgspec.json.decode(opened.read(MEGABYTE), type=_DirectUrl)
    except (OSError, msgspec.DecodeError):
        return "index", _DirectUrl()
    if direct.vcs_info:
        return "vcs", direct
    if direct.dir_info is not None:
        return ("editable" if direct.dir_info.get("editable") else "path"), direct
    return ("path" if direct.url.startswith("file:") else "url"), direct


def _hooks(site: Path, budget: Budget) -> Iterator[Finding]:
    for path in sorted(site.iterdir()):
        if not is_start_up(path.name) or not path.is_file():
            continue
        try:
            with path.open("rb") as opened:
                part = Part(BytesBlob(opened.read(MOST_BYTES + 1)), str(path), place("").look_at, budget)
            yield from inspect_start_up(part)
        except (Unreadable, OSError) as reason:
            yield place(str(path)).finding(NO_METADATA, f"{path.name}: {reason}")
