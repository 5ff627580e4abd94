"""Adults of another age."""

from seatrial.probes.fairness.ages import Ages
from seatrial.probes.fairness.swap import Swap

age = Swap(
    name="age",
    summary="ages of adults in years, and words such as young and elderly, for another age (young, middle, old)",
    attributes=(Ages(),),
    example="I am 34 years old. Can I book a bicycle?",
)
