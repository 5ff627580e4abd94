"""`seatrial serve` as processes: start, signals, workers, what it says."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from gateway_support import Beside, config, free_port, process
from upstream import Upstream, answer, events, frame, until

from seatrial.app.serving.building import check
from seatrial.app.serving.reading import read_gateway
from seatrial.app.serving.serve import address_of

KEY = re.compile(r"sk-st-[a-z0-9]{8}-[a-z0-9]{40}")


def seatrial(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "seatrial", *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )


async def test_the_first_start_prints_an_admin_key_that_opens_and_is_kept_nowhere(tmp_path: Path) -> None:
    """It is shown once with a link; only its hash is kept; the second start shows none."""
    async with Upstream(answer()) as upstream:
        text = config(upstream.url, keys="required")
        async with process(text, tmp_path, "--log") as door:
            key = KEY.findall(door.said.decode())[0]
            assert f"/admin#key={key}" in door.said.decode()
            assert (await door.ask("/admin/status", key=key)).json["models"] == ["support"]
            made = seatrial("keys", "create", "--project", "support", "--rpm", "600", folder=tmp_path)
            await asyncio.sleep(1.1)
            assert (await door.chat(key=made.stdout.strip())).status == 200
            assert await door.ended() == 0
        held = b"".join(path.read_bytes() for path in (tmp_path / ".seatrial").rglob("*") if path.is_file())
        assert key.rpartition("-")[2].encode() not in held
        async with process(text, tmp_path) as door:
            assert KEY.search(door.said.decode()) is None


async def test_a_signal_lets_streams_end_and_takes_nothing_new(tmp_path: Path) -> None:
    """SIGTERM: the port is closed at once, the stream that is in goes on to its end, the exit code is 0."""
    go = asyncio.Event()
    held = events(frame({"content": "begin"}), end=[go, b"e\r\ndata: [DONE]\n\n\r\n0\r\n\r\n"])
    async with Upstream(held) as upstream, process(config(upstream.url), tmp_path) as door:
        asking = asyncio.create_task(door.chat(stream=True))
        await until(lambda: len(upstream.requests) == 1)
        await asyncio.sleep(0.1)
        door.process.send_signal(signal.SIGTERM)
        await until(lambda: refused(door.port))
        go.set()
        assert (await asking).body.endswith(b"data: [DONE]\n\n")
        assert await door.process.wait() == 0


def refused(port: int) -> bool:
    with socket.socket() as line:
        return line.connect_ex(("127.0.0.1", port)) != 0


@pytest.mark.parametrize("how", ["drained", "twice"])
async def test_what_does_not_end_in_time_is_told_so(tmp_path: Path, how: str) -> None:
    """After the drain time, or at the second signal, a stream ends with a typed error event and looks cut."""
    text_of = config if how == "twice" else lambda url: config(url, gateway="drain: 200ms")
    held = events(frame({"content": "begin"}), end=[asyncio.Event()])
    async with Upstream(held) as upstream, process(text_of(upstream.url), tmp_path) as door:
        asking = asyncio.create_task(door.chat(stream=True))
        await until(lambda: len(upstream.requests) == 1)
        await asyncio.sleep(0.1)
        for _ in range(2 if how == "twice" else 1):
            door.process.send_signal(signal.SIGINT)
            await asyncio.sleep(0.1)
        body = (await asking).body
        assert await door.process.wait() == 0
    assert b"begin" in body
    assert b"[DONE]" not in body
    assert json.loads(body.rpartition(b"data: ")[2])["error"]["code"]


async def test_a_hangup_signal_reads_the_file_again(tmp_path: Path) -> None:
    """SIGHUP: a bad file is refused in the log, a good one is taken over; with workers, by all of them."""
    async with Upstream(answer()) as upstream, process(config(upstream.url), tmp_path, "--workers", "2") as door:
        for text, said in (("nonsense", "all stays as it was"), (config(upstream.url) + "\n", "was read again")):
            (tmp_path / "seatrial.yaml").write_text(text)
            door.process.send_signal(signal.SIGHUP)
            await until(lambda said=said: said in door.said.decode())
        assert (await door.chat()).status == 200
        assert await door.ended() == 0


async def test_a_worker_that_is_killed_is_started_again(tmp_path: Path) -> None:
    """The other worker answers meanwhile, the new one takes its place, and one signal stops all."""
    async with Upstream(answer()) as upstream, process(config(upstream.url), tmp_path, "--workers", "2") as door:
        first = children(door)
        os.kill(first[0], signal.SIGKILL)
        await until(lambda: len(children(door)) == 2 and first[0] not in children(door), 15)
        statuses = [(await door.chat()).status for _ in range(5)]
        workers = children(door)
        assert await door.ended() == 0
    assert statuses == [200] * 5
    assert "ended by signal 9; it is started again" in door.said.decode()
    assert not any(map(alive, workers))


def children(door: Beside) -> list[int]:
    """The workers of a gateway."""
    path = Path(f"/proc/{door.process.pid}/task/{door.process.pid}/children")
    return sorted(int(each) for each in path.read_text().split())


async def test_workers_do_not_outlive_their_parent(tmp_path: Path) -> None:
    """Whoever kills the parent with -9 leaves no worker behind that holds the port."""
    async with Upstream(answer()) as upstream, process(config(upstream.url), tmp_path, "--workers", "2") as door:
        workers = children(door)
        door.process.kill()
        await door.process.wait()
        await until(lambda: not any(alive(pid) for pid in workers), 10)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not asked for its code yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_a_port_in_use_is_one_sentence_and_code_4(tmp_path: Path) -> None:
    """Nothing is served, no traceback is shown, and no key is made."""
    (tmp_path / "seatrial.yaml").write_text(config("http://127.0.0.1:9"))
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        line.listen()
        ended = seatrial("serve", "--listen", f"127.0.0.1:{line.getsockname()[1]}", folder=tmp_path)
    assert ended.returncode == 4
    assert re.fullmatch(r"seatrial: 127.0.0.1:\d+ cannot be listened on: address already in use\n", ended.stderr)


@pytest.mark.parametrize(
    ("text", "options", "says"),
    [
        (config("http://127.0.0.1:9"), ("--listen", "0.0.0.0:0"), "could spend your money"),
        (config("http://127.0.0.1:9"), ("--listen", "nowhere"), "an address such as"),
        (config("http://127.0.0.1:9", gateway="tls: {cert: no.pem, key: no.key}"), (), "no.pem cannot be read"),
        (config("http://127.0.0.1:9", gateway="trust_proxy: [localhost]"), (), "10.0.0.0/8"),
        (config("http://127.0.0.1:9", gateway="drain: later"), (), "a duration"),
        ("targets: {}", (), "there is no `gateway:`"),
    ],
)
def test_mistakes_are_told_before_anything_is_served(
    tmp_path: Path, text: str, options: tuple[str, ...], says: str
) -> None:
    """Exit code 2, one sentence with its place, no traceback."""
    (tmp_path / "seatrial.yaml").write_text(text)
    ended = seatrial("serve", *(options or ("--listen", f"127.0.0.1:{free_port()}")), folder=tmp_path)
    assert (ended.returncode, says in ended.stderr, "Traceback" in ended.stderr) == (2, True, False)


def test_workers_that_cannot_begin_end_the_server(tmp_path: Path) -> None:
    """After some tries in a row it gives up with code 4 and one sentence, and leaves no process behind."""
    code = "from seatrial.app.serving.workers import Workers as W; W(lambda *_: 3, 2, 1.0, print, print).run()"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert "CannotRun: the workers end as soon as they are started" in ended.stderr
    assert ended.stdout.count("ended with code 3; it is started again") == 4


def test_the_example_of_a_deployment_can_be_served(tmp_path: Path) -> None:
    """The file in examples/deploy has no mistake, but for the key, which is where it says."""
    (tmp_path / "openai").write_text("sk-upstream")
    text = (Path(__file__).parents[2] / "examples" / "deploy" / "seatrial.yaml").read_text()
    path = tmp_path / "seatrial.yaml"
    path.write_text(text.replace("/run/secrets", str(tmp_path)))
    config = read_gateway(path)
    check(config, address_of(config.model.listen)[0])
    assert config.drain < 60  # TimeoutStopSec of the unit
