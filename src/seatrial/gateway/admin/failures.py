"""Who shows wrong keys too often has to wait."""

from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Final

MOST: Final = 10
"""Wrong keys from one place that are allowed within `SPAN` seconds."""
SPAN: Final = 60.0
PLACES: Final = 10_000
"""So many places are remembered; whoever failed the longest ago is forgotten first."""


class Failures:
    """Counts failures by place.

    Args:
        clock: Seconds that only go up.
    """

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._places: OrderedDict[str, deque[float]] = OrderedDict()

    def wait(self, place: str) -> float:
        """Seconds until the place may try again; 0 when it may now."""
        times = self._places.get(place)
        if times is None or len(times) < MOST:
            return 0.0
        return max(0.0, times[0] + SPAN - self._clock())

    def failed(self, place: str) -> None:
        """One more."""
        times = self._places.setdefault(place, deque(maxlen=MOST))
        times.append(self._clock())
        self._places.move_to_end(place)
        while len(self._places) > PLACES:
            self._places.popitem(last=False)
