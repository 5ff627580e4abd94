"""Judges of openai/evals (`modelgraded/*.yaml`) as rubrics: the prompt stays, with the row's texts in it."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from seatrial.cases.importing import shapes
from seatrial.cases.importing.evals_registry import Eval, entry_of
from seatrial.cases.importing.foreign_rows import Reading
from seatrial.cases.importing.messages import is_messages
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

Checks = list[tuple[Any, str]]
_FIELD = re.compile(r"\{(\w+)\}")
_FACT, _CLOSED = "fact", "closedqa"
_SEVERAL = "it compares several answers of one question; use `seatrial compare`, or the check `preferred`"


def grader_of(found: Eval, reading: Reading) -> Callable[[dict[str, Any], Tree], Checks]:
    """What judges the rows of an eval that a model grades.

    Raises:
        Mistake: The registry does not have the judge, or it compares several answers.
    """
    part = found.args.get("modelgraded_spec") or found.args.get("modelgraded_spec_file")
    if part is None:
        raise found.mistake("it names no `modelgraded_spec`")
    name = str(part.data)
    many = found.args.get("multicomp_n")
    if many is not None and many.data not in (1, "1"):
        raise found.mistake(_SEVERAL)
    spec = entry_of(found.registry / "modelgraded", name, reading.files)
    outputs = spec.value("input_outputs", {}) if spec is not None else {}
    if isinstance(outputs, dict) and len(outputs) > 1:
        raise found.mistake(_SEVERAL)
    if name == _FACT:
        reading.notes.changed(part.place, f"`{name}`", "the judge is asked in Seatrial's words; the reference is kept")
        return lambda row, tree: [({"factual": {"reference": _one(row.get("ideal"))}}, name)]
    if spec is None:
        raise found.mistake(f"there is no `{name[:80]}` in the registry's `modelgraded/`")
    if name == _CLOSED:
        reading.notes.changed(part.place, f"`{name}`", "the judge is asked in Seatrial's words; the criterion is kept")
        return lambda row, tree: _criteria(row, found, spec)
    return _prompted(found, spec, name, reading)


def _criteria(row: Mapping[str, Any], found: Eval, spec: Tree) -> Checks:
    """The row's own criterion, or each of those that the eval or the judge names."""
    if isinstance(row.get("criteria"), str):
        return [({"rubric": {"text": row["criteria"]}}, _CLOSED)]
    given = found.args.get("modelgraded_spec_args") or spec.get("args")
    criteria = given.value("criteria") if given is not None and given.is_mapping else None
    if not isinstance(criteria, dict) or not criteria:
        raise Mistake("neither the row nor the eval has `criteria`")
    return [({"rubric": {"text": str(text), "name": str(name)}}, _CLOSED) for name, text in criteria.items()]


def _prompted(found: Eval, spec: Tree, name: str, reading: Reading) -> Callable[[dict[str, Any], Tree], Checks]:
    prompt = spec.value("prompt")
    if not isinstance(prompt, str):
        raise found.mistake(f"the judge `{name}` has a prompt that is no text")
    best = _best(spec)
    if not best:
        raise found.mistake(f"the judge `{name}` does not say which of its choices is right (`choice_scores`)")
    why = "its prompt is kept as a rubric; the choices with the highest score pass"
    reading.notes.changed(spec.place, f"`{name}`", why)
    output = next(iter(spec.value("input_outputs", {"input": "completion"}).values()))
    settings = found.args.get("modelgraded_spec_args") or spec.get("args")

    def checks(row: dict[str, Any], tree: Tree) -> Checks:
        variants = _variants(settings)
        return [_rubric(prompt, {**row, **each}, str(output), best, label) for label, each in variants.items()]

    return checks


def _rubric(prompt: str, row: Mapping[str, Any], output: str, best: list[str], label: str) -> tuple[Any, str]:
    missing = [field for field in _FIELD.findall(prompt) if field not in row and field != output]
    if missing:
        raise Mistake(f"the judge's prompt needs `{missing[0]}`, which the row does not have")
    text = _FIELD.sub(lambda field: "(the answer)" if field[1] == output else _one(row[field[1]]), prompt)
    right = " or ".join(f'"{choice}"' for choice in best)
    ending = f"\n\nThe answer to judge is given beside this text. It passes when the right choice is {right}."
    return {"rubric": {"text": text + ending, **({"name": label} if label else {})}}, "prompt"


def _best(spec: Tree) -> list[str]:
    scores = spec.value("choice_scores")
    if scores == "from_strings":
        numbers = [str(each) for each in spec.value("choice_strings", []) if str(each).replace(".", "", 1).isdigit()]
        scores = {each: float(each) for each in numbers}
    if not isinstance(scores, dict) or not scores:
        return []
    plain = {str(choice): float(score) for choice, score in scores.items() if isinstance(score, int | float)}
    return [choice for choice, score in plain.items() if score == max(plain.values())]


def _variants(settings: Tree | None) -> dict[str, dict[str, str]]:
    """The judge's own arguments: each value of the first is a rubric of its own."""
    if settings is None or not settings.is_mapping or not settings.data:
        return {"": {}}
    name, values = next(iter(settings.data.items()))
    if not isinstance(values, dict):
        return {"": {str(name): str(values)}}
    return {str(label): {str(name): str(text)} for label, text in values.items()}


def _one(value: Any) -> str:
    """A row's value inside a text: messages as their last question."""
    if is_messages(value):
        return "\n".join(str(message.get("content", "")) for message in value)
    found = shapes.expected(value)
    return " / ".join(found) if isinstance(found, list) else found or ""
