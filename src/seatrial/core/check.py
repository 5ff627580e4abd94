"""A Check judges one Interaction and gives a Score. Any object with this shape will do."""

from collections.abc import Awaitable
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

import msgspec

from seatrial.core.case import Case
from seatrial.core.interaction import Interaction
from seatrial.core.score import Score


class Need(StrEnum):
    """What a Check must have to judge; without it the Score is `not judged`."""

    ANSWER = "answer"
    EXPECTED = "expected"
    REFERENCE = "reference answer"
    CONTEXT = "context"
    SESSION = "session"
    LOGPROBS = "logprobs"
    ORIGINAL = "original answer"


Expense = Literal["free", "cheap", "model"]


class Evidence(msgspec.Struct, frozen=True):
    """All that a Check sees: the Interaction, its Case (None for live traffic), the earlier turns of the Dialogue.

    `original` is the answer to the Case that a Probe made this one of.
    """

    interaction: Interaction
    case: Case | None = None
    before: tuple[Interaction, ...] = ()
    original: Interaction | None = None

    @property
    def text(self) -> str:
        """The answer's text."""
        return self.interaction.text

    @property
    def expected(self) -> tuple[str, ...]:
        """The right answers, any of which will do; empty when none is known."""
        return self.case.expect if self.case is not None else ()

    @property
    def references(self) -> tuple[str, ...]:
        """The texts to compare the answer with: the reference answer, else the right answers."""
        if self.case is None:
            return ()
        return self.case.expect if self.case.reference is None else (self.case.reference,)

    @property
    def dialogue(self) -> tuple[Interaction, ...]:
        """The whole Dialogue up to and with this Interaction."""
        return (*self.before, self.interaction)

    @property
    def context(self) -> tuple[str, ...]:
        """The documents that the answer must stand on."""
        return self.case.context if self.case is not None else ()

    def lacks(self, need: Need) -> bool:
        """Whether something that a Check needs is missing."""
        match need:
            case Need.ANSWER:
                return self.interaction.answer is None
            case Need.EXPECTED:
                return not self.expected
            case Need.REFERENCE:
                return not self.expected and (self.case is None or self.case.reference is None)
            case Need.CONTEXT:
                return not self.context
            case Need.SESSION:
                return not self.before and self.interaction.session is None
            case Need.ORIGINAL:
                return self.original is None or self.original.answer is None
            case Need.LOGPROBS:
                return self.interaction.answer is None or self.interaction.answer.logprobs is None


@runtime_checkable
class Check(Protocol):
    """A judge without state: results live in Scores.

    `cost` says what judging takes: nothing (free), milliseconds (cheap), or asking a model. A free Check gives its
    Score at once; one that has to wait gives an awaitable. It may raise: whoever calls it makes that `not judged`.
    """

    @property
    def name(self) -> str:
        """The name that Scores, reports and gates show."""
        ...

    @property
    def version(self) -> str:
        """Changes when the judge would judge differently."""
        ...

    @property
    def needs(self) -> frozenset[Need]:
        """What must be there to judge."""
        ...

    @property
    def cost(self) -> Expense:
        """What judging takes."""
        ...

    def judge(self, evidence: Evidence) -> Score | Awaitable[Score]:
        """Judge one Interaction."""
        ...
