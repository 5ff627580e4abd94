"""What can be wrong with what a project asks to be installed."""

from typing import Final

from seatrial.scan.rule import Rule

CONFUSION: Final = ("CWE-427", "LLM04:2026", "AML.T0010.001")
"""Uncontrolled search path; ATLAS, supply chain compromise of AI software."""
UNVERIFIED: Final = ("CWE-494", "LLM04:2026", "AML.T0010.001")
"""Download of code without integrity check."""

BAD_LINE = Rule(
    "requirements.bad-line",
    "unread",
    "A line that cannot be read",
    "What is not understood was not judged; an installer may read it otherwise.",
    "Write it as pip documents requirements files.",
)
MISSING = Rule(
    "requirements.missing-include",
    "unread",
    "An included file cannot be read",
    "What stands there was not judged.",
    "Put the file in place, or take the line out.",
)
CYCLE = Rule(
    "requirements.cycle",
    "unread",
    "Files that include each other",
    "Installers refuse or loop; what they make of it was not judged.",
    "Break the circle.",
)
REMOTE_INCLUDE = Rule(
    "requirements.remote-include",
    "review",
    "Includes a list from an address",
    "Whoever answers at that address decides what is installed; it was not fetched.",
    "Copy the list into the project.",
    UNVERIFIED,
)
UNPINNED = Rule(
    "requirements.unpinned",
    "low",
    "Not pinned to one version",
    "What is installed changes from day to day, and a hijacked new release comes in by itself.",
    "Lock versions with hashes: `uv pip compile --generate-hashes` or `pip-compile --generate-hashes`.",
    UNVERIFIED,
)
NO_HASH = Rule(
    "requirements.no-hash",
    "review",
    "No hash, though others have one",
    "This file alone is not checked when it is downloaded; pip refuses such a list altogether.",
    "Add its hashes.",
    UNVERIFIED,
)
WEAK_HASH = Rule(
    "requirements.weak-hash",
    "review",
    "A hash that can be forged",
    "Files with the same MD5 or SHA-1 can be made on purpose.",
    "Use SHA-256.",
    ("CWE-328", *UNVERIFIED[1:]),
)
REPOSITORY = Rule(
    "requirements.repository",
    "review",
    "Installed from a repository, not held to a commit",
    "A branch or a tag can be moved to other code at any time.",
    "Name the full commit, or use a released version with a hash.",
    UNVERIFIED,
)
PINNED_REPOSITORY = Rule(
    "requirements.pinned-repository",
    "low",
    "Installed from a repository at one commit",
    "The code is fixed, but nobody's advisories cover it.",
    "Prefer a released version with a hash.",
    UNVERIFIED,
)
ADDRESS = Rule(
    "requirements.address",
    "review",
    "Installed from an address without a hash",
    "Whoever answers at that address decides what is run.",
    "Add `#sha256=...` or `--hash`, or use a released version.",
    UNVERIFIED,
)
PINNED_ADDRESS = Rule(
    "requirements.pinned-address",
    "low",
    "Installed from an address with a hash",
    "The file is fixed, but nobody's advisories cover it.",
    "Prefer a released version from the index.",
    UNVERIFIED,
)
INSECURE = Rule(
    "requirements.insecure",
    "review",
    "Downloaded without encryption or its check",
    "Anybody on the way can put other code in its place.",
    "Use https and a certificate that is valid.",
    ("CWE-319", *UNVERIFIED[1:]),
)
EXTRA_INDEX = Rule(
    "requirements.extra-index",
    "review",
    "A further package index",
    "Of two indexes the higher version wins: whoever registers your internal name on the public one gets in.",
    "Use one index that mirrors the other, or bind each package to its index, and lock with hashes.",
    CONFUSION,
)
KNOWN_INDEX = Rule(
    "requirements.known-index",
    "low",
    "A further package index of a well-known publisher",
    "Of two indexes the higher version wins.",
    "Lock with hashes.",
    CONFUSION,
)
OTHER_INDEX = Rule(
    "requirements.other-index",
    "low",
    "Another package index instead of the public one",
    "Its owner decides what is installed.",
    "Be sure that it is yours, and lock with hashes.",
    CONFUSION,
)
LINKS = Rule(
    "requirements.find-links",
    "review",
    "Packages from a page of links",
    "Whatever that page links to competes with the index.",
    "Lock with hashes, or use an index.",
    CONFUSION,
)
PASSWORD = Rule(
    "requirements.password",
    "review",
    "A password in an address",
    "Everybody who reads the file can use it.",
    "Take it out of the history, change it, and use a keyring or `${VARIABLE}`.",
    ("CWE-798", "LLM02:2026"),
)
SOURCE_ONLY = Rule(
    "requirements.source-only",
    "low",
    "Only as source code",
    "It is built on installation, and building runs its code.",
    "Build a wheel once, in a place of its own, and install that.",
    UNVERIFIED,
)
LOOKALIKE = Rule(
    "requirements.lookalike",
    "review",
    "One keystroke from a well-known name",
    "Look-alike names are the commonest way to bring malware into an environment.",
    "Check that this is the package that you mean; accept it in the baseline if it is.",
    ("CWE-1357", "LLM04:2026", "AML.T0010.001"),
)
RULES = (
    BAD_LINE,
    MISSING,
    CYCLE,
    REMOTE_INCLUDE,
    UNPINNED,
    NO_HASH,
    WEAK_HASH,
    REPOSITORY,
    PINNED_REPOSITORY,
    ADDRESS,
    PINNED_ADDRESS,
    INSECURE,
    EXTRA_INDEX,
    KNOWN_INDEX,
    OTHER_INDEX,
    LINKS,
    PASSWORD,
    SOURCE_ONLY,
    LOOKALIKE,
)
