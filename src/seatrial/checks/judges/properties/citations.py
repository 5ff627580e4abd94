"""Do the answer's citations name documents that there are?"""

from typing import ClassVar

from seatrial.checks.built_in import ANSWER, BuiltIn, answered
from seatrial.checks.evidence import Example, evidence_of
from seatrial.checks.wording import quoted
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.citations import MOST_CHARACTERS, Citation, citations_in, names_work


class Citations(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every citation in the answer is of a document of the context: `[1]`, `[2, 3]`, `[1-3]`, `(Smith 2020)`.

    A number must be one of the documents, counted from 1 (`first: 0` counts from 0); an author and a year must stand in
    one document together. `documents` says how many there are where the case has no context. With `required` there must
    be a citation. Whether the document says what it is cited for is not looked at: `faithful` does that.
    """

    required: bool = False
    documents: int | None = None
    first: int = 1

    title = "citations"
    short: ClassVar[str | None] = None
    usual_needs: ClassVar[frozenset[Need]] = ANSWER | {Need.CONTEXT}

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and the context unless it says how many documents there are."""
        return self.usual_needs if self.documents is None else ANSWER

    def prepare(self) -> None:
        """Refuse a number of documents below 0."""
        if self.documents is not None and self.documents < 0:
            raise Mistake(f"`documents` of `citations` is a number from 0 on, not {self.documents}")

    def judge(self, evidence: Evidence) -> Score:
        """Look each citation up."""
        text, known, count = evidence.text, {}, 0
        for citation in citations_in(text):
            count += 1
            key = (citation.number, citation.author, citation.year)
            if key not in known:
                known[key] = self._wrong(citation, evidence.context)
            if known[key]:
                return self.says(False, f"It cites {quoted(citation.text, 40)}, but {known[key]}.")
        if len(text) > MOST_CHARACTERS:
            return self.cannot_say(f"It has {len(text):,} characters, and only {MOST_CHARACTERS:,} are searched.")
        if not count:
            return self.says(not self.required, f"It cites nothing; {answered(evidence)}.", 0)
        return self.says(True, f"Its {count:,} citations are of documents that there are.", count)

    def _wrong(self, citation: Citation, documents: tuple[str, ...]) -> str:
        if citation.number is None:
            stands = not documents or any(names_work(each, citation.author, citation.year) for each in documents)
            return "" if stands else "no document holds that name and year"
        count = len(documents) if self.documents is None else self.documents
        if self.first <= citation.number < self.first + count:
            return ""
        return f"there are {count} documents" if count != 1 else "there is 1 document"

    @classmethod
    def example(cls) -> Example:
        """A document that there is, and one that there is not."""
        context = ("The last ferry leaves at 21:40.", "Bicycles cost 4.60 euros.")
        spec = {"citations": {"required": True}}
        passing = evidence_of("It leaves at 21:40 [1].", context=context)
        return Example(spec, passing, evidence_of("It leaves at 21:40 [3].", context=context))
