"""The assertions of one case as its checks: with `not-`, weights, thresholds and sets."""

import re
from typing import Any, NamedTuple

from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.accounts import GRADING, every, kind_of
from seatrial.cases.importing.promptfoo.assertion import Assertion, Spec
from seatrial.cases.importing.promptfoo.expressions import HOW
from seatrial.cases.importing.promptfoo.keys import ASSERTION_KEYS
from seatrial.cases.importing.promptfoo.kinds import GRADED, KINDS, READ_PROMPT, READ_THRESHOLD, READ_VALUE, translator
from seatrial.cases.importing.promptfoo.table import assertion_of
from seatrial.cases.importing.rows import Written
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_HANDLED = {"type", "value", "threshold", "weight", "metric", "rubricPrompt", "transform", "contextTransform"}
_SET_HANDLED = {"type", "assert", "threshold", "weight", "metric"}
_SHARES = frozenset(
    {
        *("similar", "bleu", "gleu", "meteor", "rouge_1", "tool_f1", "weighted", "stepwise"),
        *("rubric", "faithful", "context_relevant", "context_recall", "answers_question", "reaches_goal"),
    }
)
"""Checks whose value is a share that a weight can be put on."""
_BOTH_WAYS = frozenset({"contains", "contains_any", "equals", "regex", "starts_with", "ends_with", "not", "refusal"})
"""Checks whose value is 1 or 0; all others count as passed or not."""
_DEEPEST = 8
_OF_JSON = frozenset(
    {
        *("javascript", "is-json", "contains-json", "llm-rubric", "model-graded-closedqa", "factuality", "g-eval"),
        *("model-graded-factuality", "latency", "cost", "answer-relevance", "finish-reason", "is-refusal"),
    }
)
"""Assertions that mean the same whether the answer was read as JSON or not."""
_PROGRAMS = ("javascript", "python", "ruby")
_PROGRAM_FILE = re.compile(r"^\S+\.(?:[cm]?[jt]s|py|rb)(?::[\w.]+)?$")


class Judged(NamedTuple):
    """The checks of a case, what they were, and what was lost."""

    checks: list[tuple[Written, float]]
    lost: list[str]


def checks_of(base: Assertion, asserts: tuple[Tree, ...], threshold: float | None) -> tuple[list[Written], list[str]]:
    """The checks of a case, and the types of the assertions that are not imported."""
    judged = _judged(base, asserts, 0)
    written = [check for check, _ in judged.checks]
    if threshold is None:
        _tell_of_weights(base, judged)
        return written, judged.lost
    place = base.tree
    if threshold <= 0:
        base.work.note(Level.LEFT_OUT, place, "test `threshold`", "of 0: nothing of this test decides")
        _name(base, asserts, "its test has the threshold 0: it decides nothing")
        return [], judged.lost
    if not written:
        return [], judged.lost
    if judged.lost:
        why = f"the share is one of the {len(written)} checks that are left"
        base.work.notes.changed(place.place, "test `threshold`", why)
    spec = _weighted(judged.checks, threshold)
    return [Written(spec, place.place, ", ".join(check.what for check in written))], judged.lost


def _judged(base: Assertion, asserts: tuple[Tree, ...], depth: int) -> Judged:
    judged = Judged([], [])
    for written in asserts:
        base.work.accounts.hear(written, kind_of(written))
        tree = _as_mapping(base, written)
        kind = str(tree.value("type", "")) if tree.is_mapping else ""
        try:
            if not kind:
                raise Mistake("it has no `type`")
            weight = _weight(tree)
            if weight == 0:
                _name(base, (tree,), "of weight 0: it decides nothing")
                continue
            if kind == "assert-set" and tree.value("threshold") == 0:
                _name(base, (tree,), "of threshold 0: it decides nothing")
                continue
            spec = _set(base, tree, depth) if kind == "assert-set" else _one(base, tree, kind)
            judged.checks.append((Written(spec, tree.place, kind), weight))
        except Mistake as mistake:
            what = f"assertion `{kind or tree.data}`"
            if mistake.path is not None:
                base.work.lose(tree, what, f"{mistake.what} ({mistake.path}:{mistake.line or 1})")
            else:
                base.work.lose(tree, what, mistake.what)
            judged.lost.append(kind or "?")
    return judged


def _name(base: Assertion, asserts: tuple[Tree, ...], why: str) -> None:
    """Name assertions that decide nothing, and those inside of sets."""
    for tree in every(asserts):
        base.work.accounts.hear(tree, kind_of(tree))
        base.work.note(Level.LEFT_OUT, tree, f"assertion `{kind_of(tree)}`", why)


def _as_mapping(base: Assertion, tree: Tree) -> Tree:
    """An assertion in its short form, as tables have it, as a mapping."""
    if not isinstance(tree.data, str):
        return tree
    return Tree.plain(assertion_of(tree.data, KINDS), tree.path, tree.place)


def _one(base: Assertion, tree: Tree, kind: str) -> Spec:
    base.work.leave(tree, ASSERTION_KEYS, _HANDLED, f"assertion `{kind}`: ")
    plain = kind.removeprefix("not-")
    _refuse_transform(base, tree, plain)
    _refuse_program(tree, plain)
    assertion = base._replace(tree=tree, kind=plain)
    spec = translator(plain)(assertion)
    _name_unread(assertion)
    if plain != kind:
        return {"not": {"check": spec, **assertion.name}}
    [(name, arguments)] = spec.items()
    return {name: {**arguments, **assertion.name}} if isinstance(arguments, dict) and assertion.name else spec


def _name_unread(a: Assertion) -> None:
    """Name what is written at an assertion of a type that does not read it."""
    what = f"assertion `{a.kind}`: "
    for key, kinds in (("value", READ_VALUE), ("threshold", READ_THRESHOLD)):
        part = a.tree.get(key)
        if part is not None and part.data != "" and a.kind not in kinds:
            a.work.note(Level.LEFT_OUT, part, f"{what}`{key}`", "an assertion like this one reads none")
    own = a.tree.get(GRADING)
    if a.kind in GRADED:
        prompt = own or a.grading
        if prompt is not None:
            a.work.accounts.hear(prompt, GRADING)
        if prompt is not None and a.kind not in READ_PROMPT:
            why = "the check asks with its own prompts, which you can replace"
            a.work.note(Level.CHANGED, prompt, f"{what}`{GRADING}`", why)
    elif own is not None:
        a.work.note(Level.LEFT_OUT, own, f"{what}`{GRADING}`", "no model judges it")


def only_parses(transform: Any) -> bool:
    """Whether a transform does nothing but read the answer as JSON."""
    text = str(transform or "").strip().removesuffix(";").removeprefix("return ").strip()
    return text == "JSON.parse(output)"


def _refuse_transform(base: Assertion, tree: Tree, kind: str) -> None:
    for key in ("transform", "contextTransform"):
        part = tree.get(key)
        if part is not None and not (key == "transform" and only_parses(part.data)):
            raise Mistake(f"`{key}`: {ASSERTION_KEYS[key][1]}")
    parsed = base.parsed or only_parses(tree.value("transform"))
    if parsed and kind not in _OF_JSON and not isinstance(tree.value("value"), dict):
        raise Mistake("it judges the JSON of the answer written anew, which has no counterpart")


def _refuse_program(tree: Tree, kind: str) -> None:
    """Refuse files of code, also where their names stand without `file://` as in tables."""
    value = tree.value("value")
    named = isinstance(value, str) and (value.startswith("file://") or kind in _PROGRAMS)
    if named and _PROGRAM_FILE.search(value):
        raise Mistake(f"`{value[:80]}` is a program, and no program of others is run; {HOW}")


def _set(base: Assertion, tree: Tree, depth: int) -> Spec:
    """An `assert-set`: all of its assertions, or a weighted share of them."""
    if depth >= _DEEPEST:
        raise Mistake(f"sets stand inside each other more than {_DEEPEST} deep")
    base.work.leave(tree, ASSERTION_KEYS, _SET_HANDLED, "assertion `assert-set`: ")
    # All that may be wrong with the set itself comes before its assertions: these are lost with it, and named.
    threshold, name = tree.value("threshold"), base._replace(tree=tree).name
    if threshold is not None and (not isinstance(threshold, int | float) or threshold <= 0):
        raise Mistake("its `threshold` must be a number above 0")
    inner = tree.get("assert")
    judged = _judged(base._replace(tree=tree), tuple(inner.each()) if inner is not None else (), depth + 1)
    if not judged.checks:
        raise Mistake("none of its assertions is imported")
    if judged.lost:
        base.work.notes.changed(tree.place, "assertion `assert-set`", f"without its {', '.join(judged.lost)}")
    if threshold is None:
        _tell_of_weights(base._replace(tree=tree), judged)
        return {"all_of": {"checks": [check.spec for check, _ in judged.checks], **name}}
    return {"weighted": {**_weighted(judged.checks, threshold)["weighted"], **name}}


def _weighted(checks: list[tuple[Written, float]], threshold: float) -> Spec:
    """Checks by their weights: what is a share counts by its value, all else as passed or not."""
    specs = [check.spec for check, _ in checks]
    by_value = any(_is_share(spec) for spec in specs)
    parts: list[dict[str, Any]] = []
    for spec, (_, weight) in zip(specs, checks, strict=True):
        counted = not by_value or _is_share(spec) or next(iter(spec)) in _BOTH_WAYS
        part = {"check": spec if counted else {"all_of": {"checks": [spec]}}}
        parts.append({**part, **({"weight": weight} if weight != 1 else {})})
    return {"weighted": {"checks": parts, "threshold": min(1.0, threshold), **({"by": "value"} if by_value else {})}}


def _is_share(spec: Spec) -> bool:
    return next(iter(spec)) in _SHARES


def _weight(tree: Tree) -> float:
    weight = tree.value("weight", 1)
    if isinstance(weight, bool) or not isinstance(weight, int | float) or weight < 0:
        raise Mistake("its `weight` must be a number from 0 on")
    return float(weight)


def _tell_of_weights(base: Assertion, judged: Judged) -> None:
    for check, weight in judged.checks:
        if weight != 1:
            why = "without a `threshold` it changes promptfoo's score only; every check has to pass"
            base.work.notes.left_out(check.place, f"assertion `{check.what}`: `weight`", why)
