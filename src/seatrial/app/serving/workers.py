"""Several processes that share one listening socket: a worker that dies is started again, one signal stops all.

The socket is shared, not bound by each (`SO_REUSEPORT`): connections that nobody took yet are lost with no worker. The
parent only waits for signals; whoever kills it (-9) lets its workers stop in good order, as a pipe tells them.
"""

import os
import signal
import time
from collections.abc import Callable
from typing import Final

from seatrial.core.errors import CannotRun, SeatrialError

QUICK: Final = 5.0
"""A worker that lives for less seconds has failed at its start."""
PAUSE: Final = 0.25
"""Seconds before a worker is started again, for each failed start in a row."""
TRIES: Final = 5
"""So many failed starts in a row end the server."""
AFTER_DRAIN: Final = 15
"""Seconds behind the drain time after which workers are killed."""
STOPPING: Final = "stopping: waiting for what is in flight (press again to cut it off)"
CUTTING: Final = "cutting off what is in flight"
_STOP: Final = frozenset({signal.SIGINT, signal.SIGTERM})
_NAMES: Final = ("SIGINT", "SIGTERM", "SIGHUP", "SIGCHLD", "SIGALRM")
_WAITED: Final = frozenset(signal.Signals[name] for name in _NAMES if name in signal.Signals.__members__)

Run = Callable[[int, int], int]
"""Runs a worker: its number, and a descriptor that ends when the parent has; gives its exit code."""


class Workers:
    """The parent of the workers.

    Args:
        run: What a worker does.
        count: How many there are.
        drain: Seconds that they may take to stop.
        say: Takes lines for whoever runs the server.
        check: Looks, at SIGHUP, whether the file is good; raises a SeatrialError when it is not.
    """

    def __init__(
        self, run: Run, count: int, drain: float, say: Callable[[str], None], check: Callable[[], object]
    ) -> None:
        self._run, self._count, self._drain, self._say, self._check = run, count, drain, say, check
        self._pids: dict[int, tuple[int, float]] = {}
        self._due: dict[int, float] = {}
        """Numbers of workers to be started again, with the time from which on."""
        self._failed, self._stopping, self._code = 0, False, 0
        self._ends, self._open = os.pipe()

    def run(self) -> int:
        """Until all have stopped; gives the exit code.

        Raises:
            CannotRun: Workers end as soon as they are started.
        """
        for each in _WAITED:  # with a handler it waits for sigwait on every platform, and is not thrown away
            signal.signal(each, lambda *_: None)
        signal.pthread_sigmask(signal.SIG_BLOCK, _WAITED)
        for number in range(1, self._count + 1):
            self._start(number)
        while self._pids or self._due:
            self._react(signal.sigwait(_WAITED))
        os.close(self._open)
        os.close(self._ends)
        if self._failed >= TRIES:
            raise CannotRun("the workers end as soon as they are started; what they said stands above")
        return self._code

    def _react(self, number: int) -> None:
        if number in _STOP:
            self._stop()
        elif number == signal.SIGHUP:
            self._reload()
        elif number == signal.SIGALRM and self._stopping:
            self._tell(signal.SIGKILL)
        self._reap()
        self._start_again()

    def _start(self, number: int) -> None:
        pid = os.fork()
        if pid:
            self._pids[pid] = number, time.monotonic()
            return
        code = 1
        try:
            os.close(self._open)
            for each in _WAITED:
                early = each in (signal.SIGINT, signal.SIGHUP)  # a reload before it can listen needs none
                signal.signal(each, signal.SIG_IGN if early else signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _WAITED)
            code = self._run(number, self._ends)
        except SeatrialError as error:
            self._say(str(error))
            code = error.exit_code
        finally:
            os._exit(code)

    def _stop(self) -> None:
        """The first time they may drain, the second time they are told again, which cuts off what is in flight."""
        self._say(CUTTING if self._stopping else STOPPING)
        self._stopping = True
        self._due.clear()
        self._tell(signal.SIGTERM)
        signal.alarm(int(self._drain) + AFTER_DRAIN)

    def _reload(self) -> None:
        try:
            self._check()
        except SeatrialError as error:
            self._say(f"the file was not taken over; all stays as it was:\n{error}")
            return
        except Exception as error:  # noqa: BLE001  a bug must not end the parent, and all workers with it
            self._say(f"a bug in Seatrial kept the file from being taken over: {type(error).__name__}: {error}")
            return
        self._tell(signal.SIGHUP)

    def _tell(self, number: int) -> None:
        for pid in self._pids:
            os.kill(pid, number)

    def _reap(self) -> None:
        while self._pids:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if not pid:
                return
            if pid in self._pids:
                self._ended(pid, os.waitstatus_to_exitcode(status))

    def _ended(self, pid: int, code: int) -> None:
        number, began = self._pids.pop(pid)
        if self._stopping:
            self._code = self._code or max(code, 0)
            return
        how = f"by signal {-code}" if code < 0 else f"with code {code}"
        self._failed = self._failed + 1 if time.monotonic() - began < QUICK else 0
        if self._failed >= TRIES:
            self._stop()
            return
        self._say(f"worker {number} (process {pid}) ended {how}; it is started again")
        self._due[number] = time.monotonic() + PAUSE * self._failed

    def _start_again(self) -> None:
        now = time.monotonic()
        for number in [number for number, due in self._due.items() if due <= now]:
            del self._due[number]
            self._start(number)
        if self._due:
            signal.setitimer(signal.ITIMER_REAL, max(min(self._due.values()) - now, 0.01))
