"""One request and its reply on a client's connection: uvicorn's, with a reply that goes out in one piece.

uvicorn writes the head of a reply and its body separately, which are two system calls and often two packets, and looks
at each header with two patterns. Here the head waits for the body where its length is known, and is looked at as a
whole. A stream's head goes out at once.
"""

from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, RequestResponseCycle

_PLAIN: Final = bytes(each for each in range(256) if (each >= 0x20 and each != 0x7F) or each == 0x09)
"""All bytes that may stand within a header line (RFC 9110, section 5.5)."""
_BODILESS: Final = frozenset({204, 304})


class Cycle(RequestResponseCycle):
    """A request and its reply."""

    _head = b""
    """What waits for the body."""

    async def send(self, message: Any) -> None:
        """Take a message of the application's.

        Raises:
            RuntimeError: It is not the one that is expected now, or the reply is not as long as was said.
        """
        if self.flow.write_paused and not self.disconnected:
            await self.flow.drain()
        if self.disconnected:
            return
        if not self.response_started:
            self._begin(message)
        elif not self.response_complete and message["type"] == "http.response.body":
            self._go_on(message.get("body", b""), message.get("more_body", False))
        else:
            raise RuntimeError(f"the message {message['type']!r} was not expected")

    def _begin(self, message: Any) -> None:
        if message["type"] != "http.response.start":
            raise RuntimeError(f"the message {message['type']!r} was not expected")
        self.response_started, self.waiting_for_100_continue = True, False
        status: int = message["status"]
        lines = [STATUS_LINE[status]]
        for name, value in (*self.default_headers, *message.get("headers", ())):
            if name == b"connection" and value.lower() == b"close":
                self.keep_alive = False
                continue
            if name == b"content-length":
                self.expected_content_length, self.chunked_encoding = int(value), False
            lines.append(b"%b: %b\r\n" % (name, value))
        if not self.keep_alive:
            lines.append(b"connection: close\r\n")
        if self.chunked_encoding is None and status not in _BODILESS and self.scope["method"] != "HEAD":
            self.chunked_encoding = True
            lines.append(b"transfer-encoding: chunked\r\n")
        head = b"".join(lines)
        if head.translate(None, _PLAIN) != b"\r\n" * len(lines):
            self.response_started = False
            raise RuntimeError("a header of the reply holds a control character")
        head += b"\r\n"
        if self.expected_content_length and not self.chunked_encoding:
            self._head = head
        else:
            self.transport.write(head)

    def _go_on(self, body: bytes, more: bool) -> None:
        if self.scope["method"] == "HEAD":
            self.expected_content_length, body = 0, b""
        elif self.chunked_encoding:
            body = b"%x\r\n%b\r\n" % (len(body), body) if body else b""
            if not more:
                body += b"0\r\n\r\n"
        else:
            self.expected_content_length -= len(body)
            if self.expected_content_length < 0 or (self.expected_content_length and not more):
                self.transport.close()
                raise RuntimeError("the reply is not as long as its head says")
        if self._head:
            body, self._head = self._head + body, b""
        if body:
            self.transport.write(body)
        if not more:
            self.response_complete = True
            self.message_event.set()
            if not self.keep_alive:
                self.transport.close()
            self.on_response()
