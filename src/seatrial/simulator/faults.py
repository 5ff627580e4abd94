"""Which planted faults strike a request: the same for the same seed, text and occurrence, in whatever order they come.

A fault strikes when its conditions hold and hash(seed, name, text, occurrence) < rate. The text is what the user and
the tools said, with the form that was asked for (JSON, tools); the occurrence counts how often this server was asked
that before, so that repeats of one question may differ while a second server with the same seed does the same again.
Requests that are refused at the door (429, 500, reset) are counted apart, so that a retry changes no answer. Only what
says so depends on the order of arrival: `every`, bursts, cold starts and everything with seconds in it.
"""

import hashlib
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from seatrial.simulator.fault_kinds import (
    BelieveFalsehoods,
    BreakJson,
    ColdStart,
    DoorFault,
    Drift,
    Fault,
    ObeyErrands,
    Planted,
    RateLimit,
    ServerError,
)
from seatrial.simulator.language import normalise
from seatrial.simulator.schema import When

MAX_TEXTS = 200_000
MAX_REMEMBERED = 2_000
_Kind = TypeVar("_Kind", bound=Planted)


class Circumstances(msgspec.Struct, frozen=True, kw_only=True):
    """What faults look at: `text` and `form` (JSON, tools) name the case, the rest is for conditions."""

    text: str
    form: str = ""
    asked: str = ""
    language: str = ""
    topic: str = ""
    upper_case: bool = False
    typo: bool = False
    paraphrase: bool = False
    unfamiliar_words: bool = False
    errand: bool = False
    falsehood: bool = False
    turns: int = 1
    json: bool = False
    stream: bool = False

    @property
    def case(self) -> str:
        """What tells this case from others."""
        return f"{self.text}\0{self.form}" if self.form else self.text


class Strike(NamedTuple):
    """A fault that strikes: `strength` grows from 0 to 1 while it ramps up, `draw` is a second number in [0, 1)."""

    fault: Fault
    strength: float
    draw: float


class Strikes(tuple[Strike, ...]):
    """All faults that strike one request, in the order of the persona file."""

    __slots__ = ()

    def first(self, kind: type[_Kind]) -> _Kind | None:
        """The first fault of a kind, if any."""
        return next((strike.fault for strike in self if isinstance(strike.fault, kind)), None)

    def each(self, kind: type[_Kind]) -> list[_Kind]:
        """All faults of a kind."""
        return [strike.fault for strike in self if isinstance(strike.fault, kind)]


NOTHING = Strikes()


def draw(seed: int, *parts: str | int) -> float:
    """A number in [0, 1) that depends on nothing but its arguments (BLAKE2b, 53 bits)."""
    text = "\0".join(str(part) for part in (seed, *parts))
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return (int.from_bytes(digest, "big") >> 11) / (1 << 53)


class FaultBook:
    """Decides which faults strike, and keeps count of what was done.

    Args:
        faults: The planted faults.
        seed: Decides everything that is left to chance.
        clock: Seconds that only grow.
    """

    def __init__(self, faults: Sequence[Fault], seed: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._door = [fault for fault in faults if isinstance(fault, DoorFault)]
        self._inside = [fault for fault in faults if not isinstance(fault, DoorFault)]
        self._seed, self._clock, self._started = seed, clock, clock()
        self._knocked, self._answered = _Occurrences(), _Occurrences()
        self._left_in_burst: Counter[str] = Counter()
        self._closed_until: dict[str, float] = {}
        self.requests = 0
        self.met: Counter[str] = Counter()
        self.struck: Counter[str] = Counter()
        self.continued: Counter[str] = Counter()
        self.last: deque[dict[str, Any]] = deque(maxlen=MAX_REMEMBERED)

    def at_door(self, seen: Circumstances) -> Strikes:
        """The faults that refuse the request that has just arrived; every call counts as one request."""
        self.requests += 1
        return self._decide(self._door, seen, self._knocked)

    def inside(self, seen: Circumstances) -> Strikes:
        """The faults that spoil the answer to a request that was let in."""
        return self._decide(self._inside, seen, self._answered)

    def _decide(self, faults: Sequence[Fault], seen: Circumstances, counts: "_Occurrences") -> Strikes:
        if not faults:
            return NOTHING
        occurrence = counts.next(seen.case)
        return Strikes(strike for fault in faults if (strike := self._try(fault, seen, occurrence)) is not None)

    def closed_for(self, fault: RateLimit) -> float:
        """Seconds until a rate limit opens again."""
        return max(0.0, self._closed_until.get(fault.label, 0.0) - self._clock())

    def _try(self, fault: Fault, seen: Circumstances, occurrence: int) -> Strike | None:
        if self._goes_on(fault):
            self.continued[fault.label] += 1
            return Strike(fault, 1.0, 0.0)
        now, index = self._clock() - self._started, self.requests - 1
        if not _holds(fault.when, seen, now, index) or not _fits_kind(fault, seen, index):
            return None
        self.met[fault.label] += 1
        counted = 0 if fault.sticky else occurrence
        if draw(self._seed, fault.label, seen.case, counted) >= fault.rate:
            return None
        self.struck[fault.label] += 1
        self.last.append({"fault": fault.label, "text": seen.text[:500], "occurrence": occurrence})
        if isinstance(fault, RateLimit | ServerError) and fault.burst > 1:
            self._left_in_burst[fault.label] = fault.burst - 1
        if isinstance(fault, RateLimit):
            self._closed_until[fault.label] = self._clock() + fault.lasts
        return Strike(fault, _strength(fault, now), draw(self._seed, fault.label, "second", seen.case, counted))

    def _goes_on(self, fault: Fault) -> bool:
        """Whether a burst or a closed door of an earlier strike takes this request, too."""
        if self._left_in_burst[fault.label] > 0:
            self._left_in_burst[fault.label] -= 1
            return True
        return isinstance(fault, RateLimit) and self._closed_until.get(fault.label, 0.0) > self._clock()


class _Occurrences:
    """How often each text came; the texts that were not asked for longest are forgotten beyond MAX_TEXTS."""

    def __init__(self) -> None:
        self._counts: OrderedDict[bytes, int] = OrderedDict()

    def next(self, text: str) -> int:
        key = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).digest()
        count = self._counts.pop(key, 0)
        self._counts[key] = count + 1
        if len(self._counts) > MAX_TEXTS:
            self._counts.popitem(last=False)
        return count


def _strength(fault: Fault, now: float) -> float:
    if not isinstance(fault, Drift) or not fault.ramp:
        return 1.0
    return min(1.0, (now - (fault.when.after or 0.0)) / fault.ramp)


def _fits_kind(fault: Fault, seen: Circumstances, index: int) -> bool:
    if isinstance(fault, ColdStart):
        return index < fault.requests
    needs = {BreakJson: seen.json, ObeyErrands: seen.errand, BelieveFalsehoods: seen.falsehood}
    return needs.get(type(fault), True)


def _holds(when: When, seen: Circumstances, now: float, index: int) -> bool:
    return _time_holds(when, now, index) and _kind_holds(when, seen) and _text_holds(when, seen)


def _time_holds(when: When, now: float, index: int) -> bool:
    if when.after is not None and now < when.after:
        return False
    if when.until is not None and now >= when.until:
        return False
    return when.every is None or (index + 1) % when.every == 0


def _kind_holds(when: When, seen: Circumstances) -> bool:
    flags = ("upper_case", "typo", "paraphrase", "unfamiliar_words", "json", "stream")
    if any(getattr(when, flag) not in {None, getattr(seen, flag)} for flag in flags):
        return False
    if when.turns is not None and seen.turns < when.turns:
        return False
    return _among(seen.language, when.language) and _among(seen.topic, when.topic)


def _among(value: str, wanted: tuple[str, ...] | str | None) -> bool:
    return wanted is None or value == wanted or (not isinstance(wanted, str) and value in wanted)


def _text_holds(when: When, seen: Circumstances) -> bool:
    if not (when.name_in or when.keyword or when.matches):
        return True
    if when.matches is not None and not when.matches.search(seen.asked):
        return False
    padded = f" {normalise(seen.asked)} "
    if when.name_in and not any(f" {normalise(name)} " in padded for name in when.name_in):
        return False
    return all(f" {normalise(word)} " in padded for word in when.keyword)
