"""A Dialogue while it is held: who speaks next, and what they are asked."""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

from seatrial.core.case import Case
from seatrial.core.interaction import Interaction
from seatrial.core.request import Kind, Message, Request
from seatrial.run import simulated_user
from seatrial.run.dialogue import spoken, stops_of
from seatrial.run.tool_rounds import MOST_ROUNDS, Toolbox

Speaker = Literal["target", "user"]


class Talk:
    """One attempt at a Case: its written turns, then a simulated user's where the Case has one.

    A turn begins with what a user says and ends with an answer that calls no tool, or one whose result is not known.
    Until then the results of the called tools are given back and the Target is asked again, `MOST_ROUNDS` times; a
    Target that then still calls is not asked any more, and the Dialogue is over.

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

    answers: tuple[Interaction, ...]
    said: tuple[Interaction, ...]
    _messages: tuple[Message, ...]
    _left: deque[tuple[Message, ...]]
    _rounds: int

    def __init__(
        self, case: Case, kind: Kind, answers: Sequence[Interaction] = (), said: Sequence[Interaction] = ()
    ) -> None:
        self.case, self.kind = case, kind
        self._stops = stops_of(case, kind)
        self._tools = Toolbox(case.tools)
        self._begin()
        if not self._repeats(answers, deque(said)):
            self._begin()
        self.steps = 0

    @property
    def speaker(self) -> Speaker | None:
        """Who speaks next; None when it is over."""
        if self._over:
            return None
        if self._open:
            return "target"
        return "user" if self._user_goes_on else None

    @property
    def turn(self) -> int:
        """The number of the answer that is next; the user's word before an answer has the same."""
        return len(self.answers)

    @property
    def has_turns(self) -> bool:
        """Whether it may have more than one answer."""
        return bool(self._stops[1:]) or self._user_goes_on or self._gives_back

    def goes_on(self, interaction: Interaction) -> bool:
        """Whether there is more to come when the Target answers this."""
        more = self._asks_again(interaction) or bool(self._left) or self._user_goes_on
        return more and self._lasts(interaction)

    def ended(self, interaction: Interaction) -> str | None:
        """Why the Dialogue is over when the Target answers this, where it went wrong; None where it did not."""
        if not self._asks_again(interaction):
            return None
        if self._rounds >= MOST_ROUNDS:
            return f"after {MOST_ROUNDS} rounds of tool calls without an answer"
        calls = spoken(interaction).tool_calls
        return None if self._tools.holds(calls) else "the results of the called tools are too long"

    def ends_with(self, interaction: Interaction) -> bool:
        """Whether the Dialogue is over when the simulated user says this."""
        user = self.case.user
        if user is None or interaction.failure is not None:
            return True
        return simulated_user.is_last_word(user, simulated_user.said(interaction), self._messages)

    def next_request(self, repeat: int) -> Request:
        """What the speaker is asked."""
        case = self.case
        if self.speaker == "user" and case.user is not None:
            return simulated_user.request(case.user, self._messages, case, repeat)
        return Request(
            messages=self._messages,
            tools=self._tools.offered,
            params=case.params,
            kind=self.kind,
            variables=case.variables,
            case=case.id,
            repeat=repeat,
        )

    def answer(self, interaction: Interaction) -> None:
        """The Target's Interaction."""
        again, self._over = self._asks_again(interaction), not self._lasts(interaction)
        self.answers = (*self.answers, interaction)
        self.steps += 1
        if self._over:
            return
        self._messages = (*self._messages, spoken(interaction))
        self._rounds = self._rounds + 1 if again else 0
        self._open = again or bool(self._left)
        if again:
            self._say()
        elif self._left:
            self._say(*self._left.popleft())

    def hear(self, interaction: Interaction) -> None:
        """The simulated user's Interaction."""
        self._over = self.ends_with(interaction)
        self.said = (*self.said, interaction)
        self.steps += 1
        if not self._over:
            self._open = True
            self._say(Message("user", simulated_user.said(interaction)))

    def _say(self, *messages: Message) -> None:
        """Put these behind the Target's answer, after the results of what it called."""
        results = self._tools.results(self._messages[-1].tool_calls)
        self._messages = (*self._messages, *results, *messages)

    def _lasts(self, interaction: Interaction) -> bool:
        return interaction.failure is None and self.ended(interaction) is None

    def _asks_again(self, interaction: Interaction) -> bool:
        """Whether the answer only calls tools that all give something back."""
        return self._gives_back and interaction.answer is not None and self._tools.knows(interaction.answer.tool_calls)

    def _begin(self) -> None:
        first, *others = [self.case.turns[begin:end] for begin, end in pairwise((0, *self._stops))]
        self._messages, self._left = first, deque(others)
        self.answers, self.said = (), ()
        self._open, self._over = True, False
        self._rounds = self.steps = 0

    def _repeats(self, answers: Sequence[Interaction], said: deque[Interaction]) -> bool:
        """Say again what was said; False where it does not fit."""
        for number in range(len(answers) + 1):
            if self.speaker == "user" and said and said[0].turn == number:
                self.hear(said.popleft())
            if number < len(answers):
                if self.speaker != "target":
                    return False
                self.answer(answers[number])
        return not said

    @property
    def _gives_back(self) -> bool:
        return self.kind == "chat" and bool(self._tools)

    @property
    def _user_goes_on(self) -> bool:
        user = self.case.user
        return user is not None and self.kind == "chat" and not self._over and len(self.said) < user.patience
