"""Providers that compress though they were asked not to: gzip and deflate are undone, so that any client can read them.

Source: RFC 9110, section 8.4.1 (content codings).
"""

import zlib
from typing import Final

from seatrial.gateway.upstream.reply import Reply, UpstreamError

_WINDOWS: Final = {b"gzip": 31, b"x-gzip": 31, b"deflate": 15}


def decoder_of(reply: Reply) -> "Decoder | None":
    """What reads the reply's body; None when that is as it is.

    Raises:
        UpstreamError: It is compressed in a way that was not asked for and is not known.
    """
    coding = reply.header(b"content-encoding")
    if coding is None or coding.lower() == b"identity":
        return None
    if (window := _WINDOWS.get(coding.strip().lower())) is None:
        raise UpstreamError("bad_response", "it is compressed in a way that was not asked for")
    return Decoder(window)


class Decoder:
    """Undoes the compression of one body.

    Args:
        window: As zlib takes it.
    """

    __slots__ = ("_unzip",)

    def __init__(self, window: int) -> None:
        self._unzip = zlib.decompressobj(window)

    def feed(self, chunk: bytes, most: int) -> bytes:
        """The bytes behind these.

        Raises:
            UpstreamError: They are damaged, or become more than `most` bytes.
        """
        try:
            data = self._unzip.decompress(chunk, most)
        except zlib.error:
            raise UpstreamError("bad_response", "its compression is damaged") from None
        if self._unzip.unconsumed_tail:
            raise UpstreamError("too_large", f"the answer is larger than {most:,} bytes")
        return data

    def end(self) -> None:
        """No more comes.

        Raises:
            UpstreamError: It is cut off.
        """
        if not self._unzip.eof:
            raise UpstreamError("bad_response", "its compression is cut off")
