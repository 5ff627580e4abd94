"""Secrets: keys and tokens by their issuers' prefixes, whole private keys, passwords in addresses.

`text.secrets` says where one begins; here it is said where it ends, so that it can be taken out.
"""

import re
from typing import Final

from seatrial.gateway.guards.finding import Match, apart, last_word
from seatrial.text.secrets import secrets_in

MOST_OPEN: Final = 13_300
"""A JSON Web Token is no longer."""
MOST_KEY: Final = 16_384
"""Characters of a private key."""
_BEGIN: Final = "-----BEGIN "
_LONGEST_HEAD: Final = 80
_TOKEN: Final = re.compile(r"[^\s\"'<>`,;)\]}]{1,13300}")
_KEY_END: Final = re.compile(r"-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_PRIVATE: Final = "a private key"
_STEMS: Final = (
    *("sk-", "sk_", "rk_", "eyJ", "://", "AKIA", "ASIA", "ghp_", "gho_", "ghu_"),
    *("ghs_", "ghr_", "github_pat_", "glpat-", "glptt-", "glrt-", "gldt-", "glft-", "xox", "xapp-"),
    *("whsec_", "AIza", "GOCSPX-", "ya29.", "hf_", "npm_", "pypi-", "SG.", "_v1_", "shpat_"),
    *("shpca_", "shppa_", "shpss_", ":AA", "dapi", "dckr_pat_", "hvs.", "hvb.", "hvr.", "AccountKey="),
    *("-----BEGIN"),
)
"""A text without any of these has none of the secrets that `text.secrets` knows, which is quickly seen."""


class Credentials:
    """Finds secrets."""

    def find(self, text: str) -> list[Match]:
        """All, from their first character to their last."""
        for stem in _STEMS:
            if stem in text:
                break
        else:
            return []
        return apart([Match(each.kind, each.start, _end(text, each.kind, each.start)) for each in secrets_in(text)])

    def open(self, text: str) -> int:
        """The last word, or a private key whose end has not come."""
        at = last_word(text, MOST_OPEN)
        head = text.rfind(_BEGIN, max(0, len(text) - MOST_KEY))
        if head < 0 or head >= at or _KEY_END.search(text, head):
            return at
        if len(text) - head > _LONGEST_HEAD and "PRIVATE KEY" not in text[head : head + _LONGEST_HEAD]:
            return at
        return head


def _end(text: str, kind: str, start: int) -> int:
    if kind == _PRIVATE:
        end = _KEY_END.search(text, start, start + MOST_KEY)
        return end.end() if end else min(len(text), start + MOST_KEY)
    token = _TOKEN.match(text, start)
    return token.end() if token else start + 1
