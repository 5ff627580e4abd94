"""Every key of a suite file: known where it belongs, told where it is misspelt."""

import json
from pathlib import Path
from typing import Any

import pytest
from app_support import mistake_of, put, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.config import read_config
from seatrial.app.schema import LATER, FileModel, ScheduleModel, SuiteModel
from seatrial.app.schema_cases import CaseModel, FieldModel, FromModel, ToolModel
from seatrial.app.schema_targets import HttpModel, OpenAIModel, PriceModel, RecordedModel, RetriesModel, TimeoutsModel
from seatrial.app.suite import load

WHOLE: dict[str, Any] = {
    "targets": {"bot": {"openai": "http://127.0.0.1:9/v1", "model": "m"}},
    "suites": {"s": {"target": "bot", "cases": [{"ask": "a"}], "checks": ["refusal"]}},
    "gates": ["pass_rate >= 1%"],
}
PLACES: list[tuple[Any, tuple[Any, ...], dict[str, Any]]] = [
    (FileModel, (), {}),
    (SuiteModel, ("suites", "s"), {}),
    (ScheduleModel, ("suites", "s", "schedule"), {"rate": 1}),
    (CaseModel, ("suites", "s", "cases", 0), {}),
    (ToolModel, ("suites", "s", "tools", 0), {"name": "t"}),
    (FromModel, ("suites", "s", "cases", 1), {"from": "x.jsonl", "ask": "q"}),
    (FieldModel, ("suites", "s", "cases", 1, "expect"), {"field": "f"}),
    (OpenAIModel, ("targets", "bot"), {}),
    (PriceModel, ("targets", "bot", "price"), {"input": 1, "output": 1}),
    (TimeoutsModel, ("targets", "bot", "timeouts"), {}),
    (RetriesModel, ("targets", "bot", "retries"), {}),
    (HttpModel, ("targets", "web"), {"http": "http://127.0.0.1:9", "answer": "$.a"}),
    (RecordedModel, ("targets", "old"), {"recorded": "a.jsonl"}),
]
KEYS = [(place, made, key) for kind, place, made in PLACES for key in kind.__struct_encode_fields__ if len(key) > 2]


def written(place: tuple[Any, ...], extra: dict[str, Any]) -> dict[str, Any]:
    """The whole file with more keys at a place, which is made on the way."""
    whole: dict[str, Any] = json.loads(json.dumps(WHOLE))
    if "cases" in place and place[3] == 1:
        whole["suites"]["s"]["cases"].append({"from": "x.jsonl", "ask": "q"})
    at: Any = whole
    for step, following in zip(place, (*place[1:], None), strict=False):
        if isinstance(at, dict):
            at = at.setdefault(step, [] if isinstance(following, int) else {})
        else:
            at.extend([{}] * (step + 1 - len(at)))
            at = at[step]
    at |= extra
    return whole


@pytest.mark.parametrize(("place", "made", "key"), KEYS)
def test_every_misspelt_key_is_told_with_what_was_meant(
    tmp_path: Path, place: tuple[Any, ...], made: dict[str, Any], key: str
) -> None:
    """A key with two letters changed about is refused by name and path, and the right one is offered."""
    wrong = key[:-2] + key[-1] + key[-2] if key[-1] != key[-2] else key + "x"
    path = put(tmp_path, json.dumps(written(place, {**made, wrong: 1}), indent=1))
    said = refused(lambda: read_config(path).mistakes.end())
    line = next(i for i, text in enumerate(path.read_text().splitlines(), 1) if f'"{wrong}"' in text)
    (told,) = [one for one in said.splitlines() if f"{wrong}: this key is not known" in one]
    assert f"seatrial.yaml:{line}: " in told
    assert f"did you mean `{key}`?" in told


@pytest.mark.parametrize("key", sorted(LATER))
def test_keys_of_later_versions_are_told_at_the_top_only(tmp_path: Path, key: str) -> None:
    """A key that will come is told as such at the top, and is any unknown key elsewhere."""
    assert f"`{key}` comes with a later version" in refused(load, put(tmp_path, json.dumps(written((), {key: {}}))))
    inside = json.dumps(written(("suites", "s"), {key: {}}))
    assert "this key is not known" in refused(load, put(tmp_path, inside))


@pytest.mark.parametrize(
    ("place", "key", "value", "said"),
    [
        ((), "seed", "7", "a whole number is expected, `7` was found"),
        ((), "seed", True, "a whole number is expected, true was found"),
        ((), "cache", "yes", "true or false is expected, `yes` was found"),
        ((), "max_cost", [], "is expected, a list was found"),
        ((), "max_cost", -1, "`-1` is no amount"),
        ((), "gates", "pass_rate >= 1%", "a list is expected"),
        ((), "gates", [3], "a text is expected, `3` was found"),
        (("suites", "s"), "concurrency", 0, "at least 1"),
        (("suites", "s"), "concurrency", 10_001, "at most 10000"),
        (("suites", "s"), "cases", [], "must not be empty"),
        (("suites", "s"), "tags", {"a": "b", "c": [1]}, "is expected, a list was found"),
        (("suites", "s"), "target", 3, "a text is expected, `3` was found"),
        (("suites", "s", "cases", 0), "expect", {"a": 1}, "is expected, a mapping was found"),
        (("suites", "s", "cases", 0), "ask", [], "must not be empty"),
        (("targets", "bot"), "stream", 1, "true or false is expected, `1` was found"),
        (("targets", "bot"), "kind", "chatt", "did you mean `chat`?"),
        (("targets", "bot"), "retries", {"attempts": 0}, "at least 1"),
        (("targets", "bot"), "price", {"input": 1}, "the key `output` is missing"),
        (("targets", "bot"), "price", {"input": 1, "output": 1, "currency": "EURO"}, "has the wrong form"),
    ],
)
def test_values_of_the_wrong_kind_say_what_is_expected(
    tmp_path: Path, place: tuple[Any, ...], key: str, value: Any, said: str
) -> None:
    """A value of the wrong kind is told with its key, what is allowed and what was found."""
    text = refused(load, put(tmp_path, json.dumps(written(place, {key: value}))))
    assert said in text
    assert key in text


@pytest.mark.parametrize("place", [("suites", "s"), ("targets", "bot"), ("suites", "s", "cases", 0)])
@pytest.mark.parametrize("value", [None, 3, "text", [], [[]], True])
def test_parts_that_are_no_mapping_are_refused(tmp_path: Path, place: tuple[Any, ...], value: Any) -> None:
    """A suite, a target or a case that is no mapping is one sentence about it."""
    whole = written((), {})
    at: Any = whole
    for step in place[:-1]:
        at = at[step]
    at[place[-1]] = value
    assert "mapping" in refused(load, put(tmp_path, json.dumps(whole)))


def test_mistakes_of_all_parts_come_together_in_one_go(tmp_path: Path) -> None:
    """Whoever mends ten suites need not start the command ten times."""
    suites = {f"s{i}": {**WHOLE["suites"]["s"], "repeet": i} for i in range(10)}
    said = refused(load, put(tmp_path, json.dumps({**WHOLE, "suites": suites}, indent=1)))
    assert [line.count("repeet: this key is not known; did you mean `repeat`?") for line in said.splitlines()] == [
        1
    ] * 10


YAMLISH = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(
            [*WHOLE, "s", "bot", "target", "cases", "checks", "ask", "from", "openai", "repeat", "- ask", "-"]
        ),
        st.sampled_from(
            ["", "bot", "[a]", "{ask: a}", "&x {a: *x}", "*x", "!!int 3", "|", ">-", '"', "3", "@", "%", "\t"]
        ),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(YAMLISH, st.booleans())
def test_any_yaml_is_a_trial_or_a_mistake_with_its_place(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[int, str, str]], valid_before: bool
) -> None:
    """Indented lines of real keys with odd values end in a Trial or a Mistake that names the file."""
    text = "".join(f"{'  ' * depth}{key}: {value}\n" for depth, key, value in lines)
    head = "targets: {bot: {python: 'a:b'}}\nsuites: {s: {target: bot, checks: [refusal], cases: [{ask: a}]}}\n"
    path = put(tmp_path_factory.getbasetemp(), (head if valid_before else "") + text, "yamlish.yaml")
    said = mistake_of(load, path)
    assert said is None or all("yamlish.yaml" in line for line in said.splitlines() if not line.startswith("and "))
