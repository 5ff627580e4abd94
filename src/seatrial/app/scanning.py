"""A scan as users ask for it: files, dependencies, accepted findings, a manifest; one Inspection comes of it."""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from seatrial.core.errors import Mistake
from seatrial.core.finding import Finding, Inspection, Scanned
from seatrial.scan.baseline import Accepted, Allowances
from seatrial.scan.baseline_reading import load_allowances
from seatrial.scan.files import Files, Found
from seatrial.scan.integrity import compare_manifest, read_manifest
from seatrial.scan.loaders import with_loaders
from seatrial.scan.many import scan_many
from seatrial.scan.part import Settings
from seatrial.scan.signatures import check_key, is_signature, signature_findings, signatures_beside, unsigned

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
        Mistake: Nothing to look at, or the allow-list, the manifest, the key or the advisories are not as they should
            be.
        MissingExtra: What the plan asks for needs an optional package.
    """
    account = _Account(_begun(plan))
    interrupted = False
    try:
        for scanned in _looked(plan, account):
            told(account.take(scanned))
        for scanned in _on_the_whole(plan, account):
            account.take(scanned)
        for finding in account.allowances.own_findings(by for _, by in account.accepted):
            account.take(Scanned.of(finding.path, (finding,)))
    except KeyboardInterrupt:
        interrupted = True
    return Inspection(
        files=tuple(account.files.values()),
        skipped=account.skipped,
        accepted=tuple(finding for finding, _ in account.accepted),
        interrupted=interrupted,
    )


def _begun(plan: ScanPlan) -> Allowances:
    """The allow-list, when nothing is wrong with the plan: that is told now, and not when all has been looked at."""
    if not plan.paths and not plan.listings:
        raise Mistake("nothing to scan: name files, folders, --requirements, --lock or --environment")
    if (plan.advisories is not None or plan.online) and not plan.listings:
        lists = "--requirements, --lock or --environment; in a suite file requirements or a lock among `files`"
        raise Mistake(f"advisories are about packages, and no list of packages is named: {lists}")
    if plan.manifest is not None:
        read_manifest(plan.manifest)
    if plan.key is not None:
        check_key(plan.key)
    path = plan.allow_list
    return load_allowances(str(path)) if path is not None else Allowances()


@dataclass(slots=True)
class _Account:
    """What has been found so far: one Scanned for each path, whoever found something in it."""

    allowances: Allowances
    files: dict[str, Scanned] = field(default_factory=dict)
    accepted: list[tuple[Finding, Accepted]] = field(default_factory=list)
    signatures: dict[str, None] = field(default_factory=dict)
    skipped: int = 0
    _beside: set[str] = field(default_factory=set)

    def take(self, scanned: Scanned) -> Scanned:
        """Add what was found, without what is accepted; gives all that is known of that path."""
        baselined = self.allowances.apply(scanned)
        self.accepted += baselined.accepted
        new, key = baselined.scanned, os.path.normpath(scanned.path)
        old = self.files.get(key)
        if old is not None:
            findings = tuple(dict.fromkeys((*old.findings, *new.findings)))
            formats = tuple(dict.fromkeys((*old.formats, *new.formats)))
            new = Scanned.of(old.path, findings, formats, new.size if old.size is None else old.size)
        self.files[key] = new
        return new

    def note_signatures(self, found: Found) -> None:
        """Keep a file that is a signature, and those beside a file that was named alone."""
        folder = str(Path(found.path).parent)
        if found.named and folder not in self._beside:
            self._beside.add(folder)
            self.signatures |= dict.fromkeys(signatures_beside(found.path))
        elif is_signature(found.path):
            self.signatures[found.path] = None


def _looked(plan: ScanPlan, account: _Account) -> Iterator[Scanned]:
    """The verdict on each file, and on each list of packages."""
    versions: Mapping[str, str] = {}
    lists: Iterator[Scanned] = iter(())
    if plan.listings:
        # Half of what a scan imports is about packages: most scans are of models alone.
        from seatrial.app.scan_listings import listed, versions_of

        versions = versions_of(plan.listings)
        lists = listed(plan.listings, plan.advisories, online=plan.online)
    if plan.paths:
        settings = Settings(allowed=account.allowances.globals, versions=versions)
        for looked in scan_many(Files(plan.paths), settings, plan.jobs):
            account.note_signatures(looked.found)
            if looked.skipped:
                account.skipped += 1
            else:
                yield with_loaders(looked.scanned, versions)
    yield from lists


def _on_the_whole(plan: ScanPlan, account: _Account) -> Iterator[Scanned]:
    """What is found of all files together: the manifest, and signatures."""
    found: list[Finding] = []
    if plan.manifest is not None:
        found += compare_manifest(plan.manifest, [each.path for each in account.files.values() if is_whole(each)])
    if plan.key is not None and not account.signatures:
        found.append(unsigned(plan.key, plan.paths[0] if plan.paths else plan.key))
    for signature in account.signatures:
        found += signature_findings(signature, plan.key)
    for finding in found:
        yield Scanned.of(finding.path, (finding,))


def is_whole(scanned: Scanned) -> bool:
    """Whether it is of a file that has bytes of its own, and not of an environment or of a name without a file."""
    return os.path.isfile(scanned.path)  # noqa: PTH113  a Path raises where a folder may not be entered


def prefixed(inspection: Inspection, folder: Path) -> Inspection:
    """The same with paths as seen from a folder, where they lie in it, and without bytes that no text may hold.

    A run keeps it in its journal, where it must be the same wherever the command was typed.
    """
    top = f"{folder.absolute()}{os.sep}"

    def near(path: str) -> str:
        return os.path.abspath(path).removeprefix(top).encode("utf-8", "backslashreplace").decode()  # noqa: PTH100

    def moved(finding: Finding) -> Finding:
        return msgspec.structs.replace(finding, path=near(finding.path))

    return msgspec.structs.replace(
        inspection,
        files=tuple(
            msgspec.structs.replace(each, path=near(each.path), findings=tuple(map(moved, each.findings)))
            for each in inspection.files
        ),
        accepted=tuple(map(moved, inspection.accepted)),
    )
