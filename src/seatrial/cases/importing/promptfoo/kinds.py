"""The one table of promptfoo's assertion types: what translates each, or why nothing does."""

from collections.abc import Mapping

from seatrial.cases.importing.promptfoo import graded_kinds as graded
from seatrial.cases.importing.promptfoo import plain_kinds as plain
from seatrial.cases.importing.promptfoo.assertion import Assertion, Spec, Translate
from seatrial.cases.importing.promptfoo.javascript import translate_javascript
from seatrial.cases.importing.promptfoo.python_code import translate_python
from seatrial.core.errors import Mistake

_TRACES = "traces are not collected; judge the answer, or its tool calls"
_SEVERAL = "it compares the answers of several systems; use `seatrial compare`, or the check `preferred`"
_ELSEWHERE = "it asks a service outside; write a check in Python that does (`python: module:function`)"


def _nothing(why: str) -> Translate:
    def translate(a: Assertion) -> Spec:
        raise Mistake(why)

    return translate


KINDS: Mapping[str, Translate] = {
    "equals": plain.equals,
    "contains": plain.contains,
    "icontains": plain.contains,
    "contains-any": plain.contains_any,
    "icontains-any": plain.contains_any,
    "contains-all": plain.contains_all,
    "icontains-all": plain.contains_all,
    "starts-with": plain.starts_with,
    "ends-with": plain.ends_with,
    "regex": plain.regex,
    "is-json": plain.json_valid,
    "contains-json": plain.json_valid,
    "is-sql": plain.sql,
    "contains-sql": plain.sql,
    "is-xml": plain.xml,
    "contains-xml": plain.xml,
    "is-html": plain.html,
    "contains-html": plain.some_html,
    "is-refusal": plain.refusal,
    "finish-reason": plain.finish_reason,
    "word-count": plain.words,
    "latency": plain.latency,
    "cost": plain.cost,
    "perplexity": plain.perplexity,
    "perplexity-score": plain.perplexity_score,
    "levenshtein": plain.levenshtein,
    "rouge-n": plain.overlap("rouge_1", 0.75, "by ROUGE-1's F1 over the words of rouge-score's tokeniser"),
    "bleu": plain.overlap(
        "bleu", 0.5, "by sacrebleu's definition, which splits and smooths otherwise", ignore_case=True
    ),
    "gleu": plain.overlap("gleu", 0.5, ignore_case=True),
    "meteor": plain.overlap("meteor", 0.5, "by exact words and stems; synonyms do not count"),
    "similar": graded.similar,
    "similar:cosine": graded.similar,
    "similar:dot": graded.similar,
    "similar:euclidean": graded.similar,
    "llm-rubric": graded.rubric,
    "model-graded-closedqa": graded.rubric,
    "model-graded-factuality": graded.factual,
    "factuality": graded.factual,
    "g-eval": graded.steps,
    "answer-relevance": graded.answers_question,
    "context-faithfulness": graded.faithful,
    "context-recall": graded.context_recall,
    "context-relevance": graded.context_relevant,
    "conversation-relevance": _nothing("a whole conversation is judged by `keeps_context` on a case with its turns"),
    "is-valid-function-call": graded.tool_schema,
    "is-valid-openai-function-call": graded.tool_schema,
    "is-valid-openai-tools-call": graded.tool_schema,
    "tool-call-f1": graded.tool_f1,
    "trajectory:tool-used": graded.tools_used,
    "trajectory:tool-sequence": graded.tool_sequence,
    "trajectory:tool-args-match": graded.tool_arguments,
    "trajectory:step-count": graded.step_count,
    "trajectory:goal-success": graded.goal,
    "trace-span-count": _nothing(_TRACES),
    "trace-span-duration": _nothing(_TRACES),
    "trace-error-spans": _nothing(_TRACES),
    "skill-used": _nothing("skills of an agent are not recorded; judge its tool calls"),
    "javascript": translate_javascript,
    "python": translate_python,
    "ruby": _nothing("no program of others is run; write it as a check in Python (`python: module:function`)"),
    "webhook": _nothing(_ELSEWHERE),
    "classifier": _nothing(_ELSEWHERE),
    "moderation": _nothing("it asks a service outside; `toxicity` and `personal_data` judge here"),
    "guardrails": _nothing("what a provider's guard says is not recorded; judge the answer"),
    "pi": _nothing(_ELSEWHERE),
    "search-rubric": _nothing("the judge would have to search the web; use `rubric` or `factual`"),
    "research-rubric": _nothing("the judge would have to search the web; use `rubric` or `factual`"),
    "agent-rubric": _nothing("the judge would have to act; use `rubric`"),
    "video-rubric": _nothing("answers are texts"),
    "select-best": _nothing(_SEVERAL),
    "max-score": _nothing(_SEVERAL),
    "human": _nothing("people's labels come in by `seatrial judge calibrate`"),
}
"""Without `not-`, which turns each of them round."""

_OVERLAPS = frozenset({"rouge-n", "bleu", "gleu", "meteor", "levenshtein"})
_NEAR = frozenset({"similar", "similar:cosine", "similar:dot", "similar:euclidean"})
READ_PROMPT = frozenset({"llm-rubric", "model-graded-closedqa"})
"""Types whose grading prompt becomes part of the rubric."""
GRADED = READ_PROMPT | {
    *("model-graded-factuality", "factuality", "g-eval", "answer-relevance", "trajectory:goal-success"),
    *("context-faithfulness", "context-recall", "context-relevance"),
}
"""Types that a model judges."""
READ_THRESHOLD = (
    {*_OVERLAPS, *_NEAR, *GRADED, "latency", "cost", "perplexity", "perplexity-score", "tool-call-f1"}
) - {"factuality", "model-graded-factuality", "model-graded-closedqa"}
READ_VALUE = frozenset(KINDS) - {
    *("is-html", "contains-html", "is-refusal", "latency", "cost", "perplexity", "perplexity-score"),
    *("answer-relevance", "context-faithfulness", "context-relevance"),
    *("is-valid-function-call", "is-valid-openai-function-call", "is-valid-openai-tools-call"),
}


def translator(kind: str) -> Translate:
    """What translates a type.

    Raises:
        Mistake: promptfoo's documentation knows no such type.
    """
    if kind.startswith("promptfoo:redteam:"):
        raise Mistake("attacks of promptfoo are judged by its own service; use `rubric`")
    found = KINDS.get(kind)
    if found is None:
        raise Mistake("promptfoo's documentation knows no such type")
    return found
