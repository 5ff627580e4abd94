"""All that is not the data plane, by Starlette: loaded when the first page is asked for."""

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from seatrial.app.serving.admin import admin_pages
from seatrial.app.serving.application import App, Application
from seatrial.app.serving.gatehouse import refused
from seatrial.gateway.wire.errors import Refusal


def pages(application: Application) -> App:
    """The pages of an application."""
    return Starlette(routes=admin_pages(application), exception_handlers={HTTPException: _refused})


async def _refused(request: Request, error: Exception) -> Response:
    """What Starlette refuses, in the shape of all other errors."""
    assert isinstance(error, HTTPException)  # noqa: S101  registered for these alone
    codes = {404: "not_found", 405: "method_not_allowed"}
    what = {404: "There is nothing here.", 405: "This cannot be done here."}
    message = what.get(error.status_code, str(error.detail))
    headers = tuple((name.encode(), value.encode()) for name, value in (error.headers or {}).items())
    code = codes.get(error.status_code, "refused")
    return refused(Refusal(error.status_code, "invalid_request_error", code, message, headers=headers))
