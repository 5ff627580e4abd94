"""A Dialogue while it is held: who speaks next, and what they are asked."""

from typing import Literal

from msgspec.structs import replace

from seatrial.core.case import Case
from seatrial.core.interaction import Interaction
from seatrial.core.request import Kind, Message, Request
from seatrial.run import simulated_user
from seatrial.run.dialogue import conversation, request, stops_of

Speaker = Literal["target", "user"]


class Talk:
    """One attempt at a Case: its written turns, then a simulated user's where the Case has one.

    Args:
        case: The Case.
        kind: How the Target is to read the messages.
        answers: What the Target has answered already.
        said: What the simulated user has said already. Where the two do not fit each other, as of a damaged journal,
            the Dialogue begins anew.

    Attributes:
        answers: The Interactions of the Target.
        said: Those of the simulated user.
        steps: How many of both were added since it was made.
    """

    def __init__(
        self, case: Case, kind: Kind, answers: tuple[Interaction, ...] = (), said: tuple[Interaction, ...] = ()
    ) -> None:
        self.case, self.kind = case, kind
        self.answers, self.said = answers, tuple[Interaction, ...]()
        self.steps = 0
        self._over = False
        self._turns, self._stops = case.turns, stops_of(case, kind)
        for interaction in said:
            if interaction.turn != len(self._stops) or self._over:
                self._restart()
                break
            self.hear(interaction)
        if len(self.answers) > len(self._stops) or (self.said and len(self.answers) < len(self._stops) - 1):
            self._restart()
        self.steps = 0

    @property
    def speaker(self) -> Speaker | None:
        """Who speaks next; None when it is over."""
        if self.answers and self.answers[-1].failure is not None:
            return None
        if len(self.answers) < len(self._stops):
            return "target"
        return "user" if self._user_goes_on else None

    @property
    def turn(self) -> int:
        """The number of the turn that is next; the user's word before a turn has the same."""
        return len(self.answers)

    @property
    def has_turns(self) -> bool:
        """Whether it may have more than one."""
        return len(self._stops) > 1 or self._user_goes_on

    @property
    def goes_on(self) -> bool:
        """Whether there is more to come when the Target answers now."""
        return len(self.answers) + 1 < len(self._stops) or self._user_goes_on

    def ends_with(self, interaction: Interaction) -> bool:
        """Whether the Dialogue is over when the simulated user says this."""
        user = self.case.user
        if user is None or interaction.failure is not None:
            return True
        return simulated_user.is_last_word(user, simulated_user.said(interaction), self._turns)

    def next_request(self, repeat: int) -> Request:
        """What the speaker is asked."""
        case = replace(self.case, turns=self._turns) if self.said else self.case
        if self.speaker == "user" and case.user is not None:
            return simulated_user.request(case.user, conversation(case, self._stops, self.answers), case, repeat)
        return request(case, self._stops, self.answers, repeat, self.kind)

    def answer(self, interaction: Interaction) -> None:
        """The Target's Interaction."""
        self.answers = (*self.answers, interaction)
        self.steps += 1

    def hear(self, interaction: Interaction) -> None:
        """The simulated user's Interaction."""
        self._over = self.ends_with(interaction)
        self.said = (*self.said, interaction)
        self.steps += 1
        if not self._over:
            self._turns = (*self._turns, Message("user", simulated_user.said(interaction)))
            self._stops = (*self._stops, len(self._turns))

    def _restart(self) -> None:
        self.answers, self.said, self._over = (), (), False
        self._turns, self._stops = self.case.turns, stops_of(self.case, self.kind)

    @property
    def _user_goes_on(self) -> bool:
        user = self.case.user
        return user is not None and self.kind == "chat" and not self._over and len(self.said) < user.patience
