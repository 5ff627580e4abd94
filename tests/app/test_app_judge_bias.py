"""The judge of a run is asked again about padded answers."""

import asyncio
import random
import sys
from pathlib import Path

import pytest
from app_support import put, recorded

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options, check
from seatrial.app.judge_bias import FILLER, BiasOptions, measure_bias, padded
from seatrial.app.suite import load
from seatrial.core.errors import Mistake

JUDGES = """
import json, re

def answer_of(text, name="ANSWER"):
    return re.search(rf"<{name} (\\w+)>\\n(.*?)\\n</{name} \\1>", text, re.S)[2]

def fond(messages):
    "Passes what is right, and whatever is long."
    answer = answer_of(messages[1]["content"])
    good = answer.startswith("yes") or len(answer.split()) > 10
    return json.dumps({"reason": "r", "passed": good})

def fair(messages):
    return json.dumps({"reason": "r", "passed": answer_of(messages[1]["content"]).startswith("yes")})

def first(messages):
    return json.dumps({"reason": "r", "better": "first"})
"""
SUITE = """
targets: {bot: {recorded: answers.jsonl}, judge: {python: "%s:%s"}}
suites:
  s:
    target: bot
    cases: [{from: cases.jsonl}]
    checks: [contains, %s]
gates: [s.pass_rate >= 1%%]
"""


def module_of(folder: Path) -> str:
    """The module of the judges above in a folder."""
    return f"judging_{folder.name}".replace("-", "_")


def other_module(folder: Path) -> str:
    """Another module in that folder."""
    return f"others_{folder.name}".replace("-", "_")


def run_with(folder: Path, judge: str, spec: str = "{rubric: Says yes.}", wrong: int = 20) -> Path:
    """A folder with one run, judged by one of the judges above."""
    module = module_of(folder)
    put(folder, JUDGES, f"{module}.py")
    path = recorded(folder, 20, wrong, SUITE % (module, judge, spec))
    run_sync(lambda: check(load(path), Options()))
    return folder


def measured(folder: Path, name: str | None = None, **options: object):
    """What is found."""
    return run_sync(lambda: measure_bias(folder, "last", name, BiasOptions(**options)))


def test_a_judge_that_falls_for_length(tmp_path: Path) -> None:
    """Wrong answers that pass once they are padded are found, with how many."""
    found = measured(run_with(tmp_path, "fond")).verbosity
    assert (found.answers, found.plain_rate, found.padded_rate) == (40, 0.5, 1.0)
    assert (found.gained, found.lost, found.prefers) == (20, 0, "longer")
    assert found.words > 10


def test_a_judge_that_does_not(tmp_path: Path) -> None:
    """A fair judge says the same of padded answers."""
    found = measured(run_with(tmp_path, "fair"))
    assert (found.verbosity.gained, found.verbosity.lost, found.verbosity.prefers) == (0, 0, "")
    assert (found.check, found.position, found.left) == ("rubric", None, 0)


def test_a_limit(tmp_path: Path) -> None:
    """So many answers are drawn, the same ones each time."""
    folder = run_with(tmp_path, "fond")
    one, again = measured(folder, limit=7), measured(folder, limit=7)
    assert one.verbosity.answers == 7
    assert one == again


def test_the_order_is_read_from_the_run(tmp_path: Path) -> None:
    """A comparing check was asked in both orders already: a judge that always takes the first is found out."""
    found = measured(run_with(tmp_path, "first", "{preferred: reference}"), "preferred").position
    assert (found.first.value, found.prefers) == (1.0, "first")
    assert found.split == found.pairs - 20  # where the answer is the reference itself nobody is asked


def test_what_it_will_take_is_told_first(tmp_path: Path) -> None:
    """A no leaves the judge alone."""
    told = []
    found = measured(run_with(tmp_path, "fond"), confirm=lambda text: told.append(text) or False)
    assert told == ["40 padded answers will be judged by `rubric` at a price that is not known"]
    assert (found.verbosity.answers, found.left) == (0, 40)


def test_stopped_at_once(tmp_path: Path) -> None:
    """What is known when it is stopped is kept: here nothing."""
    stop = asyncio.Event()
    stop.set()
    found = measured(run_with(tmp_path, "fond"), stop=stop)
    assert (found.verbosity.answers, found.left) == (0, 40)


def test_cut_off(tmp_path: Path) -> None:
    """A second Ctrl-C gives up what is in flight, and all else stays."""
    cut = asyncio.Event()
    cut.set()
    found = measured(run_with(tmp_path, "fond"), cut=cut)
    assert found.verbosity.answers + found.left == 40


def test_another_judge_than_that_of_the_run(tmp_path: Path) -> None:
    """When the suite file names another judge today, both forms are judged by it."""
    folder = run_with(tmp_path, "fond")
    put(folder, (folder / "seatrial.yaml").read_text().replace(":fond", ":fair"))
    found = measured(folder).verbosity
    assert (found.answers, found.gained, found.lost) == (40, 0, 0)


def test_a_check_without_a_judge(tmp_path: Path) -> None:
    """A check that computes cannot be fond of length in this way."""
    folder = run_with(tmp_path, "fond")
    with pytest.raises(Mistake, match="`contains` asks no model"):
        measured(folder, "contains")


def test_a_check_that_is_gone(tmp_path: Path) -> None:
    """A suite file that has changed since is named."""
    folder = run_with(tmp_path, "fond")
    put(folder, (folder / "seatrial.yaml").read_text().replace(", {rubric: Says yes.}", ""))
    with pytest.raises(Mistake, match="has the check `rubric` in the suite file any more"):
        measured(folder)


def test_cases_that_are_gone(tmp_path: Path) -> None:
    """Answers whose case is not in the file any more are left out and counted."""
    folder = run_with(tmp_path, "fond")
    rows = (folder / "cases.jsonl").read_text().splitlines(keepends=True)
    put(folder, "".join(rows[:30]), "cases.jsonl")
    found = measured(folder)
    assert (found.verbosity.answers, found.left) == (30, 10)


@pytest.mark.parametrize("text", ["", "Yes.", "word " * 20, "word " * 500])
def test_padding_says_nothing_and_is_bounded(text: str) -> None:
    """The answer stands in front unchanged; behind it are two to eight sentences, none twice."""
    made = padded(text, random.Random(1))
    assert made.startswith(text.rstrip())
    behind = made.removeprefix(text.rstrip()).strip()
    found = [sentence for sentence in FILLER if sentence in behind]
    assert 2 <= len(found) <= len(FILLER)
    assert sum(map(len, found)) + len(found) - 1 == len(behind)


def test_a_rubric_that_has_changed_since(tmp_path: Path) -> None:
    """Both forms are judged by what the suite file says today, else another rubric would look like a bias."""
    folder = run_with(tmp_path, "fair")
    put(folder, (folder / "seatrial.yaml").read_text().replace("Says yes.", "Says anything."))
    put(folder, JUDGES + "\nfair = lambda messages: json.dumps({'passed': True})\n", f"{other_module(folder)}.py")
    put(folder, (folder / "seatrial.yaml").read_text().replace(module_of(folder), other_module(folder)))
    found = measured(folder).verbosity
    assert (found.plain_rate, found.padded_rate, found.gained) == (1.0, 1.0, 0)


def test_what_the_run_asked_is_not_asked_again(tmp_path: Path) -> None:
    """The replies on the answers as they are were kept: only padded ones reach the judge."""
    folder = run_with(tmp_path, "fair", wrong=5)
    counted = "\nasked, plain = [], fair\ndef fair(messages):\n    asked.append(1)\n    return plain(messages)\n"
    module = module_of(folder)
    run_sync(lambda: measure_bias(folder, "last", None, BiasOptions()))
    put(folder, JUDGES + counted, f"{module}.py")
    sys.modules.pop(module)
    found = measured(folder)
    assert (found.verbosity.answers, sys.modules[module].asked) == (25, [])


def test_a_judge_inside_another_check(tmp_path: Path) -> None:
    """A rubric that is turned round is measured as what it is: longer answers fail more often."""
    found = measured(run_with(tmp_path, "fond", "{not: {rubric: Says yes.}}"))
    assert (found.check, found.verbosity.lost, found.verbosity.prefers) == ("not rubric", 20, "shorter")


def test_a_judge_that_cannot_be_asked(tmp_path: Path) -> None:
    """A judge whose key is not set is a mistake before anything is asked, also where it stands inside another check."""
    folder = run_with(tmp_path, "fond", "{not: {rubric: Says yes.}}")
    text = (folder / "seatrial.yaml").read_text()
    keyed = '{openai: "http://127.0.0.1:9/v1", model: m, api_key: "${SEATRIAL_NO_SUCH_KEY}"}'
    put(folder, text.replace(f'{{python: "{module_of(folder)}:fond"}}', keyed))
    with pytest.raises(Mistake, match="SEATRIAL_NO_SUCH_KEY"):
        measured(folder)


def test_a_judge_that_falls_silent_when_it_is_padded(tmp_path: Path) -> None:
    """What it could not judge in one of the forms is counted apart, and shows no preference."""
    silent = '\ndef mute(messages):\n    return fair(messages) if len(answer_of(messages[1]["content"])) < 9 else "?"\n'
    folder = tmp_path
    put(folder, JUDGES + silent, f"{other_module(folder)}.py")
    path = recorded(folder, 6, 4, SUITE % (other_module(folder), "mute", "{rubric: Says yes.}"))
    run_sync(lambda: check(load(path), Options()))
    found = measured(folder).verbosity
    assert (found.answers + found.unjudged, found.prefers) == (10, "")
    assert found.unjudged > 0


@pytest.mark.parametrize("limit", [1, 2])
def test_very_few_answers(tmp_path: Path, limit: int) -> None:
    """One or two answers show nothing, and do not crash."""
    found = measured(run_with(tmp_path, "fair"), limit=limit).verbosity
    assert (found.answers, found.prefers) == (limit, "")


def test_a_run_that_is_not_there(tmp_path: Path) -> None:
    """An unknown run is told by its name."""
    folder = run_with(tmp_path, "fair")
    with pytest.raises(Mistake, match="zzz"):
        run_sync(lambda: measure_bias(folder, "zzz", None, BiasOptions()))
