"""The report as JSON, and the table of formats."""

import json
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_report import HOSTILE, attempt, info, make_report, verdict

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.report.build import build_report
from seatrial.report.document import decode, encode, schema, schema_text
from seatrial.report.model import Report
from seatrial.report.table import FORMATS, find_format, render

SCHEMA = Path(__file__).resolve().parents[2] / "schema" / "report.schema.json"


@pytest.fixture(scope="module")
def report() -> Report:
    """The made-up report, without the text that no UTF-8 file can hold."""
    return decode(encode(make_report()))


def test_comes_back_as_it_was(report: Report) -> None:
    """What is written and read again is the same report, and its pages are the same, too."""
    again = decode(encode(report))
    assert again == report
    assert render(again, "html") == render(report, "html")


def test_fits_its_schema(report: Report) -> None:
    """A report's JSON is valid by the schema."""
    jsonschema.Draft202012Validator(schema()).validate(json.loads(encode(report)))


def test_the_committed_schema_is_current() -> None:
    """The schema in the repository is the one made from the records; if not, write `schema_text()` there."""
    assert SCHEMA.read_text("utf-8") == schema_text()


def test_every_part_of_the_schema_says_what_it_is() -> None:
    """Each record in the schema carries its description."""
    definitions = schema()["$defs"]
    assert [name for name, each in definitions.items() if "properties" in each and not each.get("description")] == []


@pytest.mark.parametrize("text", HOSTILE)
def test_holds_hostile_text(text: str) -> None:
    """Any text can be written and read; only half surrogates are written out as escapes."""
    made = attempt(text, Score("x", False, 0.0, text), case="c")
    data = encode(build_report(info(), verdict(), Batch.of([(made.dialogue, made.scores)]), [made]))
    shown = decode(data).attempts.shown[0].turns[-1].text
    assert shown == text.encode("utf-8", "backslashreplace").decode()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "no JSON report"),
        (b"\xff\xfe", "no JSON report"),
        (b"[1, 2]", "no JSON report"),
        (b'{"format": "seatrial-report/2"}', "this is format `seatrial-report/2`"),
        (b'{"format": "seatrial-report/1", "run": 3}', "the report is broken"),
    ],
)
def test_what_is_no_report_is_named(data: bytes, told: str) -> None:
    """Broken, foreign and newer files are each told in a sentence with the file's name."""
    with pytest.raises(Mistake, match=told) as caught:
        decode(data, "old/report.json")
    assert str(caught.value).startswith("old/report.json: ")


@given(st.integers(0, 10_000))
def test_a_cut_report_is_no_report(report: Report, cut: int) -> None:
    """A file that ends early is told to be broken, wherever it ends."""
    data = encode(report)
    with pytest.raises(Mistake):
        decode(data[: cut * (len(data) - 3) // 10_000])


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_can_be_written(name: str, report: Report) -> None:
    """Each format of the table gives bytes of UTF-8 text that ends with a newline."""
    text = render(report, name).decode("utf-8")
    assert text.endswith("\n") or name == "html"
    assert len(text) > 500


def test_files_have_names_of_their_own() -> None:
    """No two formats write the same file, and those that CI systems look for are called as they expect."""
    files = {name: format.file for name, format in FORMATS.items()}
    assert len(set(files.values())) == len(files)
    assert (files["junit"], files["sarif"], files["html"]) == ("junit.xml", "seatrial.sarif", "report.html")


def test_an_unknown_format_is_a_mistake() -> None:
    """The sentence says which formats there are."""
    with pytest.raises(Mistake, match="`pdf` is not known; known are terminal, html, junit"):
        find_format("pdf")
