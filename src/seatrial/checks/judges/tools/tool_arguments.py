"""Do the arguments of every tool call fit the tool?"""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import ClassVar

import msgspec

from seatrial.checks.arguments import did_you_mean
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example
from seatrial.checks.schemas import Validator, first_error, validator
from seatrial.checks.tool_calls import read_arguments
from seatrial.checks.trajectories import MOST_CALLS, TOO_MANY, called
from seatrial.checks.turns import offered
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Interaction
from seatrial.core.request import Tool, ToolCall
from seatrial.core.score import Score

_encode = msgspec.json.Encoder(order="deterministic").encode


class ToolArguments(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every tool call of the whole dialogue is of a tool that was offered, with arguments that fit its JSON Schema.

    The tools are those of the request (`tools:` of the case or of its suite), so an invented function fails, and so do
    arguments that are no JSON object. Its value is the share of the calls that fit; no call at all passes.
    """

    title = "tool_arguments"
    after: ClassVar[str] = "JSON Schema (draft 2020-12) as in OpenAI's tools; invented functions as in BFCL"

    def judge(self, evidence: Evidence) -> Score:
        """Look at each call with the tools that were offered when it was made."""
        calls = [(each, call) for each in evidence.dialogue if each.answer for call in each.answer.tool_calls]
        if not calls:
            return self.says(True, called(()))
        if len(calls) > MOST_CALLS:
            return self.cannot_say(TOO_MANY)
        if not any(_tools(each, evidence) for each in evidence.dialogue):
            return self.cannot_say("Neither the request nor the case says which tools there are.")
        try:
            wrong = [reason for each, call in calls if (reason := _wrong(call, _tools(each, evidence)))]
        except Mistake as mistake:
            return self.cannot_say(mistake.what)
        except LookupError:
            return self.cannot_say("The schema of a tool refers to another that is not inside it.")
        value = 1 - len(wrong) / len(calls)
        fits = "The arguments of the call fit" if len(calls) == 1 else f"The arguments of all {len(calls)} calls fit"
        return self.says(not wrong, f"{wrong[0] if wrong else fits}.", value)

    @classmethod
    def example(cls) -> Example:
        """A booking for two, and one for "two"."""
        passengers = {"properties": {"passengers": {"type": "integer"}}, "required": ["passengers"]}
        tool = Tool("book_ferry", parameters={"type": "object", **passengers})
        right, wrong = ToolCall("book_ferry", '{"passengers": 2}'), ToolCall("book_ferry", '{"passengers": "two"}')
        return Example("tool_arguments", offered(tool, right), offered(tool, wrong))


def _tools(interaction: Interaction, evidence: Evidence) -> Mapping[str, Tool]:
    known: Iterable[Tool] = interaction.request.tools or (evidence.case.tools if evidence.case else ())
    return {tool.name: tool for tool in known}


def _wrong(call: ToolCall, tools: Mapping[str, Tool]) -> str | None:
    tool = tools.get(call.name)
    if tool is None:
        hint = did_you_mean(call.name, tools) if len(call.name) < 100 else ""
        return f"There is no tool {quoted(call.name)}{hint}"
    given, unreadable = read_arguments(call)
    if unreadable is not None:
        return f"{unreadable[:1].upper()}{unreadable[1:]}"
    if not isinstance(given, dict):
        return f"The arguments of `{call.name}` are no JSON object: {call.arguments[:60]}"
    wrong = first_error(_validator(call.name, _encode(tool.parameters)), given)
    return f"The arguments of `{call.name}` do not fit at {wrong}" if wrong else None


@lru_cache(maxsize=256)
def _validator(name: str, schema: bytes) -> Validator:
    try:
        return validator(msgspec.json.decode(schema))
    except Mistake as mistake:
        raise Mistake(f"The parameters of the tool `{name}` are {mistake.what}.") from None
