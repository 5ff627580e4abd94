"""What judges share that go by a reference text."""

from typing import ClassVar

from seatrial.checks.arguments import Texts, as_texts
from seatrial.checks.graded.base import Graded
from seatrial.checks.graded.juror import NoVerdict
from seatrial.core.check import Evidence, Need
from seatrial.core.errors import Mistake


class ByReference(Graded, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model judges by a reference: its own `reference` wins over the case's reference answer, that over `expect`."""

    reference: Texts | None = None

    short: ClassVar[str | None] = "reference"

    def prepare(self) -> None:
        """Refuse an empty reference, too."""
        super().prepare()
        if self.reference is not None and not any(text.strip() for text in as_texts(self.reference)):
            raise Mistake(f"`{self.title}` has an empty `reference`; give at least one text")

    @property
    def needs(self) -> frozenset[Need]:
        """What it usually needs, but no reference when it has its own."""
        return super().needs if self.reference is None else super().needs - {Need.REFERENCE}

    def known_references(self, evidence: Evidence) -> tuple[str, ...]:
        """The references that say something."""
        texts = evidence.references if self.reference is None else as_texts(self.reference)
        return tuple(text for text in texts if text.strip())

    def references(self, evidence: Evidence) -> tuple[str, ...]:
        """The references, of which there is at least one.

        Raises:
            NoVerdict: None says anything.
        """
        texts = self.known_references(evidence)
        if not texts:
            raise NoVerdict("The reference is empty: it claims nothing.")
        return texts
