"""What a run is held to: gates of several suites, looks on the way, what keeps it from ready, what a reader is told."""

from pathlib import Path
from typing import Any

import msgspec
import pytest
from app_support import put, recorded, refused

from seatrial.app.conclude import Held, _notes, _unread, held_of, warnings
from seatrial.app.front import check
from seatrial.app.outcome import Outcome as Ended
from seatrial.app.selection import Selection
from seatrial.core.batch import Batch
from seatrial.core.finding import Finding, Inspection, Scanned
from seatrial.core.gate import parse_gate
from seatrial.core.interaction import FailureKind
from seatrial.core.run import RunInfo, SuiteInfo
from seatrial.core.verdict import Outcome, Readiness
from seatrial.run.result import RunResult
from seatrial.store.lines import Damage


def batch(**suites: str) -> Batch:
    """Rows from letters, by suite: p passed, f failed a check, x no answer."""
    made = Batch()
    for name, letters in suites.items():
        for letter in letters:
            cells = {"failed": float(letter == "x"), **({"passed": float(letter == "p")} if letter != "x" else {})}
            made.add_row(f"c{len(made)}", cells, {"suite": name}, FailureKind.TIMEOUT if letter == "x" else None)
    return made


def held(*gates: str, suites: tuple[str, ...] = ("one", "two"), **more: Any) -> Held:
    return Held(tuple(parse_gate(each) for each in gates), suites, **more)


def outcomes(found: Held, made: Batch) -> list[Outcome]:
    return [each.outcome for each in found.verdict(made).gates]


GOOD, BAD = "p" * 200, "f" * 200


def test_gates_are_judged_in_the_order_in_which_they_stand() -> None:
    """Though those of one suite are looked at more often than those of another."""
    gates = ("two.pass_rate >= 50%", "one.pass_rate >= 50%", "pass_rate >= 20%", "two.pass_rate >= 1%")
    found = held(*gates, looks={"one": 5})
    assert [each.gate.text for each in found.verdict(batch(one=BAD, two=GOOD)).gates] == list(gates)
    assert outcomes(found, batch(one=BAD, two=GOOD)) == [Outcome.MET, Outcome.MISSED, Outcome.MET, Outcome.MET]


def test_nothing_to_hold_to_is_no_evidence() -> None:
    """Without a gate nothing is ready, and nothing is refused."""
    assert held().verdict(batch(one=GOOD)).readiness is Readiness.UNDECIDED


@pytest.mark.parametrize("reasons", [("it was stopped",), ("a", "b")])
def test_a_reason_keeps_from_ready(reasons: tuple[str, ...]) -> None:
    """All gates pass, and still it is not ready; the reasons are told."""
    verdict = held("one.pass_rate >= 50%").verdict(batch(one=GOOD), reasons)
    assert verdict.readiness is Readiness.UNDECIDED
    assert tuple(verdict.reasons) == reasons


def test_a_failed_gate_goes_before_a_reason() -> None:
    """What is known to be bad is not ready, stopped or not."""
    assert held("one.pass_rate >= 50%").verdict(batch(one=BAD), ["stopped"]).readiness is Readiness.NOT_READY


@pytest.mark.parametrize(
    ("gates", "rows", "suite", "decided"),
    [
        (("one.pass_rate >= 50%",), {"one": GOOD}, "one", True),
        (("one.pass_rate >= 50%",), {"one": BAD}, "one", True),
        (("one.pass_rate >= 50%",), {"one": "p"}, "one", False),
        (("two.pass_rate >= 50%",), {"one": "p"}, "one", True),
        (("pass_rate >= 50%",), {"one": "p"}, "one", False),
        (("one.pass_rate >= 50%", "two.pass_rate >= 50%"), {"one": GOOD, "two": "p"}, "one", True),
        (("one.pass_rate >= 50%", "two.pass_rate >= 50%"), {"one": GOOD, "two": "p"}, "two", False),
        ((), {"one": "p"}, "one", True),
        (("one.pass_rate >= 50%",), {}, "one", False),
    ],
)
def test_a_suite_goes_on_until_its_own_gates_are_decided(
    gates: tuple[str, ...], rows: dict[str, str], suite: str, decided: bool
) -> None:
    """Gates on it and on all together count, those of other suites do not."""
    assert held(*gates).decided(suite, batch(**rows)) is decided


@pytest.mark.parametrize(("good", "bad"), [(0, 12), (9, 4), (14, 0), (16, 2), (30, 1)])
def test_more_looks_decide_no_more(good: int, bad: int) -> None:
    """What is undecided at one look is undecided at several, and nothing changes sides."""
    made = batch(one="p" * good + "f" * bad)
    (once,) = outcomes(held("one.pass_rate >= 70%"), made)
    (often,) = outcomes(held("one.pass_rate >= 70%", looks={"one": 4}), made)
    assert often in (once, Outcome.UNDECIDED)


def test_a_gate_on_all_is_looked_at_as_often_as_any_suite() -> None:
    """Looks of one suite are looks at what all suites have together, and not at the other suite."""
    made = batch(one="p" * 16 + "f" * 2, two="p" * 16 + "f" * 2)
    readings = {}
    for looks in ({}, {"one": 5}):
        found = held("pass_rate >= 60%", "two.pass_rate >= 60%", looks=looks).verdict(made).gates
        readings[len(looks)] = [each.readings[0].low for each in found]
    assert readings[0][0] != readings[1][0]
    assert readings[0][1] == readings[1][1]


def test_a_comparison_needs_something_on_both_sides() -> None:
    """Without a baseline, or without an answer, there is none."""
    assert held().comparison(batch(one=GOOD), "r") is None


def scanned(path: str, verdict: str) -> Scanned:
    return Scanned(path=path, verdict=verdict)  # type: ignore[arg-type]


def info(*files: Scanned, **more: Any) -> RunInfo:
    inspection = Inspection(files=files) if files else None
    given: dict[str, Any] = {"suites": (SuiteInfo("one", "bot", "i", 3),), **more}
    return RunInfo(id="r", at=0, file="f", plan="p", inspection=inspection, **given)


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ("", []),
        ("a", ["a could not be read"]),
        ("abc", ["a, b, c could not be read"]),
        ("abcd", ["a, b, c and 1 more could not be read"]),
        ("abcdefgh", ["a, b, c and 5 more could not be read"]),
    ],
)
def test_files_that_could_not_be_read(names: str, said: list[str]) -> None:
    """Three are named and the rest counted; clean ones and attacks are no part of them."""
    files = [scanned(name, "unread") for name in names] + [scanned("y", "clean"), scanned("z", "attack")]
    assert _unread(info(*files)) == said


def test_no_scan_reads_nothing() -> None:
    """A run without a scan lacks none."""
    assert _unread(info()) == []


@pytest.mark.parametrize(
    ("count", "first", "said"),
    [
        (0, [], ()),
        (1, ["a:1: x"], ("1 lines of the journal could not be read and are left out: a:1: x",)),
        (1_234, list("abcd"), ("1,234 lines of the journal could not be read and are left out: a; b; c",)),
    ],
)
def test_damage_is_told(count: int, first: list[str], said: tuple[str, ...]) -> None:
    """With the first three lines."""
    damage = Damage()
    damage.count, damage.first = count, first
    assert warnings(damage) == said


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, []),
        ({"resumed": 1_000}, ["1,000 attempts were there already, 0 requests"]),
        ({"asked_again": 3}, ["0 attempts were there already, 3 requests"]),
        ({"judged_again": 7}, ["7 answers were there already and were judged again without being asked"]),
        ({"resumed": 2, "judged_again": 7}, ["2 attempts were there already", "7 answers were there already"]),
    ],
)
def test_notes_of_a_run_that_was_taken_up_again(fields: dict[str, int], said: list[str]) -> None:
    """Each is one sentence; a run in one go has none."""
    found = _notes(RunResult(Batch(), "done", **fields))
    assert len(found) == len(said)
    assert all(part in note for part, note in zip(said, found, strict=True))


@pytest.mark.parametrize(
    ("selection", "looks"),
    [({}, {}), ({"until_decided": ["one"]}, {"one": 4}), ({"until_decided": ["two", "none"]}, {"two": 5})],
)
def test_a_head_tells_the_looks(selection: dict[str, Any], looks: dict[str, int]) -> None:
    """Suites that repeat until decided are looked at as often as they may repeat; others once."""
    suites = (SuiteInfo("one", "b", "i", 3, 4), SuiteInfo("two", "b", "i", 3, 5))
    assert held_of(info(suites=suites, selection=selection), (), None).looks == looks


def test_a_head_knows_the_suites_of_the_file_and_its_own() -> None:
    """Names of the file come first, each once; gates are read back, by point or not."""
    gates = ("one.pass_rate >= 50%", "two.pass_rate >= 9% (by point)")
    found = held_of(info(gates=gates), ("three", "one"), None)
    assert found.suites == ("three", "one")
    assert [each.by_point for each in found.gates] == [False, True]
    assert held_of(info(), (), None).suites == ("one",)


def test_findings_are_held_to_their_gates() -> None:
    """A gate on findings looks at the scan and at nothing else."""
    finding = Finding("x", "attack", "t", "a.pkl")
    files = (Scanned.of("a.pkl", (finding,)),)
    found = held("findings.attack == 0", inspection=Inspection(files=files))
    assert outcomes(found, batch(one=GOOD)) == [Outcome.MISSED]
    clean = msgspec.structs.replace(found, inspection=Inspection(files=(scanned("a.pkl", "clean"),)))
    assert outcomes(clean, batch(one=GOOD)) == [Outcome.MET]


def test_a_suite_of_which_nothing_is_selected(tmp_path: Path) -> None:
    """It is told, and keeps the run from ready."""
    path = recorded(tmp_path, 40)
    text = path.read_text().replace(
        "gates:", "  empty: {target: bot, cases: [{ask: x, expect: y}], checks: [contains]}\ngates:"
    )
    put(tmp_path, text)
    outcome: Ended = check(path, slice={"half": "0"})
    assert outcome.readiness is not Readiness.READY
    assert "no case of the suite empty is selected" in list(outcome.verdict.reasons)


@pytest.mark.parametrize(
    ("slices", "found"),
    [
        ([], {}),
        (["a=b"], {"a": ("b",)}),
        (["a=b", "a=c", "d=e"], {"a": ("b", "c"), "d": ("e",)}),
        ([" a = b "], {"a": ("b",)}),
        (["a="], {"a": ("",)}),
        (["a=b=c"], {"a": ("b=c",)}),
    ],
)
def test_slices_as_they_are_written(slices: list[str], found: dict[str, tuple[str, ...]]) -> None:
    """Values of one tag are any of them, tags are all of them."""
    assert Selection.of(slices).slices == found


@pytest.mark.parametrize("text", ["a", "", "=b", " =b"])
def test_what_is_no_slice(text: str) -> None:
    """Refused with the form and with what was written."""
    assert refused(Selection.of, [text]) == f"a slice is written `language=es`, not `{text}`"


@pytest.mark.parametrize("name", ["concurrency", "limit", "repeat"])
def test_numbers_that_are_too_small(name: str) -> None:
    """One is the least; nought is told by name."""
    assert getattr(Selection.of([], **{name: 1}), name) == 1
    assert refused(lambda: Selection.of([], **{name: 0})) == f"{name} is at least 1, not 0"
