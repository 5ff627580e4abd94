"""The sentiment of an English text by VADER's rules and word list (Hutto and Gilbert 2014, ICWSM), extra `text`."""

from functools import lru_cache
from typing import Any

from seatrial.text.extras import extra

MOST_CHARACTERS = 10_000
"""VADER takes time with the square of the length: 0.1 s for so many characters."""
POSITIVE, NEGATIVE = 0.05, -0.05
"""From where on its authors call a text positive or negative."""


@lru_cache(maxsize=1)
def _analyser() -> Any:
    from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer  # type: ignore[import-untyped]

    return SentimentIntensityAnalyzer()


def load_sentiment(needed_for: str = "the check `sentiment`") -> None:
    """Read the word list.

    Raises:
        MissingExtra: The extra `text` is not installed.
    """
    with extra("text", needed_for):
        _analyser()


def sentiment_of(text: str) -> float:
    """VADER's compound value, -1 (most negative) to 1; 0 for a text without a word of feeling."""
    return float(_analyser().polarity_scores(text)["compound"])


def sentiment_label(value: float) -> str:
    """`positive`, `neutral` or `negative`."""
    return "positive" if value >= POSITIVE else "negative" if value <= NEGATIVE else "neutral"
