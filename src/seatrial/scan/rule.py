"""A Rule: one thing that can be found, with the words that go with it wherever it is found."""

from typing import Final

import msgspec

from seatrial.core.finding import Severity

SUPPLY_CHAIN: Final = ("LLM04:2026", "AML.T0010")
"""OWASP LLM Top 10 2026, 04 supply chain (LLM03:2025); MITRE ATLAS, ML supply chain compromise."""
UNSAFE_LOADING: Final = ("CWE-502", *SUPPLY_CHAIN, "AML.T0011.000")
"""Deserialisation of untrusted data; ATLAS, user execution of unsafe ML artefacts."""


class Rule(msgspec.Struct, frozen=True):
    """A kind of Finding.

    Args:
        id: Stable name, `FORMAT.WHAT` in lower case with hyphens: baselines and SARIF stand on it.
        severity: Of a Finding of this kind.
        title: What was found, in a few words.
        why: Why it matters, in a sentence.
        mend: What to do, in a sentence.
        taxonomy: Its names in others' lists.
    """

    id: str
    severity: Severity
    title: str
    why: str
    mend: str
    taxonomy: tuple[str, ...] = SUPPLY_CHAIN
