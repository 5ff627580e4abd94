"""All that is not the data plane, by Starlette: loaded when the first page is asked for."""

import secrets
from importlib.resources import files

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Page

from seatrial.app.serving.admin import admin_pages
from seatrial.app.serving.application import App, Application
from seatrial.app.serving.gatehouse import refused
from seatrial.gateway.wire.errors import Refusal


def pages(application: Application) -> App:
    """The pages of an application."""
    routes = [Page("/admin", _admin), *admin_pages(application)]
    return Starlette(routes=routes, exception_handlers={HTTPException: _refused})


async def _admin(request: Request) -> Response:
    """The page of the admin side: it holds nothing; what it shows it asks for with the key that it is given."""
    nonce = secrets.token_urlsafe(16)
    text = files("seatrial.app.serving").joinpath("admin.html").read_text("utf-8").replace("NONCE", nonce)
    allowed = f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'"
    headers = {
        "content-security-policy": f"{allowed}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        "referrer-policy": "no-referrer",
        "cache-control": "no-store",
        "x-content-type-options": "nosniff",
    }
    return Response(text, headers=headers, media_type="text/html")


async def _refused(request: Request, error: Exception) -> Response:
    """What Starlette refuses, in the shape of all other errors."""
    assert isinstance(error, HTTPException)  # noqa: S101  registered for these alone
    codes = {404: "not_found", 405: "method_not_allowed"}
    what = {404: "There is nothing here.", 405: "This cannot be done here."}
    message = what.get(error.status_code, str(error.detail))
    headers = tuple((name.encode(), value.encode()) for name, value in (error.headers or {}).items())
    code = codes.get(error.status_code, "refused")
    return refused(Refusal(error.status_code, "invalid_request_error", code, message, headers=headers))
