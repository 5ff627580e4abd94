"""Mistakes of a suite file, all at once."""

from pathlib import Path

import pytest
from app_support import mistake_of, put, recorded, refused
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.app.config import read_config
from seatrial.app.suite import load
from seatrial.app.yaml_places import parse_yaml

MANY = """\
targets:
  bot: {openai: http://localhost/v1, modle: a, retries: {attempts: 0}}
  b: 3
  c: {foo: 1}
suites:
  s:
    target: bot
    repeat: [1]
    concurency: 3
    cases:
      - {ask: hi, expct: 3}
      - {from: x.jsonl, ask: {fild: a}}
      - 17
  t: {target: bot}
gates: [pass_rat >>= 3, s.pas_rate >= 3%]
decide_by: pont
load: {}
"""


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    """Every mistake of a file has its own line with the key and what is allowed."""
    said = refused(read_config, put(tmp_path, MANY))
    for part in [
        ":2: targets.bot.modle: this key is not known; did you mean `model`?",
        ":2: targets.bot.retries.attempts: a whole number of at least 1 is expected, `0` was found",
        ":3: targets.b: a target is a mapping",
        ":4: targets.c: a target needs one of the keys openai, http, python, recorded",
        ":8: suites.s.repeat: a whole number or a text is expected, a list was found",
        ":9: suites.s.concurency: this key is not known; did you mean `concurrency`?",
        ":11: suites.s.cases[0].expct: this key is not known; did you mean `expect`?",
        ":12: suites.s.cases[1].ask.fild: this key is not known; did you mean `field`?",
        ":13: suites.s.cases[2]: a mapping is expected, `17` was found",
        ":14: suites.t: the key `cases` is missing",
        ":15: gates[0]: `pass_rat >>= 3` is no gate",
        ":15: gates[1]: `s.pas_rate >= 3%`",
        ":16: decide_by: `pont` is not allowed; did you mean `point`?",
        ":17: load: `load` comes with a later version of Seatrial",
    ]:
        assert part in said


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        ("- a", "a mapping is expected, a list was found"),
        ("targets: {}\nsuites: {}", "targets: must not be empty"),
        ("targets: {b: {recorded: a}}", "the key `suites` is missing"),
        ("targets: {b: {recorded: a}}\nsuites: {s: {target: c, cases: [{ask: a}]}}", "there is no target `c`"),
        ("targets: {b: {openai: u, http: v}}\nsuites: {}", "a target is one thing, not openai and http"),
    ],
)
def test_a_file_that_is_no_trial_says_why(tmp_path: Path, text: str, said: str) -> None:
    """A file without targets, suites or sense is refused with the reason."""

    def read(path: Path) -> None:
        read_config(path).mistakes.end()

    assert said in refused(read, put(tmp_path, text))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("    repeat: often", "suites.behaviour.repeat: `often` is no repeat"),
        ("    repeat: 0", "a case is asked 1 to 1,000 times, not 0"),
        ("    repeat: until decided, at most 500", "asked 1 to 100 times"),
        ("    schedule: {rate: fast}", "suites.behaviour.schedule.rate: `fast` is no rate"),
        ("    schedule: {rate: 0}", "more than 0 requests a second"),
        ("    gates: [latency.p95 <= 95%]", "suites.behaviour.gates[0]: the limit of"),
        ("    checks: [contians]", "there is no check `contians`"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(tmp_path: Path, change: str, said: str) -> None:
    """A value of the right kind that makes no sense is refused at its key."""
    path = recorded(tmp_path, 1)
    text = path.read_text().replace(
        "    checks: [contains]", change if "checks" in change else f"{change}\n    checks: [contains]"
    )
    assert said in refused(load, put(tmp_path, text))


def test_broken_regex_is_told_at_its_line(tmp_path: Path) -> None:
    """A bad regular expression in a check is a mistake of the suite file before anything is asked."""
    path = recorded(tmp_path, 1)
    text = path.read_text().replace("[contains]", '[{regex: "("}]')
    assert "seatrial.yaml:8: suites.behaviour.checks[0]" in refused(load, put(tmp_path, text))


def test_unset_variables_are_named(tmp_path: Path) -> None:
    """A variable that the model's name needs and that is not set is told by name."""
    text = recorded(tmp_path, 1).read_text()
    text = text.replace("{recorded: answers.jsonl}", '{openai: "http://127.0.0.1:1/v1", model: ${NO_SUCH_VARIABLE}}')
    assert "targets.bot.model: the environment variable NO_SUCH_VARIABLE is not set" in refused(
        load, put(tmp_path, text)
    )


def test_system_prompts_are_read_from_their_file(tmp_path: Path) -> None:
    """A prompt file that is missing is a mistake; a plain sentence is the prompt itself."""
    text = recorded(tmp_path, 1).read_text()
    for system, said in [("prompts/no.txt", "there is no file"), ("Be kind.", "")]:
        target = f'{{openai: "http://127.0.0.1:1/v1", model: m, system: "{system}"}}'
        path = put(tmp_path, text.replace("{recorded: answers.jsonl}", target))
        if said:
            assert said in refused(load, path)
        else:
            assert load(path).settings["bot"]["system"] == system


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.sampled_from(["bot", "contains", "{{ x }}", "3 USD", ""]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["ask", "from", "target", "cases", "checks", "openai", "x"]), inner, max_size=3
        )
    ),
    max_leaves=8,
)
KEYS = st.sampled_from(["targets", "suites", "gates", "seed", "cache", "max_cost", "decide_by", "other"])


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_data_is_a_trial_or_mistakes(tmp_path_factory: pytest.TempPathFactory, value: object) -> None:
    """Whatever stands in a file, reading it ends with a Config or a Mistake, never otherwise."""
    import json

    path = tmp_path_factory.getbasetemp() / "fuzz.yaml"
    path.write_text(json.dumps(value))
    assert "fuzz.yaml" in (mistake_of(load, path) or "fuzz.yaml")
    assert parse_yaml(json.dumps(value), path).root.data == value
