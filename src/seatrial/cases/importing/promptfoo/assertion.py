"""One assertion of promptfoo on its way to a check: its value filled, its threshold read."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from seatrial.cases.importing.promptfoo.nunjucks import printed, rendered
from seatrial.cases.importing.promptfoo.table import comma_separated
from seatrial.cases.importing.promptfoo.work import Work, is_reference, parsed_yaml, refuse_script
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

Spec = dict[str, Any]


class Assertion(NamedTuple):
    """An assertion of one case.

    Attributes:
        work: The import.
        tree: Where it stands.
        kind: Its type without `not-`.
        variables: Those of the case, and `env`.
        tools: Whether the case names tools.
        context: The documents that the case gives to stand on.
        grading: The grading prompt of the test's options, where there is one.
        parsed: Whether the answer is read as JSON before it is judged.
    """

    work: Work
    tree: Tree
    kind: str
    variables: Mapping[str, Any]
    tools: bool = False
    context: tuple[str, ...] = ()
    grading: Tree | None = None
    parsed: bool = False

    @property
    def grading_prompt(self) -> str:
        """The user's own grading prompt as a text, the answer named in its place; empty without one.

        Raises:
            Mistake: It is a program, or cannot be filled.
        """
        part = self.tree.get("rubricPrompt") or self.grading
        if part is None:
            return ""
        if is_reference(part.data):
            refuse_script(part.data)
            part = self.work.loaded(part.data, part)
        known = {**self.variables, "output": "(the answer)", "rubric": printed(self.value or "")}
        return "\n\n".join(rendered(text, known, set()) for text in _texts(part.data) if text.strip())

    @property
    def name(self) -> dict[str, str]:
        """The name of its Scores, where it has one."""
        metric = self.tree.value("metric")
        if metric is None:
            return {}
        return {"name": rendered(str(metric), self.variables, set())[:80]}

    @property
    def value(self) -> Any:
        """Its value: a file's contents, or with variables filled; nothing when it has none.

        Raises:
            Mistake: The file is a program or cannot be read, or a variable has no value.
        """
        part = self.tree.get("value")
        return None if part is None else self._filled(part)

    @property
    def text(self) -> str:
        """Its value as one text.

        Raises:
            Mistake: It has none.
        """
        value = self.value
        if value is None or isinstance(value, dict | list) or printed(value) == "":
            raise Mistake("its `value` must be a text")
        return printed(value)

    @property
    def texts(self) -> list[str]:
        """Its value as several texts; a single text may hold them between commas.

        Raises:
            Mistake: It has none.
        """
        value = self.value
        found = comma_separated(value) if isinstance(value, str) else value
        if not isinstance(found, list) or not found or not all(printed(each).strip() for each in found):
            raise Mistake("its `value` must be a list of texts, none of them empty")
        return [printed(each) for each in found]

    @property
    def one_or_several(self) -> str | list[str]:
        """Its value as a text, or as the list of texts that it is."""
        value = self.value
        return self.texts if isinstance(value, list) else self.text

    @property
    def threshold(self) -> float | None:
        """Its threshold as written.

        Raises:
            Mistake: It is no number.
        """
        part = self.tree.get("threshold")
        if part is None:
            return None
        value = rendered(part.data, self.variables, set()) if isinstance(part.data, str) else part.data
        try:
            return float(value)
        except (TypeError, ValueError):
            raise Mistake("its `threshold` must be a number") from None

    def mapping(self, *keys: str) -> Mapping[str, Any]:
        """Its value as a mapping with these keys only.

        Raises:
            Mistake: It is none, or has other keys.
        """
        value = self.value
        if not isinstance(value, dict):
            raise Mistake("its `value` must be a mapping")
        unknown = sorted(set(map(str, value)) - set(keys))
        if unknown:
            raise Mistake(f"`value.{unknown[0]}` has no counterpart here")
        return value

    def structure(self) -> Any:
        """Its value as a structure; a text is YAML or JSON.

        Raises:
            Mistake: It is neither.
        """
        value = self.value
        return parsed_yaml(value, self.tree, self.work.files).data if isinstance(value, str) else value

    def changed(self, why: str) -> None:
        """Say that the check means something a little different."""
        self.work.notes.changed(self.tree.place, f"assertion `{self.kind}`", why)

    def share(self, default: float) -> float:
        """Its threshold, which is a share."""
        return min(1.0, max(0.0, default if self.threshold is None else self.threshold))

    def _filled(self, part: Tree) -> Any:
        if is_reference(part.data):
            refuse_script(part.data)
            return self.work.loaded(part.data, part).data
        if isinstance(part.data, str) and part.data.startswith("package:"):
            raise Mistake("`package:` names a program, and no program of others is run")
        return self._rendered(part)

    def _rendered(self, part: Tree) -> Any:
        if part.is_list:
            return [self._filled(each) if isinstance(each.data, str) else self._rendered(each) for each in part.each()]
        if part.is_mapping:
            return {key: self._rendered(each) for key, each in part.items()}
        if not isinstance(part.data, str):
            return part.data
        missing: set[str] = set()
        text = rendered(part.data, self.variables, missing)
        if missing:
            raise Mistake(f"the variable `{sorted(missing)[0]}` in its `value` has no value")
        return text


def _texts(prompt: Any) -> list[str]:
    """The texts of a prompt: of a list, of messages, of a chat in JSON."""
    if isinstance(prompt, str) and prompt.lstrip().startswith("["):
        try:
            prompt = json.loads(prompt)
        except (ValueError, RecursionError):
            return [prompt]
    if isinstance(prompt, list):
        return [text for each in prompt for text in _texts(each)]
    if isinstance(prompt, dict):
        return _texts(prompt.get("content", ""))
    return [printed(prompt)]


Translate = Callable[[Assertion], Spec]


def at_least(check: str, share: float) -> Spec:
    """A comparison from a share on, with the arguments by name."""
    return {check: {"limit": f">= {number(share)}"}}


def number(value: float) -> str:
    """A number as a limit writes it: never in powers of ten."""
    return f"{value:.9f}".rstrip("0").rstrip(".") or "0"
