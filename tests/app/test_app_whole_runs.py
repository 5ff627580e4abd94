"""Whole runs: looks, costs, caches, baselines and interruptions, from the file to the verdict."""

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest
from app_support import RECORDED, mistake_of, put, put_rows, recorded, refused

from seatrial.app.bridge import run_sync
from seatrial.app.check import Options
from seatrial.app.check import check as checked
from seatrial.app.front import check
from seatrial.app.preflight import SuiteCost, announcement, costs, within
from seatrial.app.runs import bless, compare_runs, list_runs, show
from seatrial.app.suite import load
from seatrial.core.interaction import Money
from seatrial.core.verdict import Readiness

ADAPTIVE = RECORDED.replace("target: bot", "target: bot\n    repeat: until decided, at most MOST")
COUNTING = """
targets: {bot: {python: "MODULE:answer"}}
suites:
  behaviour: {target: bot, concurrency: 1, cases: [{from: cases.jsonl}], checks: [contains]%s}
gates: [behaviour.pass_rate >= 20%%]
"""


@pytest.mark.parametrize(("most", "rounds"), [(1, 1), (3, 3)])
def test_open_gates_are_asked_again_up_to_the_most(tmp_path: Path, most: int, rounds: int) -> None:
    """With two cases no gate is ever decided, so each is asked as often as is allowed, and not once more."""
    outcome = check(recorded(tmp_path, 1, 1, text=ADAPTIVE.replace("MOST", str(most))))
    assert outcome.readiness is Readiness.UNDECIDED
    assert len(outcome.batch) == 2 * rounds
    assert outcome.gates[0].looks == most


def test_looks_widen_the_interval(tmp_path: Path) -> None:
    """The same answers, looked at up to nine times, have a wider interval than when they are looked at once."""
    lows = [
        check(recorded(tmp_path, 50, 10, text=ADAPTIVE.replace("MOST", str(most)))).gates[0].readings[0].low
        for most in (1, 9)
    ]
    assert lows[0] is not None
    assert lows[1] is not None
    assert lows[0] > lows[1]


def test_a_shown_run_keeps_its_looks(tmp_path: Path) -> None:
    """`show` judges with the looks of the run, so its verdict cannot be better than the run's own."""
    outcome = check(recorded(tmp_path, 50, 10, text=ADAPTIVE.replace("MOST", str(9))))
    again = show(tmp_path, "last")
    assert again.verdict == outcome.verdict
    assert again.gates[0].looks == 9


def test_a_repeat_by_hand_goes_before_until_decided(tmp_path: Path) -> None:
    """`--repeat 2` asks twice and looks once, whatever the file says."""
    outcome = check(recorded(tmp_path, 3, text=ADAPTIVE.replace("MOST", str(9))), repeat=2)
    assert (len(outcome.batch), outcome.gates[0].looks) == (6, 1)


@pytest.mark.parametrize(
    ("nanos", "limit", "fits"),
    [(1_000, Money(1_000), True), (1_001, Money(1_000), False), (0, Money(0), True), (1, Money(0), False)],
)
def test_a_limit_is_kept_to_the_last_nano(nanos: int, limit: Money, fits: bool) -> None:
    """An estimate of exactly the limit may run, and a billionth more may not."""
    said = mistake_of(within, (SuiteCost("s", 1, 1, Money(nanos), ""),), limit)
    assert (said is None) == fits


def test_limits_add_up_suites_and_tell_currencies_apart() -> None:
    """Suites that fit alone may not fit together; euros are not dollars; a free suite without a price is no matter."""
    half, free = SuiteCost("s", 1, 1, Money(600), ""), SuiteCost("f", 9, 0, None, "")
    assert mistake_of(within, (half, free), Money(1_000)) is None
    assert "more than the limit" in refused(within, (half, half), Money(1_000))
    assert "the cost limit is in EUR, the price in USD" in refused(within, (half,), Money(1_000, "EUR"))
    unknown = SuiteCost("u", 9, 0, None, "no price is known")
    assert "for the suite `u`: no price is known" in refused(within, (unknown,), Money(1_000))
    assert mistake_of(within, (msgspec.structs.replace(unknown, attempts=0),), Money(0)) is None


def test_an_announcement_names_each_currency_once() -> None:
    """Amounts of one currency are added up, and nothing is announced where nothing is paid."""
    parts = [SuiteCost("s", 2, 10, Money(n * 10**9, c), "") for n, c in ((1, "USD"), (2, "USD"), (3, "EUR"))]
    assert announcement(tuple(parts)) == "6 attempts with about 30 tokens will cost about 3 USD and 3 EUR"
    assert announcement((SuiteCost("s", 5, 10, Money(0), ""), SuiteCost("t", 5, 0, None, "why"))) is None


def test_estimates_grow_with_repeats_and_cases(tmp_path: Path) -> None:
    """Twice the repeats are twice the cost; a selection of a third is less than the whole."""
    target = "{openai: 'http://127.0.0.1:9/v1', model: m, price: {input: 1, output: 2}, params: {max_tokens: 10}}"
    path = recorded(tmp_path, 30, text=RECORDED.replace("{recorded: answers.jsonl}", target))

    def nanos(**how: Any) -> int:
        from seatrial.app.selection import Selection

        (found,) = costs(load(path, Selection.of(**how)))
        assert found.cost is not None
        return found.cost.nanos

    assert nanos(repeat=2) == 2 * nanos()
    assert 0 < nanos(limit=10) < nanos()
    assert nanos() >= 30 * 10 * 2_000


@pytest.fixture
def counted(tmp_path: Path) -> Path:
    """A suite of six cases over a function that writes down each question."""
    recorded(tmp_path, 6)
    write = "with open(__file__ + '.log', 'a') as log:\n        log.write(q + '\\n')"
    code = f"def answer(q):\n    {write}\n    return 'yes'\n"
    put(tmp_path, code, f"{module(tmp_path)}.py")
    return suite(tmp_path)


def module(folder: Path) -> str:
    """Another name in each test: a process imports a module once."""
    return "counted_" + "".join(sign for sign in folder.name if sign.isalnum())


def suite(folder: Path, more: str = "", top: str = "") -> Path:
    return put(folder, COUNTING.replace("MODULE", module(folder)) % more + top)


def asked(path: Path) -> int:
    log = path.parent / f"{module(path.parent)}.py.log"
    return log.read_text().count("\n") if log.exists() else 0


def test_cached_repeats_ask_once_each(counted: Path) -> None:
    """With a cache a second run asks nothing; a suite may switch the file's cache off; a changed case is asked."""
    suite(counted.parent, ", cache: true")
    first, second = check(counted), check(counted)
    assert (asked(counted), second.report.counts.cached) == (6, 6)
    assert [gate.outcome for gate in first.gates] == [gate.outcome for gate in second.gates]
    suite(counted.parent, ", cache: false", "cache: true\n")
    assert check(counted).report.counts.cached == 0
    suite(counted.parent, ", cache: true")
    put_rows(counted.parent, [{"id": "c0", "ask": "new", "expect": "yes"}, {"id": "c1", "ask": "q1", "expect": "yes"}])
    assert check(counted).report.counts.cached == 1
    assert asked(counted) == 13


def test_dry_estimates_and_lists_ask_nothing(counted: Path) -> None:
    """Loading, estimating and listing never ask a target."""
    costs(load(counted))
    assert refused(list_runs, counted.parent)
    assert asked(counted) == 0


def test_a_run_that_was_stopped_before_it_began_goes_on(counted: Path) -> None:
    """A stop that is set at once asks nothing and is no evidence; the next start is the same run, whole."""

    async def stopped() -> Any:
        options = Options()
        options.stop.set()
        return await checked(load(counted), options)

    first = run_sync(stopped)
    assert (first.readiness, len(first.batch)) == (Readiness.UNDECIDED, 0)
    again = check(counted)
    assert again.report.run.id == first.report.run.id
    assert asked(counted) == len(again.batch) == 6


def test_a_changed_case_begins_another_run(counted: Path) -> None:
    """What was interrupted is taken up only while the plan is the same."""

    async def stopped() -> Any:
        options = Options()
        options.stop.set()
        return await checked(load(counted), options)

    first = run_sync(stopped)
    put(counted.parent, counted.read_text().replace("[contains]", "[contains, {length: {min: 1}}]"))
    assert check(counted).report.run.id != first.report.run.id
    assert len(list_runs(counted.parent)) == 2


def test_a_baseline_of_its_own_finds_nothing(tmp_path: Path) -> None:
    """A run against what was blessed of the same answers has no new failures, and its regression gate is met."""
    text = RECORDED.replace(">= 20%]", ">= 20%, regression(behaviour.pass_rate) >= -5%]")
    path = recorded(tmp_path, 50, 10, text=text)
    check(path)
    written, info = bless(tmp_path, "last")
    again = check(path)
    assert again.readiness is Readiness.READY
    assert again.report.comparison is not None
    assert again.report.comparison.new_failures.count == again.report.comparison.fixed.count == 0
    assert not compare_runs(tmp_path, "last", str(written)).is_worse
    assert info.id in written.read_text()


@pytest.mark.parametrize("content", ["", "[]", "null", "{", '{"format": "other/1"}', "\x00"])
def test_broken_baselines_are_mistakes_before_anything_is_asked(counted: Path, content: str) -> None:
    """A baseline beside the suite that cannot be read stops the check at once, with its name."""
    put(counted.parent, content, "seatrial-baseline.json")
    assert "seatrial-baseline.json" in refused(check, counted)
    assert asked(counted) == 0


def test_two_loops_at_once_make_two_runs(tmp_path: Path) -> None:
    """Checks of two folders from two threads do not know of each other."""
    paths = [recorded(tmp_path / name, right) for name, right in (("a", 40), ("b", 30))]

    async def both() -> list[Any]:
        return await asyncio.gather(*(asyncio.to_thread(check, path) for path in paths))

    first, second = asyncio.run(both())
    assert (len(first.batch), len(second.batch)) == (40, 30)
    assert first.report.run.id != second.report.run.id
