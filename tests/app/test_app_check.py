"""A trial from its file to its verdict, in this process."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest
from app_support import RECORDED, put, put_rows, recorded, refused, simulated

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options, check
from seatrial.app.front import check as front
from seatrial.app.selection import Selection
from seatrial.app.suite import load
from seatrial.core.errors import CannotRun
from seatrial.core.interaction import Money
from seatrial.core.run import Attempt
from seatrial.core.verdict import Readiness
from seatrial.store.runs import RunStore

ENDPOINT = """
targets:
  bot: {{openai: "{url}", model: harbour-v2{more}}}
suites:
  talk:
    target: bot
    cases:
      - {{ask: When does the last ferry leave for Saltholm?, expect: "21:40", checks: [contains]}}
gates: [talk.pass_rate >= 15%]
"""


def test_a_good_target_is_ready(tmp_path: Path) -> None:
    """Forty right answers of forty are enough to stand above 20 %."""
    outcome = front(recorded(tmp_path, 40))
    assert outcome.readiness is Readiness.READY
    assert outcome.exit_code == 0
    assert len(outcome.batch) == 40
    assert " READY " in str(outcome)


@pytest.mark.parametrize(("right", "wrong", "code"), [(0, 40, 1), (1, 1, 3), (40, 0, 0)])
def test_exit_codes_follow_the_verdict(tmp_path: Path, right: int, wrong: int, code: int) -> None:
    """Not ready is 1, too little evidence is 3, ready is 0."""
    assert front(recorded(tmp_path, right, wrong)).exit_code == code


def test_an_empty_selection_is_no_evidence(tmp_path: Path) -> None:
    """A slice that nothing carries is never ready."""
    outcome = front(recorded(tmp_path, 40), slice={"half": "9"})
    assert outcome.readiness is Readiness.UNDECIDED
    assert "no case of the suite behaviour is selected" in outcome.verdict.reasons


def test_selection_narrows_the_run(tmp_path: Path) -> None:
    """Slices, limits and repeats decide what is asked."""
    outcome = front(recorded(tmp_path, 10), slice={"half": "1"}, limit=3, repeat=2)
    assert [attempt.case for attempt in outcome.report.attempts.shown] == ["c1", "c3", "c5"] * 2
    assert outcome.report.run.selection == {"slice": {"half": ["1"]}, "limit": 3, "repeat": 2}


def test_unknown_options_are_named(tmp_path: Path) -> None:
    """A misspelt option of the front door is told with those it has."""
    assert "check has no option `limits`; it has only, slice, limit" in refused(lambda: front(tmp_path, limits=3))


def test_gates_by_point_say_so(tmp_path: Path) -> None:
    """`decide_by: point` makes one right answer of two enough for 20 %, and the gate says that it was so."""
    path = recorded(tmp_path, 1, 1)
    outcome = front(put(tmp_path, path.read_text() + "decide_by: point\n"))
    assert outcome.readiness is Readiness.READY
    assert all(result.gate.by_point for result in outcome.gates)


def test_until_decided_stops_when_it_is(tmp_path: Path) -> None:
    """A suite that repeats until decided asks no more than it must."""
    text = RECORDED.replace("target: bot", "target: bot\n    repeat: until decided, at most 9")
    outcome = front(recorded(tmp_path, 60, text=text))
    assert outcome.readiness is Readiness.READY
    assert len(outcome.batch) == 60
    assert outcome.gates[0].looks == 9


def test_it_works_inside_a_running_loop(tmp_path: Path) -> None:
    """A notebook, whose loop is running already, can call the same function."""

    async def cell() -> Readiness:
        return front(recorded(tmp_path, 40)).readiness

    assert asyncio.run(cell()) is Readiness.READY


class Watcher:
    """Sets an event after so many attempts."""

    def __init__(self, after: int, event: asyncio.Event) -> None:
        self.left, self.event, self.begun = after, event, list[tuple[int, int]]()

    def begin(self, suite: str, total: int, done: int) -> None:
        self.begun.append((total, done))

    def attempted(self, suite: str, attempt: Attempt) -> None:
        self.left -= 1
        if self.left == 0:
            self.event.set()

    def end(self, suite: str) -> None:
        pass


def test_a_stopped_run_is_resumed(tmp_path: Path) -> None:
    """A run that was stopped is not enough evidence; starting it again asks only what is missing."""
    path = recorded(tmp_path, 200)

    async def stopped() -> object:
        options = Options()
        return await check(load(path, Selection(concurrency=1)), replace(options, progress=Watcher(50, options.stop)))

    first = run_sync(stopped)
    assert first.readiness is Readiness.UNDECIDED
    assert "stopped by hand" in first.verdict.reasons[0]
    again = front(path, concurrency=1)
    assert len(again.batch) == 200
    assert again.report.run.id == first.report.run.id
    assert again.report.counts.resumed == len(first.batch) < 200


def test_fresh_begins_anew(tmp_path: Path) -> None:
    """A run that is done is not resumed, and neither is one when a fresh start is asked for."""
    path = recorded(tmp_path, 5)
    assert len({front(path).report.run.id, front(path).report.run.id, front(path, fresh=True).report.run.id}) == 3


def test_runs_are_in_the_catalogue(tmp_path: Path) -> None:
    """A run's verdict and counts stand in the store beside the suite file."""
    outcome = front(recorded(tmp_path, 3, 1))
    with RunStore.open(tmp_path / ".seatrial") as store:
        record = store.find("last")
    assert (record.id, record.state, record.readiness) == (outcome.report.run.id, "done", outcome.readiness.value)
    assert (record.counts.passed, record.counts.rejected) == (3, 1)


def test_targets_are_found_wanting_before_anything_is_asked(tmp_path: Path) -> None:
    """A missing file of answers ends the check before a run is made."""
    path = recorded(tmp_path, 3)
    (tmp_path / "answers.jsonl").unlink()
    assert "answers.jsonl" in refused(front, path)
    assert not (tmp_path / ".seatrial").exists()


def test_unreachable_endpoints_cannot_run(tmp_path: Path) -> None:
    """A port that nobody listens on is no mistake but the world in the way."""
    with pytest.raises(CannotRun, match=r"127\.0\.0\.1:9"):
        front(put(tmp_path, ENDPOINT.format(url="http://127.0.0.1:9/v1", more="")))


def test_the_simulator_answers_over_a_socket(tmp_path: Path) -> None:
    """A suite against the simulator is judged from what came over the wire."""
    with simulated() as url:
        outcome = front(put(tmp_path, ENDPOINT.format(url=url, more="")))
        shown = outcome.report.attempts.shown[0]
    assert shown.ending == "passed"
    assert "21:40" in shown.turns[-1].text
    assert shown.origin.endswith("seatrial.yaml:8")


def test_refused_keys_are_told_and_never_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong key ends the check with a sentence that does not hold it."""
    monkeypatch.setenv("HARBOUR_KEY", "sk-wrong-0123456789")
    with simulated(api_key="sk-right") as url:
        path = put(tmp_path, ENDPOINT.format(url=url, more=", api_key: ${HARBOUR_KEY}"))
        with pytest.raises(CannotRun, match="key") as found:
            front(path)
    assert "sk-wrong-0123456789" not in str(found.value)
    monkeypatch.delenv("HARBOUR_KEY")
    assert "HARBOUR_KEY is not set" in refused(front, path)


PRICE = ", price: {input: 2.5, output: 10}"


def test_a_run_that_would_cost_too_much_is_not_started(tmp_path: Path) -> None:
    """The estimate is held to the limit before anything is asked."""
    with simulated() as url:
        path = put(tmp_path, ENDPOINT.format(url=url, more=PRICE))
        said = refused(lambda: front(path, max_cost="0.0001"))
        assert "the run would cost about 0.00" in said
        assert said.endswith("more than the limit of 0.0001 USD")
        assert "the cost limit is in EUR, the price in USD" in refused(lambda: front(path, max_cost="1 EUR"))
        outcome = front(path, max_cost=1)
    assert outcome.batch.currency == "USD"
    assert 0 < outcome.batch.column("cost")[0] < 0.01


def test_a_limit_without_a_price_cannot_be_kept(tmp_path: Path) -> None:
    """A cost limit on a model whose price is not known is refused with what to write."""
    with simulated() as url:
        path = put(tmp_path, ENDPOINT.format(url=url, more="") + "max_cost: 2 USD\n")
        assert "the cost limit cannot be kept for the suite `talk`" in refused(front, path)


def test_paid_runs_are_confirmed(tmp_path: Path) -> None:
    """Who is asked sees the estimate, and a no ends the check before a run is made."""
    with simulated() as url:
        trial = load(put(tmp_path, ENDPOINT.format(url=url, more=PRICE)))
        asked: list[str] = []
        options = Options(confirm=lambda sentence: bool(asked.append(sentence)))
        assert "the run was not started" in refused(run_sync, lambda: check(trial, options))
    assert asked[0].startswith("1 attempts with about ")
    assert not (tmp_path / ".seatrial").exists()


def test_cached_answers_are_used_again(tmp_path: Path) -> None:
    """With `cache: true` a second run asks nothing, costs nothing and has no latency."""
    with simulated() as url:
        path = put(tmp_path, ENDPOINT.format(url=url, more=PRICE) + "cache: true\n")
        first, second = front(path), front(path)
    assert (first.report.counts.cached, second.report.counts.cached) == (0, 1)
    assert second.batch.column("cost")[0] == 0
    assert second.readiness is first.readiness


def test_regression_is_held_against_the_baseline(tmp_path: Path) -> None:
    """A regression gate says what makes a baseline, and is decided once there is one."""
    text = RECORDED.replace(">= 20%]", ">= 20%, regression(behaviour.pass_rate) >= -5%]")
    path = recorded(tmp_path, 60, text=text)
    first = front(path)
    assert first.readiness is Readiness.UNDECIDED
    assert "seatrial bless" in next(gate.why for gate in first.gates if gate.gate.compare)
    from seatrial.app.runs import bless

    bless(tmp_path, "last")
    second = front(path)
    assert second.readiness is Readiness.READY
    assert second.report.comparison is not None
    put_rows(tmp_path, [{"id": f"c{i}", "answer": "yes" if i < 30 else "no"} for i in range(60)], "answers.jsonl")
    assert front(path).readiness is Readiness.NOT_READY


def test_a_baseline_that_is_none_is_refused(tmp_path: Path) -> None:
    """A missing or broken baseline file is a mistake before anything is asked."""
    path = recorded(tmp_path, 2)
    assert "the baseline cannot be read" in refused(lambda: front(path, baseline=tmp_path / "no.json"))
    put(tmp_path, "{}", "seatrial-baseline.json")
    assert "seatrial-baseline.json" in refused(front, path)


def test_a_model_graded_check_asks_its_judge(tmp_path: Path) -> None:
    """A target that no suite asks stands there as a judge; its nonsense is not judged, and never a pass."""
    text = RECORDED.replace("targets:", "targets:\n  judge: {recorded: judge.jsonl}").replace(
        "checks: [contains]", "checks: [{rubric: Be kind.}]"
    )
    path = recorded(tmp_path, 2, text=text)
    put_rows(tmp_path, [{"id": "x", "answer": "banana"}], "judge.jsonl")
    outcome = front(path)
    assert outcome.report.counts.not_judged == 2
    assert outcome.readiness is Readiness.UNDECIDED


def test_reports_are_written_in_all_formats(tmp_path: Path) -> None:
    """Every format has its file, and JSON holds the verdict."""
    outcome = front(recorded(tmp_path, 3))
    written = outcome.write(tmp_path / "out", "html", "junit", "sarif", "json", "md", "github")
    names = ["report.html", "junit.xml", "seatrial.sarif", "report.json", "report.md", "annotations.txt"]
    assert [path.name for path in written] == names
    assert json.loads(written[3].read_bytes())["verdict"]["readiness"] == outcome.readiness.value
    assert "the format `pdf` is not known" in refused(outcome.write, tmp_path, "pdf")
    with pytest.raises(CannotRun):
        outcome.write(tmp_path / "seatrial.yaml", "json")


def test_notebooks_show_the_report_in_a_frame(tmp_path: Path) -> None:
    """The page is put into a sandboxed frame, so that it can change nothing around it."""
    shown = front(recorded(tmp_path, 1))._repr_html_()
    assert shown.startswith("<iframe")
    assert 'sandbox="allow-scripts"' in shown
    assert "<script" not in shown


def test_money_is_shown_short() -> None:
    """Small and large amounts are readable."""
    from seatrial.app.preflight import money

    assert [money(Money(n)) for n in (100_000, 2_000_000_000, 123_456_789_000)] == ["0.0001 USD", "2 USD", "123.46 USD"]
