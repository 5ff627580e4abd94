"""Secrets in texts: configs, notebooks, prompts, cases, sources. Evidence names the kind and four characters, no more.

The verdict rests on our own shapes (`text.secrets`: prefixes that issuers publish) and so is the same on every machine.
Plug-ins of detect-secrets (extra `scan`), when installed, add *low* notes of what else has a shape: they never change a
verdict. Its plug-ins that go by entropy or by keyword are left out: in lock files, notebooks and data they cry wolf.
"""

import re
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from seatrial.core.finding import Finding
from seatrial.scan.format import Format
from seatrial.scan.part import Part
from seatrial.scan.personal_data import RULES as PERSONAL
from seatrial.scan.personal_data import PersonalData
from seatrial.scan.rule import Rule
from seatrial.scan.texts import MOST_BYTES, Block, blocks_of, is_text
from seatrial.text.secrets import secrets_in

_EXPOSED: Final = ("CWE-798", "LLM02:2026", "AML.T0055")
"""Hard-coded credentials; OWASP LLM, sensitive information disclosure; ATLAS, unsecured credentials."""
FOUND = Rule(
    "secrets.found",
    "review",
    "A secret",
    "Whoever gets the file gets what the secret opens; models repeat what their prompts hold.",
    "Take it out, and change it: it is in the history and in every copy.",
    _EXPOSED,
)
LOCAL = Rule(
    "secrets.local-password",
    "low",
    "A password for a machine of one's own",
    "It opens nothing from outside, unless it is used elsewhere, too.",
    "Put it into the environment.",
    _EXPOSED,
)
PUBLISHED = Rule(
    "secrets.published",
    "low",
    "A secret in an installed package",
    "It came with the package, so everybody has it: a test's key or an example, as a rule.",
    "Nothing, unless the package is your own.",
    _EXPOSED,
)
POSSIBLE = Rule(
    "secrets.possible",
    "low",
    "Something of the shape of a secret",
    "A plug-in of detect-secrets knows the shape; it may be anything.",
    "Look at it.",
    _EXPOSED,
)
CUT = Rule(
    "text.cut",
    "low",
    "Only the beginning of a long text was looked at",
    "What stands behind was not searched for secrets and personal data.",
    "Split the file if it should be searched whole.",
    _EXPOSED,
)
MOST_FOUND = 50
_PREFIXES = re.compile(
    "AKIA|ASIA|gh[pousr]_|github_pat_|gl(?:pat|ptt|rt|dt|ft)-|xox[abeoprs]-|xapp-|hooks\\.slack|[sr]k_(?:live|test)_|"
    "whsec_|sk-|AIza|GOCSPX-|ya29\\.|hf_|npm_|pypi-Ag|SG\\.|do[opr]_v1_|shp(?:at|ca|pa|ss)_|\\d:AA|dapi|dckr_pat_|"
    "hv[sbr]\\.|AccountKey=|eyJ|PRIVATE KEY|://[^\\s/:@\"'<>]{1,100}:[^\\s/@\"'<>]{3,200}@"
)
_AROUND = 13_000
"""The longest secret is a JSON Web Token."""
_KEY_BODY = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY(?: BLOCK)?-----"
    r"(?:[\s\"'+,>|]|\\[nr]|[A-Za-z-]{4,20}: [^\n\\]{0,80}+)*+[A-Za-z0-9+/=]{40}"
)
_INSTALLED = re.compile(r"(?:^|[/\\])(?:site-packages|dist-packages|node_modules)[/\\]")
_LOCAL_HOST = re.compile(
    r"[a-z][a-z0-9+.-]*://[^@\s]*@(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|[\w-]+|[\w.-]*\.(?:local|test|internal|"
    r"invalid|localhost|example)|(?:[\w-]+\.)*example\.\w+)(?![\w.-])",
    re.IGNORECASE,
)
_EXAMPLES = ("eyJzdWIiOiIxMjM0NTY3ODkw", "eyJpc3MiOiJqb2UiLA0K")
"""Parts of the tokens that jwt.io and RFC 7519 show to everybody."""
_PLUGINS: Final = {
    "artifactory": "ArtifactoryDetector",
    "basic_auth": "BasicAuthDetector",
    "cloudant": "CloudantDetector",
    "discord": "DiscordBotTokenDetector",
    "mailchimp": "MailchimpDetector",
    "square_oauth": "SquareOAuthDetector",
    "twilio": "TwilioKeyDetector",
}
"""Of detect-secrets: keyed by a shape, and not among our own already."""
MOST_FOR_PLUGINS = 64 * 1024


def secret_findings(part: Part, block: Block) -> Iterator[Finding]:
    """The secrets in some lines."""
    after = 0
    for near in _PREFIXES.finditer(block.text):
        if near.start() < after:
            continue
        first = max(block.text.rfind("\n", 0, near.start()) + 1, near.start() - 300)
        after = _end_of_line(block.text, near.end())
        piece = block.text[first : max(after, near.end() + 400)]
        for secret in sorted(secrets_in(piece), key=lambda each: each.start):
            if first + secret.start < after:
                yield from _finding(part, block, first + secret.start, secret.kind)


def _end_of_line(text: str, start: int) -> int:
    end = text.find("\n", start, start + _AROUND)
    return end if end >= 0 else min(len(text), start + _AROUND)


def _finding(part: Part, block: Block, start: int, kind: str) -> Iterator[Finding]:
    piece = block.text[start : start + 600]
    if kind == "a private key" and not _KEY_BODY.match(piece):
        return
    if kind == "a JSON Web Token" and any(each in piece for each in _EXAMPLES):
        return
    local = kind == "a password in an address" and _LOCAL_HOST.match(piece)
    rule = LOCAL if local else PUBLISHED if _INSTALLED.search(part.path) else FOUND
    line = block.line + block.text.count("\n", 0, start)
    yield part.finding(rule, f"{kind}: {piece[:4]}…", line=line)


def possible_secrets(part: Part, text: str) -> Iterator[Finding]:
    """What plug-ins of detect-secrets find in a short text; nothing without the extra `scan`."""
    for plugin in _plugins():
        if not any(pattern.search(text) for pattern in plugin.denylist):
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for secret in plugin.analyze_string(line):
                yield part.finding(POSSIBLE, f"{plugin.secret_type}: {str(secret)[:4]}…", line=number)


@cache
def _plugins() -> tuple[Any, ...]:
    if find_spec("detect_secrets") is None:
        return ()
    return tuple(getattr(import_module(f"detect_secrets.plugins.{name}"), made)() for name, made in _PLUGINS.items())


def _inspect(part: Part) -> Iterator[Finding]:
    personal = PersonalData(part)
    found: dict[Finding, None] = {}
    read = 0
    first = ""
    for block in blocks_of(part):
        first = first if read else block.text
        read += len(block.text)
        for finding in secret_findings(part, block):
            if finding not in found and len(found) < MOST_FOUND:
                found[finding] = None
                yield finding
        personal.add(block)
    yield from personal.findings()
    if read <= MOST_FOR_PLUGINS and not found:
        yield from dict.fromkeys(possible_secrets(part, first))
    if part.blob.read(MOST_BYTES, 1):
        yield part.finding(CUT, f"the first {MOST_BYTES >> 20} MB")


TEXT = Format(
    "text",
    "Any text: secrets, and personal data in rows",
    is_text,
    _inspect,
    (FOUND, LOCAL, PUBLISHED, POSSIBLE, CUT, *PERSONAL),
)
