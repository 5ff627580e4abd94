"""What each key of a promptfoo suite means to an import: those that are not read, and why.

Source: promptfoo's documentation, "Configuration reference", "Test case", "Assertions and metrics".
"""

from collections.abc import Mapping
from typing import Any

from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.work import Work
from seatrial.cases.importing.trees import Tree

Reasons = Mapping[str, tuple[Level, str]]
_LEFT, _CHANGED, _LOST = Level.LEFT_OUT, Level.CHANGED, Level.NOT_IMPORTED
_GRADER = "who judges is a target of your suite: call it `judge`"
_RUNNING = "how a run goes is said in your suite (`repeat`, `concurrency`) and on the command line"

SUITE_KEYS: Reasons = {
    "description": (_LEFT, "a suite has a name instead"),
    "providers": (_LEFT, "what is asked is a target of your suite"),
    "targets": (_LEFT, "what is asked is a target of your suite"),
    "providerPromptMap": (_CHANGED, "every target is asked every prompt"),
    "outputPath": (_LEFT, "where reports go is said by `--out`"),
    "sharing": (_LEFT, "nothing is uploaded"),
    "evaluateOptions": (_LEFT, _RUNNING),
    "defaultSettings": (_LEFT, _RUNNING),
    "commandLineOptions": (_LEFT, _RUNNING),
    "extensions": (_LOST, "programs that change tests while they run are not run; write their results into the tests"),
    "nunjucksFilters": (_CHANGED, "filters that are programs are not run; a text that uses one is named"),
    "derivedMetrics": (_LEFT, "sums over a run are metrics of your suite; they decide nothing in promptfoo"),
    "redteam": (_LOST, "attacks that promptfoo would generate are not in the file"),
    "tracing": (_LEFT, "traces are not collected"),
    "metadata": (_LEFT, "it describes the suite, not its cases"),
    "writeLatestResults": (_LEFT, "every run is kept"),
    "author": (_LEFT, "it describes the suite, not its cases"),
    "mediaStorage": (_LEFT, "cases hold text"),
    "version": (_LEFT, "it describes the file"),
    "$schema": (_LEFT, "it is for editors"),
}
PROVIDER_KEYS: Reasons = {
    "prompts": (_CHANGED, "every target is asked every prompt"),
    "transform": (_CHANGED, "it changes the answer before it is judged; your target has to give it like that"),
}
PROMPT_KEYS: Reasons = {
    "function": (_LOST, "a prompt that is a program is not run; paste its text"),
    "prefix": (_CHANGED, "write it into the prompt"),
    "suffix": (_CHANGED, "write it into the prompt"),
}
TEST_KEYS: Reasons = {
    "provider": (_LEFT, "what is asked is a target of your suite"),
    "providers": (_CHANGED, "every target is asked every case; choose cases by `--slice`"),
    "providerOutput": (_CHANGED, "the answer is asked for; answers that are there already are a target `recorded`"),
    "assertScoringFunction": (_LOST, "a program weighs the checks; programs of others are not run"),
    "config": (_LEFT, "promptfoo hands it to programs"),
    "id": (_LEFT, "the description names a case"),
    "storeOutputAs": (_LOST, "a later test takes this answer as a variable; write both turns into one case"),
}
OPTION_KEYS: Reasons = {
    "transform": (_LOST, "a program changes the answer before it is judged; programs of others are not run"),
    "postprocess": (_LOST, "a program changes the answer before it is judged; programs of others are not run"),
    "transformVars": (_LOST, "a program changes the variables; write what they come to into the tests"),
    "storeOutputAs": (_LOST, "a later test takes this answer as a variable; write both turns into one case"),
    "provider": (_LEFT, _GRADER),
    "factuality": (_CHANGED, "which relations pass is said by the check `factual`"),
    "runSerially": (_LEFT, "cases do not depend on each other"),
    "disableConversationVar": (_LEFT, "cases do not depend on each other"),
    "repeat": (_LEFT, _RUNNING),
    "timeout": (_LEFT, "how long to wait is said by the target"),
}
ASSERTION_KEYS: Reasons = {
    "provider": (_LEFT, _GRADER),
    "transform": (_LOST, "a program changes the answer before it is judged; programs of others are not run"),
    "contextTransform": (_LOST, "a program finds the context in the answer; programs of others are not run"),
    "config": (_LEFT, "promptfoo hands it to programs"),
    "description": (_LEFT, "a check is named by its `metric`"),
}
SCENARIO_KEYS: Reasons = {"id": (_LEFT, "the description names a scenario")}

PARAMS = frozenset(
    {
        *("temperature", "top_p", "seed", "stop", "response_format", "tool_choice", "reasoning_effort"),
        *("max_tokens", "max_completion_tokens", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"),
    }
)
"""Settings of a request that a case carries in `params`."""


def params_of(work: Work, config: Tree, where: str) -> dict[str, Any]:
    """The settings of a request in a `config` or `options`; the others are named."""
    found: dict[str, Any] = {}
    for key, part in config.items():
        if key not in PARAMS:
            work.note(Level.LEFT_OUT, part, f"{where}`config.{key}`", "it is a setting of promptfoo's provider")
        elif isinstance(part.data, str) and part.data.startswith("file://"):
            found[key] = work.loaded(part.data, part).data
        else:
            found[key] = part.data
    return found
