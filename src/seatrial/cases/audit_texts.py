"""Single texts of cases: characters that were lost, texts that are empty or absurdly long, answers given away."""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from statistics import median

from seatrial.cases.audit_record import found, quoted
from seatrial.core.case import Case
from seatrial.core.finding import Finding

_FEW = 20
"""Cases below which lengths are not compared."""
_FAR, _TIMES = 5.0, 4.0
"""A length is absurd when its robust z (Iglewicz and Hoaglin 1993) on the logarithm is beyond this and it is so many
times the median, or so small a part of it."""
_LEAST_SPREAD = 0.1
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_HIGH = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ\x80-\xbf"
_MOJIBAKE = re.compile(f"[ÂÃÄÅÐÑÎÏØÙ][{_HIGH}]|â[{_HIGH}]{{2}}|ð[{_HIGH}]{{3}}")
_OPTIONS = re.compile(r"(?:^|[\s(])\(?(?:[A-Ha-h]|[1-9])[).:]\s", re.MULTILINE)
_SHORTEST_LEAK = 3


def damage(cases: Sequence[Case]) -> Iterator[Finding]:
    """Replacement characters, UTF-8 that was read as Windows-1252, control characters and lone surrogates."""
    for case in cases:
        for where, text in _texts(case):
            if what := _damaged(text):
                yield found("damage", case, f"`{where}` has {what}")


def lengths(cases: Sequence[Case]) -> Iterator[Finding]:
    """Empty texts, and texts much longer or shorter than those of the other cases."""
    for case in cases:
        for where, text in _texts(case):
            if not text.strip():
                yield found("empty", case, f"`{where}` is empty")
                break
    sizes: tuple[tuple[str, Callable[[Case], int]], ...] = (
        ("ask", lambda case: sum(len(turn.content) for turn in case.turns)),
        ("expect", lambda case: max(map(len, case.expect), default=0)),
        ("reference", lambda case: len(case.reference or "")),
        ("context", lambda case: sum(map(len, case.context))),
    )
    for where, size in sizes:
        yield from _far(where, [(case, size(case)) for case in cases])


def leaks(cases: Sequence[Case]) -> Iterator[Finding]:
    """Expected answers that stand in the question as whole words.

    Left out are questions that name their options: a `choice` check, lines such as `A) ...`, an answer beside "or", or
    two of the answers that the cases have in common (a question such as "positive or negative?").
    """
    common = [answer for answer, count in Counter(_answers(cases)).most_common(50) if count > 1]
    for case in cases:
        question = _folded("\n".join(turn.content for turn in case.turns if turn.role != "assistant"))
        leaked = next((text for text in case.expect if _stands(_folded(text), question)), None)
        if leaked is not None and not _names_options(case, _folded(leaked), question, common):
            yield found("leak", case, f"{quoted(leaked, 40)} stands in {quoted(case.turns[-1].content)}")


def _texts(case: Case) -> Iterator[tuple[str, str]]:
    yield from (("ask", turn.content) for turn in case.turns)
    yield from (("expect", text) for text in case.expect)
    if case.reference is not None:
        yield "reference", case.reference
    yield from (("context", text) for text in case.context)


def _damaged(text: str) -> str:
    if text.isascii() and text.isprintable():
        return ""
    if "\ufffd" in text:
        return f"a replacement character: {_around(text, text.index(chr(0xFFFD)))}"
    if control := _CONTROL.search(text):
        return f"the character U+{ord(control[0]):04X}: {_around(text, control.start())}"
    for each in _MOJIBAKE.finditer(text):
        if right := _meant(each[0]):
            return f"{quoted(each[0])} where {quoted(right)} is meant: {_around(text, each.start())}"
    return ""


def _meant(text: str) -> str:
    """What the bytes of a text say as UTF-8 when they were taken for Windows-1252; nothing when they are no UTF-8."""
    try:
        data = b"".join(c.encode("latin-1" if ord(c) < 0x100 else "cp1252") for c in text)
        return data.decode("utf-8")
    except UnicodeError:
        return ""


def _around(text: str, place: int) -> str:
    return quoted(text[max(0, place - 20) : place + 20])


def _far(where: str, sized: Sequence[tuple[Case, int]]) -> Iterator[Finding]:
    logs = [(case, size, math.log(size)) for case, size in sized if size]
    if len(logs) < _FEW:
        return
    middle = median(log for _, _, log in logs)
    spread = max(_LEAST_SPREAD, median(abs(log - middle) for _, _, log in logs))
    for case, size, log in logs:
        if 0.6745 * abs(log - middle) / spread > _FAR and abs(log - middle) > math.log(_TIMES):
            usual = f"the median is {math.exp(middle):,.0f}"
            yield found("length", case, f"`{where}` has {size:,} characters, {usual}")


def _answers(cases: Sequence[Case]) -> Iterator[str]:
    return (_folded(text) for case in cases for text in set(case.expect))


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _stands(answer: str, question: str) -> bool:
    if len(answer) < _SHORTEST_LEAK or answer not in question:
        return False
    return re.search(rf"(?<!\w){re.escape(answer)}(?!\w)", question) is not None


def _names_options(case: Case, leaked: str, question: str, common: Sequence[str]) -> bool:
    if any("choice" in str(spec)[:200] for spec in case.checks):
        return True
    if len(_OPTIONS.findall("\n".join(turn.content for turn in case.turns))) > 1:
        return True
    beside = rf"(?<!\w)(?:(?:or|oder|ou|o)\W+{re.escape(leaked)}|{re.escape(leaked)}\W+(?:or|oder|ou|o))(?!\w)"
    return re.search(beside, question) is not None or sum(_stands(answer, question) for answer in common) > 1
