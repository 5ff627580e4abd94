"""Whether an endpoint can be asked at all, found out with one cheap request before a run."""

from seatrial.core.errors import CannotRun
from seatrial.core.interaction import Failure, FailureKind
from seatrial.targets.http_failures import status_failure
from seatrial.targets.reply import Reply
from seatrial.targets.transport import Call, Transport

_ADVICE = {
    FailureKind.REFUSED_CONNECTION: "start the server, or mend the address and port of the target",
    FailureKind.TIMEOUT: "check the address, the network and the proxy",
    FailureKind.TLS_ERROR: "check the certificate, or write http:// if the server speaks no TLS",
    FailureKind.BAD_RESPONSE: "check the address; https:// may be missing",
    FailureKind.CONNECTION_LOST: "check that the port is the HTTP port of the server",
}


async def models_answer(transport: Transport, url: str) -> None:
    """Ask an OpenAI-compatible endpoint for its models; servers without that list (404, 405) will do.

    Raises:
        CannotRun: It cannot be reached, refuses the key, or is a website.
    """

    async def judge(status: int, reply: Reply) -> None:
        if status in (401, 403):
            body = transport.scrubber.body(await reply.error_body())
            raise CannotRun(transport.scrubber.text(status_failure(status, body, transport.host)[0].message))
        if 300 <= status < 400:
            raise CannotRun(f"{transport.host} redirects (status {status}); write the final address, perhaps https://")
        if status == 200 and (await reply.error_body(4096)).lstrip()[:1] == b"<":
            raise CannotRun(f"{transport.host} answers with an HTML page; the base URL probably lacks /v1")

    _raise(await transport.touch(Call("GET", url), judge))


async def anything_answers(transport: Transport, url: str) -> None:
    """Find out whether a web server is there; what it says to OPTIONS does not matter.

    Raises:
        CannotRun: It cannot be reached.
    """

    async def judge(status: int, reply: Reply) -> None:
        return None

    _raise(await transport.touch(Call("OPTIONS", url), judge))


def _raise(failure: Failure | None) -> None:
    if failure is not None:
        advice = _ADVICE.get(failure.kind)
        raise CannotRun(f"{failure.message}; {advice}" if advice else failure.message)
