"""Words of one dialect for those of the other: why an answer ended, what it took, what went wrong."""

from typing import Any, Final

from seatrial.gateway.wire.anthropic import shapes_anthropic as a
from seatrial.gateway.wire.anthropic import shapes_openai as o
from seatrial.gateway.wire.errors import ANTHROPIC_TYPES

FINISH_REASONS: Final = {
    "end_turn": "stop",
    "stop_sequence": "stop",
    "pause_turn": "stop",
    "max_tokens": "length",
    "model_context_window_exceeded": "length",
    "tool_use": "tool_calls",
    "refusal": "content_filter",
}
STOP_REASONS: Final = {
    "stop": "end_turn",
    "length": "max_tokens",
    "tool_calls": "tool_use",
    "function_call": "tool_use",
    "content_filter": "refusal",
}


def finish_reason(stop_reason: str | None) -> str:
    """OpenAI's word."""
    return FINISH_REASONS.get(stop_reason or "end_turn", "stop")


def stop_reason(finish: str | None, stop: str | int | None = None) -> tuple[str, str | None]:
    """Anthropic's word, and the stop sequence where the server says which it was."""
    if finish == "stop" and isinstance(stop, str):
        return "stop_sequence", stop
    return STOP_REASONS.get(finish or "stop", "end_turn"), None


def chat_usage(usage: a.MessageUsage) -> dict[str, Any]:
    """OpenAI's usage: what came from a cache, or went into it, is part of the prompt."""
    cached, written = usage.cache_read_input_tokens or 0, usage.output_tokens or 0
    given = (usage.input_tokens or 0) + cached + (usage.cache_creation_input_tokens or 0)
    return {
        "prompt_tokens": given,
        "completion_tokens": written,
        "total_tokens": given + written,
        "prompt_tokens_details": {"cached_tokens": cached},
    }


def message_usage(usage: o.ChatUsage | None) -> dict[str, int]:
    """Anthropic's usage: what came from a cache is counted apart."""
    usage = usage or o.ChatUsage()
    cached = (usage.prompt_tokens_details.cached_tokens or 0) if usage.prompt_tokens_details else 0
    return {
        "input_tokens": max(usage.prompt_tokens - cached, 0),
        "cache_creation_input_tokens": 0,
        "cache_read_input_tokens": cached,
        "output_tokens": usage.completion_tokens,
    }


def chat_error(error: Any, status: int = 500) -> dict[str, Any]:
    """An error of Anthropic's (what stands under `error`) in OpenAI's shape."""
    told = error if isinstance(error, dict) else {"message": str(error)}
    kind = told.get("type") if isinstance(told.get("type"), str) else None
    type_ = kind if kind in ("invalid_request_error", "authentication_error", "rate_limit_error") else "api_error"
    if kind is None and 400 <= status < 500:
        type_ = "invalid_request_error"
    return {"error": {"message": _message(told), "type": type_, "param": None, "code": kind}}


def message_error(error: Any, status: int = 500) -> dict[str, Any]:
    """An error of OpenAI's (what stands under `error`) in Anthropic's shape."""
    told = error if isinstance(error, dict) else {"message": str(error)}
    kind = ANTHROPIC_TYPES.get(status) or ("invalid_request_error" if status < 500 else "api_error")
    return {"type": "error", "error": {"type": kind, "message": _message(told)}}


def _message(told: dict[str, Any]) -> str:
    message = told.get("message")
    return message if isinstance(message, str) else "The provider gave no reason."
