"""Texts that mean harm, in every place that a user, a model or an endpoint fills, through every format."""

import re
import unicodedata
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import Any
from xml.etree import ElementTree

import jsonschema
import markdown
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_report import HOSTILE, gate, info, rate
from sarif_parts import LOG

from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing
from seatrial.core.request import Message, Request, ToolCall
from seatrial.core.run import Attempt, SuiteInfo
from seatrial.core.score import Score
from seatrial.core.verdict import Outcome, Verdict
from seatrial.metrics.compare import compare
from seatrial.report.build import Circumstances, build_report
from seatrial.report.document import decode, encode
from seatrial.report.model import Report
from seatrial.report.table import FORMATS, render
from seatrial.report.text import cell_width

PIECES = [
    *(
        "<script>",
        "</script>",
        "</title>",
        "<!--",
        "-->",
        "]]>",
        "<![CDATA[",
        "<?xml?>",
        "&lt;",
        "&",
        "<b x=",
        '"',
        "'",
    ),
    *("`", "```", "|", "*", "__", "# ", "- ", "1. ", "> ", "===", "    ", "![x](", "](javascript:x)", "@everyone"),
    *("www.attacker.example", "WWW.attacker.example", "https://attacker.example/", "<https://attacker.example>"),
    *("{{ 7 * 7 }}", "{% raw %}", "{# x #}", "%(x)s", "%0A", "%s", "{0}", "$HOME", "\\n", "\\x1b"),
    *("::error::", "::stop-commands::x", "##[error]", "\n", "\r", "\r\n", "\t", "\x85", "\u2028", "\x0b", "\x0c"),
    *("\x1b[31m", "\x1b]8;;x\x07", "\x9b2J", "\x00", "\x7f", "\b", "\u202e", "\u2066", "\u200f", "\u200b", "\ufeff"),
    *("\ud800", "\ufffe", "\U000e0041", "\u00ad", "[bold red]", "[/]", "漢字", "e\u0301", "👩‍🚀", "ünï", "word "),
]
TEXTS = st.lists(st.sampled_from(PIECES), min_size=1, max_size=8).map("".join)
UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\U000e0041\ud800]")
FEW = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEWER = settings(FEW, max_examples=8)


def interaction(text: str, **changes: Any) -> Interaction:
    """One turn in which all that an endpoint or a suite file fills holds the text."""
    facts = {
        "id": "fixed",
        "target": text,
        "request": Request((Message("system", text), Message("user", text))),
        "timing": Timing(0, 0, 10**9),
        "answer": Answer(text, (ToolCall(text, text, text),)),
        "suite": text,
        "case": text,
        "model": text,
        "request_id": text,
        "cost": Money(7),
        "tags": {text: text, "language": text},
    }
    return Interaction(**{**facts, **changes})


def made_of(text: str) -> Report:
    """A report that holds the text wherever one can stand: names, reasons, places, slices and a comparison."""
    failed = {"answer": None, "failure": Failure(FailureKind.CRASHED, text, partial=text), "case": f"{text} 2"}
    wrong, right = (Score(text, passed, 0.0, text, version=text) for passed in (False, True))
    attempts = [
        Attempt((interaction(text),), (wrong, right)),
        Attempt((interaction(text, **failed),), ()),
        Attempt((interaction(text, case=f"{text} 3"),), (Score.not_judged(text, text),)),
        *(Attempt((interaction("a", suite=text, case=f"a{number}"),), (right,)) for number in range(12)),
        *(Attempt((interaction(text, case=f"{text} b{number}"),), (wrong,)) for number in range(12)),
    ]
    batch = Batch.of((each.dialogue, each.scores) for each in attempts)
    cases = [(text, Case(id=each.dialogue[-1].case or "", turns=(), expect=(text,), origin=text)) for each in attempts]
    slices = [rate("pass_rate", 0.2, 0.1, 0.3, of=(text, text)), rate("pass_rate", 0.9, 0.8, 1.0, of=("a", text))]
    gates = [gate("pass_rate >= 90% in every x", outcome, *slices, why=text) for outcome in Outcome]
    before = Batch.of((each.dialogue, (right,)) for each in attempts)
    suites = (SuiteInfo(text, text, text, 3),)
    return build_report(
        msgspec.structs.replace(info(), file=text, suites=suites),
        Verdict.of(gates, [text]),
        batch,
        attempts,
        cases,
        comparison=compare(batch, before, now_name=text, before_name=text),
        circumstances=Circumstances(warnings=(text,), notes=(text,)),
    )


@cache
def harmless(format: str) -> str:
    """What a format makes of a word that means no harm."""
    return render(made_of("word"), format).decode()


def rendered(text: str, format: str) -> str:
    """What a format makes of the text; its bytes are UTF-8."""
    return render(made_of(text), format).decode()


class Elements(HTMLParser):
    """The elements of a page, their attributes' names, and which are open at the end."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self.links: set[str | None] = set()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ("option", "details"):
            self.found[tag, tuple(name for name, _ in attrs)] += 1
        self.links |= {value for name, value in attrs if name in ("href", "src", "action", "style")}


@FEWER
@given(TEXTS)
def test_no_text_makes_an_element_or_an_attribute(text: str) -> None:
    """The page has the elements and attributes that it has with a harmless word, and links to its own places only."""
    page, plain = Elements(rendered(text, "html")), Elements(harmless("html"))
    assert set(page.found) == set(plain.found)
    assert page.links == plain.links


@FEWER
@given(TEXTS)
def test_no_text_is_taken_for_a_template(text: str) -> None:
    """Braces and per cent signs are shown, not worked out."""
    page = rendered(f"{text} {{{{ 7 * 7 }}}} {{% now %}}", "html")
    assert "{{ 7 * 7 }} {% now %}" in page


@FEW
@given(TEXTS, st.sampled_from(sorted(FORMATS)))
def test_no_format_holds_what_cannot_be_seen(text: str, format: str) -> None:
    """No control character, no mark that turns or hides text, no half of a pair; JSON holds them as escapes."""
    made = rendered(text, format)
    if format == "json":
        assert not re.search("[\x00-\x09\x0b-\x1f\ud800]", made)
    else:
        assert not UNFIT.search(made.replace("\r", "") if format == "html" else made)


@FEW
@given(TEXTS)
def test_a_terminal_shows_lines_of_eighty_columns(text: str) -> None:
    """Nothing moves the cursor, nothing is wider than the screen, and every line is one line."""
    lines = rendered(text, "terminal").split("\n")
    assert max(map(cell_width, lines)) <= 80
    assert all(unicodedata.category(character) != "Cc" for line in lines for character in line)
    assert lines[0].startswith(" NOT READY   Of 3 gates: 1 missed, 1 undecided, 1 met.")


@FEW
@given(TEXTS)
def test_xml_has_the_elements_of_a_harmless_run(text: str) -> None:
    """The file parses, and each suite, case and ending is where it is with a word."""
    made, plain = (ElementTree.fromstring(each) for each in (rendered(text, "junit"), harmless("junit")))
    assert [each.tag for each in made.iter()] == [each.tag for each in plain.iter()]
    assert [made.get(key) for key in ("tests", "failures", "errors")] == ["30", "14", "1"]


@FEW
@given(TEXTS)
def test_sarif_is_of_the_standard(text: str) -> None:
    """Rules, places, tags and messages hold what the standard lets them hold, tags each once."""
    log = msgspec.json.decode(rendered(text, "sarif"))
    jsonschema.Draft202012Validator(LOG).validate(log)
    assert len(log["runs"][0]["results"]) == len(msgspec.json.decode(harmless("sarif"))["runs"][0]["results"])


@FEW
@given(TEXTS)
def test_every_line_for_github_is_a_command_of_ours(text: str) -> None:
    """As many lines as with a word, and each begins with a level that we chose."""
    lines = rendered(text, "github").splitlines()
    assert len(lines) == len(harmless("github").splitlines())
    pattern = r"::(error|warning|notice) (file=[^,:]*,)?(line=\d+,)?title=[^,:]*::"
    assert all(re.match(pattern, line) for line in lines)


OURS = "code|sub|br|details|summary|h2|p|ul|li|table|thead|tbody|tr|th|td|strong|blockquote|em"


@FEW
@given(TEXTS)
def test_no_text_becomes_markdown(text: str) -> None:
    """The comment renders to the elements of a harmless one: no link, image, heading, list or code block of its own."""
    made, plain = (markdown.markdown(each, extensions=["tables"]) for each in (rendered(text, "md"), harmless("md")))
    assert "<" not in re.sub(rf"</?({OURS})\b[^<>]*>", "", made)
    tags = [
        Counter(re.findall(r"<(h\d|ul|table|tr|td|pre|img|a|details|blockquote)\b", each)) for each in (made, plain)
    ]
    assert tags[0] == tags[1]


@FEW
@given(TEXTS)
def test_no_text_is_made_a_link_by_github(text: str) -> None:
    """Neither an address with a scheme nor one that begins with www stands in the source as it was written."""
    source = rendered(text, "md")
    assert not re.search(r"(?i)www\.|https?://|@everyone|!\[", source)


@FEW
@given(TEXTS)
def test_json_keeps_the_text_to_the_letter(text: str) -> None:
    """What is written is read back, again and again; only half a pair becomes an escape."""
    again = decode(encode(made_of(text)))
    assert again.attempts.shown[0].turns[-1].text == text.encode("utf-8", "backslashreplace").decode()
    assert decode(encode(again)) == again


@pytest.mark.parametrize("format", sorted(FORMATS))
@pytest.mark.parametrize("text", [*HOSTILE, "", " ", "\n", "\x00" * 900, "é" * 900, "\u202e" * 300, "." * 300, "/" * 9])
def test_every_format_takes_every_text(text: str, format: str) -> None:
    """Empty, endless and hostile texts in every place: a file comes out, and none is endless."""
    made = rendered(text, format)
    assert len(made) < 3_000_000
    assert format != "md" or len(made) <= 60_000


def test_a_text_cannot_close_the_script_or_the_style() -> None:
    """The page's own script and style stand as they are in our files, and there is one of each."""
    page = rendered("</script></style><script>alert(1)</script>", "html")
    assert page.count("<script>") == page.count("</script>") == page.count("<style>") == page.count("</style>") == 1
