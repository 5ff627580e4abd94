"""Does a place in the answer's JSON hold the right value?"""

import math
import re
from functools import cached_property
from typing import Any, ClassVar, Protocol

import msgspec

from seatrial.checks.built_in import BuiltIn, answered
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.json_texts import MOST_CHARACTERS, NotJson, read_json, same_value, shown
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

_MOST_SHOWN = 3


class _Path(Protocol):
    def findall(self, data: Any) -> list[Any]: ...


class JsonPath(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A JSONPath (RFC 9535) finds the right value in the answer's JSON; of several finds, any will do.

    One of `equals` (numbers within `tolerance`), `one_of`, `matches` (a regular expression, anywhere in a text) and
    `exists` (true or false) says what is right; without one, something must be there.
    """

    path: str
    equals: Any = msgspec.UNSET
    one_of: tuple[Any, ...] | None = None
    matches: str | None = None
    exists: bool | None = None
    tolerance: float = 0.0
    fenced: bool = False

    title = "json_path"
    short: ClassVar[str | None] = "path"

    def called(self) -> str:
        """`json_path $.fare`."""
        return f"{self.title} {self.path}"

    def prepare(self) -> None:
        """Refuse a bad path, a bad pattern and more than one demand."""
        demands = [self.equals is not msgspec.UNSET, self.one_of is not None]
        if sum([*demands, self.matches is not None, self.exists is not None]) > 1:
            raise Mistake("`json_path` takes one of `equals`, `one_of`, `matches` and `exists`")
        if self.one_of == ():
            raise Mistake("`one_of` of `json_path` is empty; give at least one value")
        if not (math.isfinite(self.tolerance) and self.tolerance >= 0):
            raise Mistake("`tolerance` of `json_path` is a number from 0 on")
        _ = self.compiled, self.pattern

    @cached_property
    def compiled(self) -> _Path:
        """The path, compiled once."""
        return _compiled(self.path)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The pattern of `matches`, compiled once."""
        try:
            return re.compile(self.matches or "")
        except re.error as error:
            raise Mistake(f"{quoted(self.matches or '')} is no regular expression: {error}") from None

    def judge(self, evidence: Evidence) -> Score:
        """Read the JSON, follow the path, compare."""
        if len(evidence.text) > MOST_CHARACTERS:
            return self.cannot_say(f"The answer has {len(evidence.text):,} characters; 200,000 are looked into.")
        try:
            value = read_json(evidence.text, self.fenced)
        except NotJson as error:
            return self.says(False, f"It is no JSON: {error}; {answered(evidence)}.")
        found = self._found(value)
        if not found or self.exists is not None:
            there = "There is something" if found else "Nothing is"
            return self.says(bool(found) == (self.exists is not False), f"{there} at `{self.path}`.")
        passed = any(map(self._right, found))
        holds = ", ".join(shown(each)[:60] for each in found[:_MOST_SHOWN])
        return self.says(passed, f"`{self.path}` holds {holds}{self._wanted()}.")

    def _found(self, value: Any) -> list[Any]:
        """What stands at the path; the library would read JSON inside a text, where there is no place but the root."""
        if isinstance(value, str):
            return [value] if self.path.strip() == "$" else []
        return self.compiled.findall(value)

    def _right(self, value: Any) -> bool:
        if self.one_of is not None:
            return any(same_value(value, each, self.tolerance) for each in self.one_of)
        if self.matches is not None:
            return self.pattern.search(value if isinstance(value, str) else shown(value)) is not None
        return self.equals is msgspec.UNSET or same_value(value, self.equals, self.tolerance)

    def _wanted(self) -> str:
        if self.one_of is not None:
            return f", right is one of {shown(self.one_of)[:60]}"
        if self.matches is not None:
            return f", right is what matches {quoted(self.matches)}"
        return "" if self.equals is msgspec.UNSET else f", right is {shown(self.equals)[:60]}"

    @classmethod
    def example(cls) -> Example:
        """A fare, right and wrong."""
        spec = {"json_path": {"path": "$.fare", "equals": 12.5}}
        return examples_of(spec, '{"fare": 12.50}', '{"fare": 21.5}')


def _compiled(path: str) -> _Path:
    import jsonpath

    try:
        made: _Path = jsonpath.compile(path)
    except jsonpath.JSONPathError as error:
        raise Mistake(f"{quoted(path)} is no JSONPath: {str(error).partition(chr(10))[0]}") from None
    return made
