"""Files, batches and kept responses: passed as they are to the first deployment of one route, which alone knows them.

Which route: the header `x-seatrial-model`, else `?model=` in the address, else the only one that the caller may ask.
"""

import re
from typing import Final
from urllib.parse import parse_qsl, urlencode

from seatrial.gateway.asgi import Scope
from seatrial.gateway.config import Dialect, Route
from seatrial.gateway.exchange import Exchange
from seatrial.gateway.listing import may_ask, no_model
from seatrial.gateway.records.trace import trace_line
from seatrial.gateway.routing.live import Live
from seatrial.gateway.stages import House
from seatrial.gateway.wire.bodies import Asked
from seatrial.gateway.wire.errors import bad_request
from seatrial.gateway.wire.headers import onward
from seatrial.gateway.wire.operations import PASSED, PASSED_ANTHROPIC
from seatrial.gateway.wire.parcel import Parcel

_PATH: Final = re.compile(
    rb"/v1(/(?:files|batches|uploads|messages/batches|responses(?=/))(?:/(?!\.\.?(?:/|$))[A-Za-z0-9_.:\-]{1,200}){0,3})"
)
"""Nothing that could climb out of the folder with the deployment's key in hand."""
METHODS: Final = ("GET", "POST", "DELETE")


def passed_path(scope: Scope) -> bytes | None:
    """What stands behind a deployment's base; None where the path is none of these."""
    path = scope.get("raw_path") or scope["path"].encode("latin-1", "replace")
    found = _PATH.fullmatch(path)
    return found[1] if found is not None else None


class Passing:
    """One such request, as `Bodies` of the courier.

    Args:
        scope: The request's.
        path: What `passed_path` gave.
    """

    __slots__ = ("_path", "_scope")

    def __init__(self, scope: Scope, path: bytes) -> None:
        self._scope, self._path = scope, path

    def route(self, house: House, exchange: Exchange) -> Route:
        """The route that it belongs to; what is asked is written into the exchange.

        Raises:
            Refusal: None is named and there are several, or the caller may not ask it.
        """
        exchange.operation = PASSED_ANTHROPIC if self._path.startswith(b"/messages") else PASSED
        able = [name for name in house.routes if may_ask(exchange.caller, name)]
        header = exchange.header(b"x-seatrial-model")
        name = header.decode("latin-1") if header is not None else dict(self._query()).get("model")
        if name is None and len(able) == 1:
            name = able[0]
        if name is None:
            raise bad_request("Say whose it is: header `x-seatrial-model`, or `?model=`.", "no_model", "model")
        if name not in able:
            raise no_model(name)
        exchange.asked = Asked(model=name)
        return house.routes[name]

    def for_(self, live: Live, exchange: Exchange) -> Parcel:
        """The request as it came, without the route's name.

        Raises:
            Refusal: The deployment does not speak this dialect.
        """
        dialect: Dialect = exchange.dialect
        if live.deployment.dialect != dialect:
            raise bad_request(f"{exchange.path} is not known to what stands behind this model.", "unsupported")
        kind = exchange.header(b"content-type")
        line = b"content-type: %b\r\n" % kind if kind is not None else b""
        query = urlencode([(name, value) for name, value in self._query() if name != "model"]).encode()
        path = self._path + (b"?" + query if query else b"")
        return Parcel(
            path, onward(exchange.headers, line) + trace_line(exchange), exchange.body, self._scope["method"].encode()
        )

    def fits(self, live: Live, exchange: Exchange) -> bool:
        """Whether the deployment speaks the dialect."""
        return live.deployment.dialect == exchange.dialect

    def _query(self) -> list[tuple[str, str]]:
        text = self._scope.get("query_string", b"").decode("latin-1")
        return parse_qsl(text, keep_blank_values=True, max_num_fields=100)
