"""People's labels brought together with what a judge said of the same answers; every label that fits none is named."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from statistics import fmean
from typing import NamedTuple

import msgspec

_LOOKED_FOR, _LOOKED_AT = 20, 5_000
"""So many lines that fit no case are given a suggestion, from so many cases: looking for one takes a while."""


class Judged(NamedTuple):
    """An answer that a check has judged.

    `verdict` is 1, 0, or None when it was not judged, `value` the measure behind it; equal answers have an equal
    `answer`, and `version` says by what prompt and judge.
    """

    suite: str
    target: str
    case: str
    repeat: int
    verdict: float | None
    value: float | None
    answer: int
    version: str = ""


class Label(NamedTuple):
    """What a person says of an answer: 1 or 0, or a score. Without suite and repeat it is of every answer that fits."""

    line: int
    case: str
    value: float
    suite: str | None = None
    repeat: int | None = None
    annotator: str = ""


class Matched(msgspec.Struct, frozen=True):
    """The answers that have a label.

    Attributes:
        truths: Number of the answer -> the label that people agree on, or their mean score.
        given: Number of the answer -> all its labels, one for each annotator.
        problems: One sentence for each label that could not be used, with its line.
    """

    truths: dict[int, float]
    given: dict[int, tuple[float, ...]]
    problems: tuple[str, ...]


def match(judged: Sequence[Judged], labels: Iterable[Label], *, verdicts: bool = True) -> Matched:
    """Bring labels and answers together.

    Args:
        judged: All answers of a run.
        labels: In the order of their lines.
        verdicts: Labels are 1 or 0 and the majority counts; else they are scores and their mean does.
    """
    finder = _Finder(judged)
    given: dict[int, list[Label]] = defaultdict(list)
    for label in labels:
        for row in finder.rows(label):
            given[row].append(label)
    problems = finder.problems
    truths, votes = {}, {}
    for row, all_of_row in given.items():
        single = _one_each(all_of_row, problems)
        if not single:
            continue
        votes[row] = tuple(label.value for label in single)
        truth = _majority(single, problems) if verdicts else fmean(votes[row])
        if truth is not None:
            truths[row] = truth
    told = dict.fromkeys(text for _, text in sorted(problems))
    return Matched(truths, votes, tuple(told))


class _Finder:
    """Looks for the answers that a label is of."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        self._judged = judged
        self._of_case: dict[str, list[int]] = defaultdict(list)
        for row, each in enumerate(judged):
            self._of_case[each.case].append(row)
        self.problems: list[tuple[int, str]] = []

    def rows(self, label: Label) -> Sequence[int]:
        """Their numbers; none, and a problem, when there are none or several that differ."""
        of_case = self._of_case.get(label.case, ())
        found = [row for row in of_case if self._fits(self._judged[row], label)]
        if not found:
            self._miss(label, known=bool(of_case))
        elif len({self._judged[row].answer for row in found}) > 1:
            what = f"fits {len(found)} answers to the case `{_short(label.case)}` that differ"
            self._say(label, f"{what}; add {self._what_tells_apart(found)}")
            return ()
        return found

    def _fits(self, judged: Judged, label: Label) -> bool:
        return label.suite in (None, judged.suite) and label.repeat in (None, judged.repeat)

    def _what_tells_apart(self, found: Sequence[int]) -> str:
        suites = {self._judged[row].suite for row in found}
        return "a column `repeat`" if len(suites) == 1 else "a column `suite`, and `repeat` where a case has several"

    def _miss(self, label: Label, *, known: bool) -> None:
        if known:
            where = [f"suite `{_short(label.suite)}`"] if label.suite is not None else []
            where += [f"repeat {label.repeat}"] if label.repeat is not None else []
            self._say(label, f"the case `{_short(label.case)}` has no answer in {', '.join(where)}")
            return
        near = get_close_matches(label.case[:200], self._of_case, 1) if self._may_look else []
        hint = f" (did you mean `{_short(near[0])}`?)" if near else ""
        self._say(label, f"the run has no answered case `{_short(label.case)}`{hint}")

    @property
    def _may_look(self) -> bool:
        return len(self.problems) < _LOOKED_FOR and len(self._of_case) <= _LOOKED_AT

    def _say(self, label: Label, what: str) -> None:
        self.problems.append((label.line, f"line {label.line}: {what}"))


def _one_each(labels: Sequence[Label], problems: list[tuple[int, str]]) -> list[Label]:
    """One label of each annotator; who says the same twice counts once, who contradicts himself not at all."""
    of_annotator: Mapping[str, list[Label]] = defaultdict(list)
    for label in labels:
        of_annotator[label.annotator].append(label)
    kept = []
    for annotator, own in of_annotator.items():
        if len({label.value for label in own}) == 1:
            kept.append(own[0])
        for label in own[1:]:
            first = f"line {own[0].line}" + (f" by `{_short(annotator)}`" if annotator else "")
            of_case = f"the case `{_short(label.case)}`"
            if label.value == own[0].value:
                told = f"line {label.line}: says the same of {of_case} as {first}, and counts once"
            else:
                told = f"line {label.line}: contradicts {first} on {of_case}; neither counts"
            problems.append((label.line, told))
    return kept


def _majority(labels: Sequence[Label], problems: list[tuple[int, str]]) -> float | None:
    """The label that most annotators gave; None, and a problem, when they are split."""
    counts = Counter(label.value for label in labels).most_common(2)
    if len(counts) == 2 and counts[0][1] == counts[1][1]:
        lines = ", ".join(str(label.line) for label in labels)
        what = f"annotators are split over the case `{_short(labels[0].case)}`; it is left out"
        problems.append((labels[0].line, f"lines {lines}: {what}"))
        return None
    return counts[0][0]


def _short(text: str | None) -> str:
    """The beginning of a name from a file, fit for a terminal."""
    return "".join(char if char.isprintable() else "�" for char in (text or "")[:60])
