"""A family whose changes depend on the language of the question."""

from collections.abc import Iterator, Mapping

import msgspec

from seatrial.core.case import Case
from seatrial.core.probe import Dose, Expectation
from seatrial.probes.rewording import Rewording, Rewrite

_CODES = {
    "english": "en",
    "german": "de",
    "deutsch": "de",
    "spanish": "es",
    "español": "es",
    "french": "fr",
    "français": "fr",
    "japanese": "ja",
}


class ByLanguage(msgspec.Struct, frozen=True, kw_only=True):
    """A Rewording for each language; the Case's tag `language` (`de`, `de-CH`, `German`) chooses it.

    Without the tag, or for a language that is not listed, the one under `""` is taken; where there is none, a Case has
    no children.
    """

    name: str
    summary: str
    rewrites: Mapping[str, Rewrite]
    example: str
    expects: Expectation = "same_answer"
    keeps: bool = True
    after: str = ""

    def children(self, case: Case, dose: Dose) -> Iterator[Case]:
        """As of a Rewording with the changes for the language of the Case."""
        rewrite = self.rewrites.get(language_of(case)) or self.rewrites.get("")
        if rewrite is not None:
            yield from self.rewording(rewrite).children(case, dose)

    def rewording(self, rewrite: Rewrite) -> Rewording:
        """The family in one language."""
        return Rewording(
            name=self.name,
            summary=self.summary,
            rewrite=rewrite,
            example=self.example,
            expects=self.expects,
            keeps=self.keeps,
            after=self.after,
        )


def language_of(case: Case) -> str:
    """The two letters of the language that a Case is tagged with; empty when it is not."""
    tag = case.tags.get("language", "").strip().lower()
    return _CODES.get(tag) or tag.replace("_", "-").split("-")[0]
