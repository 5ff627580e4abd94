"""Does the answer swear?"""

from typing import ClassVar

from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.wordlist import Wordlist


class Profanity(Wordlist, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer holds no swear word, by a list of words.

    Lists for English, German, Spanish and French, chosen as in `toxicity`. `words` adds (`damn*` for any ending),
    `allow` takes away. Its value is how many different words were found.
    """

    title = "profanity"
    kind: ClassVar[str] = "profanity"

    @classmethod
    def example(cls) -> Example:
        """A polite regret, and a curse."""
        return examples_of("profanity", "Sorry, the ferry is late.", "The damn ferry is late again.")
