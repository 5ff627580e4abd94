"""How many items do the answer and the expected list share?"""

from collections.abc import Sequence

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import Measure, Referring
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.text.corpus import share_parts
from seatrial.text.lists import comparable, items, list_sums


class ListF1(Referring, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is a list that shares enough items with the expected one: F1 of precision and recall, 0 to 1.

    Lists are read from JSON arrays, lines with or without bullets, and commas. `items` gives the expected ones;
    without it each reference is read as a list, and the best counts. Case and a final full stop do not count.
    `checks.list_f1.corpus` is F1 over the items of the whole run.
    """

    items: Texts | None = None
    ignore_case: bool = True

    title = "list_f1"

    def prepare(self) -> None:
        """Refuse a wrong limit, and an empty list of items."""
        super().prepare()
        if self.items is not None and (not as_texts(self.items) or self.reference is not None):
            raise Mistake("`list_f1` takes at least one of `items`, or `reference`, not both")

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and a reference unless it has its own items."""
        return super().needs if self.items is None else self.usual_needs - {Need.REFERENCE}

    def references(self, evidence: Evidence) -> tuple[str, ...]:
        """The texts that are read as lists; none with its own items."""
        return super().references(evidence) if self.items is None else ()

    def compare(self, answer: str, references: Sequence[str]) -> Measure:
        """Take the best over the references."""
        given = self._form(items(answer))
        wanted = [items(text) for text in references] if self.items is None else [as_texts(self.items)]
        sums = max((list_sums(given, self._form(each)) for each in wanted), key=lambda found: found.f1)
        shown = f"{sums.common:.0f} items of {sums.answer:.0f} are among the {sums.reference:.0f} expected"
        parts = share_parts(2 * sums.common, sums.answer + sums.reference)
        return Measure(sums.f1, f"F1 is {sums.f1:.3g}: {shown}", parts)

    def _form(self, texts: Sequence[str]) -> list[str]:
        return [comparable(text, ignore_case=self.ignore_case) for text in texts]

    @classmethod
    def example(cls) -> Example:
        """One item too few, and none."""
        return examples_of("list_f1 >= 0.7", "Graynes, Saltholm", "Elsewhere", "Saltholm, Graynes, Aldwick")
