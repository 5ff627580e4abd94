"""From rows of features to what failures have in common."""

from collections.abc import Sequence
from itertools import islice

import msgspec

from seatrial.metrics.patterns.choosing import MOST_ALSO, Shown, chosen, without
from seatrial.metrics.patterns.effects import Outcomes
from seatrial.metrics.patterns.records import DEFAULT, Example, Explanation, Pattern, Settings
from seatrial.metrics.patterns.rows import Columns, Rows, Table, places_of
from seatrial.metrics.patterns.sentences import also, headline, nothing_found, sentence, too_few
from seatrial.metrics.patterns.testing import Found, replicated, single_conditions

FEWEST = 8
"""Failures, and rows that did not fail, before anything is looked for."""
EXAMPLES = 3


def find_patterns(columns: Columns, outcome: str = "pass", settings: Settings = DEFAULT) -> Explanation:
    """What rows that fail have in common.

    Args:
        columns: The rows, with which of them failed and which case each is an attempt at.
        outcome: What counts as a failure, for the record and its sentences.
        settings: How patterns are looked for.
    """
    support = max(settings.support, len(columns) // 1_000)
    table = columns.table(support)
    outcomes = Outcomes(table)
    failed = outcomes.share(outcomes.failed, table.all)
    if min(failed.count, failed.n - failed.count) < FEWEST:
        return Explanation(outcome=outcome, failed=failed, sentence=too_few(outcome, failed, FEWEST))
    longer, tried = replicated(table, outcomes, settings)
    found = [*single_conditions(table, outcomes, settings), *longer]
    causes, symptoms = (_patterns(part, table, outcomes, settings) for part in _by_side(found, table))
    tried += len(table.conditions)
    made = Explanation(outcome=outcome, failed=failed, tried=tried, causes=causes, symptoms=symptoms)
    together = _any_of(table, causes)
    words = headline(made, outcomes.share(together, outcomes.failed), outcomes.share(together, _passed(outcomes)))
    clear = words if found else nothing_found(made)
    return msgspec.structs.replace(made, sentence=clear, note=_note(made))


def _by_side(found: Sequence[Found], table: Table) -> tuple[list[Found], list[Found]]:
    """Patterns of what was there before the answer, and those that are seen in it."""
    causes: list[Found] = []
    symptoms: list[Found] = []
    for each in found:
        seen = any(table.conditions[part][0].side == "answer" for part in each.parts)
        (symptoms if seen else causes).append(each)
    return causes, symptoms


def _patterns(found: Sequence[Found], table: Table, outcomes: Outcomes, settings: Settings) -> tuple[Pattern, ...]:
    return tuple(_pattern(without(each, table), table, outcomes) for each in chosen(found, table, outcomes, settings))


def _pattern(shown: Shown, table: Table, outcomes: Outcomes) -> Pattern:
    found = shown.found
    difference = found.difference
    pattern = Pattern(
        conditions=tuple(table.conditions[part][0] for part in found.parts),
        inside=outcomes.share(outcomes.failed, found.rows),
        outside=outcomes.share(outcomes.failed, table.all & ~found.rows),
        of_failed=outcomes.share(found.rows, outcomes.failed),
        of_passed=outcomes.share(found.rows, _passed(outcomes)),
        difference=difference.difference,
        low=difference.low,
        high=difference.high,
        p=found.p,
        replicated=found.replicated,
        also=_also(shown, table),
        examples=_examples(table, found.rows & outcomes.failed),
    )
    return msgspec.structs.replace(pattern, sentence=sentence(pattern))


def _also(shown: Shown, table: Table) -> tuple[str, ...]:
    """What else is said of the same rows, or nearly the same."""
    parts = shown.found.parts
    twins = [also([twin]) for twin in table.twins.get(parts[0], [])] if len(parts) == 1 else []
    near = [also([table.conditions[part][0] for part in each.parts]) for each in shown.also]
    return tuple((twins + near)[:MOST_ALSO])


def _examples(table: Table, rows: Rows) -> tuple[Example, ...]:
    """The first cases of these rows."""
    cases = dict.fromkeys(table.clusters[row] for row in islice(places_of(rows), 20 * EXAMPLES))
    return tuple(table.names[case] for case in islice(cases, EXAMPLES))


def _any_of(table: Table, patterns: Sequence[Pattern]) -> Rows:
    """The rows that fit at least one of the patterns."""
    rows = dict(table.conditions)
    found = 0
    for pattern in patterns:
        fit = table.all
        for condition in pattern.conditions:
            fit &= rows[condition]
        found |= fit
    return found


def _passed(outcomes: Outcomes) -> Rows:
    return outcomes.all & ~outcomes.failed


def _note(found: Explanation) -> str:
    return (
        f"{found.tried:,} conditions and patterns were held against the rows, and p-values are corrected for that; "
        "patterns of several parts were found on half of the cases and hold on the other half."
    )
