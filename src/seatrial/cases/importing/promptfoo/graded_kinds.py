"""promptfoo's model-graded assertions, and those about tools, as checks.

Source: promptfoo's documentation, "Model-graded metrics" and "Deterministic metrics".
"""

import json
from typing import Any

from seatrial.cases.importing.promptfoo.assertion import Assertion, Spec, at_least
from seatrial.cases.importing.promptfoo.nunjucks import printed
from seatrial.core.errors import Mistake


def rubric(a: Assertion) -> Spec:
    """A rubric in words; the user's own grading prompt becomes part of it."""
    value, own = a.value, a.grading_prompt
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) and value else printed(value or "")
    if own:
        a.changed("its `rubricPrompt` is kept inside the rubric; the form of the reply is Seatrial's")
        text = own if text in own else f"{text}\n\n{own}".strip()
    if not text.strip():
        raise Mistake("it has no `value` that says what to demand")
    return {"rubric": {"text": text, **_threshold(a)}}


def steps(a: Assertion) -> Spec:
    """Criteria that a model works through step by step; several are averaged."""
    a.changed("the rating is from 1 to 5; promptfoo's is from 0 to 10")
    threshold = a.share(0.7)
    criteria = a.texts if isinstance(a.value, list) else [a.text]
    specs = [{"stepwise": {"text": text, "threshold": threshold}} for text in criteria]
    if len(specs) == 1:
        return specs[0]
    return {"weighted": {"checks": [{"check": spec} for spec in specs], "threshold": threshold, "by": "value"}}


def factual(a: Assertion) -> Spec:
    """The facts of a reference."""
    return {"factual": {"reference": a.text}}


def faithful(a: Assertion) -> Spec:
    """The answer stands on the context."""
    return {"faithful": {**_context(a), "threshold": a.share(0.5)}}


def context_relevant(a: Assertion) -> Spec:
    """The context has to do with the question."""
    return {"context_relevant": {**_context(a), "threshold": a.share(0.5)}}


def context_recall(a: Assertion) -> Spec:
    """The truth stands in the context."""
    return {"context_recall": {**_context(a), "reference": a.text, "threshold": a.share(0.5)}}


def answers_question(a: Assertion) -> Spec:
    """The answer has to do with the question."""
    a.changed("a model judges; promptfoo compares embeddings of questions that a model makes of the answer")
    return {"answers_question": {"threshold": a.share(0.5)}}


def similar(a: Assertion) -> Spec:
    """The meaning is near."""
    if a.kind not in ("similar", "similar:cosine"):
        raise Mistake("only the cosine of embeddings has a counterpart")
    a.changed("by the sentence model inside Seatrial, or the Target that `with` names")
    return {"similar": {"limit": at_least("similar", a.share(0.75))["similar"]["limit"], "expect": a.one_or_several}}


def tool_schema(a: Assertion) -> Spec:
    """Calls fit the schemas of the tools."""
    if not a.tools:
        raise Mistake("the suite names no tools in OpenAI's form, so that there is no schema to fit")
    return {"tool_arguments": {}}


def tool_f1(a: Assertion) -> Spec:
    """The names of the calls, by F1."""
    a.changed("a tool that is called twice counts twice")
    return {"tool_f1": {"limit": f">= {a.share(1.0):g}", "tools": a.texts}}


def tools_used(a: Assertion) -> Spec:
    """Tools that must be called at all."""
    _of_answers(a)
    value = a.value
    if isinstance(value, dict):
        bounds = a.mapping("pattern", "name", "min", "max")
        name = str(bounds.get("pattern") or bounds.get("name") or "")
        if not name or "*" in name or "?" in name or bounds.get("max") is not None or bounds.get("min", 1) != 1:
            raise Mistake("patterns and numbers of calls have no counterpart")
        return {"tools_used": {"tools": [name], "match": "any_order"}}
    return {"tools_used": {"tools": a.texts, "match": "any_order"}}


def tool_sequence(a: Assertion) -> Spec:
    """Tools in an order."""
    _of_answers(a)
    value = a.value
    bounds = {"steps": value} if isinstance(value, list) else a.mapping("steps", "mode")
    names = bounds.get("steps")
    if not isinstance(names, list) or not names or not all(isinstance(each, str) for each in names):
        raise Mistake("its `steps` must be a list of names")
    return {"tools_used": {"tools": names, "match": "exact" if bounds.get("mode") == "exact" else "in_order"}}


def tool_arguments(a: Assertion) -> Spec:
    """A call with certain arguments."""
    _of_answers(a)
    bounds = a.mapping("name", "args", "arguments", "mode")
    wanted = bounds.get("args", bounds.get("arguments"))
    if not isinstance(bounds.get("name"), str) or not isinstance(wanted, dict):
        raise Mistake("its `value` needs `name` and `args`")
    match = "exact" if bounds.get("mode") == "exact" else "subset"
    call = {"name": bounds["name"], "arguments": wanted, "match": match}
    return {"tools_used": {"tools": [call], "match": "any_order"}}


def step_count(a: Assertion) -> Spec:
    """The number of calls."""
    _of_answers(a)
    bounds = a.mapping("type", "min", "max")
    if bounds.get("type") != "tool":
        raise Mistake("only steps of the type `tool` can be counted")
    limits = [f"{sign} {int(bounds[key])}" for key, sign in (("min", ">="), ("max", "<=")) if key in bounds]
    if not limits:
        raise Mistake("its `value` needs `min` or `max`")
    specs: list[Any] = [{"steps": {"limit": limit}} for limit in limits]
    return specs[0] if len(specs) == 1 else {"all_of": specs}


def goal(a: Assertion) -> Spec:
    """The goal of the run is reached."""
    value = a.value
    text = value.get("goal") if isinstance(value, dict) else a.text
    if not text:
        raise Mistake("its `value` needs a goal")
    return {"reaches_goal": {"goal": str(text), **_threshold(a)}}


def _of_answers(a: Assertion) -> None:
    a.changed("it looks at the tool calls of the answers, not at traces")


def _threshold(a: Assertion) -> dict[str, float]:
    return {} if a.threshold is None else {"threshold": a.share(0.5)}


def _context(a: Assertion) -> dict[str, Any]:
    if not a.context:
        raise Mistake("the test has no variable `context` that the answer could stand on")
    return {}
