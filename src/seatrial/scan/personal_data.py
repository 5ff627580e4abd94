"""Personal data in rows: cases, logs, tables. Counted by kind, shown masked.

A few rows with an address are a case that somebody wrote; a file most of whose rows hold one is a register of people.
So it is only worth a look (`review`) when at least 50 different data of persons stand in at least a fifth of the rows:
in made cases (the corpora that this was tried on) fewer than one row in twenty has any, in tickets and in logs of a
support desk more than every second. What everybody uses for examples does not count, nor do IP addresses for review:
logs are full of them.
"""

import re
from collections import Counter
from collections.abc import Iterator

from seatrial.core.finding import Finding
from seatrial.scan.limits import MEGABYTE
from seatrial.scan.part import Part
from seatrial.scan.rule import Rule
from seatrial.scan.texts import Block
from seatrial.text.personal_spans import Found, find_personal_data

_DISCLOSED = ("CWE-359", "LLM02:2026")
SOME = Rule(
    "personal-data.some",
    "low",
    "Personal data in rows",
    "Cases and logs are copied and kept for long; the law asks for a reason for each datum of a person.",
    "Replace them by made-up ones if nobody needs them.",
    _DISCLOSED,
)
MANY = Rule(
    "personal-data.many",
    "review",
    "Personal data in many rows",
    "This looks like a register of people: whoever gets the file gets them all, and a model may learn them by heart.",
    "Replace or mask them, or accept the finding with the reason why they may be here.",
    _DISCLOSED,
)
RULES = (SOME, MANY)
MOST_BYTES = 8 * MEGABYTE
MOST_DATA = 50_000
"""Of so many data it is clear what the file is; the rest is not counted."""
LEAST_DATA = 50
LEAST_SHARE = 0.2
_ROWS = re.compile(r"(?:jsonl|ndjson|csv|tsv|log)", re.IGNORECASE)
_WORDS = {
    "email": "e-mail addresses",
    "phone": "telephone numbers",
    "card": "card numbers",
    "iban": "bank accounts",
    "us_ssn": "social security numbers",
    "ip": "IP addresses",
}
_EXAMPLES = re.compile(
    r".*[@.](?:example(?:\.\w+)?|test|invalid|localhost)|.*555.?01\d\d|git@.*|.*@users\.noreply\.github\.com|noreply@.*",
    re.IGNORECASE,
)
"""RFC 2606 and 6761 domains, the telephone numbers of films, addresses of machines."""
_KNOWN_NUMBERS = frozenset(
    {
        "4111111111111111",
        "4242424242424242",
        "5555555555554444",
        "5105105105105100",
        "378282246310005",
        "6011111111111117",
        "3530111333300000",
        "DE89370400440532013000",
        "GB29NWBK60161331926819",
        "GB82WEST12345698765432",
        "8.8.8.8",
        "8.8.4.4",
        "1.1.1.1",
    }
)
"""Numbers that card networks, banks and documents give for tests."""


class PersonalData:
    """Counts the personal data of a file, block by block; only rows are looked at."""

    def __init__(self, part: Part) -> None:
        self._part = part
        self._rows = self._rows_with = self._read = 0
        self._kinds: Counter[str] = Counter()
        self._shown: dict[str, str] = {}
        self._different: set[int] = set()
        self._line: int | None = None
        self._is_rows: bool | None = None

    def add(self, block: Block) -> None:
        """Look at some lines."""
        if self._is_rows is None:
            self._is_rows = _has_rows(self._part.name, block.text)
        if not self._is_rows or self._read > MOST_BYTES or self._kinds.total() > MOST_DATA:
            return
        self._read += len(block.text)
        for number, row in enumerate(block.text.splitlines(), block.line):
            if not row.strip():
                continue
            self._rows += 1
            data = [each for each in find_personal_data(row) if not _is_example(row[each.start : each.end])]
            if data and self._line is None:
                self._line = number
            self._rows_with += any(each.kind != "ip" for each in data)
            for each in data:
                self._count(row, each)

    def _count(self, row: str, found: Found) -> None:
        text = row[found.start : found.end]
        self._kinds[found.kind] += 1
        self._shown.setdefault(found.kind, _masked(text))
        if found.kind != "ip" and len(self._different) < LEAST_DATA:
            self._different.add(hash(text))

    def findings(self) -> Iterator[Finding]:
        """What was counted."""
        if not self._kinds:
            return
        many = len(self._different) >= LEAST_DATA and self._rows_with >= LEAST_SHARE * self._rows
        counts = ", ".join(
            f"{count} {_WORDS[kind]} ({self._shown[kind]})" for kind, count in sorted(self._kinds.items())
        )
        evidence = f"{self._rows_with} of {self._rows} rows with data of persons: {counts}"
        yield self._part.finding(MANY if many else SOME, evidence, line=self._line)


def _has_rows(name: str, text: str) -> bool:
    """Whether a file has a row on each line: objects of JSON by content, tables and logs by name."""
    lines = text.lstrip().splitlines()
    if len(lines) > 1 and lines[0].startswith("{") and lines[0].rstrip().endswith("}"):
        return True
    return _ROWS.fullmatch(name.rpartition(".")[2]) is not None


def _is_example(text: str) -> bool:
    return re.sub(r"[\s-]", "", text) in _KNOWN_NUMBERS or _EXAMPLES.fullmatch(text) is not None


def _masked(text: str) -> str:
    local, at, domain = text.partition("@")
    return f"{local[:1]}***@{domain[:1]}***" if at else f"{text[:2]}***"
