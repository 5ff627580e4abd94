"""What a file would do when it is loaded, and what its maker would have to allow."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from seatrial.app.scanning import ScanPlan
from seatrial.core.errors import Mistake
from seatrial.core.finding import Scanned
from seatrial.report.scans.words import place
from seatrial.report.text import one_line
from seatrial.scan.baseline import propose
from seatrial.scan.baseline_reading import load_allowances
from seatrial.scan.file import scan_file
from seatrial.scan.files import Files, Found
from seatrial.scan.part import Part, Settings
from seatrial.scan.pickles.explain import Call, calls, unlisted

_MARKS: Final[Mapping[str | None, str]] = {"attack": "ATTACK", "review": "REVIEW", "unread": "UNREAD"}
_LEGEND = (
    "The number is the byte at which the call is made.",
    "ATTACK  known to harm: it runs code or commands, reads, writes or sends, or hides what it does",
    "REVIEW  on no list: loading it runs code that nobody has looked at, or nothing can be said of it",
    "no mark: listed as what honest files of its library need, called as they call it",
)
MOST = 10_000


class Proposed(NamedTuple):
    """Lines for the allow-list, and the files of which nothing is proposed since they are attacks."""

    lines: str
    attacks: tuple[str, ...] = ()


def explained(paths: Sequence[str], allow: str | None = None) -> Iterator[str]:
    """Line by line: each call that loading the files would make, the byte where it stands, what is thought of it.

    Args:
        paths: Files, folders, patterns.
        allow: The allow-list; `seatrial-allow.toml` without it, if it is there.

    Raises:
        Mistake: There is no such file, or the allow-list is broken.
    """
    settings = _settings(allow)
    any_call = False
    for found in Files(paths):
        if refusal := _refused(found):
            yield f"{one_line(found.path)}: could not be read: {refusal}"
            continue
        lists: list[tuple[str, list[Call]]] = []

        def seen(format: str, part: Part, lists: list[tuple[str, list[Call]]] = lists) -> None:
            if format == "pickle":
                lists.append((part.member or "", list(calls(part))))

        yield from _of_file(scan_file(found.path, settings, seen), lists)
        any_call = any_call or any(made for _, made in lists)
    if any_call:
        yield ""
        yield from _LEGEND


def _of_file(scanned: Scanned, lists: list[tuple[str, list[Call]]]) -> Iterator[str]:
    read_as = f", {', '.join(scanned.formats)}" if scanned.formats else ""
    yield f"{one_line(scanned.path, 500)}: {scanned.verdict}{read_as}"
    if not lists:
        yield from _without_pickles(scanned)
    for member, made in lists:
        if member:
            yield f"  {one_line(member, 500)}"
        if not made:
            yield "    loading it calls nothing"
        for call in made[:MOST]:
            yield f"  {_MARKS.get(call.verdict, ''):<6} {call.offset:>10,}  {one_line(call.expression, 2000)}"
        if len(made) > MOST:
            yield f"    and {len(made) - MOST:,} more calls"


def _without_pickles(scanned: Scanned) -> Iterator[str]:
    """What else loading the file would do, or why nobody can say."""
    found = [each for each in scanned.findings if each.severity != "low"]
    for each in found[:MOST]:
        told = ": ".join(part for part in (each.title, place(each), one_line(each.evidence, 500)) if part)
        yield f"  {_MARKS.get(each.severity, ''):<6} {told}"
    if not found:
        yield "  no pickle in it, and nothing else that loading it would call"


def proposed(paths: Sequence[str], allow: str | None = None) -> Proposed:
    """Lines for the allow-list: the names of one's own that pickles need and that nothing is known against.

    Of a file that is an attack nothing is proposed: its other names are there to look honest.

    Raises:
        Mistake: There is no such file, or the allow-list that is there already is broken.
    """
    settings = _settings(allow)
    names: dict[str, str] = {}
    attacks: list[str] = []
    for found in Files(paths):
        if _refused(found):
            continue
        wanted: list[str] = []

        def seen(format: str, part: Part, wanted: list[str] = wanted) -> None:
            if format == "pickle":
                wanted += unlisted(part)

        if scan_file(found.path, settings, seen).verdict == "attack":
            attacks.append(found.path)
            continue
        for name in wanted:
            names.setdefault(name, found.path)
    return Proposed(propose(names, datetime.now(UTC).date()) if names else "", tuple(attacks))


def _settings(allow: str | None) -> Settings:
    existing = ScanPlan(allow=allow).allow_list
    return Settings(allowed=load_allowances(str(existing)).globals if existing is not None else frozenset())


def _refused(found: Found) -> str:
    """Why a file of a folder is not opened.

    Raises:
        Mistake: The user named it.
    """
    if found.named and found.refusal:
        raise Mistake(f"{one_line(found.path)} cannot be looked at: {found.refusal}")
    return found.refusal
