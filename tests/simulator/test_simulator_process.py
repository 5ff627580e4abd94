"""The server as a process: it tells that it is ready, and ends when it is told to."""

import asyncio
import signal
import subprocess
import sys
import urllib.request

import pytest
from simulator_support import PARROT, persona_from, running

from seatrial.core.errors import CannotRun
from seatrial.simulator.server import run_forever, serve

SCRIPT = """
from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import run_forever
run_forever(load_persona("zero"), port=0, ready=lambda url: print(url, flush=True))
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_process_serves_and_ends_cleanly(number):
    """After a signal the process ends with 0 and has printed nothing itself."""
    with subprocess.Popen([sys.executable, "-c", SCRIPT], stdout=-1, stderr=-1, text=True) as process:
        url = process.stdout.readline().strip()
        with urllib.request.urlopen(f"{url}/models", timeout=10) as response:
            assert response.status == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=20)
    assert (process.returncode, out, err) == (0, "", "")


async def test_taken_port_is_told(tmp_path):
    """A port that is taken is one sentence that names it."""
    persona = persona_from(tmp_path, PARROT)
    async with running(persona) as (simulator, _):
        with pytest.raises(CannotRun, match=f"127.0.0.1:{simulator.port}"):
            await serve(persona, port=simulator.port)


def test_run_forever_tells_a_taken_address_too(tmp_path):
    """The blocking form raises the same error."""
    with pytest.raises(CannotRun, match=r"can not listen on 192\.0\.2\.1:1"):
        run_forever(persona_from(tmp_path, PARROT), host="192.0.2.1", port=1)


async def test_close_twice(tmp_path):
    """Closing twice is safe, and nobody listens afterwards."""
    simulator = await serve(persona_from(tmp_path, PARROT))
    await simulator.close()
    await simulator.close()
    with pytest.raises(OSError, match=r"Connect|refused"):
        await asyncio.open_connection("127.0.0.1", simulator.port)
