"""What a deployment's reply means: for the request, and for the deployment's health."""

from typing import Final

import msgspec

from seatrial.gateway.routing.health import ALARM_REST, QUOTA_REST
from seatrial.gateway.routing.live import Answered
from seatrial.gateway.routing.retrying import retry_after
from seatrial.gateway.upstream.reply import Reply

_ALSO: Final = frozenset({401, 402, 403, 404, 408, 409, 425, 429})
_ELSEWHERE: Final = frozenset({401, 402, 403, 404, 501})
REFUSED_KEY: Final = frozenset({401, 402, 403})
"""Statuses that are about the gateway's own key at a provider, and no business of the client's."""


class _Error(msgspec.Struct):
    code: str | int | None = None
    type: str | None = None


class _Body(msgspec.Struct):
    error: _Error | None = None


_body = msgspec.json.Decoder(_Body)


def may_be_mended(status: int) -> bool:
    """Whether another deployment, or another try, may do better: all else is the client's to mend."""
    return status >= 500 or status in _ALSO


def misfit(reply: Reply) -> str | None:
    """Why a reply is none of an API: a redirect, which is never followed, or somebody's page."""
    if 300 <= reply.status < 400:
        return f"it redirects (status {reply.status}), which is not followed"
    if reply.status >= 600:
        return f"status {reply.status} is none (RFC 9110, section 15)"
    if reply.status < 300 and (reply.header(b"content-type") or b"").lower().startswith(b"text/html"):
        return "it answered with a web page"
    return None


def learn(answered: Answered) -> bool:
    """An error says how the deployment is; whether there is any use in asking the same one again."""
    reply, health, trial = answered.reply, answered.live.health, answered.trial
    status = reply.status
    if status == 402 or (status == 429 and _no_quota(answered.body or b"")):
        health.alarmed("quota", QUOTA_REST, trial)
        return False
    if status == 401:
        health.alarmed("unauthorised", ALARM_REST, trial)
        return False
    wait = retry_after(reply)
    if status == 429 or (status in (503, 529) and wait is not None):
        health.rest(wait, trial)
    elif status in (404, 409, 425):
        health.gave_up(trial)
    else:
        health.failed(trial)
        if status == 403:
            health.alarm = "unauthorised"
    return status not in _ELSEWHERE and reply.header(b"x-should-retry") != b"false"


def _no_quota(body: bytes) -> bool:
    """Whether an error says that no waiting mends it: OpenAI's `insufficient_quota`."""
    try:
        error = _body.decode(body).error
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return error is not None and "insufficient_quota" in (error.code, error.type)
