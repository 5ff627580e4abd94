"""Engagement of Dialogues: how many turns they have, and how often the Target asks back."""

from seatrial.metrics import rows
from seatrial.metrics.means import Mean
from seatrial.metrics.rates import Rate


def turns_mean() -> Mean:
    """Answers given in a Dialogue, counted to its end or to the failure that ended it."""
    return Mean(name="turns.mean", cells=rows.column("turns"), unit="turns")


def asked_back_rate() -> Rate:
    """Dialogues whose last answer ends with a question, of those answered."""
    return Rate(name="asked_back.rate", cells=rows.column("asked_back"), direction="down")


def asked_back_mean() -> Mean:
    """Answers of a Dialogue that end with a question."""
    return Mean(name="asked_back.mean", cells=rows.column("questions"), direction="down")


def words_mean() -> Mean:
    """Words of the last answer, as white space separates them."""
    return Mean(name="words.mean", cells=rows.column("words"), unit="words")
