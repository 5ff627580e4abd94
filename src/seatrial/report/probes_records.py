"""What a report says of the groups of Probes: records of its document."""

from typing import Literal

import msgspec

from seatrial.core.reading import Reading

Kind = Literal["robustness", "attack", "fairness"]
"""The kinds of groups; a group is the suite of that name."""


class ProbeExample(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A child beside the case that it was made of.

    `asked` and `answered` are the child's, `asked_before` and `answered_before` the original's; texts are bounded, an
    ellipsis stands where they are cut. `ending` and `ending_before` say how both were judged (a hit of an attack is a
    failed one); both `_before` are empty where the original has no attempt. `broken` says whether this is a weakness.
    `reason` says why the child did not pass.
    """

    case: str
    original: str
    ending: str
    broken: bool = False
    ending_before: str = ""
    asked_before: str = ""
    asked: str = ""
    answered_before: str = ""
    answered: str = ""
    reason: str = ""
    tags: dict[str, str] = {}


class ProbeFamily(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One family of a group; of fairness one attribute.

    `asked` attempts were made at its children, `judged` of them were judged, `broken` of these show a weakness: the
    original passed and the child failed, an attack hit, a benign twin was refused, a swap changed the verdict. `rate`
    is the break rate, the success rate, the rate of over-refusal or the gap; `more` are other Readings of the same
    children, `curve` the break rate at each strength where there are several (the strength is the Reading's slice).
    `ids` are the taxonomies' ids that its children carry.
    """

    name: str
    rate: Reading
    asked: int = 0
    judged: int = 0
    broken: int = 0
    more: tuple[Reading, ...] = ()
    curve: tuple[Reading, ...] = ()
    ids: tuple[str, ...] = ()
    examples: tuple[ProbeExample, ...] = ()


class ProbeSection(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A group of Probes: its Readings as a whole, and its families, the worst first.

    `patterns` are break rates of other tags of the children, alone and with a family (their slices), the worst first:
    those that surely break more than the children do on the whole.
    """

    kind: Kind
    readings: tuple[Reading, ...] = ()
    families: tuple[ProbeFamily, ...] = ()
    patterns: tuple[Reading, ...] = ()
