"""Laws of the import of promptfoo suites: each assertion is written, or named by its line."""

import json
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from importing_support import put

from seatrial.app.cases_import import import_cases
from seatrial.cases.importing.promptfoo.kinds import KINDS
from seatrial.core.errors import Mistake

VALUES = st.sampled_from(
    [
        *("a", "['a', 'b']", "5", "{type: object}", "'output.length > 3'", "file://none.txt", "file://x.py", "null"),
        *("'{{q}}'", "'{{missing}}'", "'['", "''", "{min: 1, max: 4}", "true", "{name: get, args: {a: 1}}"),
    ]
)
EXTRAS = st.sampled_from(
    ["", ", threshold: 0.5", ", threshold: x", ", weight: 2", ", weight: 0", ", transform: output.x", ", provider: p"]
)
KIND = st.one_of(st.sampled_from(sorted(KINDS)), st.sampled_from(["not-contains", "not-is-json", "made-up", "''"]))
ASSERTION = st.tuples(KIND, VALUES, EXTRAS)
INSIDE = st.lists(ASSERTION, min_size=1, max_size=3)
SET = st.tuples(st.sampled_from(["", "threshold: 0.5", "threshold: 0", "weight: 0", "threshold: x"]), INSIDE)
ASSERTS = st.lists(st.one_of(ASSERTION, SET), min_size=1, max_size=4)
TEST = st.sampled_from(
    [
        *("vars: {q: hello}", "vars: {q: [one, two]}", "vars: {q: file://none.txt}", "vars: {}", "vars: file://x.js"),
        *("prompts: [none]", "threshold: 0.5", "threshold: 0", "options: {transform: 'output.a'}"),
        *("options: {disableDefaultAsserts: true}", "options: {transformVars: x}", "metadata: {a: {b: 1}}"),
    ]
)
PROMPTS = st.sampled_from(["['{{q}}']", "[file://none.txt]", "[file://p.py, '{{q}}']", "['{% for %}']", "[exec:x]"])


class Written:
    """A suite as text, and the line of each of its assertions by the name of its metric."""

    def __init__(self, prompts: str) -> None:
        self.lines = [f"prompts: {prompts}"]
        self.places: dict[str, int] = {}

    def add(self, asserts: list[tuple[str, ...]], indent: str) -> None:
        """Write assertions, each on a line of its own."""
        self.lines.append(f"{indent}assert:")
        for each in asserts:
            name = f"m{len(self.places)}"
            self.places[name] = len(self.lines) + 1
            if len(each) == 2:
                self.lines.append(f"{indent}  - type: assert-set")
                self.lines += [f"{indent}    metric: {name}", *([f"{indent}    {each[0]}"] if each[0] else [])]
                self.add(each[1], f"{indent}    ")  # type: ignore[arg-type]
            else:
                kind, value, extra = each
                self.lines.append(f"{indent}  - {{type: {kind}, metric: {name}, value: {value}{extra}}}")


@settings(max_examples=120, deadline=None)
@given(PROMPTS, ASSERTS, st.lists(st.tuples(TEST, ASSERTS), min_size=1, max_size=3), st.booleans())
def test_every_assertion_is_written_or_named(prompts, defaults, tests, scenario):
    """The name of each assertion stands in a row, or its line in the report; the import never fails otherwise."""
    suite = Written(prompts)
    suite.lines.append("defaultTest:")
    suite.add(defaults, "  ")
    suite.lines += ["scenarios:", "  - config: [{}]", "    tests:"] if scenario else ["tests:"]
    indent = "      " if scenario else "  "
    for key, asserts in tests:
        suite.lines.append(f"{indent}- {key}")
        suite.add(asserts, f"{indent}  ")
    rows, report = told("\n".join(suite.lines))
    named = {int(line.split(":")[1]) for line in report.splitlines() if line.startswith("s.yaml:")}
    for name, line in suite.places.items():
        assert f'"{name}"' in rows or line in named, (name, line, "\n".join(suite.lines), report)


def told(text: str) -> tuple[str, str]:
    """The rows and the report of an import; where nothing comes of it, what is said then."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        put(folder, {"s.yaml": text})
        return of_file(folder / "s.yaml")


def of_file(path: Path) -> tuple[str, str]:
    """The same of a file."""
    try:
        found = import_cases(f"promptfoo:{path}", lenient=True)
    except Mistake as mistake:
        return "", str(mistake).replace(f"{path.parent}/", "")
    return json.dumps(found.rows), "\n".join(map(str, found.notes)).replace(f"{path.parent}/", "")


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet="ab:,-()[]{}'\"\n\\ .=<>&|!/01outp.lengh", max_size=60), st.sampled_from(["javascript", "python"])
)
def test_no_program_makes_the_import_fail(code, kind):
    """Any text in the place of a program is translated, or named in a sentence."""
    rows, report = told(json.dumps({"prompts": ["x"], "tests": [{"assert": [{"type": kind, "value": code}]}]}))
    assert rows or "not imported" in report


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=80))
def test_any_cell_of_a_table_is_an_assertion(cell):
    """Every text that stands under `__expected` is an assertion, or nothing at all where it is blank."""
    body = cell.replace('"', '""').replace("\r", "").replace("\x00", "")
    with tempfile.TemporaryDirectory() as name:
        put(Path(name), {"t.csv": f'q,__expected\nhello,"{body}"\n'.encode("utf-8", "replace")})
        rows, report = of_file(Path(name) / "t.csv")
    assert "t.csv:" in report or '"checks"' in rows or not body.strip()
