"""Whatever is wrong, a user reads one clear sentence with its place, gets the right exit code and never a traceback."""

import asyncio
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import trustme

CASE = '- {id: one, ask: "When?", expect: "21:40", checks: [contains]}'
SUITE = """targets:
  bot: {openai: "%(url)s", model: m%(more)s}
suites:
  behaviour:
    target: bot
    cases:
      %(case)s
gates: [%(gate)s]
"""


def suite(url: str = "http://127.0.0.1:9/v1", case: str = CASE, gate: str = "pass_rate >= 10%", more: str = "") -> str:
    """A suite file's text."""
    return SUITE % {"url": url, "case": case, "gate": gate, "more": more}


def check(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`seatrial check` in a folder, as a user types it."""
    command = [sys.executable, "-m", "seatrial", "check", *arguments]
    env = {"PATH": "/usr/bin:/bin", "HOME": str(folder), "COLUMNS": "100"}
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stdout + done.stderr
    return done


MISTAKES = {
    "unknown key": (suite().replace("target: bot", "target: bot\n    repeet: 3"), ["seatrial.yaml:6", "repeat"]),
    "wrong type": (suite().replace("target: bot", "target: bot\n    repeat: many"), ["seatrial.yaml:6", "repeat"]),
    "missing file": (suite(case="- {from: nowhere.jsonl}"), ["nowhere.jsonl"]),
    "bad regex": (suite(case='- {ask: a, checks: [{regex: "("}]}'), ["seatrial.yaml:7", "regular expression"]),
    "unknown check": (suite(case="- {ask: a, checks: [contians]}"), ["seatrial.yaml", "contains"]),
    "duplicate ids": (suite(case=f"{CASE}\n      {CASE}"), ["seatrial.yaml", "one"]),
    "nothing checks": (suite(case="- {ask: a}"), ["seatrial.yaml:7"]),
    "unset key": (suite(more=", api_key: '${NO_SUCH_KEY}'"), ["seatrial.yaml:2", "NO_SUCH_KEY"]),
    "literal key": (suite(more=", api_key: sk-verysecretindeed"), ["${"]),
    "no gate": (suite(gate="pass_rate is good"), ["seatrial.yaml", "pass_rate is good"]),
    "unknown metric": (suite(gate="pass_rat >= 3%"), ["seatrial.yaml", "pass_rate"]),
    "broken yaml": ("targets: [", ["seatrial.yaml"]),
    "empty file": ("", ["seatrial.yaml"]),
    "binary garbage": ("\x00\x01\x02", ["seatrial.yaml"]),
    "unknown target": (suite().replace("target: bot", "target: boat"), ["seatrial.yaml:5", "bot"]),
    "template": (suite(case='- {ask: "{{ nobody }}", checks: [json_valid]}'), ["nobody"]),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistake_names_its_place(name: str, tmp_path: Path) -> None:
    """A mistake in the suite file ends with code 2 and a sentence that names what and where."""
    text, words = MISTAKES[name]
    (tmp_path / "seatrial.yaml").write_text(text)
    done = check(tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    for word in words:
        assert word in done.stderr
    assert "verysecret" not in done.stderr + done.stdout


def test_bad_line_is_named(tmp_path: Path) -> None:
    """A broken line deep in a case file is named by file and number."""
    rows = [f'{{"ask": "question {i}", "expect": "x", "checks": ["contains"]}}' for i in range(2000)]
    rows[1733] = rows[1733][:-5]
    (tmp_path / "cases.jsonl").write_text("\n".join(rows))
    (tmp_path / "seatrial.yaml").write_text(suite(case="- {from: cases.jsonl}"))
    done = check(tmp_path)
    assert done.returncode == 2
    assert "cases.jsonl:1734" in done.stderr


def test_no_file(tmp_path: Path) -> None:
    """Without a suite file the sentence says how to make one."""
    done = check(tmp_path)
    assert done.returncode == 2
    assert "seatrial init" in done.stderr


def test_unreachable_host(tmp_path: Path) -> None:
    """A host that refuses is named with its port, and the code says that the run could not be made."""
    (tmp_path / "seatrial.yaml").write_text(suite())
    done = check(tmp_path)
    assert done.returncode == 4, done.stderr
    assert "127.0.0.1:9" in done.stderr


Speech = Callable[[bytes], bytes]


class Far:
    """A raw server on loopback that gives the same bytes to whatever it is asked, in its own thread."""

    def __init__(self, speech: Speech, tls: ssl.SSLContext | None = None) -> None:
        self.speech, self.tls, self.port = speech, tls, 0
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> "Far":
        self._thread.start()
        self._ready.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop, self._stop = asyncio.get_running_loop(), asyncio.Event()
        server = await asyncio.start_server(self._talk, "127.0.0.1", 0, ssl=self.tls)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        async with server:
            await self._stop.wait()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            head = await reader.readuntil(b"\r\n\r\n")
            length = next(
                (int(x.split(b":")[1]) for x in head.split(b"\r\n") if x.lower().startswith(b"content-length")), 0
            )
            await reader.readexactly(length)
            writer.write(self.speech(head))
            await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()


def http(body: bytes, kind: str = "application/json", status: str = "200 OK") -> bytes:
    """An HTTP answer that ends with its connection."""
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nx-request-id: req-77\r\nConnection: close\r\n\r\n"
    return head.encode() + body


def chat(body: bytes, kind: str = "application/json", status: str = "200 OK") -> Speech:
    """Says this to a chat request, and a list of models to everything else."""
    models = http(b'{"object": "list", "data": [{"id": "m", "object": "model"}]}')
    return lambda head: http(body, kind, status) if b"/chat/completions" in head.split(b"\r\n")[0] else models


def event(text: str) -> bytes:
    """One frame of a chat stream."""
    return b'data: {"choices": [{"index": 0, "delta": {"content": "%s"}}]}\n\n' % text.encode()


STREAM = "text/event-stream"
ANSWERS = {
    "html page": (chat(b"<html><body>Login</body></html>", "text/html"), "bad_response"),
    "garbage": (chat(bytes(range(256)) * 4), "bad_response"),
    "cut stream": (chat(event("At 21"), STREAM), "cut_stream"),
    "half a character": (chat(event("caf\u00e9")[:-8], STREAM), "cut_stream"),
    "bad key": (
        chat(b'{"error": {"message": "bad key", "code": "invalid_api_key"}}', status="401 Unauthorized"),
        "unauthorised",
    ),
    "no body": (chat(b""), "bad_response"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_bad_answer_is_a_named_failure(name: str, tmp_path: Path) -> None:
    """An endpoint that misbehaves makes a named failure in the report, never a pass."""
    speech, kind = ANSWERS[name]
    with Far(speech) as far:
        (tmp_path / "seatrial.yaml").write_text(suite(f"http://127.0.0.1:{far.port}/v1"))
        done = check(tmp_path)
    assert done.returncode in (1, 3), done.stdout + done.stderr
    assert kind in done.stdout


def test_model_that_answers_nothing_fails_its_check(tmp_path: Path) -> None:
    """An empty answer is an answer: the check says that it is wrong."""
    body = b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": ""}, "finish_reason": "stop"}]}'
    with Far(chat(body)) as far:
        (tmp_path / "seatrial.yaml").write_text(suite(f"http://127.0.0.1:{far.port}/v1", more=", stream: false"))
        done = check(tmp_path, "--format", "terminal,json", "--out", "out")
    assert done.returncode == 3, done.stdout + done.stderr
    assert '"passed":false' in (tmp_path / "out/report.json").read_text().replace(" ", "")


def test_ten_megabytes_are_read_and_cut_in_the_report(tmp_path: Path) -> None:
    """A 10 MB answer is judged, and the report stays small."""
    text = b"x" * 10_000_000
    body = (
        b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": "%s"}, "finish_reason": "stop"}]}'
        % text
    )
    with Far(chat(body)) as far:
        (tmp_path / "seatrial.yaml").write_text(suite(f"http://127.0.0.1:{far.port}/v1", more=", stream: false"))
        done = check(tmp_path, "--format", "html", "--out", "out")
    assert done.returncode == 3, done.stdout[-2000:] + done.stderr[-2000:]
    assert (tmp_path / "out/report.html").stat().st_size < 1_000_000


def test_tls_error_is_named(tmp_path: Path) -> None:
    """A certificate that nobody knows is said to be the reason."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    with Far(chat(b""), tls) as far:
        (tmp_path / "seatrial.yaml").write_text(suite(f"https://127.0.0.1:{far.port}/v1"))
        done = check(tmp_path)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "certificate" in done.stderr.lower()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a file system of 256 kB."""
    folder = tmp_path / "small"
    folder.mkdir()
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)], capture_output=True)
    if done.returncode:
        pytest.skip("this machine lets nobody mount a small file system")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_full_disk_keeps_what_was_measured(small_disk: Path) -> None:
    """A full disk stops the run with a sentence that names the file; the report shows what was measured before."""
    text = b"y" * 20_000
    body = (
        b'{"choices": [{"index": 0, "message": {"role": "assistant", "content": "%s"}, "finish_reason": "stop"}]}'
        % text
    )
    (small_disk / "cases.jsonl").write_text(
        "\n".join(f'{{"ask": "q{i}", "expect": "y", "checks": ["contains"]}}' for i in range(100))
    )
    with Far(chat(body)) as far:
        address = f"http://127.0.0.1:{far.port}/v1"
        (small_disk / "seatrial.yaml").write_text(suite(address, "- {from: cases.jsonl}", more=", stream: false"))
        done = check(small_disk)
    assert done.returncode == 4, done.stdout + done.stderr
    assert "No space left" in done.stderr
    assert "pass_rate" in done.stdout
