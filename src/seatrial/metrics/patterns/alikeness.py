"""Failing answers in groups that are alike, each with a name and the answer in its middle."""

from collections.abc import Callable, Sequence

from seatrial.core.interaction import Interaction
from seatrial.metrics.patterns.records import Alike, Example
from seatrial.text.clusters import FARTHEST, dense_distances, grouped, separating_words
from seatrial.text.tfidf import distances as by_words

Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
"""Gives each text a vector of numbers, all equally long."""
FARTHEST_EMBEDDED = 0.45
"""Mean distance within which groups become one by embeddings, which are all nearer to each other than words are."""
SMALLEST = 3
MOST = 5
CHARACTERS = 2_000
"""Of one text."""
SHOWN = 300


class Failing:
    """The first failing texts that differ, and some passing ones to tell their words from.

    A text is the answer; the question where no answer came. Equal texts are one, with their number.
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.texts: dict[str, tuple[int, Example]] = {}
        self.others: list[str] = []

    def put(self, last: Interaction, failed: bool, suite: str, case: str) -> None:
        """Look at one attempt."""
        text = (last.request.question if last.answer is None else last.text or last.answer.refusal or "")[:CHARACTERS]
        if not text.strip():
            return
        if not failed:
            if len(self.others) < self.most:
                self.others.append(text)
            return
        n, example = self.texts.get(text, (0, Example(suite, case)))
        if n or len(self.texts) < self.most:
            self.texts[text] = (n + 1, example)


def alike_answers(failing: Failing, embed: Embed | None = None) -> tuple[tuple[Alike, ...], int]:
    """The largest groups of failing answers, and how many answers are in none that is shown.

    Args:
        failing: The answers.
        embed: Makes vectors of texts, which are then held together; without it, words are (TF-IDF).
    """
    texts = list(failing.texts)
    counts = [n for n, _ in failing.texts.values()]
    apart = dense_distances(embed(texts)) if embed is not None and texts else by_words(texts)
    groups = grouped(apart, FARTHEST_EMBEDDED if embed is not None else FARTHEST, smallest=1)
    sized = [(sum(counts[i] for i in group.members), group) for group in groups]
    large = sorted((pair for pair in sized if pair[0] >= SMALLEST), key=lambda pair: (-pair[0], pair[1]))[:MOST]
    made = []
    for n, group in large:
        inside = set(group.members)
        others = [text for i, text in enumerate(texts) if i not in inside] + failing.others
        words = separating_words([texts[i] for i in group.members], others)
        text = texts[group.medoid]
        made.append(Alike(n, tuple(words), text[:SHOWN], failing.texts[text][1]))
    return tuple(made), sum(counts) - sum(each.n for each in made)
