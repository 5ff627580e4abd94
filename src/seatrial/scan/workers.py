"""Processes that look at files. Each has one file at a time, so that when it dies it is known which file killed it."""

import contextlib
import os
import struct
import subprocess
import sys
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from threading import Timer
from types import TracebackType
from typing import IO, Final, Self

import msgspec

from seatrial.core.finding import Scanned
from seatrial.scan.file import scan_file
from seatrial.scan.files import unread
from seatrial.scan.limits import Limits
from seatrial.scan.part import Settings

MEMORY: Final = 4 << 30
"""Bytes of address space that a process may take; what needs more fails there, and not on the whole machine."""
PATIENCE: Final = 60.0
"""Seconds by the clock that a file may take beyond the processor time of the limits."""
_LENGTH = struct.Struct("<I")


class _Orders(msgspec.Struct):
    """What a process is told first."""

    limits: Limits
    allowed: list[str]
    versions: dict[str, str]


class Workers:
    """Some processes; results come in the order of the paths that were put in.

    Args:
        settings: What each process is told.
        jobs: How many there are.
    """

    def __init__(self, settings: Settings, jobs: int) -> None:
        self._processes = [_Process(settings) for _ in range(jobs)]
        self._free: SimpleQueue[_Process] = SimpleQueue()
        for process in self._processes:
            self._free.put(process)
        self._threads = ThreadPoolExecutor(jobs, "seatrial-scan")
        self._order: deque[Future[Scanned]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        for each in self._order:
            each.cancel()
        for process in self._processes:
            process.stop()
        self._threads.shutdown(cancel_futures=True)

    @property
    def pids(self) -> list[int]:
        """The processes that are running."""
        return [each.pid for each in self._processes if each.pid is not None]

    def put(self, path: str) -> None:
        """Ask for a file."""
        self._order.append(self._threads.submit(self._look, path))

    def get(self) -> Scanned:
        """The result of the first file that was asked for and is not yet taken."""
        return self._order.popleft().result()

    def _look(self, path: str) -> Scanned:
        process = self._free.get()
        try:
            return process.look(path)
        finally:
            self._free.put(process)


class _Process:
    """One process, started when it is needed, and anew when it has died."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._running: subprocess.Popen[bytes] | None = None
        self._stopped = False

    @property
    def pid(self) -> int | None:
        """Its number while it runs."""
        return None if self._running is None else self._running.pid

    def look(self, path: str) -> Scanned:
        """The verdict on a file; *unread* when the process dies of it or takes far too long."""
        if self._stopped:
            return unread(path, "the scan was stopped")
        try:
            running = self._running or self._started()
        except OSError as error:
            return unread(path, f"no process could be started: {error}")
        late = Timer(self._settings.limits.seconds + PATIENCE, running.kill)
        late.start()
        try:
            _send(running.stdin, os.fsencode(path))
            data = _receive(running.stdout)
        except (OSError, EOFError, ValueError):
            return unread(path, f"the process that looked at it ended ({self.stop_running()})")
        finally:
            late.cancel()
        return _with_path(msgspec.msgpack.decode(data, type=Scanned), path)

    def stop(self) -> None:
        """End it for good."""
        self._stopped = True
        self.stop_running()

    def stop_running(self) -> str:
        """End the running process, and say how it ended."""
        running, self._running = self._running, None
        if running is None:
            return "stopped"
        running.kill()
        code = running.wait()
        for pipe in (running.stdin, running.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()
        return f"signal {-code}" if code < 0 else f"exit {code}"

    def _started(self) -> subprocess.Popen[bytes]:
        # -P: the folder that is scanned may be the current one, and nothing may be imported from it.
        root = str(Path(__file__).parents[2])
        start = f"import sys; sys.path.append({root!r}); from seatrial.scan.workers import work; work()"
        running = subprocess.Popen(  # noqa: S603  our own code in our own interpreter
            [sys.executable, "-P", "-c", start],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for us; we end it
        )
        self._running = running
        settings = self._settings
        orders = _Orders(settings.limits, sorted(settings.allowed), dict(settings.versions))
        _send(running.stdin, msgspec.msgpack.encode(orders))
        return running


def work() -> None:
    """What a process does: take paths from standard input and give verdicts to standard output, until it is closed."""
    _bound_memory()
    source, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not get between the answers
    try:
        orders = msgspec.msgpack.decode(_receive(source), type=_Orders)
        settings = Settings(orders.limits, frozenset(orders.allowed), orders.versions)
        while True:
            path = os.fsdecode(_receive(source))
            _send(answers, msgspec.msgpack.encode(_with_path(scan_file(path, settings), "")))
    except EOFError:
        return


def _bound_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such bound
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    if hard == resource.RLIM_INFINITY or hard > MEMORY:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, hard))


def _send(pipe: IO[bytes] | None, data: bytes) -> None:
    if pipe is None:
        raise EOFError
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def _receive(pipe: IO[bytes] | None) -> bytes:
    head = pipe.read(_LENGTH.size) if pipe is not None else b""
    if pipe is None or len(head) < _LENGTH.size:
        raise EOFError
    (length,) = _LENGTH.unpack(head)
    data = pipe.read(length)
    if len(data) < length:
        raise EOFError
    return data


def _with_path(scanned: Scanned, path: str) -> Scanned:
    """The verdict with its path; other texts lose what cannot be written as UTF-8 (a path may have such bytes)."""
    changed = [
        msgspec.structs.replace(each, path=path, evidence=_written(each.evidence), member=_member(each.member))
        for each in scanned.findings
    ]
    return msgspec.structs.replace(scanned, path=path, findings=tuple(changed))


def _member(text: str | None) -> str | None:
    return None if text is None else _written(text)


def _written(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode()
