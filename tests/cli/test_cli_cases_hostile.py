"""Commands of cases against pipes that close, models that deceive, and files that are not what they should be."""

import json
import os
import signal
import sys
import time
from io import StringIO
from pathlib import Path

import pytest
from cli_support import Done, call, folder, run, spawn

SUITE = """
targets: {{writer: {{python: "{module}:writer"}}}}
suites: {{pets: {{target: writer, cases: [{{from: cases.jsonl}}], checks: [contains]}}}}
"""
CASE = '{"ask": "A rat?", "expect": "no"}\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder to work in, with one case."""
    (tmp_path / "cases.jsonl").write_text(CASE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def writer(here: Path, body: str) -> None:
    """A target `writer` that is this function of the prompt."""
    module = "hostile_" + "".join(sign for sign in here.name if sign.isalnum())
    (here / f"{module}.py").write_text(f"import asyncio, json\n\nasync def writer(prompt):\n    {body}\n")
    (here / "seatrial.yaml").write_text(SUITE.format(module=module))


def proposing(*cases: dict[str, object]) -> str:
    return f"return json.dumps({{'cases': {list(cases)!r}}})"


def decide(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, keys: str, out: str = "new.jsonl"
) -> Done:
    monkeypatch.setattr(sys, "stdin", StringIO(keys))
    return call(capsys, "cases", "propose", "--from", "cases.jsonl", "--with", "writer", "--accept", "--out", out)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["audit", "many.jsonl", "--format", "json"], 1),
        (["audit", "many.jsonl", "--format", "json", "--fail-on", "never"], 0),
        (["generate", "--template", "{n} {m}", "--slots", "slots.yaml", "--limit", "50000"], 0),
    ],
)
def test_who_stops_reading_does_not_change_how_a_command_ends(here: Path, arguments: list[str], code: int) -> None:
    """`| head -1`: no complaint, and the exit code is that of what was found."""
    rows = [json.dumps({"id": str(i), "ask": f"Is {i} lost? \ufffd"}) for i in range(3_000)]
    (here / "many.jsonl").write_text("\n".join(rows))
    (here / "slots.yaml").write_text(f"n: {list(range(300))}\nm: {list(range(300))}\n")
    with spawn("cases", *arguments, cwd=here) as process:
        process.stdout.readline()
        process.stdout.close()
        complaints = process.stderr.read()
        assert process.wait(60) == code
    assert "Error" not in complaints
    assert "bug" not in complaints


def test_a_ranking_may_be_read_in_part(tmp_path: Path) -> None:
    """The rest of it goes nowhere, and that is no error."""
    folder(tmp_path, 3)
    suite = (
        (tmp_path / "seatrial.yaml")
        .read_text()
        .replace(
            "  behaviour:",
            "  b:\n    target: bot\n    cases: [{from: cases.jsonl}]\n    checks: [contains]\n  behaviour:",
        )
    )
    (tmp_path / "seatrial.yaml").write_text(suite)
    assert run("check", "--quiet", cwd=tmp_path).code in (0, 3)
    reading, writing = os.pipe()
    os.close(reading)
    with spawn("rank", "last", cwd=tmp_path, stdout=writing) as process:
        os.close(writing)
        assert (process.communicate(timeout=60)[1], process.returncode) == ("", 0)


def test_signs_that_deceive_are_shown_as_escapes(here: Path, capsys, monkeypatch) -> None:
    """A model cannot clear the screen, or turn the reading direction, of the person who decides."""
    writer(here, proposing({"ask": "\x1b[2JNice?\u202eevil\nexpects  yes", "expect": "\x9b1A", "why": "\x07w"}))
    done = decide(capsys, monkeypatch, "e\n\n\n")
    assert not any(sign in done.err + done.out for sign in "\x1b\u202e\x9b\x07")
    assert "\\x1b[2JNice?\\u202eevil\\nexpects  yes" in done.err
    [row] = map(json.loads, (here / "new.jsonl").read_text().splitlines())
    assert row["ask"] == "\x1b[2JNice?\u202eevil\nexpects  yes"


def test_braces_of_a_proposal_are_no_template(here: Path, capsys, monkeypatch) -> None:
    """What a model proposes is a text; the suite that reads it asks just that."""
    from seatrial.app.suite import load

    writer(here, proposing({"ask": "Is {{ secret }} 1 {% x %}?", "expect": "{{ 1 + 1 }}"}))
    decide(capsys, monkeypatch, "a\n")
    (here / "cases.jsonl").write_text((here / "new.jsonl").read_text())
    [case] = load(here / "seatrial.yaml").cases["pets"].cases()
    assert (case.turns[0].content, case.expect) == ("Is {{ secret }} 1 {% x %}?", ("{{ 1 + 1 }}",))


def test_an_expectation_can_be_taken_away(here: Path, capsys, monkeypatch) -> None:
    """A dash leaves a case without one; Enter keeps the question."""
    writer(here, proposing({"ask": "May a cow come?", "expect": "no"}))
    decide(capsys, monkeypatch, "e\n\n-\n")
    [row] = map(json.loads, (here / "new.jsonl").read_text().splitlines())
    assert (row["ask"], "expect" in row) == ("May a cow come?", False)


@pytest.mark.parametrize("before", [CASE, CASE.rstrip("\n"), "", None])
def test_rows_are_added_behind_what_is_there(here: Path, capsys, monkeypatch, before: str | None) -> None:
    """A last line without an end is not continued."""
    if before is not None:
        (here / "new.jsonl").write_text(before)
    writer(here, proposing({"ask": "May a cow come?"}))
    assert decide(capsys, monkeypatch, "a\n").code == 0
    asks = [json.loads(line)["ask"] for line in (here / "new.jsonl").read_text().splitlines()]
    assert asks == (["A rat?"] if before else []) + ["May a cow come?"]


@pytest.mark.parametrize(
    ("out", "code", "why"),
    [
        ("new.csv", 2, "rows of JSON"),
        ("new", 2, "rows of JSON"),
        ("broken.jsonl", 2, "broken.jsonl:2: "),
        ("none/new.jsonl", 4, "none/new.jsonl: No such file"),
    ],
)
def test_a_file_that_takes_no_rows_is_known_before_the_model_is_asked(
    here: Path, capsys, monkeypatch, out: str, code: int, why: str
) -> None:
    """Nobody pays, and nobody decides, for nothing."""
    (here / "broken.jsonl").write_text(CASE + '{"ask": \n')
    writer(here, "open('asked', 'w').close()")
    done = decide(capsys, monkeypatch, "a\n", out)
    assert done.code == code
    assert why in done.err
    assert not (here / "asked").exists()


def test_ctrl_c_while_the_model_thinks(here: Path) -> None:
    """One line, exit code 4, and the file is as it was."""
    writer(here, "open('asked', 'w').close(); await asyncio.sleep(30)")
    arguments = ["--from", "cases.jsonl", "--with", "writer", "--accept", "--out", "cases.jsonl"]
    with spawn("cases", "propose", *arguments, cwd=here) as process:
        for _ in range(600):
            if (here / "asked").exists():
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=60)
    assert (err.strip(), process.returncode) == ("seatrial: stopped", 4)
    assert (here / "cases.jsonl").read_text() == CASE


def test_a_slot_product_beyond_all_numbers(here: Path, capsys) -> None:
    """Ten to the 25th combinations: some are drawn, and the sentence says of how many."""
    slots = [f"s{letter}" for letter in "abcdefghijklmnopqrstuvwxy"]
    (here / "slots.yaml").write_text("".join(f"{slot}: {[f'v{i}' for i in range(10)]}\n" for slot in slots))
    template = " ".join(f"{{{slot}}}" for slot in slots)
    done = call(capsys, "cases", "generate", "--template", template, "--slots", "slots.yaml", "--limit", "3")
    assert (done.code, len(done.out.splitlines())) == (0, 3)
    assert "3 of 10,000,000,000,000,000,000,000,000 possible cases" in done.err


def test_a_template_without_slots_is_one_case(here: Path, capsys) -> None:
    """And what looks like a slot, but is none, is told."""
    (here / "slots.yaml").write_text("animal: [dog]\n")
    done = call(capsys, "cases", "generate", "--template", "A { animal }?", "--slots", "slots.yaml")
    assert json.loads(done.out)["ask"] == "A { animal }?"
    assert "1 case\n" in done.err
    assert "`{ animal }` is no slot and stays as it is" in done.err
    assert "the slot `animal` is used by no template" in done.err


@pytest.mark.parametrize(
    ("template", "slots", "why"),
    [
        ("a \udcff {animal}", "animal: [dog]", "no UTF-8"),
        ("{animal}", 'animal: ["\\ud800"]', "slots.yaml:1"),
        ("{animal}", "animal: [dog, ~]", "slots.yaml:1: animal[1]"),
        ("{animal}", "animal: dog", "slots.yaml:1: animal: the values of a slot are a list"),
        ("{animal}", "- animal", "slots.yaml:1: slots are a mapping"),
        ("{animal}", "animal: [dog", "slots.yaml"),
        ("{animal}", "animal: []", "`{animal}`"),
        ("{animal} " * 3_000, "animal: [" + "x" * 90_000 + "]", "more than 100,000 characters"),
    ],
)
def test_templates_and_slots_that_cannot_be(here: Path, capsys, template: str, slots: str, why: str) -> None:
    """One sentence with the place, exit code 2, nothing on standard output."""
    (here / "slots.yaml").write_text(slots + "\n")
    done = call(capsys, "cases", "generate", "--template", template, "--slots", "slots.yaml")
    assert (done.code, done.out) == (2, "")
    assert why in done.err
    assert "bug" not in done.err


@pytest.mark.parametrize(
    "row",
    [
        "[" * 20_000,
        '{"ask": "' + "x" * 1_000_000 + '"}',
        '{"ask": "\\ud800"}',
        '{"ask": "a\\u0000b"}',
        '{"ask": "\u202eabc"}',
        "null",
        '{"ask": []}',
        '{"ask": "a", "expect": {"x": 1}}',
        '{"ask": "a", "tags": {"b": [1]}}',
    ],
    ids=["nested", "megabyte", "half a character", "NUL", "right to left", "null", "no turns", "expect", "tags"],
)
def test_any_row_is_audited(here: Path, capsys, row: str) -> None:
    """Found, or told as broken with its line; the exit code is 0 or 1."""
    (here / "cases.jsonl").write_text(CASE + row + "\n" + CASE.replace("rat", "cat"))
    done = call(capsys, "cases", "audit", "cases.jsonl")
    assert (done.code in (0, 1), done.err) == (True, "")
    assert done.out.startswith(("2 cases", "3 cases"))
    assert done.out.isascii() or "\u202e" not in done.out


def test_a_file_of_zeros_and_one_that_cannot_be_opened(here: Path, capsys) -> None:
    """Told by name, without a traceback."""
    (here / "zeros.jsonl").write_bytes(b"\0" * 1_000)
    (here / "folder.jsonl").mkdir()
    assert "zeros.jsonl:1" in call(capsys, "cases", "audit", "zeros.jsonl").out
    assert call(capsys, "cases", "audit", "folder.jsonl").code == 2
