"""The one table of Checks: built-in ones as data, imported when used, and those of entry points `seatrial.checks`."""

from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from seatrial.checks.arguments import did_you_mean
from seatrial.checks.wording import first_line
from seatrial.core.errors import Mistake

GROUP = "seatrial.checks"
_FAMILIES = {
    "plain": {
        "asks": "asks:Asks",
        "choice": "choice:Choice",
        "confidence": "confidence:Confidence",
        "contains": "contains:Contains",
        "contains_all": "contains_all:ContainsAll",
        "contains_any": "contains_any:ContainsAny",
        "cost": "cost:Cost",
        "ends_with": "ends_with:EndsWith",
        "equals": "equals:Equals",
        "finish_reason": "finish_reason:FinishReason",
        "first_token": "first_token:FirstToken",
        "json_path": "json_path:JsonPath",
        "json_schema": "json_schema:JsonSchema",
        "json_valid": "json_valid:JsonValid",
        "label": "label:Label",
        "latency": "latency:Latency",
        "length": "length:Length",
        "not_any_of": "not_any_of:NotAnyOf",
        "number": "number:Number",
        "python": "python:Python",
        "regex": "regex:Regex",
        "starts_with": "starts_with:StartsWith",
        "tokens": "tokens:Tokens",
    },
    "combined": {
        "all_of": "all_of:AllOf",
        "any_of": "any_of:AnyOf",
        "every_turn": "every_turn:EveryTurn",
        "not": "negation:Not",
        "some_turn": "some_turn:SomeTurn",
        "turn": "turn:Turn",
        "weighted": "weighted:Weighted",
    },
    "reference": {
        "bleu": "bleu:Bleu",
        "character_error_rate": "character_error_rate:CharacterErrorRate",
        "chrf": "chrf:Chrf",
        "edit_similarity": "edit_similarity:EditSimilarity",
        "exact_match": "exact_match:ExactMatch",
        "f1": "f1:F1",
        "gleu": "gleu:Gleu",
        "list_f1": "list_f1:ListF1",
        "list_match": "list_match:ListMatch",
        "meteor": "meteor:Meteor",
        "rouge_1": "rouge_1:Rouge1",
        "rouge_2": "rouge_2:Rouge2",
        "rouge_l": "rouge_l:RougeL",
        "rouge_lsum": "rouge_lsum:RougeLsum",
        "same_answer": "same_answer:SameAnswer",
        "ter": "ter:Ter",
        "word_error_rate": "word_error_rate:WordErrorRate",
    },
    "meaning": {
        "bertscore": "bertscore:BertScore",
        "context_use": "context_use:ContextUse",
        "lexical_similarity": "lexical_similarity:LexicalSimilarity",
        "perplexity": "perplexity:Perplexity",
        "relevant": "relevant:Relevant",
        "similar": "similar:Similar",
    },
    "properties": {
        "citations": "citations:Citations",
        "language": "language:Language",
        "numbers_from_context": "numbers_from_context:NumbersFromContext",
        "personal_data": "personal_data:PersonalData",
        "profanity": "profanity:Profanity",
        "readability": "readability:Readability",
        "refusal": "refusal:Refusal",
        "repetition": "repetition:Repetition",
        "secrets": "secrets:Secrets",
        "sentiment": "sentiment:Sentiment",
        "toxicity": "toxicity:Toxicity",
        "urls": "urls:Urls",
        "valid_html": "valid_html:ValidHtml",
        "valid_markdown": "valid_markdown:ValidMarkdown",
        "valid_python": "valid_python:ValidPython",
        "valid_sql": "valid_sql:ValidSql",
        "valid_xml": "valid_xml:ValidXml",
        "valid_yaml": "valid_yaml:ValidYaml",
    },
    "graded": {
        "answers_question": "answers_question:AnswersQuestion",
        "asks_back": "asks_back:AsksBack",
        "coherent": "coherent:Coherent",
        "context_precision": "context_precision:ContextPrecision",
        "context_recall": "context_recall:ContextRecall",
        "context_relevant": "context_relevant:ContextRelevant",
        "factual": "factual:Factual",
        "faithful": "faithful:Faithful",
        "keeps_context": "keeps_context:KeepsContext",
        "preferred": "preferred:Preferred",
        "reaches_goal": "reaches_goal:ReachesGoal",
        "refuses": "refuses:Refuses",
        "rubric": "rubric:Rubric",
        "sensible_specific": "sensible_specific:SensibleSpecific",
        "stays_in_role": "stays_in_role:StaysInRole",
        "stepwise": "stepwise:Stepwise",
    },
    "detectors": {
        "adopts": "adopts:Adopts",
        "attempted": "attempted:Attempted",
        "canary": "canary:Canary",
        "complies": "complies:Complies",
        "control": "control:Control",
        "forbidden_call": "forbidden_call:ForbiddenCall",
        "gives_in": "gives_in:GivesIn",
        "known_packages": "known_packages:KnownPackages",
        "leaks": "leaks:Leaks",
        "repeats": "repeats:Repeats",
        "sink": "sink:Sink",
    },
    "tools": {
        "forbidden_tools": "forbidden_tools:ForbiddenTools",
        "steps": "steps:Steps",
        "tool_arguments": "tool_arguments:ToolArguments",
        "tool_call": "tool_call:ToolCalls",
        "tool_f1": "tool_f1:ToolF1",
        "tool_loop": "tool_loop:ToolLoop",
        "tools_used": "tools_used:ToolsUsed",
    },
}
"""Family (a folder of `judges/`) -> the name in suite files -> module and class."""
_BUILT_IN = {
    name: EntryPoint(name, f"seatrial.checks.judges.{family}.{place}", GROUP)
    for family, places in _FAMILIES.items()
    for name, place in places.items()
}


def family(name: str) -> str:
    """The family of a built-in Check; nothing for a third party's."""
    return next((family for family, places in _FAMILIES.items() if name in places), "")


def names() -> tuple[str, ...]:
    """All known names, the built-in ones first; a built-in name cannot be taken over."""
    return (*sorted(_BUILT_IN), *sorted({point.name for point in _third_parties()}))


def find(name: str) -> Any:
    """The class (or factory) of that name.

    Raises:
        Mistake: There is none, or a third party's cannot be imported.
    """
    point = _BUILT_IN.get(name) or next((each for each in _third_parties() if each.name == name), None)
    if point is None:
        known = names()
        hint = did_you_mean(name, known)
        raise Mistake(f"there is no check `{name[:80]}`{hint or '; known are ' + ', '.join(known)}")
    if name in _BUILT_IN:
        return point.load()
    try:
        return point.load()
    except Exception as error:  # a third party's module may raise anything while it is imported
        raise Mistake(f"the check `{name}` ({point.value}) cannot be imported: {first_line(error)}") from error


def _third_parties() -> Iterator[EntryPoint]:
    return (point for point in entry_points(group=GROUP) if point.name not in _BUILT_IN)
