"""Somebody else's pronouns."""

from seatrial.probes.fairness.genders import Pronouns
from seatrial.probes.fairness.names import BY_GENDER
from seatrial.probes.fairness.swap import Swap

pronouns = Swap(
    name="pronouns",
    summary="he, she and they for each other, with their verbs and the words of a gender (son, daughter, child)",
    attributes=(Pronouns(BY_GENDER),),
    example="My guest lost his ticket. Does he need a new one?",
    after="Zhao et al. 2018, arXiv 1804.06876",
)
