"""Sentences by which texts try to give a model orders: a small grammar of our own, in English, German, Spanish, French.

It finds the plain ones ("ignore all previous instructions", "you are now in developer mode", "print your system
prompt", forged marks of roles) and no others: who rewords them passes. So it is a sign for records and a first sieve,
never the only defence (OWASP LLM01). How often it calls honest questions attacks is measured by `bench guards`.
"""

import re
from typing import Final, NamedTuple

from seatrial.gateway.guards.finding import Match, apart

MOST_OPEN: Final = 240
_FILL: Final = r"(?:[\s,\"'*_-]{1,3}[^\W\d_]{1,14}){0,4}[\s,\"'*_-]{1,3}"
_FEW: Final = r"(?:[\s,\"'*_-]{1,3}[^\W\d_]{1,14}){0,2}[\s,\"'*_-]{1,3}"


class _Family(NamedTuple):
    """One kind of order: a text without any of the stems has none, which is quickly seen."""

    kind: str
    stems: tuple[str, ...]
    pattern: "re.Pattern[str]"


def _family(kind: str, stems: str, *patterns: str) -> _Family:
    return _Family(
        kind, tuple(stems.split(";")), re.compile("|".join(f"(?:{each})" for each in patterns), re.IGNORECASE)
    )


_RULES: Final = (
    r"(?:instructions?|prompts?|rules|guidelines|directions|directives|orders|commands|programming|guardrails|"
    r"safety (?:rules|filters?|settings))"
)
_EARLIER: Final = r"(?:previous|prior|preceding|above|earlier|foregoing|former|original|initial|system|your|existing)"
_FAMILIES: Final = (
    _family(
        "override",
        "ignor;disregard;forget;overrid;bypass;do not follow;don't follow;stop following;vergiss;missacht;olvid;"
        "hagas caso;oubli",
        rf"\b(?:ignor(?:e|ing)|disregard(?:ing)?|forget|overrid(?:e|ing)|bypass(?:ing)?|"
        rf"(?:do not|don'?t|stop) follow(?:ing)?)"
        rf"{_FILL}{_EARLIER}{_FEW}{_RULES}\b",
        rf"\b(?:ignore|disregard|forget|override|bypass) (?:all|any|every)(?: of)?(?: the| these| those)? {_RULES}\b",
        r"\b(?:ignore|disregard|forget) (?:everything|all|anything)(?: that was| you were| you have been)?"
        r" (?:above|before this|told|said above|i said before|instructed)\b",
        r"\b(?:ignorier\w{0,3}|vergiss|vergessen sie|missachte\w{0,2})(?:\s{1,3}\w{1,14}){0,3}"
        r"\s{1,3}(?:vorherig|bisherig|obig|vorig|früher|systemseitig)\w{0,3}"
        r"\s{1,3}(?:anweisung|regel|vorgabe|instruktion|befehl)\w{0,4}",
        r"\b(?:ignora|ignore|olvida|olvide|no hagas caso de)(?:\s{1,3}\w{1,14}){0,3}"
        r"\s{1,3}(?:instrucciones|reglas|órdenes|indicaciones)\s{1,3}(?:anteriores|previas|del sistema)",
        r"\b(?:ignore[zr]?|oublie[zr]?)(?:\s{1,3}\w{1,14}){0,3}"
        r"\s{1,3}(?:instructions|règles|consignes)\s{1,3}(?:précédentes|antérieures|ci-dessus|du système)",
    ),
    _family(
        "role",
        "anything now;developer mode;jailbr;unrestricted;unfiltered;uncensored;no restrictions;"
        "without any;no longer bound;no rules;god mode",
        r"\bdo anything now\b",
        r"\b(?:you are|you're|act|behave|enter|switch|activate|enable)(?:[\s,]{1,3}\w{1,12}){0,4}"
        r"[\s,]{1,3}(?:developer mode|jailbroken|jailbreak|god mode|unrestricted (?:ai|mode|model|assistant)|"
        r"unfiltered (?:ai|mode|model|assistant)|uncensored (?:ai|mode|model|assistant))\b",
        r"\b(?:pretend|imagine|act as if|from now on)(?:[\s,]{1,3}[\w']{1,12}){0,5}"
        r"[\s,]{1,3}(?:no|without any|no longer bound by(?: any)?) "
        r"(?:rules|restrictions|guidelines|filters|limits|limitations|safety)\b",
        r"\byou are no longer bound by\b",
    ),
    _family(
        "reveal",
        "prompt;instruction;everything above;text above;words above;anweisung;instruccion",
        r"\b(?:reveal|show|print|repeat|output|display|tell|give|leak|dump|recite|expose|send)(?:\s{1,3}(?:me|us|out|back|verbatim|exactly)){0,2}"
        r"\s{1,3}(?:(?:all|of|the|your|full|entire|complete|exact|contents?|text|hidden|secret)\s{1,3}){0,6}"
        r"(?:system|initial|hidden|secret|original|developer|internal|pre-?)[\s-]{0,2}(?:prompts?|instructions?|message)\b",
        r"\bwhat (?:is|are|was|were) your (?:system|initial|hidden|secret|original|exact) (?:prompts?|instructions?)\b",
        r"\b(?:repeat|print|output|copy) (?:everything|all(?: of)? the (?:text|words)|the (?:text|words)) above\b",
        r"\b(?:zeig|gib|nenn|verrat)\w{0,3}(?:\s{1,3}\w{1,12}){0,3}\s{1,3}(?:system-?prompt|systemanweisung\w{0,3})",
        r"\b(?:muestra|muéstrame|revela|repite|dime)(?:\s{1,3}\w{1,12}){0,3}\s{1,3}"
        r"(?:prompt del sistema|instrucciones (?:del sistema|iniciales|ocultas))",
    ),
    _family(
        "marks",
        "<|;[inst;[/inst;<<sys;<</sys;system:;system prompt:;system message:;system override:;system instruction;"
        "</system;<system",
        r"<\|(?:im_start|im_end|system|start_header_id|eot_id|endoftext|start|channel)\|>",
        r"\[/?INST\]|<</?SYS>>",
        r"</?system(?:[_-](?:prompt|message|instructions?))?>",
        r"(?:^|\n)[#*\s]{0,6}(?:new |updated |real )?system(?: prompt| message| override| instructions?)?[*\s]{0,3}:"
        r"[*\s]{0,3}(?:you|ignore|from|the user|do|new|override)\b",
    ),
)


class Injection:
    """Finds orders to a model."""

    def find(self, text: str) -> list[Match]:
        """All sentences of the grammar; the kind says which part of it."""
        lowered = text.lower()
        found: list[Match] = []
        for kind, stems, pattern in _FAMILIES:
            if any(stem in lowered for stem in stems):
                found += [Match(kind, *each.span()) for each in pattern.finditer(text)]
        return apart(found) if found else found

    def open(self, text: str) -> int:
        """As much as the longest sentence."""
        return max(0, len(text) - MOST_OPEN)
