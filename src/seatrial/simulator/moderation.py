"""POST /v1/moderations: a text is flagged when it meets one of the persona's refused topics that has a category."""

from typing import Any

from seatrial.simulator.faults import draw
from seatrial.simulator.knowledge import Knowledge
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.wire import ModerationRequest


def moderation_body(request: ModerationRequest, persona: Persona, knowledge: Knowledge) -> dict[str, Any]:
    """The answer: one result a text, with every category that the persona knows."""
    texts = [request.input] if isinstance(request.input, str) else request.input
    categories = sorted({entry.category for entry in persona.refuses if entry.category})
    return {
        "id": f"modr-{int(draw(persona.seed, 'moderation', *texts) * 16**12):012x}",
        "model": request.model or f"{persona.name}-moderation",
        "results": [_result(text, categories, persona, knowledge) for text in texts],
    }


def _result(text: str, categories: list[str], persona: Persona, knowledge: Knowledge) -> dict[str, Any]:
    match = knowledge.match((text,))
    found = match.entry.category if match.refused and match.entry is not None else ""
    scores = {
        name: round((0.9 if name == found else 0.0) + 0.09 * draw(persona.seed, name, text), 6) for name in categories
    }
    return {
        "flagged": bool(found),
        "categories": {name: name == found for name in categories},
        "category_scores": scores,
    }
