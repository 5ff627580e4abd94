"""TLS towards upstreams: always verified, by the machine's authorities or by those of a file."""

import ssl
from functools import lru_cache

from seatrial.core.errors import Mistake


@lru_cache(maxsize=64)
def client_context(authorities: str | None = None) -> ssl.SSLContext:
    """A context that verifies names and dates and speaks HTTP/1.1; loaded once, which takes some 20 ms.

    Args:
        authorities: A PEM file of further authorities, for providers with certificates of their own; None: those of the
            machine, or of `SSL_CERT_FILE`.

    Raises:
        Mistake: The file cannot be read, or holds none.
    """
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    if authorities is not None:
        try:
            context.load_verify_locations(authorities)
        except (OSError, ssl.SSLError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "it holds no certificates"
            raise Mistake(f"the authorities in {authorities} cannot be used: {reason}", key="ca") from None
    return context
