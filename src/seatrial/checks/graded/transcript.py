"""A conversation as a text that a judge can read, in which no turn can pretend to be another."""

from collections.abc import Iterable

from seatrial.core.check import Evidence
from seatrial.core.request import Message


def transcript(messages: Iterable[Message]) -> str:
    """Each turn under a line with its role; the lines of a turn are indented, so that none looks like such a line."""
    return "\n".join(f"{message.role}:\n{_indented(message)}" for message in messages)


def earlier(evidence: Evidence) -> str:
    """What was said before the question that the answer answers; nothing when it was the first."""
    messages = evidence.interaction.request.messages
    last = max((place for place, each in enumerate(messages) if each.role == "user"), default=len(messages))
    return transcript(each for each in messages[:last] if each.role in ("user", "assistant"))


def exchange(evidence: Evidence) -> dict[str, str]:
    """QUESTION and ANSWER, and EARLIER where something was said before."""
    parts = {"QUESTION": evidence.interaction.request.question, "ANSWER": evidence.text}
    before = earlier(evidence)
    return {**parts, "EARLIER": before} if before else parts


def whole(evidence: Evidence) -> str:
    """The whole Dialogue up to and with the answer, without the system's instructions."""
    messages = [each for each in evidence.interaction.request.messages if each.role not in ("system", "developer")]
    return transcript([*messages, Message("assistant", evidence.text)])


def _indented(message: Message) -> str:
    calls = [f"(calls {call.name} with {call.arguments})" for call in message.tool_calls]
    text = "\n".join([*([message.content] if message.content else []), *calls])
    return "\n".join(f"  {line}" for line in text.splitlines()) or "  (nothing)"
