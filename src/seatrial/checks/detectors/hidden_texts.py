"""How much of a hidden text (a system prompt, a document) an answer gives away word by word."""

from seatrial.text.words import words

MOST_WORDS = 200_000


def given_away(hidden: str, text: str, run: int) -> int:
    """How many words of the hidden text stand in the text inside runs of at least `run` words.

    A hidden text shorter than that counts when all of it is there.
    """
    ours, theirs = words(hidden, "words")[:MOST_WORDS], words(text, "words")[:MOST_WORDS]
    run = min(run, len(ours))
    if not run:
        return 0
    known = {tuple(theirs[at : at + run]) for at in range(len(theirs) - run + 1)}
    covered, end = 0, 0
    for at in range(len(ours) - run + 1):
        if tuple(ours[at : at + run]) in known:
            covered += at + run - max(end, at)
            end = at + run
    return covered
