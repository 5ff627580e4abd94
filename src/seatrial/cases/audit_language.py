"""Is a case in the language that its tag says?"""

from collections.abc import Iterator, Sequence

from seatrial.cases.audit_record import found, quoted
from seatrial.core.case import Case
from seatrial.core.finding import Finding
from seatrial.text.languages import known_languages, language_of, primary

TAGS = ("language", "lang", "locale")
_LETTERS = 25
"""Letters below which no language is told apart from its neighbours."""
_SURE = 0.98
_MOST = 2_000


def tagged(cases: Sequence[Case]) -> list[tuple[Case, str]]:
    """The cases that name their language by a code (`en`, `pt-BR`), with the code."""
    named = []
    for case in cases:
        code = primary(next((case.tags[tag] for tag in TAGS if tag in case.tags), ""))
        if len(code) in (2, 3) and code.isalpha():
            named.append((case, code))
    return named


def languages(cases: Sequence[tuple[Case, str]]) -> Iterator[Finding]:
    """Questions that are surely in another language than that of their tag.

    Raises:
        MissingExtra: The extra `text` is not installed.
    """
    known = known_languages("comparing texts with the tag `language`")
    for case, code in cases:
        text = case.turns[-1].content[:_MOST]
        if code not in known or sum(map(str.isalpha, text)) < _LETTERS:
            continue
        read = language_of(text)
        if read.code not in ("", code) and read.confidence >= _SURE:
            yield found("language", case, f"tagged {code}, reads as {read.code}: {quoted(text)}")
