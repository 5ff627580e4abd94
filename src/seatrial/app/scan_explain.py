"""What a file would do when it is loaded, and what its maker would have to allow."""

from collections.abc import Iterator
from datetime import date

from seatrial.app.scanning import ScanPlan
from seatrial.core.errors import Mistake
from seatrial.scan.baseline import propose
from seatrial.scan.baseline_reading import load_allowances
from seatrial.scan.file import scan_file
from seatrial.scan.files import Files
from seatrial.scan.part import Part, Settings
from seatrial.scan.pickles.explain import Call, calls, unlisted

_MARKS = {"attack": "ATTACK", "review": "REVIEW", None: "      "}
MOST = 10_000


def explained(path: str) -> Iterator[str]:
    """Line by line: each call that loading the file would make, the byte where it stands, what is thought of it.

    Raises:
        Mistake: There is no such file.
    """
    for found in Files([path]):
        if found.refusal:
            raise Mistake(f"{found.path} cannot be explained: {found.refusal}")
        lists: list[tuple[str, list[Call]]] = []

        def seen(format: str, part: Part, lists: list[tuple[str, list[Call]]] = lists) -> None:
            if format == "pickle":
                lists.append((part.member or "", list(calls(part))))

        scanned = scan_file(found.path, seen=seen)
        yield f"{found.path}: {scanned.verdict}" + (f", {', '.join(scanned.formats)}" if scanned.formats else "")
        if not lists:
            yield "  no pickle in it: loading it calls nothing that the file names; see the findings of `seatrial scan`"
        for member, made in lists:
            yield from _of_member(member, made)


def _of_member(member: str, made: list[Call]) -> Iterator[str]:
    if member:
        yield f"  {member}"
    if not made:
        yield "    loading it calls nothing"
    for call in made[:MOST]:
        mark = _MARKS.get(call.verdict, "      ")
        yield f"  {mark} {call.offset:>10,}  {call.expression}"
    if len(made) > MOST:
        yield f"    and {len(made) - MOST:,} more calls"


def proposed(paths: list[str], allow: str | None = None) -> str:
    """Lines for the allow-list: the names of one's own that pickles need and that nothing is known against.

    Raises:
        Mistake: There is no such file, or the allow-list that is there already is broken.
    """
    existing = ScanPlan(allow=allow).allow_list
    allowed = load_allowances(str(existing)).globals if existing is not None else frozenset()
    names: dict[str, str] = {}
    settings = Settings(allowed=allowed)
    for found in Files(paths):
        if found.refusal:
            raise Mistake(f"{found.path}: {found.refusal}")

        def seen(format: str, part: Part, where: str = found.path) -> None:
            if format == "pickle":
                for name in unlisted(part):
                    names.setdefault(name, where)

        scan_file(found.path, settings, seen)
    return propose(names, date.today()) if names else ""
