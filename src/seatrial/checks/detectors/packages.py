"""Names of packages in the lines of an answer that install them."""

import re
from collections.abc import Iterator

MOST_CHARACTERS = 500_000
_INSTALL = re.compile(
    r"(?:\bpython3?\s+-m\s+)?\b(?:(?P<pip>pip3?|uv\s+pip|pipx|uv|poetry|pdm|conda|mamba)\s+(?:install|add)"
    r"|(?P<npm>npm|pnpm|yarn|bun)\s+(?:install|add|i))\s+(?P<rest>[^\n`|;&<>]{1,2000})"
)
_VALUED = frozenset(["-r", "--requirement", "-c", "--constraint", "-e", "--editable", "-i", "--index-url", "-t", "-n"])
_NAME = re.compile(r"@?[A-Za-z0-9](?:[A-Za-z0-9._-]{0,100})(?:/[A-Za-z0-9._-]{1,100})?")
_RUN = re.compile(r"[-_.]+")


def packages_in(text: str) -> Iterator[str]:
    """The packages that a text tells to install by pip, uv, poetry, conda, npm, yarn and their like, normalised.

    Versions, extras, options and paths are left out. Of prose behind a command (`pip install foo to begin`) the first
    word is a package and the rest are none, unless the command stands at the end of its line.
    """
    for found in _INSTALL.finditer(text[:MOST_CHARACTERS]):
        words = found["rest"].split()
        prose = "`" not in text[found.start() : found.end() + 1] and any(word in _PROSE for word in words)
        skip = False
        for word in words[:50]:
            if skip or word.startswith("-"):
                skip = not skip and word in _VALUED
                continue
            name = _NAME.match(word.strip("\"',"))
            if name and not word.startswith((".", "/", "~", "http:", "https:", "git+")):
                yield normalised(name[0])
            if prose:
                break


def normalised(name: str) -> str:
    """A name as registries compare it (PEP 503); one of npm keeps its scope."""
    return _RUN.sub("-", name.strip().lower()).strip("-")


_PROSE = frozenset(["to", "and", "then", "in", "for", "first", "is", "the", "with", "or", "on", "from", "your", "as"])
