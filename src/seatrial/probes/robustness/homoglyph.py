"""Letters of other scripts that are designed to look the same."""

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import of_letters

_PAIRS = (
    "AΑ BΒ CС EΕ HΗ IΙ JЈ KΚ MΜ NΝ OΟ PΡ SЅ TΤ XΧ YΥ ZΖ aа cс dԁ eе hһ iі jϳ oο pр sѕ xх yу æӕ ÆӔ ÐĐ ĸк ƂБ ƏӘ ƟӨ ɛε ɩι "
    "ΓГ ΠП"
)
"""Pairs of Unicode's intentional.txt (UTS #39, version 17.0.0): the facts, not the file."""


def twins() -> dict[str, str]:
    """Each letter with those that look the same, in both directions."""
    found: dict[str, str] = {}
    for pair in _PAIRS.split():
        one, other = pair[0], pair[1]
        found[one] = found.get(one, "") + other
        found[other] = found.get(other, "") + one
    return found


homoglyph = Rewording(
    name="homoglyph",
    summary="letters replaced by their twins in Cyrillic, Greek or Latin, which look the same by design",
    rewrite=of_letters(twins()),
    example="When does the last ferry leave for Saltholm?",
    after="Unicode Technical Standard #39, intentional confusables",
)
