"""Letters of other scripts read as the Latin ones that they look like.

The pairs are facts of Unicode's confusables (UTS #39, version 17), a selection: one letter for one.
"""

import unicodedata
from typing import Final

_ALIKE: Final = (
    "a:ɑаα⍺ b:ƄЬᏏᖯв c:ᴄϲсⲥ d:ԁᏧᑯ e:еҽ℮є f:ꬵꞙẝ g:ɡᶃƍց h:һհᏂ i:ıɪɩιі j:ϳјյ k:ĸκк l:ƖǀӀⲒӏ m:м n:ոռп o:οоօᴏσⲟ p:ρрϱⲣ "
    "q:ԛգզ r:ꭇᴦгⲅ s:ꜱƽѕ t:τт u:ᴜʋυս v:ᴠνѵ w:ɯᴡѡԝա x:хᕁχ y:ɣʏγуү z:ᴢꮓ "
    "A:ΑАᎪᗅ B:ΒВᏴᗷ C:СϹᏟ D:ᎠᗞĐ E:ΕЕᎬ F:Ϝᖴ G:ԌᏀ H:ΗНᎻ I:ΙІ J:ЈᎫ K:ΚКᏦ L:Ꮮᒪ M:ΜМᎷ N:ΝⲚ O:ΟОՕ P:ΡРᏢ R:ᎡᏒᖇ "
    "S:ЅՏᏚ T:ΤТᎢ U:Սሀ V:ѴᏙ W:ᎳᏔԜ X:ΧХ Y:ΥҮᎩ Z:ΖᏃ"
)
_LATIN: Final = {ord(sign): pair[0] for pair in _ALIKE.split() for sign in pair[2:]} | {
    ord("ӕ"): "ae",
    ord("ɛ"): "e",
    ord("ε"): "e",
}


def in_latin(text: str) -> str:
    """A text with lookalikes as Latin letters; mathematical and wide letters are unified first (NFKC)."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text).translate(_LATIN)
