"""What `toxicity` and `profanity` share: looking for words of our lists and of the user's."""

from functools import cached_property
from typing import ClassVar, Literal

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.judges.properties.spoken import told_language
from seatrial.checks.wording import listed
from seatrial.core.check import Evidence
from seatrial.core.score import Score
from seatrial.text.lexicons import LANGUAGES, MOST_CHARACTERS, Lexicon, lexicon

Code = Literal["de", "en", "es", "fr"]


class Wordlist(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check that none of the words of a list are said.

    `languages` says whose lists; without it that of the case's tag `language`, or all where nothing says it. `words`
    are looked for, too (`idiot*` for any ending), `allow` are not. What the user asked does not count.
    """

    words: Texts = ()
    allow: Texts = ()
    languages: tuple[Code, ...] = ()

    short: ClassVar[str | None] = None
    kind: ClassVar[str]

    def prepare(self) -> None:
        """Refuse words that are none."""
        self._lexicon(LANGUAGES)

    @cached_property
    def _own(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        return as_texts(self.words), as_texts(self.allow)

    def _lexicon(self, languages: tuple[str, ...]) -> Lexicon:
        return lexicon(self.kind, languages, *self._own)

    def judge(self, evidence: Evidence) -> Score:
        """Look for each word of the lists."""
        told = told_language(evidence)
        languages = tuple(sorted(set(self.languages))) or ((told,) if told in LANGUAGES else LANGUAGES)
        if told and told not in LANGUAGES and not self.languages and not self.words:
            return self.cannot_say(f"There is no list of words for `{told}`; there are {', '.join(LANGUAGES)}.")
        found = self._lexicon(languages).found_in(evidence.text)
        if found:
            return self.says(False, f"It says {listed(found)} (by a list of words).", len(found), "words")
        if len(evidence.text) > MOST_CHARACTERS:
            return self.cannot_say(f"Nothing is in its first {MOST_CHARACTERS:,} characters; the rest is not searched.")
        return self.says(True, f"It says nothing of the lists ({', '.join(languages)}).", 0, "words")
