"""What the persona says to a conversation, before the wire: a text, a JSON value or a tool call."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from seatrial.simulator.facts import Quoting, Twist, UnknownFactError, keep
from seatrial.simulator.json_forms import fill_schema
from seatrial.simulator.knowledge import Match
from seatrial.simulator.persona_record import Persona


class Wish(msgspec.Struct, frozen=True):
    """What form of answer a request asks for.

    `tools` maps the offered tools to their parameters' JSON Schema, `forced` names the one that must be called,
    `required` says that one must be called, `schema` is the JSON Schema of a structured answer, `results` are what
    tools gave back since the user spoke.
    """

    json: bool = False
    schema: dict[str, Any] | None = None
    tools: Mapping[str, dict[str, Any]] = {}
    forced: str | None = None
    required: bool = False
    results: tuple[str, ...] = ()


class Reply(msgspec.Struct, frozen=True):
    """An answer: `tool` and `arguments` are set when it is a call; `json` says that `text` is meant to be JSON.

    `changed` says whether a twist made any fact in it another.
    """

    text: str
    json: bool = False
    tool: str | None = None
    arguments: str = ""
    changed: bool = False


def compose(persona: Persona, match: Match, wish: Wish, twist: Twist = keep, instead: str | None = None) -> Reply:
    """Answer a question that was understood as `match`.

    Args:
        persona: Who answers.
        match: What the question was understood as.
        wish: The form asked for.
        twist: Applied to every fact that is quoted, and to what the question named when it goes into a tool call.
        instead: A text that is said in place of the entry's answer, form or optional tool call.
    """
    if instead is None or wish.forced is not None or wish.required:
        call = _call(persona, match, wish, twist)
        if call is not None:
            return call
    slots = {**match.slots, "result": wish.results[-1]} if wish.results else match.slots
    quoting = Quoting(persona.facts, slots, match.language, twist)
    text = _text(persona, match, wish, quoting) if instead is None else instead
    if wish.json:
        text = _json(match if instead is None else Match(match.language), wish, text, quoting)
    return Reply(text, json=wish.json, changed=quoting.changed)


def refusal(persona: Persona, language: str) -> str:
    """The persona's refusal in a language."""
    return by_language(persona.refusal, language, persona) or "I'm sorry, but I can't help with that."


def _call(persona: Persona, match: Match, wish: Wish, twist: Twist) -> Reply | None:
    entry = match.entry
    quoting = Quoting(persona.facts, match.slots, match.language, twist, twist_slots=True)
    left = entry.tool.chain[len(wish.results) :] if entry is not None and entry.tool is not None else ()
    known = left[0] if left else None
    if not wish.tools or (wish.results and (known is None or known.name not in wish.tools)):
        return None
    if known is not None and known.name in wish.tools and wish.forced in {None, known.name} and match.missing is None:
        name, arguments = known.name, _filled(quoting, known.arguments)
    elif wish.forced is not None or wish.required:
        name = wish.forced or next(iter(wish.tools))
        arguments = fill_schema({"type": "object", **wish.tools.get(name, {})}, match.slots)
    else:
        return None
    return Reply("", tool=name, arguments=msgspec.json.encode(arguments).decode(), changed=quoting.changed)


def _text(persona: Persona, match: Match, wish: Wish, quoting: Quoting) -> str:
    entry = match.entry
    if entry is None:
        return by_language(persona.fallback, match.language, persona)
    if match.missing is not None:
        return by_language(persona.dialogues[match.missing], match.language, persona)
    made = entry.tool.chain[: len(wish.results)] if entry.tool is not None else ()
    if made and made[-1].done:
        return str(_filled(quoting, by_language(made[-1].done, match.language, persona)))
    if match.refused and not entry.answers:
        return refusal(persona, match.language)
    return str(_filled(quoting, by_language(entry.answers, match.language, persona)))


def _json(match: Match, wish: Wish, text: str, quoting: Quoting) -> str:
    entry = match.entry
    form = entry.json if entry is not None and match.missing is None else None
    known = {"answer": text} if form is None else _filled(quoting, form)
    if wish.schema is not None:
        known = fill_schema(wish.schema, {"answer": text, **known, **match.slots})
    return msgspec.json.encode(known).decode()


def _filled(quoting: Quoting, template: Any) -> Any:
    try:
        return quoting.value(template)
    except UnknownFactError:
        return {} if isinstance(template, dict) else ""


def by_language(texts: Mapping[str, str], language: str, persona: Persona) -> str:
    """The text in a language, else in the first of the persona's languages that has one, else nothing."""
    order: Sequence[str] = (language, *persona.languages)
    return next((texts[name] for name in order if name in texts), "")
