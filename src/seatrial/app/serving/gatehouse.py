"""The entrance to the admin side: an admin key in a header (no cookies, so no other site can borrow it), or a wait."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from seatrial.app.serving.application import Application
from seatrial.core.errors import Mistake, SeatrialError
from seatrial.gateway.admin.audit import Act, write_act
from seatrial.gateway.admin.failures import MOST, Failures
from seatrial.gateway.keys.address import client_address
from seatrial.gateway.keys.ring import Holder
from seatrial.gateway.wire.errors import Refusal, bad_request, too_many

T = TypeVar("T")
LARGEST: Final = 64 * 1024
_SAFE = {"cache-control": "no-store", "x-content-type-options": "nosniff"}


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of an admin."""

    application: Application
    request: Request
    holder: Holder
    place: str

    async def done(self, what: str, about: str = "", detail: str = "") -> None:
        """Write down what is done; what cannot be written down is not done."""
        act = Act(who=self.holder.key, source=self.place, what=what, about=about, detail=detail)
        await asyncio.to_thread(write_act, self.application.keys.folder, act)

    async def body(self, kind: type[T]) -> T:
        """The JSON body as a record; an empty body is an empty mapping.

        Raises:
            Refusal: It is too large, or not as it should be.
        """
        data = bytearray()
        try:
            async for piece in self.request.stream():
                data += piece
                if len(data) > LARGEST:
                    raise Refusal(413, "invalid_request_error", "request_too_large", "The request is too large.")
            return msgspec.json.decode(bytes(data) or b"{}", type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise bad_request(f"The request's body is not as it should be: {error}.") from None
        except ClientDisconnect:
            raise bad_request("The request's body did not come whole.") from None


Endpoint = Callable[[Visit], Awaitable[Any]]


class Gatehouse:
    """Lets admins in.

    Args:
        application: Whose keys are asked.
    """

    def __init__(self, application: Application) -> None:
        self._application = application
        self._failures = Failures(time.monotonic)

    def guarded(self, endpoint: Endpoint) -> Callable[[Request], Awaitable[Response]]:
        """The endpoint behind the entrance; what it gives is the JSON reply."""

        async def enter(request: Request) -> Response:
            try:
                visit = await self._visit(request)
                return reply(200, await endpoint(visit))
            except Refusal as refusal:
                return refused(refusal)
            except Mistake as mistake:
                return refused(bad_request(str(mistake), "mistake"))
            except SeatrialError as error:
                return refused(Refusal(503, "api_error", "cannot_run", str(error)))

        return enter

    async def _visit(self, request: Request) -> Visit:
        """Who comes.

        Raises:
            Refusal: Nobody known, no admin, or somebody who tried too often.
        """
        keys, headers = self._application.keys, request.scope["headers"]
        peer = request.client.host if request.client else None
        place = str(client_address(headers, peer, keys.door.trusted) or peer)
        wait = self._failures.wait(place)
        if wait:
            raise too_many("Too many wrong keys came from this address.", "too_many_failures", wait)
        try:
            holder = await keys.door.known(headers, peer, time.time_ns())
        except Refusal:
            self._failures.failed(place)
            if self._failures.wait(place):
                act = Act(who="", source=place, what="locked out", detail=f"{MOST} wrong keys")
                await asyncio.to_thread(write_act, keys.folder, act)
            raise
        if not holder.admin:
            raise Refusal(403, "permission_error", "no_admin_key", "This key is not for the admin side.")
        return Visit(self._application, request, holder, place)


def reply(status: int, body: Any) -> Response:
    """JSON that nobody keeps."""
    return Response(msgspec.json.encode(body), status, _SAFE, "application/json")


def refused(refusal: Refusal) -> Response:
    """An error in the shape of all others."""
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in refusal.headers}
    return Response(refusal.body, refusal.status, _SAFE | headers, "application/json")
