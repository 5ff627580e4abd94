"""Secrets in a text: keys and tokens by the prefixes that their issuers publish, private keys, passwords in addresses.

The prefixes stand in the issuers' own documents (GitHub "Behind GitHub's new authentication token formats" 2021, AWS
IAM "unique identifiers", Stripe "API keys", Slack "token types", RFC 7519 for JSON Web Tokens, RFC 7468 for private
keys, ...). What has no prefix is not found. Placeholders of documents (`sk-xxxxxxxx`, `AKIA...EXAMPLE`) are none.
"""

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

MOST_CHARACTERS = 500_000
_PATTERNS: Mapping[str, str] = {
    "an AWS access key": r"(?:AKIA|ASIA)[A-Z2-7]{16}",
    "a GitHub token": r"(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_[A-Za-z0-9_]{60,244})",
    "a GitLab token": r"gl(?:pat|ptt|rt|dt|ft)-[A-Za-z0-9_-]{20,100}",
    "a Slack token": r"xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-\d-[A-Za-z0-9-]{10,250}",
    "a Slack web hook": r"https://hooks\.slack\.com/services/T[A-Z0-9]{6,12}/B[A-Z0-9]{6,12}/[A-Za-z0-9]{20,30}",
    "a Stripe key": r"(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{16,250}|whsec_[A-Za-z0-9]{24,64}",
    "an Anthropic key": r"sk-ant-[A-Za-z0-9_-]{24,200}",
    "an OpenAI key": r"sk-(?=[A-Za-z_-]{0,60}\d)(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,200}",
    "a Google key": r"AIza[A-Za-z0-9_-]{35}|GOCSPX-[A-Za-z0-9_-]{28}|ya29\.[A-Za-z0-9_-]{20,500}",
    "a Hugging Face token": r"hf_[A-Za-z0-9]{30,60}",
    "an npm token": r"npm_[A-Za-z0-9]{36}",
    "a PyPI token": r"pypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{40,500}",
    "a SendGrid key": r"SG\.[A-Za-z0-9_-]{16,32}\.[A-Za-z0-9_-]{32,64}",
    "a DigitalOcean token": r"do[opr]_v1_[a-f0-9]{64}",
    "a Shopify token": r"shp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}",
    "a Telegram bot token": r"\d{8,10}:AA[A-Za-z0-9_-]{33}",
    "a Databricks token": r"dapi[a-f0-9]{32}",
    "a Docker token": r"dckr_pat_[A-Za-z0-9_-]{27}",
    "a Vault token": r"hv[sbr]\.[A-Za-z0-9_-]{24,200}",
    "an Azure storage key": r"AccountKey=[A-Za-z0-9+/]{86}==",
    "a JSON Web Token": r"eyJ[A-Za-z0-9_-]{10,4000}\.eyJ[A-Za-z0-9_-]{10,8000}\.[A-Za-z0-9_-]{10,1000}",
}
_ANY = re.compile(
    "(?<![A-Za-z0-9_-])(?:" + "|".join(f"(?P<p{n}>{each})" for n, each in enumerate(_PATTERNS.values())) + ")"
)
_PRIVATE = re.compile(r"-----BEGIN (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY(?: BLOCK)?-----")
_PASSWORD = re.compile(
    r"(?<![a-z0-9+.-])[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>]{1,100}:([^\s/@\"'<>]{3,200})@[\w.-]{1,253}", re.I
)
_PLACEHOLDER = re.compile(
    r"example|your|placeholder|redacted|changeme|password|secret|dummy|\*\*\*|xxxx|<|\$\{|\.\.\.", re.I
)
_LEAST_DISTINCT = 7
"""A key of fewer different characters is a placeholder."""


class Secret(NamedTuple):
    """What kind of secret stands where; never the secret."""

    kind: str
    start: int


def secrets_in(text: str) -> Iterator[Secret]:
    """The secrets in the first 500,000 characters of a text."""
    text = text[:MOST_CHARACTERS]
    kinds = list(_PATTERNS)
    for found in _ANY.finditer(text):
        if not _PLACEHOLDER.search(found[0]) and len(set(found[0][4:])) >= _LEAST_DISTINCT:
            yield Secret(kinds[int((found.lastgroup or "p0")[1:])], found.start())
    for found in _PRIVATE.finditer(text):
        yield Secret("a private key", found.start())
    for found in _PASSWORD.finditer(text):
        if not _PLACEHOLDER.search(found[1]):
            yield Secret("a password in an address", found.start())
