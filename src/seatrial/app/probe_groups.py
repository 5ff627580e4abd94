"""`groups:` of the fairness probes: gates on groups of customers, written out for the suites that have them.

`fairness.groups.parity_gap <= 5%` means `SUITE.groups_of.TAG.parity_gap <= 5%`, for each suite that the probes are of
and each of their tags. A tag that no gate is about is held to the four-fifths rule (29 CFR 1607.4 D).
"""

from collections.abc import Collection, Iterable, Sequence

from seatrial.app.schema_probes import FairnessModel, ProbesModel
from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate, parse_gate
from seatrial.metrics.fairness_groups import FIGURES

RULE = "parity_ratio >= 80%"
"""What a tag of `groups` is held to when no gate is about it."""
_NAME = "fairness"


def places_of(model: ProbesModel | None, suites: Collection[str]) -> list[str]:
    """Where the groups of fairness probes are measured: `SUITE.groups_of.TAG` for each suite and tag."""
    groups = model.groups if isinstance(model, FairnessModel) else None
    if model is None or groups is None:
        return []
    tags = [groups.tag] if isinstance(groups.tag, str) else list(dict.fromkeys(groups.tag))
    return [f"{suite}.groups_of.{tag}" for suite in suites if suite in (model.of or suites) for tag in tags]


def written_out(line: str, suite: str | None, places: Sequence[str]) -> list[str]:
    """The lines that a gate line means: itself, or one for each place when it is about `fairness.groups`.

    Args:
        line: As written.
        suite: The suite or group that it stands in; None for a gate of the whole file.
        places: Where groups are measured.

    Raises:
        Mistake: It is no gate, or it is about `fairness.groups` and there are none.
    """
    metric = parse_gate(line).metric
    name = f"{suite}.{metric}" if suite == _NAME and not metric.startswith(f"{_NAME}.") else metric
    first, _, figure = name.partition(".groups.")
    if first != _NAME or figure.partition(".")[0] not in FIGURES:
        return [line]
    if not places:
        raise Mistake(f"`{line}` needs tags that make groups: write `groups: {{tag: TAG}}` under `probes.{_NAME}`")
    return [line.replace(metric, f"{place}.{figure}", 1) for place in places]


def unasked(gates: Iterable[Gate], places: Iterable[str]) -> list[str]:
    """The four-fifths rule for each place that no gate is about."""
    written = [gate.metric for gate in gates]
    return [f"{place}.{RULE}" for place in places if not any(each.startswith(f"{place}.") for each in written)]
