"""One pool of connections and the loop of attempts of a Target."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import NamedTuple
from urllib.parse import urlsplit

import aiohttp

from seatrial.core.interaction import Failure, FailureKind, Timing
from seatrial.targets.address import Resolved
from seatrial.targets.durations import retry_after
from seatrial.targets.http_failures import retriable, status_failure
from seatrial.targets.network_failures import network_failure
from seatrial.targets.options import Nature, Options
from seatrial.targets.pace import Pace
from seatrial.targets.proxy import Proxy, proxy_for
from seatrial.targets.reply import Reply, Watch
from seatrial.targets.result import LONGEST_PARTIAL, Ended, Fault, Result
from seatrial.targets.secret import Scrubber

Reader = Callable[[Reply], Awaitable[Result]]
SHARPEST_CEILING = 3600.0
"""aiohttp rounds time-outs over this many seconds up to whole seconds."""


class Call(NamedTuple):
    """What is sent; the headers are the Target's."""

    method: str
    url: str
    body: bytes | None = None


class _Tried(NamedTuple):
    """How one attempt ended; `again` says whether another is safe, `said` how long the endpoint asks to wait."""

    result: Result
    request_id: str | None = None
    again: bool = False
    said: float | None = None


class Transport:
    """Sends calls of one Target: at its pace, with retries, and always with an end.

    Args:
        address: Where the endpoint is, and the headers that every request carries.
        options: Time-outs, retries, size.
        nature: Chance and time.

    Raises:
        Mistake: The environment's proxy is no address.
    """

    def __init__(self, address: Resolved, options: Options, nature: Nature | None = None) -> None:
        self.host = address.host
        self.pace = Pace(nature=nature)
        self.scrubber, self._proxy, self._headers = _way(address)
        self._options, self._nature = options, nature or Nature()
        self._session: aiohttp.ClientSession | None = None
        # One reading of the wall clock: later ones could jump, and then an answer would end before it began.
        self._epoch = time.time_ns() - time.perf_counter_ns()

    def now(self) -> int:
        """UTC nanoseconds that never go back."""
        return self._epoch + time.perf_counter_ns()

    async def send(self, call: Call, read: Reader) -> Ended:
        """Send until there is an answer or a Failure that another attempt would not mend.

        Args:
            call: What to send.
            read: Makes a Result of a 200 answer; may raise Fault.
        """
        due = self.now()
        sent = failed = 0
        refused_at: float | None = None
        while True:
            async with self.pace.slot():
                sent += 1
                started = self.now()
                tried = await self._attempt(call, read)
                ended = tried.result.ended or self.now()
            if not tried.again:
                break
            if _refused_for_rate(tried.result.failure):
                refused_at = self._nature.clock() if refused_at is None else refused_at
                if self._out_of_patience(refused_at):
                    tried = self._given_up(tried, sent)
                    break
            else:
                failed += 1
                if failed >= self._options.retries.attempts:
                    break
                await self._nature.sleep(self._backoff(failed, tried.said))
        timing = Timing(due, started, ended, tried.result.first_token, tried.result.gap_mean, tried.result.gap_max)
        return Ended(tried.result, timing, sent, tried.request_id)

    async def touch(self, call: Call, read: Callable[[int, Reply], Awaitable[None]]) -> Failure | None:
        """Send once, outside of the pace, and give the status and the body to `read`; a Failure if nothing came."""
        watch = Watch(self._options.timeouts, asyncio.get_running_loop().time())
        response: aiohttp.ClientResponse | None = None
        try:
            async with watch.limit:
                response = await self._open(call)
                await read(response.status, self._reply(response, watch))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            return self._broken(error, watch, response is not None)[0]
        finally:
            if response is not None:
                response.release()
        return None

    async def aclose(self) -> None:
        """Close all connections; a second time does nothing."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _attempt(self, call: Call, read: Reader) -> _Tried:
        watch = Watch(self._options.timeouts, asyncio.get_running_loop().time())
        response: aiohttp.ClientResponse | None = None
        reply: Reply | None = None
        try:
            async with watch.limit:
                sent = self._nature.clock()
                response = await self._open(call)
                reply = self._reply(response, watch)
                self.pace.heard(response.headers)
                if not 200 <= response.status < 300:
                    return await self._refused(response, reply, sent)
                self.pace.succeeded()
                return _Tried(await read(reply), reply.request_id)
        except Fault as fault:
            return self._failed(Failure(fault.kind, fault.message), reply)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            failure, again = self._broken(error, watch, response is not None)
            return self._failed(failure, reply, again)
        finally:
            if response is not None:
                response.release()

    async def _refused(self, response: aiohttp.ClientResponse, reply: Reply, sent: float) -> _Tried:
        headers = response.headers
        try:
            body = await reply.error_body()
        except (aiohttp.ClientError, OSError):
            body = b""  # the status says enough
        scrubbed = self.scrubber.body(body)
        failure, error = status_failure(response.status, scrubbed, self.host, _host_of(headers.get("Location", "")))
        said = retry_after(headers, time.time())
        again = retriable(response.status, headers, error)
        if _refused_for_rate(failure):
            self.pace.refused(sent, said)
        return self._failed(failure, reply, again, said)

    def _failed(self, failure: Failure, reply: Reply | None, again: bool = False, said: float | None = None) -> _Tried:
        """The failure with what is known of its request, and without secrets."""
        identity = reply.request_id if reply is not None else None
        message = failure.message if identity is None else f"{failure.message} (request {identity})"
        partial = self.scrubber.text(reply.partial()) if reply is not None else ""
        told = Failure(failure.kind, self.scrubber.text(message), failure.status, partial[:LONGEST_PARTIAL])
        return _Tried(Result(failure=told), identity, again, said)

    def _given_up(self, tried: _Tried, sent: int) -> _Tried:
        failure, patience = tried.result.failure, self._options.retries.patience
        if failure is None:
            return tried
        message = f"{failure.message}; given up after {sent} tries, more than {patience:g} s of waiting (patience)"
        told = Failure(failure.kind, message, failure.status)
        return tried._replace(result=Result(failure=told))

    def _out_of_patience(self, refused_at: float) -> bool:
        now = self._nature.clock()
        return now + self.pace.limiter.pause(now) - refused_at > self._options.retries.patience

    def _backoff(self, failed: int, said: float | None) -> float:
        retries = self._options.retries
        own = self._nature.random() * min(retries.cap, retries.base * 2.0 ** (failed - 1))
        return own if said is None else max(said, own)

    def _broken(self, error: Exception, watch: Watch, answered: bool) -> tuple[Failure, bool]:
        if isinstance(error, aiohttp.ConnectionTimeoutError):
            what = f"no connection to {self.host} within {self._options.timeouts.connect:g} s (connect)"
            return Failure(FailureKind.TIMEOUT, what), False
        if isinstance(error, TimeoutError) and watch.limit.expired():
            what = watch.expired(self.host, asyncio.get_running_loop().time())
            return Failure(FailureKind.TIMEOUT, what), False
        return network_failure(error, self.host, answered)

    def _reply(self, response: aiohttp.ClientResponse, watch: Watch) -> Reply:
        return Reply(response, watch, self._options, self.host, self.now)

    async def _open(self, call: Call) -> aiohttp.ClientResponse:
        session = self._session or self._connect()
        if self._proxy is None:
            return await session.request(call.method, call.url, data=call.body, allow_redirects=False)
        return await session.request(
            call.method,
            call.url,
            data=call.body,
            allow_redirects=False,
            proxy=self._proxy.url,
            proxy_headers=self._proxy.headers,
        )

    def _connect(self) -> aiohttp.ClientSession:
        timeouts = self._options.timeouts
        # A little under `first_byte`, so that a slow connection is called that.
        connect = min(timeouts.connect, 0.98 * min(timeouts.first_byte, timeouts.total))
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=60, keepalive_timeout=30),
            timeout=aiohttp.ClientTimeout(
                total=None, connect=connect, sock_connect=None, sock_read=None, ceil_threshold=SHARPEST_CEILING
            ),
            headers=self._headers,
            cookie_jar=aiohttp.DummyCookieJar(),
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
        )
        return self._session


def _way(address: Resolved) -> tuple[Scrubber, Proxy | None, dict[str, str]]:
    proxy = proxy_for(address.base)
    if proxy is None:
        return Scrubber(address.secrets), None, address.headers
    # Through a tunnel (TLS) the proxy's password is for the proxy alone; else the request itself passes it.
    tunnelled = address.base.startswith("https:")
    headers = address.headers if tunnelled else {**address.headers, **proxy.headers}
    return Scrubber(address.secrets + proxy.secrets), proxy, headers


def _host_of(location: str) -> str:
    try:
        return urlsplit(location).hostname or ""
    except ValueError:
        return ""


def _refused_for_rate(failure: Failure | None) -> bool:
    return failure is not None and failure.kind is FailureKind.RATE_LIMITED
