"""Letters of any script that may be taken for each other."""

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import of_letters

CONFUSABLE = {
    "a": "ɑαа⍺",
    "b": "ƄЬᏏᖯ",
    "c": "ᴄϲсⲥ",
    "d": "ԁⅾᏧᑯ",
    "e": "еҽⅇ℮",
    "f": "ꬵꞙſẝ",
    "g": "ɡᶃƍց",
    "h": "һհᏂℎ",
    "i": "ıɪɩιіⅰ",
    "j": "ϳјⅉ",
    "l": "ƖǀⅼӀⲒ",
    "n": "ոռ",
    "o": "οоօᴏσⲟ",
    "p": "ρрϱⲣ",
    "q": "ԛգզ",
    "r": "ꭇᴦгⲅ",
    "s": "ꜱƽѕ",
    "u": "ᴜʋυս",
    "v": "ᴠνѵⅴ",
    "w": "ɯᴡѡԝա",
    "x": "хⅹᕁ",
    "y": "ɣʏγуү",
    "z": "ᴢꮓ",
    "A": "ΑАᎪᗅ",
    "B": "ΒВᏴᗷ",
    "C": "СϹⅭᏟ",
    "D": "ⅮᎠᗞ",
    "E": "ΕЕᎬ",
    "F": "Ϝᖴ",
    "G": "ԌᏀ",
    "H": "ΗНᎻ",
    "I": "ΙІӀ",
    "J": "ЈᎫ",
    "K": "ΚКᏦ",
    "L": "ⅬᏞᒪ",
    "M": "ΜМⅯᎷ",
    "N": "ΝⲚ",
    "O": "ΟОՕ",
    "P": "ΡРᏢ",
    "R": "ᎡᏒᖇ",
    "S": "ЅՏᏚ",
    "T": "ΤТᎢ",
    "U": "Սሀ",
    "V": "ѴⅤᏙ",
    "W": "ᎳᏔԜ",
    "X": "ΧХⅩ",
    "Y": "ΥҮᎩ",
    "Z": "ΖᏃ",
}
"""Letters that Unicode's confusables.txt (UTS #39) gives the same skeleton; a selection, one letter for one."""
_STYLES = (0x1D41A, 0x1D44E, 0x1D5BA, 0x1D68A)
"""Where the small letters of Mathematical Alphanumeric Symbols begin: bold, italic, sans-serif, monospace."""
_HOLES = "h"  # the italic h is ℎ, which stands elsewhere


def lookalikes() -> dict[str, str]:
    """The table with the mathematical letters, which have the skeleton of the plain ones, too."""
    found = dict(CONFUSABLE)
    for number, letter in enumerate("abcdefghijklmnopqrstuvwxyz"):
        styled = "".join(chr(start + number) for start in _STYLES if letter not in _HOLES)
        found[letter] = found.get(letter, "") + styled
    return found


confusable = Rewording(
    name="confusable",
    summary="letters replaced by any that can be taken for them: other scripts, letterlike and mathematical symbols",
    rewrite=of_letters(lookalikes()),
    example="When does the last ferry leave for Saltholm?",
    after="Unicode Technical Standard #39, confusables",
)
