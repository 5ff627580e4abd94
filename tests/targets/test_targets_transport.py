"""What becomes of everything that can go wrong between a Target and an endpoint."""

import asyncio
import errno
import socket
import ssl
import time
from types import SimpleNamespace

import aiohttp
import pytest
import trustme
from targets_servers import QUICK, ask, chat, request, serving, target_at

from seatrial.core.interaction import FailureKind
from seatrial.targets.network_failures import network_failure
from seatrial.targets.options import Nature, Options, Retries, Timeouts

KEY = "sk-live-0123456789"


def error(message: str = "no", code: str | int | None = None, kind: str = "x_error") -> dict:
    return {"error": {"message": message, "type": kind, "param": None, "code": code}}


def then_fine(*answers):
    """A script that gives these failures (status, body, headers) first and answers after that."""

    async def script(exchange):
        if exchange.number < len(answers):
            status, body, headers = answers[exchange.number]
            await exchange.answer(body, status, **headers)
        else:
            await exchange.answer(chat())

    return script


async def test_an_answer_leaves_one_whole_interaction():
    """The Interaction holds the answer, the usage, the model and the endpoint's id."""
    found = await ask(lambda exchange: exchange.answer(chat("Yes."), x_request_id="req_1"))
    assert (found.text, found.failure, found.model, found.request_id) == ("Yes.", None, "m-1", "req_1")
    assert (found.usage.input, found.usage.output, found.attempts) == (9, 2, 1)


@pytest.mark.parametrize("status", [408, 409, 429, 500, 502, 503, 529])
async def test_what_may_pass_is_tried_again(status):
    """The second attempt's answer counts, and both are reported."""
    found = await ask(then_fine((status, error(), {"Retry_After": "0"})))
    assert (found.text, found.attempts) == ("Hi.", 2)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, FailureKind.BAD_REQUEST),
        (401, FailureKind.UNAUTHORISED),
        (403, FailureKind.UNAUTHORISED),
        (404, FailureKind.NOT_FOUND),
        (413, FailureKind.BAD_REQUEST),
        (422, FailureKind.BAD_REQUEST),
    ],
)
async def test_what_cannot_pass_is_not_tried_again(status, kind):
    """One attempt, and the failure carries the status, the endpoint's words and its id."""
    found = await ask(then_fine((status, error("bad thing", "some_code"), {"x_request_id": "req_7"})))
    assert (found.failure.kind, found.failure.status, found.attempts) == (kind, status, 1)
    assert all(part in found.failure.message for part in ("bad thing", "some_code", "req_7", "127.0.0.1:"))


async def test_server_errors_end_after_the_attempts():
    """Four attempts are the default, then the last failure counts."""
    found = await ask(lambda exchange: exchange.answer(error(), 500))
    assert (found.failure.kind, found.attempts) == (FailureKind.SERVER_ERROR, 4)


async def test_the_waits_between_attempts_double_up_to_the_cap():
    """With a chance of 1 the waits are the whole of base x 2^n."""
    slept = []
    nature = Nature(random=lambda: 1.0, sleep=lambda seconds: asyncio.sleep(slept.append(seconds) or 0))
    options = Options(Timeouts(), Retries(attempts=5, base=0.5, cap=3))
    await ask(lambda exchange: exchange.answer(error(), 500), nature=nature, options=options)
    assert slept == [0.5, 1, 2, 3]


@pytest.mark.parametrize(
    ("headers", "wait"), [({"retry_after_ms": "1500"}, 1.5), ({"Retry_After": "7"}, 7), ({"Retry_After": "999"}, 60)]
)
async def test_the_endpoints_wait_is_obeyed_within_bounds(headers, wait):
    """A 503 with Retry-After is tried again after that long, at most a minute."""
    slept = []
    nature = Nature(random=lambda: 0.0, sleep=lambda seconds: asyncio.sleep(slept.append(seconds) or 0))
    await ask(then_fine((503, error(), headers)), nature=nature)
    assert slept == [wait]


@pytest.mark.parametrize(("status", "said", "attempts"), [(500, "false", 1), (400, "true", 2), (429, "false", 1)])
async def test_x_should_retry_wins(status, said, attempts):
    """What the endpoint says of a retry goes before the status."""
    found = await ask(then_fine((status, error(), {"x_should_retry": said})))
    assert found.attempts == attempts


async def test_a_spent_quota_is_never_tried_again():
    """A 429 that waiting does not mend is a failure of its own kind at once."""
    found = await ask(then_fine((429, error("pay", "insufficient_quota"), {"x_should_retry": "true"})))
    assert (found.failure.kind, found.attempts) == (FailureKind.QUOTA, 1)


async def test_refusals_for_rate_do_not_use_up_attempts():
    """Nine refusals are waited out, though four attempts are allowed."""
    refusal = (429, error("slow down", "rate_limit_exceeded"), {"Retry_After": "0.01"})
    found = await ask(then_fine(*[refusal] * 9), nature=Nature(random=lambda: 0.0))
    assert (found.text, found.attempts) == ("Hi.", 10)


async def test_patience_ends():
    """When the waits are longer than the patience, the failure says how often it was tried."""
    options = Options(QUICK.timeouts, Retries(patience=1))
    script = then_fine(*[(429, error(), {"Retry_After": "30"})] * 9)
    found = await ask(script, options=options)
    assert (found.failure.kind, found.attempts) == (FailureKind.RATE_LIMITED, 1)
    assert "patience" in found.failure.message


async def test_no_case_fails_at_a_rate_limit():
    """Forty questions at once to an endpoint that takes five in a tenth of a second are all answered."""
    taken = []

    async def script(exchange):
        now = time.monotonic()
        if sum(now - moment < 0.1 for moment in taken) >= 5:
            await exchange.answer(error(), 429, Retry_After="0.1")
        else:
            taken.append(now)
            await exchange.answer(chat())

    async with serving(script) as place, target_at(place.url) as target:
        found = await asyncio.gather(*(target.ask(request(f"{number}")) for number in range(40)))
    assert [each.text for each in found] == ["Hi."] * 40
    assert len(place.seen) < 150


async def test_nothing_is_asked_until_the_reset():
    """An answer with nothing remaining holds the next question back."""
    slept = []
    nature = Nature(sleep=lambda seconds: asyncio.sleep(slept.append(seconds) or 0), clock=lambda: float(sum(slept)))
    headers = {"x_ratelimit_remaining_requests": "0", "x_ratelimit_reset_requests": "6s"}
    async with (
        serving(lambda exchange: exchange.answer(chat(), **headers)) as place,
        target_at(place.url, nature=nature) as target,
    ):
        await target.ask(request())
        await target.ask(request())
    assert slept == [6]


async def test_waiting_is_not_the_models_latency():
    """The time before the last attempt is `waited`, not `latency`."""

    async def script(exchange):
        if exchange.number == 0:
            await exchange.answer(error(), 429, Retry_After="0.3")
        else:
            await exchange.answer(chat())

    found = await ask(script)
    assert found.timing.waited >= 0.3 > found.timing.latency


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


async def test_a_refused_connection_is_tried_again_and_named():
    """Nobody listens: four attempts, and the message says where."""
    port = free_port()
    async with target_at(f"http://127.0.0.1:{port}/v1") as target:
        found = await target.ask(request())
    assert (found.failure.kind, found.attempts) == (FailureKind.REFUSED_CONNECTION, 4)
    assert f"127.0.0.1:{port}" in found.failure.message


def test_an_unknown_host_is_named():
    """A name that has no address is said to have none, and asking again would not help."""
    key = SimpleNamespace(host="bot.example", port=443, ssl=True, is_ssl=True)
    failure, again = network_failure(aiohttp.ClientConnectorDNSError(key, OSError("?")), "bot.example:443", False)
    assert (failure.kind, again) == (FailureKind.REFUSED_CONNECTION, False)
    assert "bot.example:443 has no address" in failure.message


@pytest.mark.parametrize(("number", "says"), [(errno.EMFILE, "open files"), (errno.EADDRNOTAVAIL, "local ports")])
def test_a_machine_that_has_run_out_is_named(number, says):
    """Not the endpoint's fault: the message says what this machine lacks, and a later try may have it."""
    key = SimpleNamespace(host="bot.example", port=443, ssl=True, is_ssl=True)
    failure, again = network_failure(aiohttp.ClientConnectorError(key, OSError(number, "x")), "bot.example:443", False)
    assert (says in failure.message, again) == (True, True)


async def test_a_reset_before_the_answer_is_tried_again():
    """A connection that dies before the first byte may be tried again."""

    async def script(exchange):
        if exchange.number < 2:
            exchange.reset()
        else:
            await exchange.answer(chat())

    found = await ask(script)
    assert (found.text, found.attempts) == ("Hi.", 3)


async def test_a_close_before_the_answer_ends_as_a_lost_connection():
    """When it always dies, the failure says so after all attempts."""

    async def script(exchange):
        exchange.writer.close()

    found = await ask(script)
    assert (found.failure.kind, found.attempts) == (FailureKind.CONNECTION_LOST, 4)


@pytest.mark.parametrize("end", ["close", "reset"])
async def test_a_connection_lost_in_the_answer_is_not_tried_again(end):
    """Half an answer was an answer that somebody paid for."""

    async def script(exchange):
        await exchange.send(b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"choices', pause=0.05)
        exchange.writer.close() if end == "close" else exchange.reset()

    found = await ask(script)
    assert (found.failure.kind, found.attempts) == (FailureKind.CONNECTION_LOST, 1)
    assert "middle" in found.failure.message


async def stuck(exchange) -> None:
    await asyncio.sleep(30)


def limits(**seconds: float) -> Options:
    return Options(Timeouts(**seconds), QUICK.retries)


async def test_slow_headers_end_as_first_byte():
    """The message names the phase and its limit."""
    found = await ask(stuck, options=limits(first_byte=0.1))
    assert found.failure.kind is FailureKind.TIMEOUT
    assert "within 0.1 s (first_byte)" in found.failure.message


async def test_headers_that_trickle_end_as_first_byte():
    """Single bytes of a head do not keep the wait alive."""

    async def script(exchange):
        await exchange.send(*[bytes([byte]) for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 99], pause=0.02)

    found = await ask(script, options=limits(first_byte=0.2))
    assert "(first_byte)" in found.failure.message


async def test_a_stall_in_the_answer_ends_as_between_chunks():
    """Silence in the middle is another phase than silence before."""

    async def script(exchange):
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{")
        await stuck(exchange)

    found = await ask(script, options=limits(between_chunks=0.1))
    assert (found.failure.kind, found.attempts) == (FailureKind.TIMEOUT, 1)
    assert "0.1 s in its answer (between_chunks)" in found.failure.message


async def test_an_answer_that_never_ends_ends_as_total():
    """Chunks in time do not help beyond the total."""

    async def script(exchange):
        await exchange.send(b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n", *[b" "] * 100, pause=0.02)

    found = await ask(script, options=limits(between_chunks=0.2, total=0.4))
    assert "0.4 s (total)" in found.failure.message


async def test_a_connection_that_is_not_taken_ends_as_connect():
    """A full queue of connections is a time-out of connecting."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        port = full.getsockname()[1]
        blockers = [socket.socket() for _ in range(4)]
        for blocker in blockers:
            blocker.setblocking(False)
            blocker.connect_ex(("127.0.0.1", port))
        async with target_at(f"http://127.0.0.1:{port}", options=limits(connect=0.2)) as target:
            found = await target.ask(request())
        for blocker in blockers:
            blocker.close()
    assert "within 0.2 s (connect)" in found.failure.message


async def test_a_server_without_tls_is_a_tls_error():
    """https:// to a plain server says TLS, not `broken`."""

    async def greet(reader, writer):
        writer.write(b"220 mail.example ready\r\n")
        await reader.read()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        async with target_at(f"https://127.0.0.1:{port}/v1") as target:
            found = await target.ask(request())
    assert (found.failure.kind, found.attempts) == (FailureKind.TLS_ERROR, 1)


async def test_a_certificate_of_nobody_known_is_a_tls_error():
    """The message says why the certificate is not trusted."""
    authority = trustme.CA()
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    async with serving(stuck, context) as place, target_at(place.url) as target:
        found = await target.ask(request())
    assert found.failure.kind is FailureKind.TLS_ERROR
    assert "certificate" in found.failure.message


HTML = b"<!doctype html><html><body>Welcome</body></html>"


@pytest.mark.parametrize(
    ("body", "kind", "says"),
    [
        (HTML, "text/html", "HTML page"),
        (HTML, "application/json", "HTML page"),
        (b"", "application/json", "an empty body"),
        (b"\x80\x04\x95\x00\xff\xfe", "application/json", "6 bytes that are no text"),
        (bytes(range(256)) * 40, "application/octet-stream", "10240 bytes that are no text"),
        (b"Service is fine", "text/plain", "no JSON: 'Service is fine'"),
        (b'{"choices": [', "application/json", "no JSON"),
        (b'{"choices": 5}', "application/json", "another shape"),
        (b'{"choices": []}', "application/json", "without choices"),
        (b"{}", "application/json", "without choices"),
        (b'{"choices":[{"message":{"content":"\xc3"}}]}', "application/json", "no text"),
        (b'{"error":' + b"[" * 100_000, "application/json", "no JSON"),
    ],
)
async def test_what_is_no_answer_is_a_bad_response(body, kind, says):
    """One clear sentence with the host and the endpoint's id."""
    found = await ask(lambda exchange: exchange.answer(body, 200, kind, x_request_id="req_9"))
    assert (found.failure.kind, found.attempts) == (FailureKind.BAD_RESPONSE, 1)
    assert says in found.failure.message
    assert "127.0.0.1:" in found.failure.message
    assert "req_9" in found.failure.message


async def test_what_is_no_http_is_a_bad_response():
    """A server of another protocol is said to be one."""
    found = await ask(lambda exchange: exchange.send(b"SSH-2.0-OpenSSH_9.2\r\n\r\n"))
    assert found.failure.kind is FailureKind.BAD_RESPONSE
    assert "does not speak HTTP" in found.failure.message


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(status):
    """A key is not carried to another host: the message says where the redirect goes."""
    found = await ask(lambda exchange: exchange.answer(b"", status, Location="http://elsewhere.example/v1"))
    assert (found.failure.kind, found.attempts) == (FailureKind.BAD_RESPONSE, 1)
    assert "elsewhere.example" in found.failure.message


async def test_ten_megabytes_are_read():
    """A large answer within the bound is an answer."""
    found = await ask(lambda exchange: exchange.answer(chat("x" * 10_000_000)))
    assert len(found.text) == 10_000_000


@pytest.mark.parametrize("said", [True, False])
async def test_an_answer_over_the_bound_is_too_large(said):
    """The bound holds whether or not the size is announced."""

    async def script(exchange):
        if said:
            await exchange.answer(chat("x" * 200_000))
        else:
            await exchange.stream(*[b"x" * 20_000] * 10)

    options = Options(QUICK.timeouts, QUICK.retries, max_bytes=100_000)
    found = await ask(script, options=options)
    assert found.failure.kind is FailureKind.TOO_LARGE
    assert "0.1 MB" in found.failure.message


async def test_a_compressed_bomb_is_too_large():
    """The bound is on what comes out, not on what came over the wire."""
    import zlib

    packer = zlib.compressobj(wbits=31)
    bomb = packer.compress(b" " * 50_000_000) + packer.flush()
    found = await ask(lambda exchange: exchange.answer(bomb, Content_Encoding="gzip"))
    assert found.failure.kind is FailureKind.TOO_LARGE


@pytest.mark.parametrize("status", [200, 400, 500])
async def test_an_echoed_key_is_blotted_out(status, monkeypatch):
    """An endpoint that repeats the key, in an error or in an answer, does not get it into the Interaction."""
    monkeypatch.setenv("BOT_KEY", KEY)

    async def script(exchange):
        told = exchange.header("Authorization")
        body = chat(f"You sent {told}") if status == 200 else error(f"bad {told}", told)
        await exchange.answer(body, status, x_request_id=KEY)

    found = await ask(script, api_key="${BOT_KEY}")
    assert "***" in found.text + str(found.failure)
    assert KEY not in repr(found)


async def test_an_error_that_ends_in_the_middle_of_the_key_leaks_no_part():
    """The key is blotted out before a long message is cut."""
    async with serving(lambda exchange: exchange.answer(error("x" * 390 + KEY), 400)) as place:
        from seatrial.targets.secret import Secret

        async with target_at(place.url, api_key=Secret(KEY)) as target:
            found = await target.ask(request())
    assert "sk-live" not in found.failure.message


async def test_a_cancelled_question_closes_its_connection():
    """After a cancel the Target can be asked again, and nothing is left in flight."""
    asked = asyncio.Event()

    async def script(exchange):
        asked.set()
        await (stuck(exchange) if exchange.number == 0 else exchange.answer(chat()))

    async with serving(script) as place, target_at(place.url) as target:
        task = asyncio.create_task(target.ask(request()))
        await asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await target.ask(request())).text == "Hi."


async def test_one_connection_serves_many_questions():
    """Connections are kept between questions."""
    ports = set()

    async def script(exchange):
        ports.add(exchange.writer.get_extra_info("peername")[1])
        await exchange.answer(chat())

    async with serving(script) as place, target_at(place.url) as target:
        for _ in range(5):
            await target.ask(request())
    assert len(ports) == 1


async def test_a_connection_that_died_while_idle_costs_no_answer():
    """A server that closes idle connections is asked again on a new one."""

    async def script(exchange):
        await exchange.answer(chat())
        exchange.writer.close()

    async with serving(script) as place, target_at(place.url) as target:
        found = [await target.ask(request()) for _ in range(4)]
    assert [each.text for each in found] == ["Hi."] * 4


@pytest.mark.parametrize("secret", [False, True])
async def test_the_environments_proxy_is_used(secret, monkeypatch):
    """With http_proxy set the request goes to the proxy, with the proxy's own password."""
    async with serving(lambda exchange: exchange.answer(chat("via"))) as proxy:
        user = "me:pa%73s@" if secret else ""
        monkeypatch.setenv("http_proxy", f"http://{user}127.0.0.1:{proxy.port}")
        monkeypatch.delenv("no_proxy", raising=False)
        async with target_at("http://models.example/v1") as target:
            found = await target.ask(request())
    assert found.text == "via"
    assert proxy.seen[0].head.startswith("POST http://models.example/v1/chat/completions")
    assert proxy.seen[0].header("Proxy-Authorization") == ("Basic bWU6cGFzcw==" if secret else None)


async def test_no_proxy_is_honoured(monkeypatch):
    """A host that no_proxy names is asked directly."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert (await ask(lambda exchange: exchange.answer(chat()))).text == "Hi."
