"""TLS by certificate files, read again at a reload: a renewed certificate needs no restart."""

import ssl
from pathlib import Path

from seatrial.app.serving.reading import GatewayConfig


def server_tls(config: GatewayConfig) -> ssl.SSLContext | None:
    """The server's side of TLS; None where `tls:` is not there.

    Raises:
        Mistake: The files are missing, or do not belong together.
    """
    if config.model.tls is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    take_certificate(context, config)
    return context


def take_certificate(context: ssl.SSLContext, config: GatewayConfig) -> None:
    """Show the certificate of the files to all who connect from now on.

    Raises:
        Mistake: The files are missing, or do not belong together; the context stays as it was.
    """
    tls = config.model.tls or {}
    if set(tls) != {"cert", "key"}:
        raise config.document.mistake("`{cert: FILE, key: FILE}` is expected", ("gateway", "tls"))
    certificate, key = (_file(config, name, tls[name]) for name in ("cert", "key"))
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate, key, password="")
        context.load_cert_chain(certificate, key, password="")
    except (ssl.SSLError, ValueError) as error:
        reason = (getattr(error, "reason", None) or "not readable").lower().replace("_", " ")
        what = f"{tls['cert']} and {tls['key']} are no certificate with its unencrypted key in PEM ({reason})"
        raise config.document.mistake(what, ("gateway", "tls")) from None


def _file(config: GatewayConfig, name: str, written: str) -> Path:
    path = config.folder / written
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        what = f"{written} cannot be read: {(error.strerror or 'it failed').lower()}"
        raise config.document.mistake(what, ("gateway", "tls", name)) from None
