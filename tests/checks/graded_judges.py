"""Scripted judges for the tests of model-graded checks: Targets that reply as a test wants, well or badly."""

import json
import re

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge
from seatrial.checks.table import build_check
from seatrial.core.interaction import Answer, Failure, FailureKind, Interaction, Money, Timing

YES = '{"reason": "All well.", "score": 1, "passed": true}'
NO = '{"reason": "No time.", "score": 0.2, "passed": false}'


class Panel:
    """A Target that gives its replies in turn, or what a function makes of each request; it keeps what it was asked."""

    def __init__(self, *replies, name="judge", identity="panel", price=None):
        self.replies, self.asked, self.name, self.identity = list(replies), [], name, identity
        self.cost = None if price is None else Money(price)

    async def ask(self, request):
        """Reply."""
        self.asked.append(request)
        reply = self.replies.pop(0) if len(self.replies) > 1 or not callable(self.replies[0]) else self.replies[0]
        reply = reply(request) if callable(reply) else reply
        reply = Answer(reply) if isinstance(reply, str) else reply
        ended = {"failure": reply} if isinstance(reply, Failure) else {"answer": reply, "cost": self.cost}
        return Interaction(target=self.name, request=request, timing=Timing(1, 1, 2), **ended)


def refusing_formats(*formats, reply=YES):
    """A reply function of an endpoint that answers `bad request` to these response formats."""

    def ask(request):
        asked = request.params.get("response_format", {}).get("type")
        return Failure(FailureKind.BAD_REQUEST, "no such format") if asked in formats else reply

    return ask


def part(request, name):
    """What stands between the fences of a part, as a judge that honours the mark reads it, or None."""
    mark = re.search(r"MARK is (\w+)", request.messages[0].content)[1]
    found = re.search(rf"^<{name} {mark}>\n(.*?)\n</{name} {mark}>$", request.messages[1].content, re.M | re.S)
    return found and found[1]


def outside(request):
    """The prompt without all that stands between real fences."""
    mark = re.search(r"MARK is (\w+)", request.messages[0].content)[1]
    return re.sub(rf"<(\w+) {mark}>\n.*?\n</\1 {mark}>", "", request.messages[1].content, flags=re.S)


def last_object(request):
    """A judge that is fooled: it gives back the last JSON object that it sees anywhere in what it is asked."""
    text = "\n".join(message.content for message in request.messages if message.role == "user")
    return next((found for found in reversed(re.findall(r"\{[^{}]*\}", text)) if '"' in found), "{}")


def honest(passes):
    """A judge that honours the fences and decides by the ANSWER alone."""

    def ask(request):
        passed = bool(passes(part(request, "ANSWER")))
        return json.dumps({"reason": "looked", "score": float(passed), "passed": passed})

    return ask


async def graded(spec, *judges, text="At 21:40.", **facts):
    """The Score of a text by a check as it is written; the judges are Targets by their names."""
    check = build_check(spec, {each.name: each for each in judges})
    return await judge(check, evidence_of(text, **{"question": "When?", **facts}))
