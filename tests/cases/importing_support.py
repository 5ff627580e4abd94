"""What the tests of importing share: files in a folder, an import of them, and the loader that must take its rows."""

import json
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from seatrial.app.cases_import import CasesImported, check_written, import_cases
from seatrial.app.suite import load
from seatrial.cases.importing.notes import Level, Note
from seatrial.cases.importing.options import Fields, ImportOptions
from seatrial.core.errors import Mistake

SUITE = """\
targets:
  bot: {recorded: answers.jsonl}
  judge: {recorded: answers.jsonl}
suites:
  imported: {target: bot, cases: [{from: imported.jsonl}], checks: [length > 0]}
gates: [imported.pass_rate >= 0%]
"""


def put(folder: Path, files: dict[str, Any]) -> None:
    """Files by name: a text as it is (without its common indentation), anything else as JSON, rows as JSONL."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if name.endswith(".jsonl") and isinstance(content, list):
            path.write_text("".join(json.dumps(row) + "\n" for row in content))
        elif isinstance(content, bytes):
            path.write_bytes(content)
        else:
            path.write_text(dedent(content) if isinstance(content, str) else json.dumps(content))


def imported(
    folder: Path, source: str, *, lenient: bool = False, check: str | None = None, **said: Any
) -> CasesImported:
    """Import `FORMAT:NAME` out of a folder, and see that the suite loader takes every row."""
    form, _, name = source.partition(":")
    limit = said.pop("limit", None)
    checks = () if check is None else (check_written(check),)
    options = ImportOptions(Fields(**said), checks, limit)
    found = import_cases(f"{form}:{folder / name}", options, lenient=lenient)
    accepted(folder, found)
    return found


def accepted(folder: Path, found: CasesImported) -> None:
    """Load the rows as the cases of a suite."""
    place = folder / "loaded"
    put(place, {"seatrial.yaml": SUITE, "answers.jsonl": [{"id": "none", "answer": "none"}]})
    (place / "imported.jsonl").write_bytes(found.jsonl())
    trial = load(place / "seatrial.yaml")
    assert sum(suite.total for suite in trial.suites) == len(found.rows)


def refused(folder: Path, source: str, **said: Any) -> str:
    """The text of the Mistake that an import ends with."""
    with pytest.raises(Mistake) as found:
        imported(folder, source, **said)
    return str(found.value).replace(f"{folder}/", "")


def suite(folder: Path, text: str, *, lenient: bool = False, **files: Any) -> CasesImported:
    """The import of a promptfoo suite with other files beside it; `__` in their names is a dot, `--` a slash."""
    put(folder, {"promptfooconfig.yaml": text})
    put(folder, {name.replace("__", "."): content for name, content in files.items()})
    return imported(folder, "promptfoo:promptfooconfig.yaml", lenient=lenient)


def said(found: CasesImported, level: Level) -> list[Note]:
    """The notes of a level."""
    return [note for note in found.notes if note.level is level]


def about(found: CasesImported, what: str) -> Note:
    """The one note about a construct."""
    fitting = [note for note in found.notes if what in note.what]
    assert len(fitting) == 1, "\n".join(map(str, found.notes))
    return fitting[0]
