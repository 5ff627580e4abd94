"""What a network error is called, in one sentence with the host and never with a key."""

import errno
import ssl

import aiohttp

from seatrial.core.interaction import Failure, FailureKind

_SPENT = {errno.EMFILE: "open files", errno.ENFILE: "open files", errno.EADDRNOTAVAIL: "local ports"}


def network_failure(error: BaseException, host: str, answered: bool) -> tuple[Failure, bool]:
    """The Failure that an error of the network is, and whether trying again is safe.

    Args:
        error: What aiohttp or the system raised.
        host: `host:port` as the person wrote it.
        answered: Whether the first byte of an answer had come.
    """
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Failure(FailureKind.TLS_ERROR, f"{host} cannot be trusted over TLS: {_tls_reason(error)}"), False
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Failure(FailureKind.REFUSED_CONNECTION, f"{host} has no address: the host name is not known"), False
    if isinstance(error, aiohttp.ClientProxyConnectionError | aiohttp.ClientHttpProxyError):
        return Failure(FailureKind.REFUSED_CONNECTION, f"the proxy on the way to {host} refused or failed"), False
    if isinstance(error, aiohttp.ClientConnectorError):
        return _not_connected(error, host)
    if isinstance(error, aiohttp.ClientPayloadError):
        return Failure(FailureKind.CONNECTION_LOST, f"{host} closed the connection in the middle of its answer"), False
    if isinstance(error, aiohttp.ClientResponseError):
        return Failure(FailureKind.BAD_RESPONSE, f"{host} does not speak HTTP: its answer cannot be parsed"), False
    if isinstance(error, aiohttp.ServerDisconnectedError | ConnectionError | aiohttp.ClientOSError):
        when = "in the middle of its answer" if answered else "before it answered"
        return Failure(FailureKind.CONNECTION_LOST, f"{host} closed the connection {when}"), not answered
    kind = type(error).__name__
    return Failure(FailureKind.CONNECTION_LOST, f"the exchange with {host} broke ({kind})"), False


def _not_connected(error: aiohttp.ClientConnectorError, host: str) -> tuple[Failure, bool]:
    number = error.os_error.errno
    if number in _SPENT:
        what = f"no connection to {host}: this machine has no more {_SPENT[number]}"
        return Failure(FailureKind.REFUSED_CONNECTION, what), True
    why = "nothing listens there" if number == errno.ECONNREFUSED else (error.os_error.strerror or "no route").lower()
    retry = number in (errno.ECONNREFUSED, errno.ECONNRESET)
    return Failure(FailureKind.REFUSED_CONNECTION, f"{host} refused the connection: {why}"), retry


def _tls_reason(error: BaseException) -> str:
    inner = getattr(error, "certificate_error", None) or getattr(error, "os_error", None) or error
    told = getattr(inner, "verify_message", None) or getattr(inner, "reason", None)
    return str(told or "the handshake failed").lower().replace("_", " ")
