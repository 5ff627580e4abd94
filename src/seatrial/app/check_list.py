"""What the checks are, as text for a terminal."""

from collections.abc import Iterator

import msgspec

from seatrial.app.mistakes import did_you_mean
from seatrial.checks.table import CheckInfo, known_checks
from seatrial.core.errors import Mistake


def check_lines(name: str | None = None) -> Iterator[str]:
    """All checks, a line each; or what is known of one.

    Raises:
        Mistake: There is no check of that name.
    """
    known = known_checks()
    if name is None:
        for check in known:
            yield f"{check.name:<16} {check.summary}"
        return
    found = next((check for check in known if check.name == name), None)
    if found is None:
        raise Mistake(f"there is no check `{name}`; {did_you_mean(name, [check.name for check in known])}")
    yield from _one(found)


def _one(check: CheckInfo) -> Iterator[str]:
    yield f"{check.name}: {check.summary}"
    yield f"needs: {', '.join(sorted(need.value for need in check.needs)) or 'nothing'}; cost: {check.cost}"
    if check.arguments:
        yield "arguments (JSON Schema):"
        yield msgspec.json.format(msgspec.json.encode(check.arguments), indent=2).decode()
    if check.example is not None:
        yield f"example: {check.example.spec}"
