"""A Python function as a Check."""

import inspect
import math
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, ClassVar

from seatrial.checks.arguments import Building, filled
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.functions import arguments_for, load, name_of, parameters_of, score_of
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score

Judging = Callable[..., Any]


class Python(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A Python function judges: `module:name`, plain or async.

    Parameters named `answer` (its text), `expected`, `case`, `interaction` or `evidence` are filled by name; a single
    parameter of another name gets the Evidence. With `expected` the function is called once for each right answer
    until one passes. It gives true or false, a number (passed from `threshold` on), a pair of either and a reason, or
    a Score.
    """

    function: str
    threshold: float = 0.5

    title = "python"
    short: ClassVar[str | None] = "function"

    def prepare(self) -> None:
        """Refuse a threshold that no number reaches."""
        if not math.isfinite(self.threshold):
            raise Mistake(f"the `threshold` of `python` is a number, not {self.threshold}")

    def called(self) -> str:
        """The function's name."""
        return self.function.rpartition(":")[2]

    @property
    def cost(self) -> Expense:
        """Free, or cheap where it has to wait."""
        return "cheap" if inspect.iscoroutinefunction(self.judging) else "free"

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and right answers if the function asks for them."""
        return self.usual_needs | ({Need.EXPECTED} if "expected" in self.named else frozenset())

    @property
    def judging(self) -> Judging:
        """The function itself."""
        function: Judging = self.__dict__["judging"]
        return function

    @property
    def named(self) -> tuple[str, ...]:
        """The parameters that are filled by name."""
        names: tuple[str, ...] = self.__dict__["named_parameters"]
        return names

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Call it; what it gives may have to be waited for."""
        calls = iter(arguments_for(self.named, evidence) if self.named else [None])
        return self._next(calls, evidence)

    def _next(self, calls: Iterator[dict[str, Any] | None], evidence: Evidence) -> Score | Awaitable[Score]:
        score: Score | None = None
        for given in calls:
            result = self.judging(evidence) if given is None else self.judging(**given)
            if inspect.isawaitable(result):
                return self._wait(result, calls, evidence)
            score = score_of(result, self.name, self.threshold)
            if score.passed:
                break
        return score or self.cannot_say("There is nothing to judge by.")

    async def _wait(self, result: Awaitable[Any], calls: Iterator[dict[str, Any] | None], evidence: Evidence) -> Score:
        score = score_of(await result, self.name, self.threshold)
        for given in () if score.passed else calls:
            score = score_of(await self.judging(**(given or {})), self.name, self.threshold)
            if score.passed:
                break
        return score

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Find the function, or take the one that stands there itself."""
        arguments = dict(cls.arguments_of(value))
        function = arguments.get("function")
        if callable(function):
            arguments["function"] = f"{getattr(function, '__module__', '')}:{name_of(function)}"
        made = filled(cls, arguments)
        judging = function if callable(function) else load(made.function, building.folder)
        made.__dict__.update(judging=judging, named_parameters=parameters_of(judging))
        return made

    @classmethod
    def example(cls) -> Example:
        """A function of ours."""
        spec = {"python": "seatrial.checks.functions:ends_politely"}
        return examples_of(spec, "It leaves at 21:40. Have a good trip!", "It leaves at 21:40.")
