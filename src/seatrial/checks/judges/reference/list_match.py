"""Is the answer the list that was expected?"""

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.referring import ANSWER_AND_REFERENCE
from seatrial.checks.wording import listed
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score
from seatrial.text.lists import comparable, items


class ListMatch(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer is a list of exactly the expected items, in any order unless `ordered: true`.

    Lists are read from JSON arrays, lines with or without bullets, and commas. `items` gives the expected ones;
    without it each reference is read as a list, and any of them will do. Case and a final full stop do not count.
    """

    items: Texts | None = None
    ordered: bool = False
    ignore_case: bool = True

    title = "list_match"
    short = "items"
    usual_needs = ANSWER_AND_REFERENCE

    def prepare(self) -> None:
        """Refuse an empty list of items."""
        if self.items is not None and not as_texts(self.items):
            raise Mistake("`list_match` has an empty `items`; give at least one")

    @property
    def needs(self) -> frozenset[Need]:
        """The answer, and a reference unless it has its own items."""
        return self.usual_needs if self.items is None else self.usual_needs - {Need.REFERENCE}

    def judge(self, evidence: Evidence) -> Score:
        """Compare the items."""
        wanted = [items(text) for text in evidence.references] if self.items is None else [as_texts(self.items)]
        given = self._form(found := items(evidence.text))
        for each in wanted:
            if given == self._form(each):
                return self.says(True, f"The {len(found)} items are those expected.")
        first = self._form(wanted[0])
        missing = tuple(dict.fromkeys(each for each in first if each not in given))
        extra = tuple(dict.fromkeys(each for each in given if each not in first))
        return self.says(False, _difference(missing, extra))

    def _form(self, texts: tuple[str, ...]) -> list[str]:
        found = [comparable(text, ignore_case=self.ignore_case) for text in texts]
        return found if self.ordered else sorted(found)

    @classmethod
    def example(cls) -> Example:
        """Another order and another form, and an item too few."""
        return examples_of("list_match", "- Graynes\n- Saltholm", "Saltholm", "Saltholm, Graynes")


def _difference(missing: tuple[str, ...], extra: tuple[str, ...]) -> str:
    if not missing and not extra:
        return "The items are those expected, in another order or number."
    lacks = f"{listed(missing)} missing" if missing else ""
    has = f"{listed(extra)} not expected" if extra else ""
    return f"{'; '.join(filter(None, (lacks, has)))}."
