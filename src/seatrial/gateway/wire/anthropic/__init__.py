"""OpenAI's chat and Anthropic's messages, each said in the other's dialect, so that each client can ask each server.

Only what must be is translated: where both sides speak the same dialect, bytes are relayed.
"""

from seatrial.gateway.wire.anthropic.request import to_anthropic, to_openai

__all__ = ["to_anthropic", "to_openai"]
