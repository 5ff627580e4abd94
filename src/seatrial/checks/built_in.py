"""What the built-in Checks share: their arguments are the fields of a record, and how they say what they found.

Nobody else needs this: any object with the shape of `core.check.Check` is a Check.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, Texts, allowed, as_texts, filled
from seatrial.checks.evidence import Example
from seatrial.checks.wording import bounded, quoted
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score, Source

ANSWER = frozenset({Need.ANSWER})
ANSWER_AND_EXPECTED = frozenset({Need.ANSWER, Need.EXPECTED})
NAME_LENGTH = 80


class BuiltIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check whose arguments are its fields.

    `title` is its name in suite files, `short` the argument that a bare value stands for (`{regex: "[0-9]+"}`). The
    field `name` is what Scores show; without one it is the title, or what `called` makes of the arguments. `edition`,
    `usual_cost` and `usual_needs` hold unless the arguments say otherwise. `forms` are JSON Schemas of bare
    values where `short` does not say it all. `after` names the paper or the program that defines what it measures.
    """

    name: str = ""

    title: ClassVar[str]
    short: ClassVar[str | None] = None
    forms: ClassVar[tuple[dict[str, Any], ...]] = ()
    edition: ClassVar[str] = "1"
    usual_cost: ClassVar[Expense] = "free"
    usual_needs: ClassVar[frozenset[Need]] = ANSWER
    source: ClassVar[Source] = "check"
    after: ClassVar[str] = ""

    def __post_init__(self) -> None:
        self.prepare()
        name = self.name.strip() or self.called()
        msgspec.structs.force_setattr(self, "name", name[:NAME_LENGTH])

    @property
    def version(self) -> str:
        """Changes when it would judge differently."""
        return self.edition

    @property
    def cost(self) -> Expense:
        """What judging takes with these arguments."""
        return self.usual_cost

    @property
    def needs(self) -> frozenset[Need]:
        """What must be there to judge with these arguments."""
        return self.usual_needs

    def prepare(self) -> None:
        """Refuse arguments that have the right types and make no sense.

        Raises:
            Mistake: What is wrong and what is allowed.
        """

    def called(self) -> str:
        """The name of its Scores when the user gave none."""
        return self.title

    def judge(self, evidence: Evidence) -> Any:
        """Judge one Interaction: a Score, or an awaitable of one where judging has to wait."""
        raise NotImplementedError

    def says(self, passed: bool, reason: str, value: float | None = None, unit: str = "") -> Score:
        """A Score; without a measure its value is 1 or 0."""
        value = float(passed) if value is None else value
        return Score(self.name, passed, value, bounded(reason), self.source, self.version, unit)

    def cannot_say(self, reason: str) -> Score:
        """A Score that is not judged, and why."""
        return Score(self.name, None, None, bounded(reason), self.source, self.version)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """The Check that the value behind its title means; None for the bare title.

        Raises:
            Mistake: The arguments are wrong.
        """
        return filled(cls, cls.arguments_of(value))

    @classmethod
    def arguments_of(cls, value: Any) -> Mapping[str, Any]:
        """The arguments by name, whatever form the user chose.

        Raises:
            Mistake: A bare value where names are needed.
        """
        if value is None:
            return {}
        if isinstance(value, Mapping):
            return value
        if cls.short is None:
            raise Mistake(f"`{cls.title}` takes no bare value; {allowed(cls)}")
        return {cls.short: value}

    @classmethod
    def example(cls) -> Example:
        """How it is written, with something that passes and something that fails."""
        raise NotImplementedError


class Expecting(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check against right answers: its own `expect` wins over that of the case; any of several will do."""

    expect: Texts | None = None

    short: ClassVar[str | None] = "expect"
    usual_needs: ClassVar[frozenset[Need]] = ANSWER_AND_EXPECTED

    def prepare(self) -> None:
        """Refuse an empty list of right answers."""
        refuse_nothing(self.title, self.expect)

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and right answers unless it has its own."""
        return self.usual_needs if self.expect is None else self.usual_needs - {Need.EXPECTED}

    def right_answers(self, evidence: Evidence) -> tuple[str, ...]:
        """The right answers, any of which will do."""
        return evidence.expected if self.expect is None else as_texts(self.expect)


def refuse_nothing(title: str, expect: Texts | None) -> None:
    """Refuse an empty list of right answers.

    Raises:
        Mistake: It is empty.
    """
    if expect is not None and not as_texts(expect):
        raise Mistake(f"`{title}` has an empty `expect`; give at least one text")


def answered(evidence: Evidence) -> str:
    """The beginning of the answer, for a reason."""
    return f"the answer is {quoted(evidence.text)}" if evidence.text else "the answer is empty"
