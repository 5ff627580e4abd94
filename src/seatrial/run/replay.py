"""A journal read back: the attempts that are whole, and what an interrupted run has left open."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from seatrial.core.interaction import Interaction
from seatrial.core.run import Attempt, RunInfo, RunState
from seatrial.store.entries import Answered, Asked, Begun, Concluded, Ended, Judged, Resumed, Spoken
from seatrial.store.lines import Damage, Entries


class Key(NamedTuple):
    """One attempt at a case."""

    suite: str
    case: str
    repeat: int


@dataclass(slots=True)
class JournalState:
    """What a journal says as a whole.

    Attributes:
        info: The run's head; None when it is lost.
        state: How the run ended; `running` when it does not say (then its process died, unless it is at work).
        reasons: Why it was interrupted.
        readiness: What its gates came to, once they were judged.
        done: The `hash` of the Key of every attempt that needs nothing more (valid within this process only).
        attempts: How many these are.
        unjudged: Answered but not judged: they are judged again without being asked again.
        partial: Dialogues of which some turns are answered: they go on behind these.
        said: What the simulated user has said in these and in the unjudged ones, its own Interactions.
        users: What simulated users cost in the attempts that are done, in nano-units by currency.
        in_flight: Requests that went out without an answer coming back.
        asked_again: Requests of the same kind that earlier resumptions have already asked again.
        resumptions: How often the run was taken up again.
        damage: Lines that could not be read.
    """

    info: RunInfo | None = None
    state: RunState = "running"
    reasons: tuple[str, ...] = ()
    readiness: str | None = None
    done: set[int] = field(default_factory=set)
    attempts: int = 0
    unjudged: dict[Key, tuple[Interaction, ...]] = field(default_factory=dict)
    partial: dict[Key, tuple[Interaction, ...]] = field(default_factory=dict)
    said: dict[Key, tuple[Interaction, ...]] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    in_flight: int = 0
    asked_again: int = 0
    resumptions: int = 0
    damage: Damage = field(default_factory=Damage)


class Replay:
    """Iterates over the whole attempts of a journal; afterwards `state` holds the rest (all but `done`).

    Only what is open is held in memory: as much as was in flight at once.
    """

    def __init__(self, path: Path) -> None:
        self.state = JournalState()
        self._entries = Entries(path)
        self._open: dict[Key, tuple[Interaction, ...]] = {}
        self._last: dict[str, Key] = {}
        self._over: set[Key] = set()
        self._asked: set[tuple[Key, int]] = set()

    def __iter__(self) -> Iterator[Attempt]:
        for entry in self._entries:
            match entry:
                case Asked(suite, case, repeat, turn):
                    self._asked.add((Key(suite, case, repeat), turn))
                case Answered(interaction, more):
                    yield from self._answered(interaction, more)
                case Spoken(interaction, more):
                    self._spoken(interaction, more)
                case Judged(id, scores):
                    key = self._last.get(id)
                    if key is not None:
                        yield Attempt(self._close(key), scores)
                case Begun():
                    self.state.info = entry.info
                case Ended():
                    self.state.state, self.state.reasons = entry.state, entry.reasons
                case Concluded():
                    self.state.readiness = entry.readiness
                case Resumed():
                    self._resumed(entry)
        self._finish()

    def _answered(self, interaction: Interaction, more: bool) -> Iterator[Attempt]:
        key = _key(interaction)
        self._asked.discard((key, interaction.turn))
        if interaction.turn == 0:
            self._close(key)
        before = self._open.get(key, ())
        if before:
            self._last.pop(before[-1].id, None)
        self._open[key] = (*before, interaction)
        self._last[interaction.id] = key
        if interaction.failure is not None:
            yield Attempt(self._close(key), ())
        elif not more:
            self._over.add(key)

    def _spoken(self, interaction: Interaction, more: bool) -> None:
        key = _key(interaction)
        self._asked.discard((key, interaction.turn))
        if key in self._open:
            self.state.said[key] = (*self.state.said.get(key, ()), interaction)
            if not more:
                self._over.add(key)

    def _close(self, key: Key) -> tuple[Interaction, ...]:
        """Nothing more is to come of this Dialogue."""
        dialogue = self._open.pop(key, ())
        if dialogue:
            self._last.pop(dialogue[-1].id, None)
        self._over.discard(key)
        for each in self.state.said.pop(key, ()):
            if each.cost is not None:
                self.state.users[each.cost.currency] = self.state.users.get(each.cost.currency, 0) + each.cost.nanos
        return dialogue

    def _resumed(self, entry: Resumed) -> None:
        self.state.asked_again += entry.in_flight
        self.state.resumptions += 1
        self.state.state, self.state.reasons, self.state.readiness = "running", (), None
        self._asked.clear()

    def _finish(self) -> None:
        for key, dialogue in self._open.items():
            whole = [interaction.turn for interaction in dialogue] == list(range(len(dialogue)))
            if key in self._over:
                self.state.unjudged[key] = dialogue
            elif whole:
                self.state.partial[key] = dialogue
        self.state.in_flight = len(self._asked)
        self.state.damage = self._entries.damage


def _key(interaction: Interaction) -> Key:
    return Key(interaction.suite or "", interaction.case or "", interaction.repeat)


def replay(path: Path) -> Iterator[Attempt]:
    """Every attempt of a journal, in the order in which they ended; answers nobody has judged come last, unscored.

    Raises:
        CannotRun: The file cannot be read.
    """
    journal = Replay(path)
    yield from journal
    for dialogue in journal.state.unjudged.values():
        yield Attempt(dialogue, ())


def state(path: Path, each: Callable[[Attempt], None] | None = None) -> JournalState:
    """Read a journal through and say where the run stands; `each` is given every whole attempt on the way.

    Raises:
        CannotRun: The file cannot be read.
    """
    journal = Replay(path)
    found = journal.state
    for attempt in journal:
        last = attempt.dialogue[-1]
        found.done.add(hash(Key(last.suite or "", last.case or "", last.repeat)))
        found.attempts += 1
        if each is not None:
            each(attempt)
    return found
