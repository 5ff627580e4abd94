"""Cases that every system passes or every system fails: they do not tell systems apart."""

import math
from collections.abc import Iterator, Sequence

from seatrial.cases.audit_record import at, found, listed
from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.finding import Finding


def outcomes(batches: Sequence[Batch]) -> dict[tuple[str, str], list[float]]:
    """By suite and id of a case, 1 for each judged attempt that passed and 0 for each that did not."""
    found: dict[tuple[str, str], list[float]] = {}
    for batch in batches:
        suites = batch.tags.get("suite")
        for row, (case, passed) in enumerate(zip(batch.cases.rows, batch.column("passed"), strict=True)):
            if math.isnan(passed):
                continue
            suite = suites.names[suites.rows[row]] if suites is not None and suites.rows[row] >= 0 else ""
            found.setdefault((suite, batch.cases.names[case].removeprefix(f"{suite}/")), []).append(passed)
    return found


def no_information(
    cases: Sequence[Case], suite: str, attempts: dict[tuple[str, str], list[float]]
) -> Iterator[Finding]:
    """Cases with at least two judged attempts that all passed or all failed.

    Args:
        cases: Of one suite.
        suite: Its name; empty when the cases are of a file, which may be of any suite.
        attempts: As `outcomes` gives them.
    """
    known: dict[str, list[float]] = {}
    for (of, name), values in attempts.items():
        if not suite or of == suite:
            known.setdefault(name, []).extend(values)
    judged = [(case, known[case.id]) for case in cases if len(known.get(case.id, ())) > 1]
    for case, values in judged:
        if not any(values):
            yield found("hopeless", case, f"failed {len(values)} of {len(values)} attempts")
    easy = [case for case, values in judged if all(values)]
    if easy:
        places = [case.origin for case in easy]
        evidence = f"{len(easy):,} of {len(judged):,} cases with two attempts or more: {listed(places)}"
        yield at("easy", easy[0].origin, evidence)
