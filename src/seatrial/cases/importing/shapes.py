"""Values of other tools' rows as the parts of a case: what is asked, what is right, what to stand on."""

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from seatrial.cases.importing.messages import Turns, is_messages, turns_of, unwrapped
from seatrial.core.errors import Mistake

ASKED = (
    *("question", "ask", "prompt", "input", "query", "user_input", "user_message", "instruction", "problem", "inputs"),
    *("user_query", "request", "message", "goal", "text"),
)
EXPECTED = (
    *(
        "expect",
        "expected",
        "expected_output",
        "expectedOutput",
        "expected_answer",
        "answer",
        "answer_key",
        "target",
        "ideal",
        "gold",
    ),
    *("ground_truth", "groundTruth", "correct_answer", "answers", "label", "solution", "completion", "response"),
    *("reference_outputs", "outputs", "output"),
)
REFERENCES = ("reference", "reference_answer", "model_answer", "best_answer")
CONTEXTS = (
    "context",
    "contexts",
    "retrieval_context",
    "documents",
    "docs",
    "passage",
    "passages",
    "reference_contexts",
)
IDS = ("id", "case_id", "qid", "uuid", "_id", "question_id", "task_id", "example_id")
CHOICES = ("choices", "options", "endings")
"""Names of fields, the likeliest first; compared without case, spaces, hyphens and underscores."""
_LETTERS = "ABCDEFGHIJ"
_LONGEST_TAG = 200


class Asked(NamedTuple):
    """What is asked, and what else stood beside it."""

    ask: str | Turns
    beside: dict[str, Any]


def key_of(name: str) -> str:
    """A field's name as it is compared."""
    return "".join(sign for sign in name.lower() if sign.isalnum())


def find(names: Mapping[str, Any], wanted: tuple[str, ...]) -> str | None:
    """The likeliest of the names that are there."""
    there = {key_of(name): name for name in reversed(list(names))}
    return next((there[key_of(name)] for name in wanted if key_of(name) in there), None)


def value_at(row: Mapping[str, Any], field: str) -> Any:
    """What stands in a field: a plain name, or `a.b`."""
    if field in row:
        return row[field]
    value: Any = row
    for step in field.split("."):
        if isinstance(value, list) and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            value = value.get(step) if isinstance(value, Mapping) else None
    return value


def unpacked(value: Any) -> Any:
    """JSON that stands in a text as what it holds; any other text as it is."""
    if isinstance(value, str) and value.strip()[:1] in ("{", "["):
        try:
            found = json.loads(value)
        except (ValueError, RecursionError):
            return value
        return found if isinstance(found, dict | list) else value
    return value


def asked(value: Any) -> Asked:
    """A question: a text, messages, or a mapping that holds one of them.

    Raises:
        Mistake: There is none.
    """
    value = unpacked(value)
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]
    value = unwrapped(value)
    if is_messages(value):
        return Asked(turns_of(value), {})
    if isinstance(value, Mapping):
        return _within(value)
    text = plain(value) if value != [] else None
    if text is None or not text.strip():
        raise Mistake("there is no question")
    return Asked(text, {})


def _within(value: Mapping[str, Any]) -> Asked:
    if is_messages([value]):
        return Asked(turns_of([dict(value)]), {})
    name = "messages" if isinstance(value.get("messages"), list) and value["messages"] else find(value, ASKED)
    name = name or (next(iter(value)) if len(value) == 1 else None)
    if name is None:
        raise Mistake(f"none of its fields is known as a question: {', '.join(map(str, value))[:120]}")
    inner = asked(value[name])
    return Asked(inner.ask, {**{key: each for key, each in value.items() if key != name}, **inner.beside})


def expected(value: Any) -> list[str] | str | None:
    """Right answers: a text, several, or the text inside a mapping or a message; nothing where there is none."""
    value = unwrapped(unpacked(value))
    if isinstance(value, Mapping):
        return _expected_within(value)
    if isinstance(value, list):
        texts = [plain(each) for each in value if not isinstance(each, Mapping | list)]
        if len(texts) == len(value):
            return [text for text in texts if text] or None
        return _last_text(value) if is_messages(value) else json.dumps(value, ensure_ascii=False)
    text = plain(value)
    return text if text and text.strip() else None


def _expected_within(value: Mapping[str, Any]) -> list[str] | str | None:
    if is_messages([value]):
        return _last_text([dict(value)])
    messages = unwrapped(value.get("messages"))
    if is_messages(messages):
        return _last_text(messages)
    name = find(value, EXPECTED) or find(value, ("text", "value", "content"))
    if name is None and len(value) == 1:
        name = next(iter(value))
    if name is not None:
        return expected(value[name])
    return json.dumps(value, ensure_ascii=False) if value else None


def _last_text(messages: list[dict[str, Any]]) -> str | None:
    return plain(messages[-1].get("content"))


def documents(value: Any) -> list[str]:
    """Documents: a text or several; mappings by the text that they hold."""
    value = unpacked(value)
    found = [_document(each) for each in (value if isinstance(value, list) else [value])]
    return [text for text in found if text and text.strip()]


def _document(value: Any) -> str | None:
    if isinstance(value, Mapping):
        name = find(value, ("page_content", "content", "text", "document", "passage"))
        return plain(value[name]) if name is not None else json.dumps(value, ensure_ascii=False)
    return plain(value) if not isinstance(value, list) else "\n".join(filter(None, map(_document, value)))


def plain(value: Any) -> str | None:
    """A plain value as text; a structure as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else json.dumps(value, ensure_ascii=False, default=str)


def tags_of(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Plain values as tags, lists of them joined; and the names of those that are neither."""
    tags: dict[str, Any] = {}
    left: list[str] = []
    for name, value in values.items():
        if value in (None, "", [], {}):
            continue
        if isinstance(value, str | int | float | bool) and len(str(value)) <= _LONGEST_TAG:
            tags[str(name)] = value
        elif isinstance(value, list) and all(isinstance(each, str | int) for each in value):
            joined = ", ".join(map(str, value))
            tags[str(name)] = joined[:_LONGEST_TAG]
        else:
            left.append(str(name))
    return tags, left


def with_choices(ask: str | Turns, choices: Any, right: Any) -> tuple[str | Turns, list[str]]:
    """The same of a question in turns, whose last one is given the choices.

    Raises:
        Mistake: There are too many choices, or none of them is the right one.
    """
    if isinstance(ask, str):
        return multiple_choice(ask, choices, right)
    [(role, text)] = ask[-1].items()
    asked, letters = multiple_choice(text, choices, right)
    return [*ask[:-1], {role: asked}], letters


def multiple_choice(ask: str, choices: Any, right: Any) -> tuple[str, list[str]]:
    """A question with its choices by letter, and the letters of the right ones.

    Raises:
        Mistake: There are too many choices, or none of them is the right one.
    """
    labels, texts = _choices(choices)
    if not 2 <= len(texts) <= len(_LETTERS):
        raise Mistake(f"it has {len(texts)} choices; 2 to {len(_LETTERS)} can be asked for")
    letters = [_letter(each, labels, texts) for each in (right if isinstance(right, list) else [right])]
    lines = [f"{letter}) {text}" for letter, text in zip(_LETTERS, texts, strict=False)]
    return "\n".join([ask.rstrip(), "", *lines, "", "Answer with the letter of the right choice."]), letters


def _choices(choices: Any) -> tuple[list[str], list[str]]:
    choices = unpacked(choices)
    if isinstance(choices, Mapping) and isinstance(choices.get("text"), list):
        return [str(each) for each in choices.get("label", [])], [str(each) for each in choices["text"]]
    if isinstance(choices, Mapping):
        return list(map(str, choices)), [str(each) for each in choices.values()]
    if not isinstance(choices, list):
        raise Mistake("its choices are no list")
    return [], [str(each) for each in choices]


def _letter(right: Any, labels: list[str], texts: list[str]) -> str:
    """The letter of a choice that is named by its number, its label, its letter or its text."""
    if isinstance(right, int) and not isinstance(right, bool) and 0 <= right < len(texts):
        return _LETTERS[right]
    text = str(right).strip()
    if text in labels:
        return _LETTERS[labels.index(text)]
    if len(text) == 1 and text.upper() in _LETTERS[: len(texts)] and text not in texts:
        return text.upper()
    if text in texts:
        return _LETTERS[texts.index(text)]
    if text.isdigit() and int(text) < len(texts):
        return _LETTERS[int(text)]
    raise Mistake(f"the right choice `{text[:40]}` is not among the choices")
