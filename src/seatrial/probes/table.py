"""The one table of Probes: built-in ones as data, imported when used, and those of entry points `seatrial.probes`."""

import difflib
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from seatrial.core.errors import Mistake
from seatrial.core.probe import Probe

GROUP: Final = "seatrial.probes"
KINDS: Final = {
    "robustness": {
        "abbreviations": "abbreviations:abbreviations",
        "accents": "accents:accents",
        "ambiguous": "ambiguous:ambiguous",
        "case": "case:case",
        "confusable": "confusable:confusable",
        "dates": "dates:dates",
        "deletion": "slips:deletion",
        "deletion_characters": "deletion_characters:deletion_characters",
        "emoji": "emoji:emoji",
        "empty_input": "empty_input:empty_input",
        "entities": "entities:entities",
        "entity_swap": "entity_swap:entity_swap",
        "fillers": "fillers:fillers",
        "full_width": "full_width:full_width",
        "homoglyph": "homoglyph:homoglyph",
        "identity": "identity:identity",
        "incomplete": "incomplete:incomplete",
        "insertion": "slips:insertion",
        "invisible": "invisible:invisible",
        "kana": "kana:kana",
        "keyboard": "keyboard:keyboard",
        "long_input": "long_input:long_input",
        "markup": "markup:markup",
        "misspellings": "misspellings:misspellings",
        "mixed_language": "mixed_language:mixed_language",
        "noise": "noise:noise",
        "number_words": "number_words:number_words",
        "ocr": "ocr:ocr",
        "paraphrase": "paraphrase:paraphrase",
        "repeated_words": "repeated_words:repeated_words",
        "right_to_left": "right_to_left:right_to_left",
        "round_trip": "by_model:round_trip",
        "special_characters": "special_characters:special_characters",
        "substitution": "slips:substitution",
        "swap": "slips:swap",
        "synonyms": "synonyms:synonyms",
        "truncation": "truncation:truncation",
        "typos": "typos:typos",
        "unicode": "unicode:unicode",
        "whitespace": "whitespace:whitespace",
        "word_order": "word_order:word_order",
    },
    "attack": {
        "direct_injection": "direct_injection:direct_injection",
        "indirect_injection": "indirect_injection:indirect_injection",
        "delimiter": "delimiter:delimiter",
        "few_shot": "few_shot:few_shot",
        "jailbreak": "jailbreak:jailbreak",
        "role_play": "role_play:role_play",
        "encoding": "encoding:encoding",
        "prompt_extraction": "prompt_extraction:prompt_extraction",
        "data_leak": "data_leak:data_leak",
        "output_handling": "output_handling:output_handling",
        "harmful_sql": "harmful_sql:harmful_sql",
        "misinformation": "misinformation:misinformation",
        "resource_use": "resource_use:resource_use",
        "multi_turn": "multi_turn:multi_turn",
        "over_refusal": "over_refusal:over_refusal",
    },
    "fairness": {
        "names": "names:names",
        "pronouns": "pronouns:pronouns",
        "country": "country:country",
        "age": "age:age",
        "religion": "religion:religion",
    },
}
"""Kind (a folder of this room) -> family -> module and Probe."""
ON_DEMAND: Final = {"attack": {"adaptive": "adaptive:adaptive"}}
"""Families that need a Target of their own; they are used where they are named, and not where all are."""


def families(kind: str) -> tuple[str, ...]:
    """The families of a kind, those of installed packages behind our own (they count as robustness)."""
    others = sorted(point.name for point in _installed()) if kind == "robustness" else []
    return (*KINDS[kind], *others)


def find_probe(kind: str, family: str) -> Probe:
    """The Probe of a family.

    Raises:
        Mistake: There is none, or that of a package cannot be loaded; the sentence names the nearest.
    """
    place = KINDS[kind].get(family) or ON_DEMAND.get(kind, {}).get(family)
    if place is not None:
        probe: Probe = EntryPoint(family, f"seatrial.probes.{kind}.{place}", GROUP).load()
        return probe
    point = next((each for each in _installed() if each.name == family), None) if kind == "robustness" else None
    if point is None:
        known = (*families(kind), *ON_DEMAND.get(kind, {}))
        near = difflib.get_close_matches(family, known, 1, 0.6)
        hint = f"did you mean `{near[0]}`?" if near else f"known are {', '.join(known)}"
        raise Mistake(f"there is no probe `{family}` for {kind}; {hint}")
    try:
        found = point.load()
    except Exception as error:  # a third party's module may raise anything while it is imported
        raise Mistake(f"the probe `{family}` ({point.value}) cannot be imported: {error}") from error
    if not isinstance(found, Probe):
        raise Mistake(f"the entry point `{family}` ({point.value}) gives no probe")
    return found


def known_probes() -> Iterator[tuple[str, Probe]]:
    """Every kind with each of its Probes."""
    for kind in KINDS:
        for family in (*families(kind), *ON_DEMAND.get(kind, {})):
            yield kind, find_probe(kind, family)


def _installed() -> Iterator[EntryPoint]:
    own = {family for kind in KINDS.values() for family in kind}
    return (point for point in entry_points(group=GROUP) if point.name not in own)
