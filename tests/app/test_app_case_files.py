"""Files of cases as strangers write them: odd paths, foreign rows, ids, order."""

import json
from pathlib import Path
from typing import Any

import pytest
from app_support import put, put_rows, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.cases import Shared, digest, make_case
from seatrial.app.mistakes import MOST
from seatrial.app.schema_cases import CaseModel
from seatrial.app.suite import load
from seatrial.core.case import Case

SUITE = 'targets: {{bot: {{python: "a:b"}}}}\nsuites: {{s: {{target: bot, checks: [refusal], cases: [{0}]}}}}\n'


def cases(folder: Path, *written: str) -> list[Case]:
    return list(load(put(folder, SUITE.format(", ".join(written)))).cases["s"].cases())


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("y" * 5_000 + ".jsonl", "is no path: File name too long"),
        ("y" * 5_000 + "*.jsonl", "there is no file"),
        ("", "there is no file ``"),
        (".", "there is no file `.`"),
        ("a\\0*.jsonl", "there is no file"),
        ("../*.nothing", "there is no file"),
    ],
)
def test_paths_that_are_none_are_mistakes(tmp_path: Path, path: str, said: str) -> None:
    """A path that the system cannot even ask for is told at its key, as one that leads nowhere is."""
    text = refused(cases, tmp_path, f'{{from: "{path}"}}')
    assert said in text
    assert "seatrial.yaml:2: suites.s.cases[0].from: " in text


def test_globs_are_read_in_the_order_of_names(tmp_path: Path) -> None:
    """Files of one glob follow their names, and sources the order in which they are written, folders and all."""
    for name in ("deep/er/b.jsonl", "deep/a.jsonl", "z.jsonl"):
        put_rows(tmp_path, [{"ask": name}], name)
    (tmp_path / "deep/folder.jsonl").mkdir()
    found = cases(tmp_path, "{from: z.jsonl}", "{ask: inline}", "{from: 'deep/**/*.jsonl'}")
    assert [case.turns[0].content for case in found] == ["z.jsonl", "inline", "deep/a.jsonl", "deep/er/b.jsonl"]


def test_a_file_may_be_named_by_its_absolute_path(tmp_path: Path) -> None:
    """Globs and plain paths that begin at the root are read from there."""
    put_rows(tmp_path / "other", [{"ask": "x"}])
    for path in ("cases.jsonl", "*.jsonl"):
        assert len(cases(tmp_path, f"{{from: '{tmp_path}/other/{path}'}}")) == 1


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ({"q": ["a"]}, "`ask[0]`: a mapping is expected, `a` was found"),
        ({"q": [1]}, "`ask[0]`: a mapping is expected, `1` was found"),
        ({"q": [{"role": ["user"], "content": "x"}]}, "turn 1 of `ask` is of the role a list"),
        ({"q": [{"role": "user", "content": None}]}, "turn 1 of `ask` must be a text, nothing was found"),
        ({"q": 7}, "the row has no question in the field `q`"),
        ({"q": {}}, "the row has no question in the field `q`"),
        ({"q": "x", "e": {"a": 1}}, "`expect`: "),
        ({"q": "x", "e": [["a"]]}, "`expect[0]`: "),
        ({"q": "x", "e": "y", "c": [1, 2]}, "`context[0]`: a text is expected, `1` was found"),
        ({"q": "x", "e": "y", "r": ["a"]}, "`reference`: a text is expected, a list was found"),
        ({"q": "x", "e": "y", "i": [1]}, "`id`: "),
        ({"q": "x", "e": "y", "t": {"deep": 1}}, "`tags.kind`: "),
        ([1], "a row must be a JSON object"),
    ],
)
def test_foreign_rows_of_odd_shape_are_told_with_their_line(tmp_path: Path, row: Any, said: str) -> None:
    """A foreign field of the wrong kind is a mistake of that row, and never a crash or a nonsense case."""
    put_rows(tmp_path, [{"q": "fine", "i": "0"}, row], "f.jsonl")
    text = refused(
        cases, tmp_path, "{from: f.jsonl, ask: q, expect: e, context: c, reference: r, id: i, tags: {kind: $.t}}"
    )
    assert "f.jsonl:2: " in text
    assert said in text


def test_foreign_fields_are_found_by_name_path_and_jsonpath(tmp_path: Path) -> None:
    """A dotted name is a field of that name before it is a path; JSONPath takes the first match; no value is none."""
    rows = [{"a.b": "dotted", "a": {"b": "nested", "list": [{"x": 1}, {"x": 2}]}, "n": 7}]
    put_rows(tmp_path, rows, "f.jsonl")
    (case,) = cases(tmp_path, "{from: f.jsonl, ask: a.b, expect: '$.a.list[*].x', id: n, reference: a.none.deep}")
    assert (case.turns[0].content, case.expect, case.id, case.reference) == ("dotted", ("1",), "7", None)


@pytest.mark.parametrize(
    ("regex", "expect"), [("#### (\\S+)", "42"), ("\\d+", "42"), ("(?P<n>\\d)\\d", "4"), ("(x)?\\d+$", "None")]
)
def test_the_last_match_is_the_answer(tmp_path: Path, regex: str, expect: str) -> None:
    """Of a text, a regular expression takes its last match, the first group where it has one."""
    put_rows(tmp_path, [{"q": "x", "a": "17 + 25 is 40, no: #### 42"}], "f.jsonl")
    (case,) = cases(tmp_path, f"{{from: f.jsonl, ask: q, expect: {{field: a, regex: {json.dumps(regex)}}}}}")
    assert case.expect == ((expect,) if expect != "None" else ())


def test_foreign_texts_are_no_templates(tmp_path: Path) -> None:
    """Braces in a data set that somebody else wrote stay what they are."""
    put_rows(tmp_path, [{"q": "{{ 7 * 7 }}", "a": "{% x %}"}], "f.jsonl")
    (case,) = cases(tmp_path, "{from: f.jsonl, ask: q, expect: a}")
    assert (case.turns[0].content, case.expect) == ("{{ 7 * 7 }}", ("{% x %}",))


TEXTS = st.text(min_size=1, max_size=8).filter(str.strip)


@settings(max_examples=60, deadline=None)
@given(TEXTS, st.lists(TEXTS, max_size=3), st.dictionaries(st.text(max_size=3), st.booleans(), max_size=2), TEXTS)
def test_ids_stand_on_question_and_answers_alone(ask: str, expect: list[str], tags: Any, other: str) -> None:
    """Tags, context, places and the suite's own words leave the id; another question or another order changes it."""
    plain = Shared(literal=True)
    first = make_case(CaseModel(ask=ask, expect=list(expect)), "a:1", plain)
    moved = make_case(
        CaseModel(ask=ask, expect=list(expect), tags=tags, context=other), "b:2", Shared(("x",), literal=True)
    )
    asked = make_case(CaseModel(ask=ask + other, expect=list(expect)), "a:1", plain)
    assert first.id == moved.id == digest(first.turns, first.expect) != asked.id
    turned = digest(first.turns, tuple(reversed(first.expect)))
    assert (turned == first.id) == (list(reversed(expect)) == expect)


def test_ids_are_one_space_for_all_sources(tmp_path: Path) -> None:
    """The same question inline and in a file is one id, and 7 as a number is the id `7`."""
    put_rows(tmp_path, [{"ask": "x"}, {"id": 7, "ask": "y"}])
    said = refused(cases, tmp_path, "{ask: x}", "{from: cases.jsonl}", '{id: "7", ask: z}')
    assert "cases.jsonl:1: the id" in said
    assert "seatrial.yaml:2: the id `7` is taken already, at" in said


def test_other_suites_may_have_the_same_ids(tmp_path: Path) -> None:
    """Ids tell cases of one suite apart; a second suite asks the same cases of another target."""
    text = SUITE.format("{id: a, ask: x}")
    trial = load(
        put(
            tmp_path,
            text.replace("suites: {", "suites: {t: {target: bot, checks: [refusal], cases: [{id: a, ask: x}]}, "),
        )
    )
    assert [(suite, case.id) for suite, case in trial.each_case()] == [("t", "a"), ("s", "a")]


def test_endless_mistakes_end(tmp_path: Path) -> None:
    """A file that is wrong in every line is not read to its end only to say so."""
    put(tmp_path, "nonsense\n" * 5_000)
    put(tmp_path, "nonsense\n" * 5_000, "cases.jsonl")
    assert len(refused(cases, tmp_path, "{from: cases.jsonl}").splitlines()) <= MOST + 1


def test_a_file_that_changes_after_it_was_read_is_told(tmp_path: Path) -> None:
    """Cases are streamed a second time; what is broken by then is a Mistake with its line."""
    put_rows(tmp_path, [{"ask": "x"}, {"ask": "y"}])
    trial = load(put(tmp_path, SUITE.format("{from: cases.jsonl}")))
    put_rows(tmp_path, [{"ask": "x"}, {"ask": ""}])
    assert "cases.jsonl:2: `ask` is empty" in refused(lambda: list(trial.cases["s"].cases()))
