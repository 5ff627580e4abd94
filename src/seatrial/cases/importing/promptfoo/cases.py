"""The rows of one promptfoo test: each prompt with each combination of its variables."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from seatrial.cases.importing.literal import all_literal
from seatrial.cases.importing.notes import Level
from seatrial.cases.importing.promptfoo.accounts import every, kind_of
from seatrial.cases.importing.promptfoo.assertion import Assertion
from seatrial.cases.importing.promptfoo.checks import checks_of, only_parses
from seatrial.cases.importing.promptfoo.keys import OPTION_KEYS, PARAMS, params_of
from seatrial.cases.importing.promptfoo.nunjucks import printed, rendered
from seatrial.cases.importing.promptfoo.prompts import Prompt, selected
from seatrial.cases.importing.promptfoo.tests import Test
from seatrial.cases.importing.promptfoo.variables import combinations, scope
from seatrial.cases.importing.promptfoo.work import Work
from seatrial.cases.importing.rows import Row, Written
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

_OPTIONS = {"prefix", "suffix", "disableVarExpansion", "disableDefaultAsserts", "rubricPrompt"}
_LOSES_CHECKS = ("transform", "postprocess")


class Maker(NamedTuple):
    """What the rows of all tests are made with."""

    work: Work
    prompts: list[Prompt]
    tools: list[dict[str, Any]]

    def rows(self, test: Test) -> Iterator[Row]:
        """The rows of a test; what keeps it from having any is named."""
        if not self.prompts:
            self._lose(test, "none of its prompts is imported")
            return
        if test.options.get("transformVars") is not None:
            self._lose(test, "its variables are made by a program")
            return
        chosen = selected(self.prompts, test.prompts)
        if not chosen:
            self._lose(test, f"no prompt has the label {printed(test.prompts)}")
        try:
            params = self._params(test)
            expand = test.option("disableVarExpansion") is not True
            for values in combinations(self.work, test.variables, expand=expand):
                for prompt in chosen:
                    yield from self._row(test, prompt, values, params)
        except Mistake as mistake:
            self.work.lose_by(test.tree, _what(test), mistake)

    def _lose(self, test: Test, why: str) -> None:
        self.work.lose(test.tree, _what(test), why)

    def _params(self, test: Test) -> dict[str, Any]:
        """The settings of a request among the options; the others are named."""
        written = Tree.mapping(test.options, test.tree)
        known = {name for name in _LOSES_CHECKS if only_parses(test.option(name))}
        self.work.leave(written, OPTION_KEYS, {*_OPTIONS, *PARAMS, *known}, "option ")
        params = {name: part for name, part in test.options.items() if name in PARAMS}
        return params_of(self.work, Tree.mapping(params, test.tree), "option ")

    def _row(self, test: Test, prompt: Prompt, values: dict[str, Any], params: dict[str, Any]) -> Iterator[Row]:
        missing: set[str] = set()
        around = (printed(test.option("prefix")), printed(test.option("suffix")))
        asked = prompt.filled(scope(self.work, values), around, missing)
        if not isinstance(prompt.body, str) and any(around):
            part = test.options.get("prefix") or test.options["suffix"]
            why = "they stand around a prompt that is one text; this one is a chat"
            self.work.note(Level.CHANGED, part, "option `prefix`, `suffix`", why)
        if not self._is_asked(test, asked, missing):
            return
        checks, lost = self._checks(test, values)
        if lost and not checks:
            self._lose(test, "nothing that judged it is imported, so the case is left out")
            return
        if not checks:
            why = "it has no checks of its own; those of your suite judge it"
            self.work.note(Level.CHANGED, test.tree, _what(test), why)
        if any("perplexity" in check.what for check in checks):
            params = {"logprobs": True, **params}
        case = {**self._texts(test, asked, values), "params": {**prompt.params, **params}, "tools": self.tools}
        case["tags"] = self._tags(test, prompt)
        kept = {key: value for key, value in case.items() if value}
        literal = tuple(check._replace(spec=all_literal(check.spec)) for check in checks)
        yield Row(kept, literal, test.tree.place, tuple(lost))

    def _checks(self, test: Test, values: dict[str, Any]) -> tuple[list[Written], list[str]]:
        transforms = [part.data for name in _LOSES_CHECKS if (part := test.options.get(name)) is not None]
        if not all(map(only_parses, transforms)):
            return [], [self._untransformed(part) for part in every(test.asserts)]
        base = Assertion(self.work, test.tree, "", scope(self.work, values), bool(self.tools), _context(values))
        return checks_of(
            base._replace(grading=test.options.get("rubricPrompt"), parsed=bool(transforms)),
            test.asserts,
            test.threshold,
        )

    def _untransformed(self, part: Tree) -> str:
        """The type of an assertion that would judge an answer that is changed first, which is named."""
        kind = kind_of(part)
        self.work.accounts.hear(part, kind)
        self.work.lose(part, f"assertion `{kind}`", "it judges what the test's `transform` makes of the answer")
        return kind

    def _is_asked(self, test: Test, asked: Any, missing: set[str]) -> bool:
        outside = sorted(name for name in missing if name.startswith(("env.", "_conversation")))
        if outside:
            self._lose(test, f"its prompt needs `{outside[0]}`, which the suite does not give")
            return False
        text = asked if isinstance(asked, str) else "".join(text for turn in asked for text in turn.values())
        if not text.strip():
            missed = f": the variable `{sorted(missing)[0]}` has no value" if missing else ""
            self._lose(test, f"nothing is asked{missed}")
            return False
        for name in sorted(missing):
            why = "it has no value; as in promptfoo nothing stands in its place"
            self.work.note(Level.CHANGED, test.tree, f"variable `{name}`", why)
        return True

    def _texts(self, test: Test, asked: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        """The texts of a case, none of which is a template any more."""
        name = rendered(test.description, scope(self.work, values), set()).strip()
        needed = any("context-" in str(part.value("type")) for part in test.asserts if part.is_mapping)
        context = list(_context(values)) if needed else []
        return {"id": name, "ask": all_literal(asked), "context": context, "variables": dict(values)}

    def _tags(self, test: Test, prompt: Prompt) -> dict[str, Any]:
        """Prompt, scenario, tags of the suite and metadata of the test; what is no plain value is named."""
        tags: dict[str, Any] = {"prompt": prompt.label} if len(self.prompts) > 1 and prompt.label else {}
        tags |= {"scenario": test.scenario} if test.scenario else {}
        suite = self.work.root.get("tags")
        for name, part in {**dict(suite.items() if suite is not None else ()), **test.metadata}.items():
            value = part.data
            if part.is_list and all(isinstance(each, str | int | float) for each in value):
                tags[name] = ", ".join(map(printed, value))
            elif isinstance(value, str | int | float | bool):
                tags[name] = value
            elif value is not None:
                self.work.note(Level.LEFT_OUT, part, f"metadata `{name}`", "a tag is a plain value")
        return tags


def _context(values: Mapping[str, Any]) -> tuple[str, ...]:
    context = values.get("context")
    if context in (None, "", []):
        return ()
    return tuple(printed(each) for each in (context if isinstance(context, list) else [context]))


def _what(test: Test) -> str:
    return f"test `{test.description}`" if test.description else "test"
