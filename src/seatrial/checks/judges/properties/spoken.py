"""In which language an answer is said to be: the tag `language` of its Case, or of the Interaction."""

from seatrial.core.check import Evidence
from seatrial.text.languages import primary

TAG = "language"


def told_language(evidence: Evidence) -> str:
    """The language by the tag (`en` of `en-GB`); empty when nothing says it."""
    tags = evidence.case.tags if evidence.case is not None else {}
    tag = tags.get(TAG) or evidence.interaction.tags.get(TAG) or ""
    return primary(tag)
