"""Recorded answers as a Target."""

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from targets_servers import request

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import FailureKind, Interaction, Money
from seatrial.core.request import Message, Request
from seatrial.targets.line_index import Keys, LineFile
from seatrial.targets.recorded import RecordedSettings, RecordedTarget

GSM8K = Path(__file__).parents[3] / "shared/corpora/gsm8k/example_model_solutions.jsonl"


def recorded(folder: Path, *rows, **settings) -> RecordedTarget:
    lines = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    (folder / "answers.jsonl").write_text("\n".join(lines) + "\n")
    return RecordedTarget("old", RecordedSettings(path="answers.jsonl", **settings), folder=folder)


async def one(target: RecordedTarget, question: str = "When?", **more) -> Interaction:
    try:
        return await target.ask(request(question, **more))
    finally:
        await target.aclose()


@pytest.mark.parametrize("row", [{"id": "c1", "answer": "21:40"}, {"case": "c1", "text": "21:40"}])
async def test_an_answer_is_found_by_its_case(tmp_path, row):
    """Both names of each field will do."""
    assert (await one(recorded(tmp_path, {"id": "x", "answer": "no"}, row), case="c1")).text == "21:40"


async def test_an_answer_is_found_by_its_question(tmp_path):
    """Where no line has the case's id, the exact text of the question decides."""
    rows = {"question": "When", "answer": "no"}, {"question": "When?", "answer": "21:40"}
    assert (await one(recorded(tmp_path, *rows), case="c1")).text == "21:40"


async def test_the_case_goes_before_the_question(tmp_path):
    """An id that matches is the better match."""
    rows = {"id": "a", "question": "When?", "answer": "no"}, {"id": "c1", "question": "Then?", "answer": "yes"}
    assert (await one(recorded(tmp_path, *rows), case="c1")).text == "yes"


async def test_the_turns_of_a_dialogue_are_told_apart(tmp_path):
    """Lines of one case are matched by the question where they have one."""
    rows = [{"id": "c1", "question": f"Turn {n}", "answer": f"a{n}"} for n in range(3)]
    assert (await one(recorded(tmp_path, *rows), "Turn 2", case="c1")).text == "a2"


@pytest.mark.parametrize("repeat", [0, 1, 7])
async def test_one_line_serves_all_repeats(tmp_path, repeat):
    """A recorded answer does not change."""
    assert (await one(recorded(tmp_path, {"id": "c1", "answer": "a"}), case="c1", repeat=repeat)).text == "a"


@pytest.mark.parametrize("numbered", [True, False])
async def test_several_lines_are_repeats(tmp_path, numbered):
    """By their number, else in the order of the file."""
    rows = [{"id": "c1", "answer": f"a{n}", **({"repeat": n} if numbered else {})} for n in range(3)]
    target = recorded(tmp_path, *(reversed(rows) if numbered else rows))
    assert [(await one(target, case="c1", repeat=n)).text for n in range(3)] == ["a0", "a1", "a2"]
    assert (await one(target, case="c1", repeat=3)).failure.kind is FailureKind.NOT_RECORDED


async def test_what_is_not_recorded_is_a_named_failure(tmp_path):
    """The file and the case are named."""
    found = await one(recorded(tmp_path, {"id": "a", "answer": "x"}), case="c9")
    assert found.failure.kind is FailureKind.NOT_RECORDED
    assert "answers.jsonl" in found.failure.message
    assert "c9" in found.failure.message


@pytest.mark.parametrize("row", [{"id": "c1"}, {"id": "c1", "answer": None}])
async def test_a_line_without_answer_is_not_recorded(tmp_path, row):
    """The missing field is named."""
    found = await one(recorded(tmp_path, row), case="c1")
    assert "has no answer or text" in found.failure.message


async def test_what_was_measured_is_kept(tmp_path):
    """Latency, tokens and cost come from the line and the settings."""
    row = {"id": "c1", "answer": "a", "latency": 1.5, "usage": {"input": 10, "output": 5, "cached": 2}}
    found = await one(recorded(tmp_path, row, price={"input": 1, "output": 2}), case="c1")
    assert (found.timing.latency, found.usage.cached, found.cost) == (1.5, 2, Money(20_000))


@pytest.mark.parametrize("row", [{"latency": "fast"}, {"latency": -1}, {"usage": 5}, {"usage": {"input": "x"}}, {}])
async def test_odd_measures_are_left_out(tmp_path, row):
    """A line without sound measures still has its answer."""
    found = await one(recorded(tmp_path, {"id": "c1", "answer": "a", **row}), case="c1")
    assert (found.text, found.usage, found.timing.latency) == ("a", None, 0)


async def test_fields_may_have_other_names(tmp_path):
    """Plain names and JSONPaths, for every field."""
    row = {"key": 17, "out": {"text": ["no", {"v": 42}]}, "meta": {"s": 0.5}}
    target = recorded(tmp_path, row, id="key", answer="$.out.text[1].v", latency="$.meta.s")
    found = await one(target, case="17")
    assert (found.text, found.timing.latency) == ("42", 0.5)


async def test_empty_lines_and_any_line_ending_are_read(tmp_path):
    """Blank lines, CRLF and a last line without its end are no obstacle."""
    (tmp_path / "answers.jsonl").write_bytes(b'\r\n{"id":"a","answer":"x"}\r\n\n{"id":"b","answer":"y"}')
    target = RecordedTarget("old", RecordedSettings(path="answers.jsonl"), folder=tmp_path)
    assert [(await one(target, case=case)).text for case in "ab"] == ["x", "y"]


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (['{"id": "a", "answer": "x"}', "{oops"], "answers.jsonl:2: not JSON"),
        (["", "[1]"], "answers.jsonl:2: not a JSON object"),
        (['{"id": "a"}', '{"id": "\x00"}'], "answers.jsonl:2: not JSON"),
        (["{}"], "no line has a case id"),
        ([""], "no line has a case id"),
    ],
)
async def test_a_wrong_file_is_a_mistake_with_its_line(tmp_path, lines, says):
    """File and line, before anything is asked."""
    target = recorded(tmp_path, *lines)
    with pytest.raises(Mistake, match=says):
        await target.ready()
    await target.aclose()


@pytest.mark.parametrize("path", ["nowhere.jsonl", "."])
async def test_a_missing_file_is_a_mistake(tmp_path, path):
    """A folder is no file either."""
    with pytest.raises(Mistake, match="no such file"):
        await RecordedTarget("old", RecordedSettings(path=path), folder=tmp_path).ready()


async def test_a_file_that_changes_under_way_cannot_be_read(tmp_path):
    """An offset that points into the middle of something else is noticed."""
    target = recorded(tmp_path, {"id": "a", "answer": "x" * 50}, {"id": "b", "answer": "y"})
    await target.ready()
    (tmp_path / "answers.jsonl").write_text("z" * 200)
    with pytest.raises(CannotRun, match="was changed"):
        await target.ask(request(case="b"))
    await target.aclose()


def test_a_wrong_path_is_a_mistake_at_its_key():
    """A JSONPath that cannot be read is found at once."""
    with pytest.raises(Mistake) as caught:
        RecordedTarget("old", RecordedSettings(path="a", answer="$["))
    assert caught.value.key == "answer"


async def test_the_identity_changes_with_the_file(tmp_path):
    """Other answers, or another field of the same line, are another Target."""
    first = recorded(tmp_path, {"id": "a", "answer": "x"}).identity
    second = recorded(tmp_path, {"id": "a", "answer": "xyz"})
    other = RecordedTarget("old", RecordedSettings(path="answers.jsonl", answer="b"), folder=tmp_path)
    assert len({first, second.identity, other.identity}) == 3
    (tmp_path / "answers.jsonl").unlink()
    assert second.identity == "recorded answers.jsonl missing -"


async def test_long_lines_are_read_whole(tmp_path):
    """A line of megabytes comes back as it was."""
    target = recorded(tmp_path, {"id": "a", "answer": "x" * 3_000_000}, {"id": "b", "answer": "y"})
    assert len((await one(target, case="a")).text) == 3_000_000


async def test_a_file_of_four_systems_is_read_as_it_is():
    """The published gsm8k file: the question finds the line, a path picks the system."""
    if not GSM8K.exists():
        pytest.skip("the corpora are not beside the checkout")
    rows = [json.loads(line) for line in GSM8K.read_text().splitlines()]
    for system in ("6b_finetuning", "175b_verification"):
        settings = RecordedSettings(path=str(GSM8K), answer=f"$['{system}'].solution")
        target = RecordedTarget("gsm8k", settings)
        await target.ready()
        found = [await target.ask(Request((Message("user", row["question"]),))) for row in rows[::50]]
        await target.aclose()
        assert [each.text for each in found] == [row[system]["solution"] for row in rows[::50]]


@settings(max_examples=50)
@given(st.lists(st.text("abc", max_size=3), max_size=40))
def test_keys_are_found_where_they_were_put(names):
    """Every key gives the offsets of its lines, in the order of the file."""
    keys = Keys()
    for offset, name in enumerate(names):
        keys.add(name, offset)
    keys.sort()
    for name in {*names, "never"}:
        assert keys.offsets(name) == [offset for offset, each in enumerate(names) if each == name]


def test_a_line_is_bounded(tmp_path, monkeypatch):
    """A line without end is not taken into memory."""
    from seatrial.targets import line_index

    monkeypatch.setattr(line_index, "LONGEST_LINE", 1000)
    path = tmp_path / "a.jsonl"
    path.write_text('{"id": "a"}\n{"id": "' + "x" * 2000 + '"}\n')
    file = LineFile(path)
    with pytest.raises(Mistake, match=r"a\.jsonl:2: a line is over"):
        list(file.rows())
    file.close()
