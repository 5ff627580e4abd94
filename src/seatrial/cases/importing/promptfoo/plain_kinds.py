"""promptfoo's deterministic assertions as checks.

Source: promptfoo's documentation, "Deterministic metrics".
"""

import math
import re
import warnings
from typing import Any

from seatrial.cases.importing.promptfoo.assertion import Assertion, Spec, at_least, number
from seatrial.core.errors import Mistake

_DIALECTS = {
    "mysql": "mysql", "mariadb": "mysql", "postgresql": "postgres", "sqlite": "sqlite", "bigquery": "bigquery",
    "snowflake": "snowflake", "transactsql": "tsql", "hive": "hive", "redshift": "redshift", "athena": "athena",
}  # fmt: skip
_TAG = r"</?[a-zA-Z][^<>]*>"
_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")


def contains(a: Assertion) -> Spec:
    """A text somewhere in the answer."""
    return {"contains": {"expect": a.text, **_case(a)}}


def contains_any(a: Assertion) -> Spec:
    """At least one of several texts."""
    return {"contains_any": {"expect": a.texts, **_case(a)}}


def contains_all(a: Assertion) -> Spec:
    """Each of several texts."""
    return {"contains_all": {"expect": a.texts, **_case(a)}}


def equals(a: Assertion) -> Spec:
    """The whole answer, or the whole of its JSON."""
    value = a.value
    if isinstance(value, dict | list):
        return {"json_path": {"path": "$", "equals": value}}
    if value is None:
        raise Mistake("it has no `value`")
    return {"equals": {"expect": str(a.text if value != "" else ""), "strip": False}}


def starts_with(a: Assertion) -> Spec:
    """The beginning of the answer."""
    return {"starts_with": {"expect": a.text}}


def ends_with(a: Assertion) -> Spec:
    """The end of the answer."""
    return {"ends_with": {"expect": a.text}}


def regex(a: Assertion) -> Spec:
    """A pattern of JavaScript in Python's words."""
    return {"regex": {"pattern": python_pattern(a.text)}}


def python_pattern(pattern: str) -> str:
    """A regular expression of JavaScript as one of Python.

    Raises:
        Mistake: Python's has no such thing.
    """
    translated = _NAMED_GROUP.sub("(?P<", pattern).replace("[^]", r"[\s\S]")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # e.g. a bracket inside brackets
            re.compile(translated)
    except (re.error, OverflowError, RecursionError) as error:
        raise Mistake(f"Python's regular expressions do not know this pattern: {error}") from None
    return translated


def json_valid(a: Assertion) -> Spec:
    """JSON, of a schema where there is one."""
    fenced = {"fenced": True} if a.kind == "contains-json" else {}
    if fenced:
        a.changed("the JSON must be the whole answer, or stand in a block between ```json fences")
    if a.tools:
        a.changed("the answer's text is meant; a call of a tool is judged by `tool_call` and `tool_arguments`")
    schema = a.structure()
    if schema is None or schema == "":
        return {"json_valid": fenced}
    if not isinstance(schema, dict | bool):
        raise Mistake("its `value` must be a JSON Schema")
    return {"json_schema": {"schema": schema, **fenced}}


def sql(a: Assertion) -> Spec:
    """SQL of a dialect."""
    value, part = a.value, _part(a)
    name = "MySQL" if value in (None, "") else str(a.mapping("databaseType").get("databaseType", "MySQL"))
    if name.lower() not in _DIALECTS:
        raise Mistake(f"the SQL of {name[:40]} is not known")
    return {"valid_sql": {"dialect": _DIALECTS[name.lower()], "part": part}}


def xml(a: Assertion) -> Spec:
    """XML; elements that must be there have no counterpart."""
    if a.value not in (None, ""):
        raise Mistake("`requiredElements` has no counterpart; add a `regex` for each element")
    return {"valid_xml": {"part": _part(a)}}


def html(a: Assertion) -> Spec:
    """HTML from the first character to the last."""
    tags = {"regex": {"pattern": "<.*>", "full": True, "flags": ["dot_all"]}}
    return {"all_of": {"checks": [{"valid_html": {"part": "whole"}}, tags]}}


def some_html(a: Assertion) -> Spec:
    """A piece of HTML inside a text."""
    a.changed("two tags anywhere; entities and comments do not count")
    return {"regex": {"pattern": f"{_TAG}.*{_TAG}", "flags": ["dot_all"]}}


def refusal(a: Assertion) -> Spec:
    """The model refuses."""
    return {"refusal": {}}


def finish_reason(a: Assertion) -> Spec:
    """Why the answer ended."""
    return {"finish_reason": {"reason": a.text.lower()}}


def words(a: Assertion) -> Spec:
    """A number of words, or a range."""
    value = a.value
    if isinstance(value, dict):
        bounds = a.mapping("min", "max")
        found: dict[str, Any] = {key: _whole(bounds[key]) for key in ("min", "max") if bounds.get(key) is not None}
        if not found:
            raise Mistake("its `value` needs `min` or `max`")
        return {"length": {**found, "of": "words"}}
    return {"length": {"limit": f"== {_whole(value)} words"}}


def latency(a: Assertion) -> Spec:
    """Milliseconds."""
    return {"latency": {"limit": f"<= {number(_limit(a))}ms"}}


def cost(a: Assertion) -> Spec:
    """Dollars."""
    return {"cost": {"limit": f"<= {number(_limit(a))} USD"}}


def perplexity(a: Assertion) -> Spec:
    """Perplexity of the answer's own log-probabilities."""
    return {"perplexity": {"limit": f"<= {number(_limit(a))}"}}


def perplexity_score(a: Assertion) -> Spec:
    """1 / (1 + perplexity), turned back into perplexity."""
    share = a.share(0.5)
    if not share:
        raise Mistake("every answer reaches a threshold of 0")
    return {"perplexity": {"limit": f"<= {number(1 / share - 1)}"}}


def levenshtein(a: Assertion) -> Spec:
    """A distance in characters, as a share of the expected text's length."""
    wanted = a.text
    distance = math.floor(5 if a.threshold is None else a.threshold)
    if distance <= 0:
        return {"equals": {"expect": wanted, "strip": False}}
    if not wanted.strip():
        raise Mistake("its `value` must be a text")
    # Halfway to the next distance, so that rounding decides nothing.
    share = number((distance + 0.5) / len(wanted.strip()))
    return {"character_error_rate": {"limit": f"<= {share}", "reference": wanted}}


def overlap(check: str, default: float, why: str = "", **settings: Any) -> Any:
    """A measure of shared words or phrases, which promptfoo takes in lower case."""

    def translate(a: Assertion) -> Spec:
        if why:
            a.changed(why)
        [(name, arguments)] = at_least(check, a.share(default)).items()
        return {name: {**arguments, "reference": a.one_or_several, **settings}}

    return translate


def _part(a: Assertion) -> str:
    """What of the answer is read."""
    if not a.kind.startswith("contains-"):
        return "whole"
    a.changed("it must be the whole answer, or stand in a block between fences")
    return "auto"


def _case(a: Assertion) -> dict[str, bool]:
    return {"ignore_case": True} if a.kind.startswith("i") else {}


def _limit(a: Assertion) -> float:
    if a.threshold is None:
        raise Mistake("it has no `threshold`, so that it decides nothing")
    return a.threshold


def _whole(value: Any) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        raise Mistake("its `value` must be a whole number, or a mapping with `min` and `max`") from None
