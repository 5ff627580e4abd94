"""What families that change words and sentences share: their language, and what of a question must still stand there.

These families may move what is kept, so they verify it themselves: all of it must be there, in whatever order.
"""

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence

from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.probes.rewording import Rewrite
from seatrial.probes.robustness.languages import ByLanguage, language_of
from seatrial.probes.robustness.signs import as_cased, pick, whole
from seatrial.text.kept import LONGEST, Piece

Reword = Callable[[str, random.Random, float], str]
"""Makes another text of a whole text, by chance and at a strength."""
Span = tuple[int, int]
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


class Worded(ByLanguage, frozen=True, kw_only=True):
    """A Rewording for each language; a Case without the tag `language` is English, other languages have no children."""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """As of a Rewording with the changes for the language of the Case."""
        rewrite = self.rewrites.get(language_of(case) or "en")
        if rewrite is not None:
            yield from self.rewording(rewrite).children(case, dose)


def all_kept(cut: Sequence[Piece], text: str, but: Sequence[Span] = ()) -> bool:
    """Whether everything that must be kept stands in a text, as often as before, in any order.

    What touches the stretches `but` of the original may be written otherwise.
    """
    wanted, place = Counter[str](), 0
    for piece in cut:
        start, place = place, place + len(piece.text)
        if piece.kept and not any(start < to and since < place for since, to in but):
            wanted[piece.text.strip()] += 1
    return all(text.count(each) >= count for each, count in wanted.items())


def verified(reword: Reword, but: Callable[[str], Sequence[Span]] = lambda text: ()) -> Rewrite:
    """A Rewrite of whole texts; where it loses what must be kept, or the text is empty or huge, nothing is changed.

    `but` finds the stretches of a text that the family writes otherwise by intent.
    """

    def rewrite(cut: Sequence[Piece], draw: random.Random, strength: float) -> str:
        text = whole(cut)
        if strength <= 0 or not text.strip() or len(text) > LONGEST:
            return text
        made = reword(text, draw, strength)
        return made if made == text or all_kept(cut, made, but(text)) else text

    return rewrite


def swapped_words(pairs: Mapping[str, Sequence[str]]) -> Callable[[str, random.Random, float], str]:
    """Puts others in the place of the share `strength` of the words and phrases of a table, at least of one."""
    words = sorted(pairs, key=len, reverse=True)
    known = {word.casefold(): others for word, others in pairs.items()}
    pattern = re.compile(rf"(?<![\w'’])(?:{'|'.join(map(re.escape, words))})(?![\w'’])", re.IGNORECASE)

    def change(text: str, draw: random.Random, strength: float) -> str:
        # A pattern takes more letters for the same than folding does: a dotless i for an i.
        places = [found for found in pattern.finditer(text) if strength > 0 and found[0].casefold() in known]
        chosen = [found for found in places if draw.random() < strength] or places[: 1 if places else 0]
        for found in reversed(chosen):
            other = as_cased(pick(draw, known[found[0].casefold()]), found[0])
            text = text[: found.start()] + other + text[found.end() :]
        return text

    return change


def both_ways(groups: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """A table from groups such as `big|large`: each of a group may stand for each other one."""
    table: dict[str, tuple[str, ...]] = {}
    for group in groups:
        words = group.split("|")
        for word in words:
            others = tuple(other for other in words if other != word)
            table[word.lower()] = (*table.get(word.lower(), ()), *others)
    return table


def words(text: str) -> list[str]:
    """The words of a text in small letters, without its punctuation."""
    return [found[0].casefold() for found in _WORD.finditer(text)]


def small_first(text: str) -> str:
    """A text whose first word begins small, unless it is `I` or has capitals further in."""
    bare = text.lstrip("¿¡")
    first = bare.split(" ", 1)[0]
    if first.split("'")[0].split("’")[0] == "I" or not first[:1].isupper() or first[1:] != first[1:].lower():
        return text
    return text[: len(text) - len(bare)] + bare[0].lower() + bare[1:]


def capital_first(text: str) -> str:
    """A text with a capital at its beginning."""
    return text[:1].upper() + text[1:]
