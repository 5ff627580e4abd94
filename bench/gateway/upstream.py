"""A provider that costs next to nothing: whole answers at once, streams of 100 events at 5 ms. Prints its port.

python -m bench.gateway.upstream [SHARE]

With a share, so many of its replies are faults: 429, 500, a reply that is cut, and a connection closed without one.
`GET /left` says how many streams lost their client, and when the last one did (seconds of the monotonic clock).
"""

import asyncio
import random
import re
import sys
import time

import uvloop

EVENTS, EVERY = 100, 0.005
WHOLE = (
    b'{"id":"c1","object":"chat.completion","created":1,"model":"m","choices":[{"index":0,"message":{"role":"assistant",'
    b'"content":"The last ferry leaves at 21:40 from pier three, and the first one at six in the morning."},'
    b'"finish_reason":"stop"}],"usage":{"prompt_tokens":20,"completion_tokens":20,"total_tokens":40}}'
)
_HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\nx-request-id: req_1\r\n%b\r\n"
REPLY = _HEAD % (b"application/json", b"content-length: %d\r\n" % len(WHOLE)) + WHOLE
STREAM = _HEAD % (b"text/event-stream", b"transfer-encoding: chunked\r\n")
TOKEN = b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" ferry"}}]}\n\n'  # noqa: E501
LAST = (
    b'data: {"id":"c1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'  # noqa: E501
    b'data: {"id":"c1","choices":[],"usage":{"prompt_tokens":20,"completion_tokens":100,"total_tokens":120}}\n\n'
    b"data: [DONE]\n\n"
)
_ERROR = (
    b"HTTP/1.1 %b\r\ncontent-type: application/json\r\ncontent-length: 33\r\nconnection: close\r\n\r\n"
    b'{"error":{"message":"not today"}}'
)
FAULTS = (
    _ERROR % b"429 Too Many Requests",
    _ERROR % b"500 Internal Server Error",
    REPLY[:-40],
    STREAM + b"5\r\ndata:",
    b"",
)
LENGTH = re.compile(rb"content-length: (\d+)", re.IGNORECASE)


def chunk(data: bytes) -> bytes:
    """A chunk of HTTP's chunked coding."""
    return b"%x\r\n%b\r\n" % (len(data), data)


class Provider(asyncio.Protocol):
    """One connection."""

    left, last, share = 0, 0.0, 0.0

    def connection_made(self, transport):
        self.transport, self.buffer, self.timer = transport, b"", None
        self.loop = asyncio.get_running_loop()

    def data_received(self, data):
        self.buffer += data
        while (end := self.buffer.find(b"\r\n\r\n")) >= 0:
            found = LENGTH.search(self.buffer, 0, end)
            whole = end + 4 + (int(found[1]) if found else 0)
            if len(self.buffer) < whole:
                return
            request, self.buffer = self.buffer[:whole], self.buffer[whole:]
            self.answer(request)

    def answer(self, request):
        if request.startswith(b"GET /left"):
            body = b"%d %f" % (Provider.left, Provider.last)
            self.transport.write(_HEAD % (b"text/plain", b"content-length: %d\r\n" % len(body)) + body)
        elif random.random() < Provider.share:
            self.transport.write(random.choice(FAULTS))
            self.transport.close()
        elif b'"stream":true' in request or b'"stream": true' in request:
            self.transport.write(STREAM)
            self.begun, self.sent = self.loop.time(), 0
            self.event()
        else:
            self.transport.write(REPLY)

    def event(self):
        self.sent += 1
        if self.sent > EVENTS:
            self.timer = None
            self.transport.write(chunk(LAST) + b"0\r\n\r\n")
            return
        self.transport.write(chunk(TOKEN))
        self.timer = self.loop.call_at(self.begun + self.sent * EVERY, self.event)

    def connection_lost(self, error):
        if self.timer is not None:
            self.timer.cancel()
            Provider.left, Provider.last = Provider.left + 1, time.monotonic()


async def serve():
    server = await asyncio.get_running_loop().create_server(Provider, "127.0.0.1", 0, backlog=2048)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    Provider.share = float(sys.argv[1]) if len(sys.argv) > 1 else 0.0
    uvloop.run(serve())
