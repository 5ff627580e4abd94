"""Is the answer in the right language?"""

from functools import cached_property
from typing import ClassVar

import msgspec

from seatrial.checks.arguments import Texts, as_texts, did_you_mean
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.spoken import TAG, told_language
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.languages import known_languages, language_of, primary


class Language(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """The answer is in one of these languages (`language: es`), or in that of the case's tag `language`.

    Found by its letters (py3langid, 139 languages, codes of ISO 639). An answer with too few letters, or one of which
    the model is less than 50 % sure, is not judged. `among` lists the languages that can occur at all, which makes
    short answers easier to tell. Code and addresses do not count, nor what stands beyond the first
    2,000 characters. The label is the language found.
    """

    expect: Texts | None = None
    among: tuple[str, ...] = ()

    title = "language"
    short: ClassVar[str | None] = "expect"
    after: ClassVar[str] = "py3langid (Lui and Baldwin 2012)"

    def prepare(self) -> None:
        """Refuse unknown codes, and a missing extra."""
        known = known_languages()
        for code in (*self._wanted, *self._among):
            if code not in known:
                raise Mistake(f"`language` knows no language `{code[:40]}`{did_you_mean(code, known)}; write e.g. `es`")
        if self.expect is not None and not self._wanted:
            raise Mistake(
                "`language` has an empty list; give a code such as `es`, or leave it out to take the case's tag"
            )

    @cached_property
    def _wanted(self) -> tuple[str, ...]:
        return () if self.expect is None else tuple(map(primary, as_texts(self.expect)))

    @cached_property
    def _among(self) -> frozenset[str]:
        return frozenset(map(primary, self.among))

    def judge(self, evidence: Evidence) -> Score:
        """Ask the model, and compare."""
        wanted = self._wanted or tuple(filter(None, [told_language(evidence)]))
        if not wanted:
            return self.cannot_say(f"The case has no tag `{TAG}`, and the check names no language.")
        strange = [code for code in wanted if code not in known_languages()]
        if strange:
            return self.cannot_say(f"The tag `{TAG}` says {quoted(strange[0], 20)}, which is no known language.")
        found = language_of(evidence.text, self._among | frozenset(wanted) if self._among else frozenset())
        if not found.code:
            return self.cannot_say(f"Its language is unknown: {found.why_not}.")
        passed, which = found.code in wanted, " or ".join(f"`{code}`" for code in wanted[:5])
        reason = f"It is in `{found.code}` ({found.confidence:.0%} sure), expected was {which}."
        return msgspec.structs.replace(
            self.says(passed, reason), label=found.code, truth=wanted[0] if len(wanted) == 1 else ""
        )

    @classmethod
    def example(cls) -> Example:
        """Spanish, and an answer that fell back into English."""
        spanish, english = "El último barco sale a las nueve.", "The last ferry leaves from the pier at nine."
        return examples_of({"language": "es"}, spanish, english)
