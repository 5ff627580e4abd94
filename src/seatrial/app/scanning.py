"""A scan as users ask for it: files, dependencies, accepted findings, a manifest; one Inspection comes of it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.finding import Finding, Inspection, Scanned
from seatrial.scan.baseline import Accepted, Allowances
from seatrial.scan.baseline_reading import load_allowances
from seatrial.scan.files import Files
from seatrial.scan.format import Unreadable
from seatrial.scan.integrity import compare_manifest
from seatrial.scan.limits import OverBudget
from seatrial.scan.loaders import with_loaders
from seatrial.scan.many import scan_many
from seatrial.scan.packages.dependencies import Dependencies, read_listing, scan_dependencies
from seatrial.scan.packages.online import online_findings
from seatrial.scan.part import Settings
from seatrial.scan.signatures import signature_findings, signatures_in

ALLOW = "seatrial-allow.toml"
"""The allow-list that is taken when none is named and this one is there."""


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """What is to be looked at.

    Args:
        paths: Files, folders, patterns.
        listings: Requirements files, locks, environments.
        advisories: A folder of advisories in OSV form, for these.
        online: Whether `pip-audit` may be asked as well.
        allow: The allow-list; None takes `seatrial-allow.toml` of the folder, if it is there.
        manifest: What the files are held to.
        key: A public key, for signatures.
        jobs: Processes.
        folder: Where relative paths begin.
    """

    paths: Sequence[str] = ()
    listings: Sequence[str] = ()
    advisories: str | None = None
    online: bool = False
    allow: str | None = None
    manifest: str | None = None
    key: str | None = None
    jobs: int = 1
    folder: Path = field(default_factory=Path)

    @property
    def allow_list(self) -> Path | None:
        """The allow-list's path, if there is one."""
        if self.allow is not None:
            return Path(self.allow)
        usual = self.folder / ALLOW
        return usual if usual.is_file() else None


def inspect(plan: ScanPlan, told: Callable[[Scanned], None] = lambda scanned: None) -> Inspection:
    """Look at everything of a plan.

    Ctrl-C ends it: what was looked at so far is kept, and the Inspection says that it is not all.

    Args:
        plan: What to look at.
        told: Is called with each file's verdict as it comes.

    Raises:
        Mistake: Nothing to look at, or the allow-list, the manifest or the advisories are not as they should be.
    """
    if not plan.paths and not plan.listings:
        raise Mistake("nothing to scan: name files, folders, --requirements, --lock or --environment")
    path = plan.allow_list
    allowances = load_allowances(str(path)) if path is not None else Allowances()
    versions = _versions(plan.listings)
    settings = Settings(allowed=allowances.globals, versions=versions)
    files: list[Scanned] = []
    accepted: list[tuple[Finding, Accepted]] = []
    skipped, interrupted = 0, False
    try:
        for scanned in _looked(plan, settings):
            if scanned is None:
                skipped += 1
                continue
            baselined = allowances.apply(with_loaders(scanned, versions))
            accepted += baselined.accepted
            files.append(baselined.scanned)
            told(baselined.scanned)
    except KeyboardInterrupt:
        interrupted = True
    if not interrupted:
        files += _on_the_whole(plan, files, allowances, [by for _, by in accepted])
    taken = tuple(finding for finding, _ in accepted)
    return Inspection(files=tuple(files), skipped=skipped, accepted=taken, interrupted=interrupted)


def _looked(plan: ScanPlan, settings: Settings) -> Iterator[Scanned | None]:
    """The verdict on each file; None for one that is neither model, config nor data."""
    if plan.paths:
        for looked in scan_many(Files(plan.paths), settings, plan.jobs):
            yield None if looked.skipped else looked.scanned
    how = Dependencies(advisories=plan.advisories)
    for listing in plan.listings:
        yield scan_dependencies(listing, how)
        if plan.online:
            found = tuple(online_findings(read_listing(listing, how).packages))
            yield Scanned.of(listing, found, ("pip-audit",))


def _versions(listings: Sequence[str]) -> Mapping[str, str]:
    """The locked version of each package; lists that cannot be read tell of themselves when they are looked at."""
    found: dict[str, str] = {}
    for listing in listings:
        try:
            found |= read_listing(listing, Dependencies(verify=False)).versions()
        except (OSError, Unreadable, OverBudget):
            continue
    return found


def _on_the_whole(
    plan: ScanPlan, files: Sequence[Scanned], allowances: Allowances, used: Sequence[Accepted]
) -> list[Scanned]:
    """What is found of all files together: the manifest, signatures, and acceptances that have expired."""
    paths = [each.path for each in files]
    found = list(allowances.own_findings(used))
    if plan.manifest is not None:
        found += compare_manifest(plan.manifest, paths)
    folders = dict.fromkeys(str(Path(path).parent) for path in paths)
    for folder in folders:
        for signature in signatures_in(folder):
            found += signature_findings(signature, plan.key)
    by_path: dict[str, list[Finding]] = {}
    for finding in found:
        by_path.setdefault(finding.path, []).append(finding)
    return [Scanned.of(path, tuple(findings)) for path, findings in by_path.items()]


def prefixed(inspection: Inspection, folder: Path) -> Inspection:
    """The same with paths as seen from a folder, where they lie in it."""
    top = f"{folder.absolute()}/"

    def near(path: str) -> str:
        return path.removeprefix(top)

    return msgspec.structs.replace(
        inspection,
        files=tuple(
            msgspec.structs.replace(
                each,
                path=near(each.path),
                findings=tuple(msgspec.structs.replace(finding, path=near(finding.path)) for finding in each.findings),
            )
            for each in inspection.files
        ),
    )
