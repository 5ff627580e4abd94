"""Reads `seatrial.yaml`: every mistake in it is found and told at once."""

from collections.abc import Iterator, Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import msgspec

from seatrial.app.gates import read_gate
from seatrial.app.mistakes import Mistakes, brief, did_you_mean
from seatrial.app.probe_groups import places_of, unasked, written_out
from seatrial.app.schema import FileModel, SuiteModel
from seatrial.app.schema_cases import CaseModel, FromModel
from seatrial.app.schema_probes import PROBES, ProbesModel
from seatrial.app.schema_scan import ScanModel, read_scan
from seatrial.app.schema_targets import TARGETS
from seatrial.app.validation import Place, convert
from seatrial.app.yaml_places import Document, read_yaml
from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate

Source = CaseModel | FromModel


class SuiteConfig(msgspec.Struct, frozen=True):
    """A suite as written: `sources` are its cases or the files that hold them, None where one has mistakes."""

    name: str
    model: SuiteModel
    sources: tuple[Source | None, ...]


class ProbesConfig(msgspec.Struct, frozen=True):
    """A group of probes as written; its name is its kind."""

    kind: str
    model: ProbesModel


class Config(msgspec.Struct, frozen=True):
    """A suite file as written, checked in itself. Further mistakes go to `mistakes`, whose `end` raises them all."""

    document: Document
    file: FileModel
    targets: dict[str, dict[str, Any]]
    suites: dict[str, SuiteConfig]
    probes: dict[str, ProbesConfig]
    gates: tuple[Gate, ...]
    mistakes: Mistakes
    scan: ScanModel | None = None

    @property
    def folder(self) -> Path:
        """Where relative paths begin."""
        return self.document.path.absolute().parent

    def place(self, *keys: str | int) -> Place:
        """A place in the file."""
        return Place(self.document, self.mistakes, keys)


def read_config(path: Path) -> Config:
    """Read a suite file.

    Raises:
        Mistake: It cannot be read, or its top is wrong. Mistakes further in are in the result's `mistakes`.
    """
    document = read_yaml(path)
    mistakes = Mistakes()
    top = Place(document, mistakes)
    if document.root.data is None:
        raise document.mistake("the file is empty; `seatrial init --force` writes one to begin with")
    file = convert(document.root.data, FileModel, top)
    raw = document.root.data if isinstance(document.root.data, dict) else {}
    targets = {name: _target(value, top.below("targets", name)) for name, value in _mapping(raw, "targets")}
    suites = {name: _suite(name, value, top.below("suites", name)) for name, value in _mapping(raw, "suites")}
    made = {name: suite for name, suite in suites.items() if suite is not None}
    probes = _probes(raw, made, top)
    if file is None or len(made) < len(suites) or any(target is None for target in targets.values()):
        _gates(raw, {**made, **probes}, top)
        mistakes.end()
    if file is None:
        raise document.mistake("the file has no suites")
    for key, part in (("targets", targets), ("suites", suites)):
        if not part:
            top.add("must not be empty", key)
    for name, suite in made.items():
        if suite.model.target not in targets:
            known = ", ".join(targets) or "none"
            top.add(f"there is no target {brief(suite.model.target)}; there are {known}", "suites", name, "target")
    gates = _gates(raw, {**made, **probes}, top)
    whole = {name: each for name, each in targets.items() if each}
    scan = read_scan(file.scan, top.below("scan")) if file.scan is not None else None
    return Config(document, file, whole, made, probes, gates, mistakes, scan)


def _mapping(raw: dict[str, Any], key: str) -> list[tuple[str, Any]]:
    value = raw.get(key)
    return list(value.items()) if isinstance(value, dict) else []


def _target(value: Any, place: Place) -> dict[str, Any] | None:
    if not isinstance(value, dict):
        place.add(f"a target is a mapping such as `{{openai: http://127.0.0.1:8410/v1}}`, {brief(value)} was found")
        return None
    kinds = [kind for kind in TARGETS if kind in value]
    if not kinds and any(point.name in value for point in entry_points(group="seatrial.targets")):
        return value
    if len(kinds) > 1 and "http" in kinds and "openai" in kinds:
        place.add("a target is one thing, not openai and http")
        return None
    if not kinds:
        place.add(f"a target needs one of the keys {', '.join(TARGETS)}")
        return None
    return value if convert(value, TARGETS[kinds[0]], place) is not None else None


def _suite(name: str, value: Any, place: Place) -> SuiteConfig | None:
    model = convert(value, SuiteModel, place)
    cases = value.get("cases") if isinstance(value, dict) else None
    sources = [
        _source(each, place.below("cases", i)) for i, each in enumerate(cases if isinstance(cases, list) else ())
    ]
    if model is None or None in sources:
        return None
    return SuiteConfig(name, model, tuple(sources))


def _probes(raw: dict[str, Any], suites: dict[str, SuiteConfig], top: Place) -> dict[str, ProbesConfig]:
    """The groups of probes that have no mistakes."""
    found = {}
    for kind, value in _mapping(raw, "probes"):
        place = top.below("probes", kind)
        if kind in suites:
            place.add(f"a suite is called `{kind}`, too; give it another name")
        elif kind not in PROBES:
            place.add(f"there are no probes of the kind {brief(kind)}; {did_you_mean(kind, PROBES)}")
        elif (model := convert({} if value is None else value, PROBES[kind], place)) is not None:
            found[kind] = ProbesConfig(kind, model)
    return found


def _source(value: Any, place: Place) -> Source | None:
    if isinstance(value, dict) and "from" in value:
        return convert(value, FromModel, place)
    return convert(value, CaseModel, place)


def _gates(raw: dict[str, Any], suites: Mapping[str, SuiteConfig | ProbesConfig], top: Place) -> tuple[Gate, ...]:
    names = [name for key in ("suites", "probes") for name, _ in _mapping(raw, key)]
    fairness = [each.model for each in suites.values() if isinstance(each, ProbesConfig) and each.kind == "fairness"]
    groups = places_of(next(iter(fairness), None), [name for name, _ in _mapping(raw, "suites")])
    found: list[Gate] = []
    for name, suite in suites.items():
        key = "suites" if isinstance(suite, SuiteConfig) else "probes"
        for i, line in enumerate(suite.model.gates):
            found += _read_gates(line, names, top.below(key, name, "gates", i), groups, name)
    gates = raw.get("gates")
    for i, line in enumerate(gates if isinstance(gates, list) else ()):
        found += _read_gates(line, names, top.below("gates", i), groups) if isinstance(line, str) else []
    for line in unasked(found, groups):
        found += _read_gates(line, names, top.below("probes", "fairness", "groups"), groups)
    return tuple(found)


def _read_gates(
    line: str, suites: list[str], place: Place, groups: list[str], suite: str | None = None
) -> Iterator[Gate]:
    """The gates that a line means: one, but of `fairness.groups` one for each suite and tag."""
    try:
        for each in written_out(line, suite, groups):
            yield read_gate(each, suites, suite=suite)
    except Mistake as mistake:
        place.add(mistake.what)
