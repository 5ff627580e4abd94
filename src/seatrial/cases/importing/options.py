"""What a user says about an import beside its source."""

from typing import Any, NamedTuple


class Fields(NamedTuple):
    """Which fields of a row hold what; nothing is guessed where one is named."""

    ask: str | None = None
    expect: str | None = None
    id: str | None = None
    reference: str | None = None
    context: str | None = None
    tags: tuple[str, ...] = ()


class ImportOptions(NamedTuple):
    """How to import.

    Attributes:
        fields: Which fields hold what, in formats that leave it open.
        checks: Checks that each case is given beside its own.
        limit: The most cases to write.
    """

    fields: Fields = Fields()
    checks: tuple[Any, ...] = ()
    limit: int | None = None
