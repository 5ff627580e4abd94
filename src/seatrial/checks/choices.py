r"""The letter that an answer to a multiple-choice question settles on.

Looked for in this order, and of several finds of one kind the last counts: the whole answer is a letter; a phrase that
states the choice ("the answer is B", "Answer: (B)", "I choose B", `\\\\boxed{B}`); one letter that alone begins a line
("B. Paris", "B) Paris"); a letter in brackets or bold; a capital letter on its own, "A" and "I" aside, which are words.
"""

import re

MOST_CHARACTERS = 20_000
_WHOLE = re.compile(r"[\s\W_]*([A-Ja-j])[\s\W_]*")
_STATED = re.compile(
    r"""(?:\b(?i:answer|choice|option|antwort|lösung|respuesta|opción|réponse|choix)\b(?:\s+(?i:option|choice))?
        \s*(?i:is|would\ be|must\ be|ist|lautet|es|est|:|=|-)?\s*(?i:option|choice|clearly|therefore|la|die|the)?
       |\b(?i:choose|chose|pick|select|wähle|elijo|choisis)\s+(?i:option|choice|answer)?
       |\\boxed\s*|\\text\s*)
       [\s:*_`"'({\[]*([A-J])(?![\w'’])(?<!I(?=\s(?:am|believe|can|cannot|choose|could|do|don|guess|have|know|pick|say
       |select|suppose|think|was|will|would)\b))""",
    re.VERBOSE,
)
_LINE_START = re.compile(r"^[\s*_>`-]*\(?([A-J])[).:](?=\s|\*|$)", re.MULTILINE)
_MARKED = re.compile(r"\(([A-J])\)|\[([A-J])\]|\*\*\(?([A-J])[).:]?\*\*")
_ALONE = re.compile(r"(?<![\w'’.-])([B-HJ])(?![\w'’-])")


def chosen_letter(text: str) -> str | None:
    """The capital letter A to J that a text settles on; None when it names none.

    Of a longer text the last 20,000 characters are read.
    """
    text = text[-MOST_CHARACTERS:]
    whole = _WHOLE.fullmatch(text[:100]) if len(text) <= 100 else None
    if whole:
        return whole[1].upper()
    stated = _STATED.findall(text)
    if stated:
        return str(stated[-1])
    starts = set(_LINE_START.findall(text))
    if len(starts) == 1:
        return str(starts.pop())
    marked = ["".join(groups) for groups in _MARKED.findall(text)]
    alone = _ALONE.findall(text)
    return (marked or alone or [None])[-1]
