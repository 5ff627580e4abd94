"""The features of an Interaction: what there is to see of the question, the answer, the service and the time."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from seatrial.core.interaction import NANOSECONDS, Interaction
from seatrial.core.score import Score, combined
from seatrial.metrics.patterns.rows import Feature, Row
from seatrial.metrics.wording import seconds
from seatrial.text.features import FORMS, WHOLE, first_word, forms_of, last_sign, word_count, words_of
from seatrial.text.refusals import refusal_in

BY_PASS: Final = "pass"  # noqa: S105  (no password)
BY_FAILURE: Final = "failure"
_TAG: Final = "tag:"
_MOST_OF_VALUE: Final = 200
"""Characters of a tag's value that are kept; longer ones are told apart by these alone."""

_SERVICE = {
    "target": "went to the target {}",
    "model": "were answered by the model {}",
    "variant": "were answered by the variant {}",
    "deployment": "were answered by the deployment {}",
    "served_by": "were served by: {}",
    "finish_reason": "ended with finish reason {}",
}
_NUMBERS = {
    "question.length": Feature("question.length", "question", "have a question of {} words"),
    "answer.length": Feature("answer.length", "answer", "have {} words"),
    "turns": Feature("turns", "case", "have {} turns"),
    "attempts": Feature("attempts", "service", "took {} requests"),
    "latency": Feature("latency", "service", "took {}", unit=seconds),
    "tokens_in": Feature("tokens_in", "question", "were asked with {} tokens"),
    "tokens_out": Feature("tokens_out", "answer", "have {} tokens"),
    "position": Feature("position", "time", "came at a place of {} in the run", unit="{:,.0f}".format),
}
_LABELS = {
    "suite": Feature("suite", "case", "are of the suite {}"),
    "hour": Feature("hour", "time", "came in the hour of {} UTC"),
    "question.start": Feature("question.start", "question", "have a question that starts with “{}”"),
    "question.end": Feature("question.end", "question", "have a question that ends with “{}”"),
    "question.word": Feature("question.word", "question", "have a question with the word “{}”"),
    "answer.start": Feature("answer.start", "answer", "start with “{}”"),
    "answer.end": Feature("answer.end", "answer", "end with “{}”"),
    "answer.word": Feature("answer.word", "answer", "contain the word “{}”"),
}
_REFUSAL = Feature("answer.refusal", "answer", "begin as a refusal", "do not begin as a refusal")
_CALLS = Feature("answer.tool_call", "answer", "call a tool", "call no tool")
_EMPTY = Feature("answer.empty", "answer", "are empty", "are not empty")


def feature(name: str) -> Feature:
    """What a column of these rows means, by its name."""
    if name.startswith(_TAG):
        return Feature(name, "case", f"have {name.removeprefix(_TAG)}={{}}")
    side, _, form = name.partition(".")
    if form in FORMS or form in WHOLE:
        return _form(name, side, form)
    if name in _SERVICE:
        return Feature(name, "answer" if name == "finish_reason" else "service", _SERVICE[name])
    return (_NUMBERS | _LABELS | {each.name: each for each in (_REFUSAL, _CALLS, _EMPTY)})[name]


def outcome_of(dialogue: Sequence[Interaction], scores: tuple[Score, ...], outcome: str = BY_PASS) -> bool | None:
    """Whether an attempt failed: by all its checks, by having no answer, or by one check; None when nobody knows."""
    no_answer = dialogue[-1].failure is not None
    if outcome == BY_FAILURE:
        return no_answer
    if no_answer:
        return None
    if outcome == BY_PASS:
        passed = combined(scores)
        return None if passed is None else not passed
    told = [score.passed for score in scores if score.name == outcome and score.passed is not None]
    return not all(told) if told else None


def row_of(dialogue: Sequence[Interaction], position: int, words: int) -> Row:
    """The features of a Dialogue's last Interaction.

    Args:
        dialogue: Its Interactions, one a turn.
        position: Its place among all, from 1.
        words: How many different words of question and answer are kept; 0 for none.
    """
    last = dialogue[-1]
    question = last.request.question
    flags = {f"question.{name}": has for name, has in forms_of(question).items()}
    labels = {f"{_TAG}{tag}": value[:_MOST_OF_VALUE] for tag, value in last.tags.items()} | _service(last)
    kept = {"question.word": words_of(question, words)} if words else {}
    ends = {"question.start": first_word(question), "question.end": last_sign(question)}
    numbers = {
        "question.length": float(word_count(question)),
        "turns": float(len(dialogue)),
        "attempts": float(sum(each.attempts for each in dialogue)),
        "position": float(position),
    }
    if last.answer is not None:
        text = last.text or last.answer.refusal or ""
        flags |= {f"answer.{name}": has for name, has in forms_of(text).items()}
        flags["answer.refusal"] = last.answer.refusal is not None or refusal_in(text) is not None
        flags["answer.tool_call"] = bool(last.answer.tool_calls)
        flags["answer.empty"] = not text.strip()
        kept |= {"answer.word": words_of(text, words)} if words else {}
        ends |= {"answer.start": first_word(text), "answer.end": last_sign(text)}
        numbers |= _amounts(last) | {"answer.length": float(word_count(text))}
    return Row(flags, labels | {name: end for name, end in ends.items() if end is not None}, numbers, kept)


def _form(name: str, side: str, form: str) -> Feature:
    what = WHOLE.get(form)
    if side == "answer" and what is not None:
        return Feature(name, "answer", f"are {what}", f"are not {what}")
    if side == "answer":
        return Feature(name, "answer", f"contain {FORMS[form]}", f"lack {FORMS[form]}")
    if what is not None:
        return Feature(name, "question", f"have a question that is {what}", f"have a question that is not {what}")
    return Feature(name, "question", f"have a question with {FORMS[form]}", f"have a question without {FORMS[form]}")


def _service(last: Interaction) -> dict[str, str]:
    at = datetime.fromtimestamp(last.timing.started // NANOSECONDS, UTC)
    known = {
        "suite": last.suite,
        "target": last.target,
        "model": last.model,
        "variant": last.variant,
        "deployment": last.deployment,
        "served_by": last.served_by,
        "finish_reason": last.answer.finish_reason if last.answer is not None else None,
        "hour": f"{at.hour:02}:00",
    }
    return {name: value for name, value in known.items() if value}


def _amounts(last: Interaction) -> dict[str, float]:
    found = {}
    if last.served_by == "upstream":
        found["latency"] = last.timing.latency
    if last.usage is not None:
        found["tokens_in"], found["tokens_out"] = float(last.usage.input), float(last.usage.output)
    return found
