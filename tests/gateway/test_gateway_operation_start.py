"""What the server says at its start, its health, and TLS."""

import asyncio
import json
import ssl
from pathlib import Path

import pytest
import trustme
from gateway_support import config, gateway
from upstream import Upstream, faults

from seatrial.app.serving.access_log import MOST, AccessLog
from seatrial.app.serving.reading import read_gateway
from seatrial.app.serving.start import start_lines
from seatrial.core.errors import Mistake
from seatrial.gateway.absent import NoRecords
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.keys.key import KeyRecord


def lines(folder: Path, text: str, url: str = "http://127.0.0.1:8400", workers: int = 1) -> str:
    """What is said of a file."""
    path = folder / "seatrial.yaml"
    path.write_text(text)
    keys = [KeyRecord(id="a"), KeyRecord(id="b", admin=True), KeyRecord(id="c", revoked=1)]
    return "\n".join(start_lines(read_gateway(path), url, workers, keys))


def test_the_start_says_where_and_what_for(tmp_path: Path) -> None:
    """The address, each model with its deployments, and whose keys."""
    text = config("http://127.0.0.1:9", "http://127.0.0.1:9", keys="required")
    said = lines(tmp_path, text)
    assert "serving http://127.0.0.1:8400/v1" in said
    assert "support: one, two (weighted)" in said
    assert "1 keys and 1 admin keys" in said
    assert "redis" not in said


def test_the_start_is_one_screen(tmp_path: Path) -> None:
    """A hundred models are not a hundred lines."""
    more = "".join(f"    model-{n}:\n      deployments: [{{target: one}}]\n" for n in range(100))
    said = lines(tmp_path, config("http://127.0.0.1:9") + more)
    assert "and 89 more" in said
    assert len(said.splitlines()) <= 24


def test_the_start_warns_of_what_is_approximate_or_open(tmp_path: Path) -> None:
    """Several workers without Redis count by themselves; plain HTTP beyond loopback can be read on the way."""
    said = lines(tmp_path, config("http://127.0.0.1:9", keys="required"), "http://0.0.0.0:8400", 2)
    assert "each worker counts on its own" in said
    assert "plain HTTP" in said


async def test_it_is_ready_while_any_deployment_can_be_asked(tmp_path: Path) -> None:
    """Not ready when all deployments rest, and why is told; alive all the same."""
    async with Upstream(faults.error(500)) as upstream, gateway(config(upstream.url), tmp_path) as door:
        assert (await door.ask("/readyz")).json == {"status": "ready"}
        for _ in range(5):
            await door.chat()
        ready = await door.ask("/readyz")
        assert (ready.status, ready.json["why"]) == (503, "no deployment can be asked")
        assert (await door.ask("/healthz")).status == 200


async def test_https_with_certificate_files_that_are_renewed(tmp_path: Path) -> None:
    """Clients that trust the authority are served; after a reload new connections see the new certificate."""
    authority = trustme.CA()
    serials = [write_certificate(authority, tmp_path)]
    context = ssl.create_default_context()
    authority.configure_trust(context)
    text = config("http://127.0.0.1:9", gateway="tls: {cert: cert.pem, key: key.pem}")
    async with gateway(text, tmp_path) as door:
        seen = [await serial(door.port, context)]
        serials.append(write_certificate(authority, tmp_path))
        await door.application.reload()
        seen.append(await serial(door.port, context))
        (tmp_path / "cert.pem").write_text("broken")
        with pytest.raises(Mistake, match="no certificate"):
            await door.application.reload()
        seen.append(await serial(door.port, context))
    assert seen == [*serials, serials[1]]


def write_certificate(authority: trustme.CA, folder: Path) -> str:
    """A new certificate for this machine; gives its serial number."""
    made = authority.issue_cert("127.0.0.1")
    made.private_key_pem.write_to_path(folder / "key.pem")
    for index, blob in enumerate(made.cert_chain_pems):
        blob.write_to_path(folder / "cert.pem", append=index > 0)
    return str(ssl._ssl._test_decode_cert(str(folder / "cert.pem"))["serialNumber"])  # type: ignore[attr-defined]


async def serial(port: int, context: ssl.SSLContext) -> str:
    """The serial number of the certificate that a new client is shown; it is answered, too."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    found = writer.get_extra_info("peercert")["serialNumber"]
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    assert (await reader.read()).startswith(b"HTTP/1.1 200")
    writer.close()
    return str(found)


class Out:
    """Takes what is logged; may be slow or gone."""

    def __init__(self, *, gone: bool = False) -> None:
        self.data, self._gone = b"", gone

    def write(self, data: bytes) -> None:
        if self._gone:
            raise BrokenPipeError
        self.data += data

    def flush(self) -> None:
        pass


async def test_each_request_is_one_line_of_json_without_what_was_written() -> None:
    """What was asked, by whom and how it ended, but neither keys nor texts."""
    out = Out()
    log = AccessLog(out)  # type: ignore[arg-type]
    exchange = Exchange("/v1/chat/completions", [(b"authorization", b"Bearer sk-st-secret")])
    exchange.body = b'{"messages": ["private"]}'
    exchange.fail("timeout", "the provider said private things", 504)
    log.around(NoRecords()).put(exchange)
    await log.aclose()
    line = json.loads(out.data)
    assert (line["id"], line["failure"]) == (exchange.id, "timeout")
    assert b"secret" not in out.data
    assert b"private" not in out.data


async def test_a_log_that_nobody_reads_costs_lines_and_nothing_else() -> None:
    """More lines than may wait are counted and left out; a reader that went away is no error."""
    log = AccessLog(Out(gone=True))  # type: ignore[arg-type]
    for _ in range(3):
        log.put(Exchange("/v1/models", []))
    await log.aclose()
    out = Out()
    log = AccessLog(out)  # type: ignore[arg-type]
    exchange = Exchange("/v1/models", [])
    for _ in range(MOST + 5):
        log.put(exchange)
    await log.aclose()
    assert json.loads(out.data.splitlines()[-1]) == {"left_out": 5}


async def test_lines_of_several_workers_do_not_mix() -> None:
    """What is written at once is whole lines, and no more than a pipe takes whole."""
    writes: list[bytes] = []
    out = Out()
    out.write = writes.append  # type: ignore[method-assign,assignment]
    log = AccessLog(out)  # type: ignore[arg-type]
    for number in range(100):
        log.put(Exchange(f"/v1/{'x' * number}", []))
    await log.aclose()
    assert sum(data.count(b"\n") for data in writes) == 100
    assert all(data.endswith(b"}\n") and len(data) <= 4096 for data in writes)
