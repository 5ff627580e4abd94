"""Reading what a message brings with it: the sentence beside a question that answers it."""

import re

from seatrial.simulator.language import words_of

MOST = 20_000
"""Characters of one message that are read."""
FEWEST = 3
"""Words of the question, its names among them, that the sentence must have."""
_BETWEEN = re.compile(r"(?<=[.!?])\s+|\n+")
_NAME = re.compile(r"(?<=[^.!?¿¡\s]\s)[A-ZÀ-ÖØ-Þ][^\W\d_]+")


def sentence_for(message: str) -> str | None:
    """The sentence of a message that holds all names of its question and the most of its other words, if any."""
    sentences = [each.strip() for each in _BETWEEN.split(message[:MOST]) if each.strip()]
    question = next((each for each in reversed(sentences) if each.endswith("?")), "")
    names = {word for name in _NAME.findall(question) for word in words_of(name)}
    wanted = set(words_of(question))
    told = [(each, set(words_of(each))) for each in sentences if not each.endswith("?")]
    known = [(len(words & wanted), each) for each, words in told if names and names <= words]
    most, sentence = max(known, key=lambda each: each[0], default=(0, ""))
    return sentence if most >= FEWEST else None
