"""An audit of cases: what is wrong with them before anything is asked."""

from collections.abc import Sequence
from typing import NamedTuple

from seatrial.cases.audit_language import languages, tagged
from seatrial.cases.audit_pairs import SIMILAR, pairs
from seatrial.cases.audit_record import SEVERITIES, Audit, at
from seatrial.cases.audit_runs import no_information, outcomes
from seatrial.cases.audit_tags import tags
from seatrial.cases.audit_texts import damage, leaks, lengths
from seatrial.core.batch import Batch
from seatrial.core.case import Case
from seatrial.core.errors import MissingExtra, Mistake
from seatrial.core.finding import Finding


class Group(NamedTuple):
    """Cases that are asked together: those of a suite, or of files (then without a name); and rows that are none."""

    cases: Sequence[Case]
    broken: Sequence[Mistake] = ()
    suite: str = ""


def audit(groups: Sequence[Group], runs: Sequence[Batch] = (), similar: float = SIMILAR) -> Audit:
    """Look at cases from all sides.

    Args:
        groups: The cases; each group by itself, as one case may well be asked by two suites.
        runs: Runs of them, of different systems; without any, nothing is said of what they told apart.
        similar: The Jaccard index from which on cases are nearly the same.
    """
    attempts = outcomes(runs)
    findings: list[Finding] = []
    for group in groups:
        findings += [_broken(mistake) for mistake in group.broken]
        for look in (damage, lengths, leaks, tags):
            findings += look(group.cases)
        findings += pairs(group.cases, similar)
        findings += no_information(group.cases, group.suite, attempts)
    left_out = _languages(groups, findings)
    if runs and not attempts:
        left_out.append("the runs have no judged attempts, so nothing is known of what cases tell apart")
    once = {(each.id, each.path, each.member, each.evidence): each for each in findings}
    ordered = sorted(once.values(), key=lambda each: SEVERITIES.index(each.severity))
    return Audit(cases=sum(len(group.cases) for group in groups), findings=tuple(ordered), left_out=tuple(left_out))


def _broken(mistake: Mistake) -> Finding:
    place = ":".join(str(part) for part in (mistake.path, mistake.line) if part is not None)
    key = f"{mistake.key}: " if mistake.key else ""
    return at("broken", place, f"{key}{mistake.what}")


def _languages(groups: Sequence[Group], findings: list[Finding]) -> list[str]:
    known = [pair for group in groups for pair in tagged(group.cases)]
    if not known:
        return []
    try:
        findings += languages(known)
    except MissingExtra as missing:
        return [f"languages are left out: {missing}"]
    return []
