"""Imports cases from other tools' files, and proves each row by the loader that will read it."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from seatrial.app.cases import Shared, make_case
from seatrial.app.mistakes import did_you_mean
from seatrial.app.schema_cases import CaseModel
from seatrial.app.survey import Checks
from seatrial.app.validation import explain
from seatrial.app.yaml_places import Node, key_text, parse_yaml, shown
from seatrial.cases.importing.files import Files
from seatrial.cases.importing.formats import FORMATS
from seatrial.cases.importing.notes import Level, Note, Notes, Place
from seatrial.cases.importing.options import ImportOptions
from seatrial.cases.importing.rows import Row
from seatrial.cases.importing.trees import Tree
from seatrial.core.case import Case
from seatrial.core.check import Need
from seatrial.core.errors import MissingExtra, Mistake
from seatrial.core.interaction import Interaction
from seatrial.core.request import Request
from seatrial.core.target import Target

LOST_TAG = "not_imported"
"""The tag of a case that lost some of its checks: it names them."""
_FORMAT = re.compile(r"(?P<format>[a-z][a-z-]+):(?P<source>.+)", re.DOTALL)


class CasesImported(NamedTuple):
    """What an import gives.

    Attributes:
        rows: Case rows, each of which the suite loader takes.
        notes: What is different, left out or not imported.
        checks: How often each check was written.
    """

    rows: list[dict[str, Any]]
    notes: list[Note]
    checks: Counter[str]

    def jsonl(self) -> bytes:
        """The rows as a file of cases."""
        return b"".join(msgspec.json.encode(row) + b"\n" for row in self.rows)

    def report(self) -> Iterator[str]:
        """What a person should know, line by line."""
        yield from map(str, self.notes)
        numbers = Counter(note.level for note in self.notes)
        said = "; ".join(f"{numbers[level]} {level}" for level in Level if numbers[level])
        checks = ", ".join(f"{name} {count}" for name, count in self.checks.most_common())
        yield f"{len(self.rows):,} cases{f'; checks: {checks}' if checks else ', without checks of their own'}" + (
            f"; {said}" if said else ""
        )


def import_cases(source: str, options: ImportOptions = ImportOptions(), *, lenient: bool = False) -> CasesImported:  # noqa: B008  (frozen)
    """Import cases.

    Args:
        source: The format and where it is: `promptfoo:promptfooconfig.yaml`.
        options: Which fields hold what, and checks that every case is given.
        lenient: Leave out what cannot be imported, instead of refusing all.

    Raises:
        Mistake: The source cannot be read, nothing comes of it, or (unless lenient) a part of it cannot be imported;
            the text has a line for each.
    """
    found = _FORMAT.fullmatch(source)
    name, place = (found["format"], found["source"]) if found else (source[:40], "")
    if name not in FORMATS:
        raise Mistake(f"`{name}` is no format; write FORMAT:SOURCE, {did_you_mean(name, FORMATS)}")
    imported = FORMATS[name].load()(place, Path(place), Files(_tree, shown), options)
    rows = imported.rows if options.limit is None else imported.rows[: options.limit]
    prover = _Prover(imported.notes, options.checks)
    proved = [row for row in map(prover.row, rows) if row is not None]
    notes = list(imported.notes)
    lost = [note for note in notes if note.level is Level.NOT_IMPORTED]
    if lost and not lenient:
        count = f"{len(lost)} {'part' if len(lost) == 1 else 'parts'}"
        ending = f"nothing was written: {count} cannot be imported; `--lenient` leaves them out, and names them"
        raise Mistake("\n".join([*map(str, lost), ending]))
    if not proved:
        raise Mistake("\n".join([*map(str, notes), f"no cases come of `{source[:200]}`"]))
    return CasesImported(proved, notes, prover.written)


def check_written(text: str) -> Any:
    """A check as a user types it: a name, a line, or a mapping in YAML.

    Raises:
        Mistake: It is no YAML.
    """
    return parse_yaml(text, Path("--check")).root.data


class _Prover:
    """Makes case rows, and tries each as the suite loader will."""

    def __init__(self, notes: Notes, extra: tuple[Any, ...]) -> None:
        self._notes, self._extra = notes, extra
        self._checks = Checks(_Anyone(), Path())
        self.written: Counter[str] = Counter()

    def row(self, row: Row) -> dict[str, Any] | None:
        """The row with the checks that can be built; nothing when it cannot be read, or nothing judges it any more."""
        lost = list(row.lost)
        case = {**row.case, **({"tags": {**row.case.get("tags", {}), LOST_TAG: ", ".join(lost)}} if lost else {})}
        try:
            made = make_case(_model(case), str(row.place), Shared())
        except Mistake as mistake:
            self._lose(row.place, f"case `{row.case.get('id', '')}`", mistake)
            for written in row.checks:
                self._notes.not_imported(written.place, f"assertion `{written.what}`", "its case is not imported")
            return None
        kept: list[Any] = []
        for written in row.checks:
            try:
                self._prove(written.spec, made)
            except Mistake as mistake:
                self._lose(written.place, f"assertion `{written.what}`", mistake)
                lost.append(written.what)
            else:
                kept.append(written.spec)
        if row.checks and not kept:
            why = "nothing that judged it is imported, so the case is left out"
            self._notes.not_imported(row.place, f"case `{made.id}`", why)
            return None
        return self._whole(row, case, kept, lost, made)

    def _whole(self, row: Row, case: dict[str, Any], kept: list[Any], lost: list[str], made: Case) -> dict[str, Any]:
        for spec in self._extra:
            self._prove_extra(spec, made)
        checks = [*kept, *self._extra]
        self.written.update(_name(spec) for spec in checks)
        if lost:
            case = {**case, "tags": {**case.get("tags", {}), LOST_TAG: ", ".join(lost)}}
        return {**case, **({"checks": checks} if checks else {})}

    def _prove_extra(self, spec: Any, case: Case) -> None:
        try:
            self._prove(spec, case)
        except Mistake as mistake:
            raise Mistake(f"--check: {mistake.what}; case `{case.id}` ({case.origin})") from None

    def _prove(self, spec: Any, case: Case) -> None:
        try:
            [check] = self._checks.of_case(msgspec.structs.replace(case, checks=(spec,)))
        except MissingExtra:
            return  # the suite will say so where it is run
        if Need.EXPECTED in check.needs and not case.expect:
            raise Mistake(f"the check `{check.name}` needs an expected answer, which the case does not have")

    def _lose(self, place: Place, what: str, mistake: Mistake) -> None:
        self._notes.not_imported(place, what, mistake.what)


class _Nobody:
    """A Target that stands for whoever will judge; it is never asked."""

    identity = "nobody"

    def __init__(self, name: str) -> None:
        self.name = name

    async def ready(self) -> None:
        """It never is."""

    async def ask(self, request: Request) -> Interaction:
        """Never called."""
        raise NotImplementedError

    async def aclose(self) -> None:
        """Nothing to close."""


class _Anyone(dict[str, Target]):
    """Targets of every name: which ones there are is the suite's business."""

    def __missing__(self, name: str) -> Target:
        return _Nobody(name)

    def get(self, name: str, default: Any = None) -> Any:
        """A Target of that name."""
        return self[name]

    def __contains__(self, name: object) -> bool:
        return True


def _name(spec: Any) -> str:
    if isinstance(spec, Mapping):
        return str(next(iter(spec), ""))
    return str(spec).split(maxsplit=1)[0].partition(".")[0]


def _model(case: dict[str, Any]) -> CaseModel:
    try:
        msgspec.json.encode(case)
        return msgspec.convert(case, CaseModel)
    except UnicodeEncodeError:
        raise Mistake("it holds half of a surrogate pair, which is no text") from None
    except msgspec.ValidationError as error:
        what, keys = explain(str(error), case, CaseModel)
        raise Mistake(f"`{key_text(keys)}`: {what}") from None


def _tree(text: str, path: Path) -> Tree:
    return _of_node(parse_yaml(text, path).root, path, shown(path))


def _of_node(node: Node, path: Path, name: str) -> Tree:
    parts = {key: _of_node(part, path, name) for key, part in node.keys.items()}
    return Tree(node.data, path, Place(name, node.line), parts)
