"""A Scan in JSON, HTML, at a terminal: complete, escaped, and of one mind."""

import json
import re

import pytest
from made_scan import EVIDENCE, HOSTILE, MEMBER, make_inspection, many

from seatrial.core.errors import Mistake
from seatrial.core.finding import Inspection, Scanned
from seatrial.report.scans.html import render_html
from seatrial.report.scans.table import FORMATS, render
from seatrial.report.scans.terminal import render_terminal
from seatrial.report.scans.words import summary

CLEAN = Inspection(files=(Scanned.of("a.safetensors", (), ("safetensors",)),))


def as_json(inspection: Inspection) -> dict:
    """The Scan as a program reads it."""
    return json.loads(render(inspection, "json"))


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize("inspection", [make_inspection(), CLEAN, Inspection(), many(500)])
def test_every_format_is_utf8(format: str, inspection: Inspection) -> None:
    """Whatever bytes names are made of, what is written can be decoded."""
    assert render(inspection, format).decode("utf-8")


def test_an_unknown_format_is_a_mistake() -> None:
    """The sentence names the formats that there are."""
    with pytest.raises(Mistake, match="table, json, sarif, html"):
        render(CLEAN, "pdf")


def test_json_has_the_promised_shape() -> None:
    """Each file has its path, verdict and findings, each finding its six keys, present even when they are null."""
    whole = as_json(make_inspection())
    first = whole["files"][0]
    assert set(first) >= {"path", "verdict", "findings"}
    assert first["verdict"] == "attack"
    assert set(first["findings"][0]) >= {"id", "severity", "title", "member", "offset", "evidence"}
    assert (first["path"], first["findings"][0]["member"]) == (HOSTILE, MEMBER)
    assert whole["files"][3]["findings"][0]["offset"] is None


def test_json_counts_every_verdict() -> None:
    """The summary holds a number for each verdict, and what was skipped or accepted."""
    told = as_json(make_inspection())["summary"]
    assert (told["attack"], told["review"], told["unread"], told["clean"]) == (1, 2, 1, 2)
    assert (told["skipped"], told["accepted"], told["interrupted"]) == (3, 1, False)


def test_json_keeps_every_finding() -> None:
    """What a terminal cuts short is whole here, notes too."""
    assert len(as_json(many(500))["files"][0]["findings"]) == 500
    assert as_json(make_inspection())["files"][4]["findings"][0]["severity"] == "low"


def test_json_writes_names_that_are_no_utf8() -> None:
    """A name's odd bytes stand as escapes."""
    assert as_json(make_inspection())["files"][3]["path"] == "models/caf\\udce9.pkl"


@pytest.mark.parametrize(
    ("files", "verdict"), [((), "unread"), (CLEAN.files, "clean"), (many(1, "low").files, "clean")]
)
def test_nothing_looked_at_is_not_clean(files: tuple[Scanned, ...], verdict: str) -> None:
    """The verdict on no file is that nothing was read; notes leave a file clean."""
    assert as_json(Inspection(files=files))["verdict"] == verdict


def test_an_interrupted_scan_is_not_clean() -> None:
    """What was not reached was not judged."""
    made = Inspection(files=CLEAN.files, interrupted=True)
    assert as_json(made)["verdict"] == "unread"
    assert "not all was looked at" in summary(made)


@pytest.mark.parametrize("colour", [False, True])
def test_nothing_hostile_reaches_a_terminal(colour: bool) -> None:
    """No control character of a name, member or evidence survives; only our own colours do."""
    text = render_terminal(make_inspection(), colour=colour)
    bare = re.sub(r"\x1b\[[0-9;]*m", "", text) if colour else text
    assert "\x1b" not in bare
    assert "\x07" not in bare
    assert "\u202e" not in bare
    assert "\\x1b" in bare


@pytest.mark.parametrize("width", [40, 80, 120])
def test_explanations_keep_to_the_width(width: int) -> None:
    """Everything but a file's own line breaks at the width."""
    text = render_terminal(make_inspection(), width=width)
    lines = [line for line in text.splitlines() if line.startswith("  ")]
    assert lines
    assert max(map(len, lines)) <= width


def test_a_terminal_shows_the_worst_and_counts_the_rest() -> None:
    """Ten findings of a file are shown; the number of the others is told, and where they are."""
    text = render_terminal(many(25))
    assert text.count("byte ") == 10
    assert "and 15 more" in text
    assert "--format json" in text


def test_a_rule_is_explained_once() -> None:
    """Ten findings of one kind in a file repeat neither its title nor what to do."""
    text = render_terminal(many(9))
    assert text.count("Again [a.b]") == 1


def test_a_terminal_lists_clean_files_only_when_they_are_few() -> None:
    """A folder of a thousand clean files is one line."""
    files = tuple(Scanned.of(f"f{i}.npy", (), ("npy",)) for i in range(1000))
    text = render_terminal(Inspection(files=files))
    assert "f1.npy" not in text
    assert "1,000 files: 1,000 clean" in text
    assert "f1.npy" in render_terminal(Inspection(files=files[:3]))


def test_notes_are_counted_and_not_told() -> None:
    """A note is good to know: a number at the terminal, its words elsewhere."""
    text = render_terminal(make_inspection())
    assert "good.pt  zip, pickle  (1 note)" in text
    assert "Only safe with a recent loader" not in text
    assert "Only safe with a recent loader" in render_html(make_inspection())


@pytest.mark.parametrize(
    ("inspection", "told"),
    [
        (Inspection(), "nothing was scanned"),
        (Inspection(skipped=1200), "nothing was scanned (1,200 neither model, config nor data)"),
        (CLEAN, "1 file: 1 clean"),
        (make_inspection(), "6 files: 1 attack, 2 review, 1 could not read, 2 clean"),
        (make_inspection(), "1 finding accepted before; 1 note"),
    ],
)
def test_one_line_says_all(inspection: Inspection, told: str) -> None:
    """The summary counts files by verdict, worst first, and says what stands aside."""
    assert told in summary(inspection)


def test_html_escapes_what_files_hold() -> None:
    """No tag of a name or of evidence comes through."""
    page = render_html(make_inspection())
    assert "<img" not in page
    assert "<script" not in page
    assert "&lt;script&gt;alert(2)" in page
    assert "\x1b" not in page


def test_html_allows_nothing_but_its_own_style() -> None:
    """The policy forbids scripts, hosts and forms; there is no handler and no link out."""
    page = render_html(make_inspection())
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', page)
    assert policy is not None
    assert "default-src &#39;none&#39;" in policy[1] or "default-src 'none'" in policy[1]
    assert "script-src" not in policy[1]
    assert not re.search(r"<[a-z][^>]*\s(on\w+|href|src)=", page)


def test_html_tells_why_and_how_to_mend() -> None:
    """A reader finds the place, the evidence, the reason and what to do."""
    page = render_html(make_inspection())
    for told in ("byte 1,234", "Whoever wrote it decides", "Do not load it.", "CWE-502", "line 7", "Accepted before"):
        assert told in page
    assert EVIDENCE not in page


def test_html_is_bounded() -> None:
    """A file with thousands of findings shows a hundred and says where the others are."""
    page = render_html(many(5000))
    assert page.count('class="finding"') == 100
    assert "4900 more findings" in page


def test_html_lists_two_thousand_files() -> None:
    """The table of all files ends, and says so."""
    page = render_html(Inspection(files=tuple(Scanned.of(f"f{i}", ()) for i in range(2100))))
    assert "100 more files" in page
    found = tuple(many(1).findings)
    assert "400 more files with findings" in render_html(
        Inspection(files=tuple(Scanned.of(f"f{i}", found) for i in range(900)))
    )


def test_the_worst_comes_first() -> None:
    """An attack among hundreds of files to look at is not what is left out."""
    attack, others = make_inspection().files[0], tuple(Scanned.of(f"f{i}", many(1).findings) for i in range(300))
    made = Inspection(files=(*others, attack))
    text = render_terminal(made)
    assert text.startswith(" ATTACK ")
    assert "and 201 more files to look at" in text
    assert render_html(made).index("alert(2)") < render_html(made).index("f17")
