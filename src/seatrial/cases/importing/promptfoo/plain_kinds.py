"""promptfoo's deterministic assertions as checks.

Source: promptfoo's documentation, "Deterministic metrics".
"""

import math
import re
from typing import Any

from seatrial.cases.importing.promptfoo.assertion import Assertion, Spec, at_least, number
from seatrial.core.errors import Mistake

_DIALECTS = {
    "mysql": "mysql", "mariadb": "mysql", "postgresql": "postgres", "sqlite": "sqlite", "bigquery": "bigquery",
    "snowflake": "snowflake", "transactsql": "tsql", "hive": "hive", "redshift": "redshift", "athena": "athena",
}  # fmt: skip
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
        re.compile(translated)
    except (re.error, OverflowError, RecursionError) as error:
        raise Mistake(f"Python's regular expressions do not know this pattern: {error}") from None
    return translated


def json_valid(a: Assertion) -> Spec:
    """JSON, of a schema where there is one."""
    fenced = {}
    if a.kind == "contains-json":
        fenced = {"fenced": True}
        a.changed("the JSON must be the whole answer or stand in a ```json block")
    schema = a.structure()
    if schema is None or schema == "":
        return {"json_valid": fenced}
    if not isinstance(schema, dict | bool):
        raise Mistake("its `value` must be a JSON Schema")
    return {"json_schema": {"schema": schema, **fenced}}


def sql(a: Assertion) -> Spec:
    """SQL of a dialect."""
    value = a.value
    if value is None or value == "":
        return {"valid_sql": {"dialect": "mysql"}}
    name = str(a.mapping("databaseType").get("databaseType", "mysql"))
    if name.lower() not in _DIALECTS:
        raise Mistake(f"the SQL of {name[:40]} is not known")
    return {"valid_sql": {"dialect": _DIALECTS[name.lower()]}}


def xml(a: Assertion) -> Spec:
    """XML; elements that must be there have no counterpart."""
    if a.value not in (None, ""):
        raise Mistake("`requiredElements` has no counterpart; add a `regex` for each element")
    if a.kind == "contains-xml":
        a.changed("the XML must be the whole answer or stand in a ```xml block")
    return {"valid_xml": {}}


def html(a: Assertion) -> Spec:
    """HTML."""
    return {"valid_html": {}}


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
