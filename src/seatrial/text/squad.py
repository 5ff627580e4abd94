"""Normalised texts and their overlap by the rules of SQuAD 1.1 (Rajpurkar et al. 2016, arXiv 1606.05250)."""

import re
import string
from collections import Counter

from seatrial.text.forms import composed

_PUNCTUATION = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalised(text: str) -> str:
    """Lower case, without ASCII punctuation, then without English articles, white space collapsed."""
    return " ".join(_ARTICLES.sub(" ", composed(text).lower().translate(_PUNCTUATION)).split())


def overlap_f1(answer: str, right: str) -> float:
    """Harmonic mean of precision and recall of the words, as bags, 0 to 1; where one is empty, 1 if both are."""
    given, wanted = normalised(answer).split(), normalised(right).split()
    if not given or not wanted:
        return float(given == wanted)
    common = sum((Counter(given) & Counter(wanted)).values())
    return 2 * common / (len(given) + len(wanted))
