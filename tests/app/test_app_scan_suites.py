"""`scan:` in a suite file: what is shipped reaches gates, the verdict, reports, and runs that are taken up again."""

import json
from pathlib import Path
from typing import Any

import pytest
from app_support import RECORDED, put, recorded, refused
from scan_support import ATTACK, HONEST, OWN, advisories, put_bytes

import seatrial as st
from seatrial.app.outcome import Outcome
from seatrial.app.runs import show
from seatrial.core.verdict import Readiness
from seatrial.report.table import FORMATS, render

LIST = RECORDED + "scan: [m/*.pkl]\n"
READY, NOT_READY, OPEN = Readiness.READY, Readiness.NOT_READY, Readiness.UNDECIDED


def suite(folder: Path, scan: str, gates: str = "") -> Path:
    """A suite over recorded answers that pass, with `scan:` as written and more gates."""
    text = RECORDED.replace("gates: [", f"gates: [{gates}")
    return recorded(folder, 40, text=f"{text}scan: {scan}\n")


def run(folder: Path, scan: str, gates: str = "") -> Outcome:
    """Run such a suite."""
    return st.check(suite(folder, scan, gates))


def whys(outcome: Outcome) -> list[str]:
    """What each gate says."""
    return [each.why for each in outcome.report.verdict.gates]


@pytest.mark.parametrize("scan", ["[m/*.pkl]", "[m]", "[m/bad.pkl, m/good.pkl]", "{files: [m], jobs: 2}"])
def test_an_attack_is_not_ready(tmp_path: Path, scan: str) -> None:
    """Without a gate on findings there is one: no attack; its reason names the file, from the suite's folder."""
    put_bytes(tmp_path / "m", bad_pkl=ATTACK, good_pkl=HONEST)
    outcome = run(tmp_path, scan)
    assert outcome.readiness is NOT_READY
    assert "findings.attack is 1 (m/bad.pkl), the limit is 0" in whys(outcome)


def test_honest_files_leave_a_suite_ready(tmp_path: Path) -> None:
    """The gate on attacks is met, and clean files are counted, not kept."""
    outcome = run(put_bytes(tmp_path / "m", good_pkl=HONEST).parent, "[m]")
    assert outcome.readiness is READY
    inspection = outcome.report.run.inspection
    assert inspection is not None
    assert inspection.clean_left_out + len(inspection.files) == 1


@pytest.mark.parametrize(
    ("gate", "readiness"),
    [("", READY), ("findings.review <= 0, ", NOT_READY), ("findings.review <= 2, ", READY)],
)
def test_a_gate_on_reviews(tmp_path: Path, gate: str, readiness: Readiness) -> None:
    """What a person should look at is held to the limit that the suite sets, and to none without one."""
    put_bytes(tmp_path / "m", own_pkl=OWN)
    assert run(tmp_path, "[m]", gate).readiness is readiness


@pytest.mark.parametrize("scan", ["[m]", "[m/cut.pkl]", "[none.pkl]", "['none/*.onnx']"])
def test_what_could_not_be_read_keeps_from_ready(tmp_path: Path, scan: str) -> None:
    """A file that is cut, or not there, was not judged: the verdict is *not enough evidence* and names it."""
    put_bytes(tmp_path / "m", cut_pkl=HONEST[:-9])
    outcome = run(tmp_path, scan)
    assert outcome.readiness is OPEN
    assert any("could not be read" in reason for reason in outcome.report.verdict.reasons)


@pytest.mark.parametrize(
    ("scan", "said"),
    [
        ("[]", "nothing is named"),
        ("{}", "nothing is named"),
        ("models", "a mapping is expected"),
        ("{file: [m]}", "did you mean `files`?"),
        ("{files: [m], jobs: 0}", "jobs"),
        ("{files: [m], allow: none.toml}", "none.toml"),
        ("{files: [m], manifest: none.json}", "none.json"),
        ("{files: [m], advisories: db}", "advisories are about packages"),
        ("{environment: m}", "no installed packages"),
    ],
)
def test_mistakes_of_a_scan_in_a_suite(tmp_path: Path, scan: str, said: str) -> None:
    """Each is told with the suite file's line, before anything is asked."""
    put_bytes(tmp_path / "m", good_pkl=HONEST)
    told = refused(st.check, suite(tmp_path, scan))
    assert said in told
    assert "seatrial.yaml:10" in told
    assert not (tmp_path / ".seatrial" / "runs").exists()


def test_a_mistake_in_the_allow_list_names_both_files(tmp_path: Path) -> None:
    """The line of the suite file, and that of the allow-list."""
    put_bytes(tmp_path / "m", good_pkl=HONEST)
    put(tmp_path, "[[alow]]\n", "seatrial-allow.toml")
    told = refused(st.check, suite(tmp_path, "[m]"))
    assert "seatrial.yaml:10" in told
    assert "seatrial-allow.toml:1" in told


def test_the_allow_list_of_the_suites_folder_counts(tmp_path: Path) -> None:
    """It is found beside the suite file, wherever the command is typed."""
    put_bytes(tmp_path / "m", own_pkl=OWN)
    put(tmp_path, '[[allow]]\nglobal = "my.code.Ranker"\nreason = "r"\nexpires = 2999-01-01\n', "seatrial-allow.toml")
    assert run(tmp_path, "[m]", "findings.review == 0, ").readiness is READY


def test_lists_are_held_to_advisories_in_a_suite(tmp_path: Path) -> None:
    """Requirements and locks among the files, patterns too, are held to the advisories that are named."""
    put(tmp_path, f"lodge==1.5 --hash=sha256:{'a' * 64}\n", "locks/requirements.txt")
    advisories(tmp_path / "db")
    outcome = run(tmp_path, "{files: ['locks/*.txt'], advisories: db}", "findings.review == 0, ")
    assert outcome.readiness is NOT_READY
    assert any("locks/requirements.txt" in why for why in whys(outcome))


def test_the_folder_above_a_suite_is_no_pattern(tmp_path: Path) -> None:
    """Brackets in the path to the suite file are brackets."""
    folder = tmp_path / "v[12]*"
    put_bytes(folder / "m", bad_pkl=ATTACK)
    put_bytes(tmp_path / "v1x" / "m", good_pkl=HONEST)
    assert run(folder, "['m/*.pkl']").readiness is NOT_READY


@pytest.mark.parametrize("format", sorted(set(FORMATS) - {"junit"}))
def test_every_report_tells_of_the_attack(tmp_path: Path, format: str) -> None:
    """Terminal, HTML, Markdown, SARIF, JSON name the file; and again when the run is shown."""
    put_bytes(tmp_path / "m", bad_pkl=ATTACK)
    first = render(run(tmp_path, "[m]").report, format).decode()
    again = render(show(tmp_path, "last").report, format).decode()
    for text in (first, again):
        assert "m/bad.pkl" in text
        assert "attack" in text.lower()


def test_a_run_that_is_shown_again_has_the_same_verdict(tmp_path: Path) -> None:
    """The gate on findings is judged from the journal, without the files."""
    put_bytes(tmp_path / "m", bad_pkl=ATTACK)
    first = run(tmp_path, "[m]")
    (tmp_path / "m" / "bad.pkl").unlink()
    again = show(tmp_path, "last")
    assert (again.readiness, whys(again)) == (first.readiness, whys(first))


def inspected(outcome: Outcome) -> Any:
    """The scan as the report's JSON has it."""
    return json.loads(render(outcome.report, "json"))["run"]["inspection"]


@pytest.mark.parametrize("typed_in", [".", ".."])
def test_paths_are_the_same_wherever_the_command_is_typed(
    tmp_path: Path, typed_in: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are told from the suite's folder, so that a run taken up elsewhere is the same plan."""
    put_bytes(tmp_path / "m", bad_pkl=ATTACK)
    path = suite(tmp_path, "[m]")
    monkeypatch.chdir(tmp_path / typed_in)
    found = inspected(st.check(path.relative_to((tmp_path / typed_in).resolve())))
    assert found["files"][0]["path"] == "m/bad.pkl"
    assert str(tmp_path) not in json.dumps(found)


def test_names_that_are_no_utf8_are_kept(tmp_path: Path) -> None:
    """A journal and a report can be written whatever bytes a name is made of."""
    put_bytes(tmp_path / "m")
    (tmp_path / "m" / "caf\udce9.pkl").write_bytes(ATTACK)
    outcome = run(tmp_path, "[m]")
    assert outcome.readiness is NOT_READY
    assert "caf\\udce9.pkl" in inspected(show(tmp_path, "last"))["files"][0]["path"]


def test_a_changed_model_is_another_plan(tmp_path: Path) -> None:
    """A run is not taken up again when what is shipped has come to another verdict."""
    put_bytes(tmp_path / "m", good_pkl=HONEST)
    first = run(tmp_path, "[m]").report.run.plan
    put_bytes(tmp_path / "m", good_pkl=ATTACK)
    assert run(tmp_path, "[m]").report.run.plan != first
