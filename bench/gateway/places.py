"""The servers that are compared, each a process of its own."""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from bench.process import ROOT, _environment

SEATRIAL = str(Path(sys.executable).with_name("seatrial"))
TICK = os.sysconf("SC_CLK_TCK")
BARE = "  keys: none\n  records: {bodies: false}\n"
FULL = (
    "  keys: required\n  limits: {rpm: 100M, tpm: 900000M, concurrency: 5000}\n"
    '  rate_limits: [{of: "project:*", rpm: 100M, tpm: 900000M}, {of: "key:*", rpm: 100M}]\n'
    '  budgets: [{of: "project:bench", limit: 1000000 USD/month}]\n'
)


class Place(NamedTuple):
    """A server: its port, its process, and the key that it wants."""

    port: int
    pid: int
    key: str = ""

    def cpu(self) -> float:
        """CPU seconds that it and its children took, threads and all."""
        return sum(_cpu(pid) for pid in (self.pid, *_children(self.pid)))

    def memory(self) -> float:
        """Resident megabytes."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("VmRSS")).split()[1]) / 1024

    def settled(self) -> float:
        """CPU seconds, once nothing is left to be done (records are kept behind the replies)."""
        last, until = self.cpu(), time.monotonic() + 30
        while time.monotonic() < until:
            time.sleep(0.4)
            now = self.cpu()
            if now - last < 0.02:
                return now
            last = now
        return last

    def load(self, kind: str, seconds: float, much: int) -> dict[str, Any]:
        """What clients saw; see bench/gateway/load.py."""
        command = [sys.executable, "-m", "bench.gateway.load", kind, str(self.port), str(seconds), str(much), self.key]
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, env=_environment(), check=True)
        return json.loads(done.stdout)


@contextmanager
def module(name: str, *more: str) -> Iterator[Place]:
    """A module of this package that prints its port."""
    command = [sys.executable, "-m", f"bench.gateway.{name}", *more]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env=_environment()) as process:
        try:
            yield Place(int(process.stdout.readline()), process.pid)
        finally:
            process.terminate()


@contextmanager
def gateway(upstream: int, kind: str, served: str = "", target: str = "") -> Iterator[Place]:
    """`seatrial serve` with one of the configurations, before two deployments where it is the full one."""
    url = f"http://127.0.0.1:{upstream}/v1"
    names = ("one", "two") if kind == FULL else ("one",)
    price = ", price: {input: 0.15, output: 0.6}" if kind == FULL else ""
    targets = "".join(f"  {name}: {{openai: {url}, api_key: dummy{price}{target}}}\n" for name in names)
    deployments = "".join(f"        - {{target: {name}}}\n" for name in names)
    cache = "      cache: {ttl: 1h}\n" if kind == FULL else ""
    model = f"  models:\n    bench:\n{cache}{served}      deployments:\n{deployments}"
    with TemporaryDirectory() as folder:
        file = Path(folder, "seatrial.yaml")
        file.write_text(f"targets:\n{targets}gateway:\n{kind}{model}")
        key = ""
        if kind == FULL:
            create = [SEATRIAL, "keys", "create", "--project", "bench"]
            key = subprocess.run(create, cwd=folder, stdout=subprocess.PIPE, check=True, text=True).stdout.strip()
        with running([SEATRIAL, "serve", "--listen", "127.0.0.1:{port}"], folder, "/readyz") as place:
            yield place._replace(key=key)


@contextmanager
def nginx(upstream: int) -> Iterator[Place]:
    """The proxy nginx, plain, with one worker and kept connections."""
    with TemporaryDirectory() as folder:
        port = free_port()
        Path(folder, "nginx.conf").write_text(
            f"daemon off; worker_processes 1; pid {folder}/pid; error_log /dev/null;\n"
            "events { worker_connections 4096; }\n"
            f"http {{ access_log off; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
            f"fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
            f"upstream there {{ server 127.0.0.1:{upstream}; keepalive 512; }}\n"
            f"server {{ listen 127.0.0.1:{port}; keepalive_requests 10000000; location / {{ proxy_pass http://there;\n"
            'proxy_http_version 1.1; proxy_set_header Connection ""; proxy_buffering off; } } }\n'
        )
        found = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
        if found is None:
            raise FileNotFoundError("nginx")
        with running([found, "-p", folder, "-c", f"{folder}/nginx.conf"], folder, "/left", port) as place:
            yield place


@contextmanager
def running(command: list[str], folder: str, ready: str, port: int | None = None) -> Iterator[Place]:
    """A process that answers at a port; `{port}` in its command becomes a free one."""
    port = port or free_port()
    full = [each.format(port=port) for each in command]
    log = Path(folder, "log")
    with (
        log.open("wb") as out,
        subprocess.Popen(full, cwd=folder, stdout=out, stderr=out, env=_environment()) as process,
    ):
        try:
            while not answers(port, ready):
                if process.poll() is not None:
                    raise RuntimeError(f"{command[0]} ended with {process.returncode}: {log.read_text()[-800:]}")
                time.sleep(0.01)
            yield Place(port, process.pid)
        finally:
            process.terminate()


def answers(port: int, path: str) -> bool:
    """Whether it answers with 200."""
    try:
        with urlopen(f"http://127.0.0.1:{port}{path}", timeout=2) as reply:
            return reply.status == 200
    except (URLError, OSError):
        return False


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as line:
        return line.getsockname()[1]


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICK


def _children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
