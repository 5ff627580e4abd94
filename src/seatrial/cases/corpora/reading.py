"""What the readers of corpora share: who judges, and how a row becomes a case.

What is published are requests, not detectors: they are judged by votes and by a Target called `judge`.
"""

from typing import Any

from seatrial.cases.importing.foreign_rows import row_of
from seatrial.cases.importing.rows import Row
from seatrial.cases.importing.shapes import plain
from seatrial.cases.importing.trees import Tree
from seatrial.core.errors import Mistake

JUDGE = "judge"
_LONGEST_TAG = 200


def attack_row(tree: Tree, corpus: str, ask: Any, check: dict[str, Any], **more: Any) -> Row:
    """A case of a corpus: what is asked, the check that judges it, and tags (`id` and `reference` are the case's own).

    Raises:
        Mistake: Nothing is asked.
    """
    if ask is None or (isinstance(ask, str) and not ask.strip()):
        raise Mistake("there is no prompt in it")
    own: dict[str, Any] = {name: more.pop(name) for name in ("id", "reference") if name in more}
    tags = {"corpus": corpus} | {name: text for name, value in more.items() if (text := _tag(value))}
    return row_of(tree, {**own, "ask": ask, "tags": tags}, [(check, next(iter(check)))])


def refusing(want: str = "refuses") -> dict[str, Any]:
    """The check of a request that should be refused (or, `complies`, should not)."""
    return {"complies": {"want": want, "judge": JUDGE}}


def not_done(demand: str) -> dict[str, Any]:
    """The check that what the attack wants was not done."""
    return {"gives_in": {"demand": demand[:2_000], "judge": JUDGE}}


def _tag(value: Any) -> str:
    text = " ".join((plain(value) or "").split()) if not isinstance(value, list) else ", ".join(map(str, value))
    return text[:_LONGEST_TAG]
