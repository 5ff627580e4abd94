"""Progress, and signals inside a running loop."""

import asyncio
import io
import os
import signal

import pytest

from seatrial.app.check import Silent
from seatrial.cli.interrupt import stops_by_hand
from seatrial.cli.progress import Bar, Lines, progress
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Timing
from seatrial.core.request import Message, Request
from seatrial.core.run import Attempt, Progress
from seatrial.core.score import Score

ASKED = Request((Message("user", "q"),))
TIMING = Timing(due=0, started=0, ended=1)
GOOD = Interaction(target="t", request=ASKED, timing=TIMING, answer=Answer("a"))
LOST = Interaction(target="t", request=ASKED, timing=TIMING, failure=Failure(FailureKind.TIMEOUT, "late"))


def walk(shown: Progress) -> None:
    shown.begin("talk [bold]", 4, 1)
    shown.attempted("talk [bold]", Attempt((GOOD,), (Score("c", True),)))
    shown.attempted("talk [bold]", Attempt((GOOD,), (Score("c", False),)))
    shown.attempted("talk [bold]", Attempt((LOST,), ()))
    shown.end("talk [bold]")


def test_logs_get_lines() -> None:
    """Elsewhere than at a terminal a suite is a line at its beginning and one at its end."""
    stream = io.StringIO()
    walk(Lines(stream))
    assert stream.getvalue().splitlines() == [
        "talk [bold]: 4 attempts, 1 of them done before",
        "talk [bold]: 4 of 4 done, 2 not passed",
    ]


def test_lines_come_now_and_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """A long suite says every ten seconds how far it is."""
    stream, now = io.StringIO(), iter([0.0, 5.0, 11.0, 12.0])
    monkeypatch.setattr("seatrial.cli.progress.time.monotonic", lambda: next(now))
    walk(Lines(stream))
    assert stream.getvalue().splitlines()[1] == "talk [bold]: 3 of 4, 1 not passed"


def test_terminals_get_a_bar() -> None:
    """At a terminal a bar is drawn; a suite's name is no markup."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    shown = progress(stream=stream)
    assert isinstance(shown, Bar)
    walk(shown)
    walk(shown)


def test_quiet_says_nothing() -> None:
    """With `--quiet` there is no progress at all."""
    assert isinstance(progress(quiet=True), Silent)
    assert isinstance(progress(stream=io.StringIO()), Lines)


async def test_the_second_signal_cuts_off(capsys: pytest.CaptureFixture[str]) -> None:
    """The first signal stops gently, the second one now; afterwards Ctrl-C interrupts Python again."""
    stop, cut = asyncio.Event(), asyncio.Event()
    with stops_by_hand(stop, cut):
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(stop.wait(), 10)
        assert not cut.is_set()
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.wait_for(cut.wait(), 10)
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert capsys.readouterr().err.splitlines() == [
        "seatrial: stopping: waiting for what is in flight (press again to cut it off)",
        "seatrial: cutting off what is in flight",
    ]


def test_outside_the_main_thread_signals_are_left_alone() -> None:
    """In a notebook's thread nothing is registered, and nothing fails."""
    from concurrent.futures import ThreadPoolExecutor

    async def inside() -> bool:
        with stops_by_hand(asyncio.Event(), asyncio.Event()):
            return True

    with ThreadPoolExecutor(1) as thread:
        assert thread.submit(asyncio.run, inside()).result()
