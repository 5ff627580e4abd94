"""A Baseline: what a blessed run found, small and sorted, one case a line, so that git shows what changed."""

import json
import re
from pathlib import Path
from typing import Final

import msgspec

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.reading import Reading
from seatrial.core.run import RunInfo
from seatrial.metrics.baseline_cases import BaselineCase, batch_of, cases_of, readings_of

FORMAT: Final = "seatrial-baseline/1"
MOST_BYTES: Final = 256 * 1024 * 1024
MOST_ROWS: Final = 5_000_000
_AGAIN: Final = "make it again by `seatrial bless RUN`"


class Baseline(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """What a later run is held against.

    `readings` are all metrics that could be measured, of the whole (no slice) and of each suite (slice `suite`).
    """

    format: str = FORMAT
    run: str
    at: int
    """UTC nanoseconds."""
    file: str
    plan: str
    currency: str | None = None
    readings: tuple[Reading, ...] = ()
    cases: tuple[BaselineCase, ...] = ()

    @classmethod
    def of(cls, run: RunInfo, batch: Batch) -> "Baseline":
        """The Baseline that a run makes."""
        return cls(
            run=run.id,
            at=run.at,
            file=run.file,
            plan=run.plan,
            currency=batch.currency,
            readings=tuple(readings_of(batch)),
            cases=cases_of(batch),
        )

    def encode(self) -> bytes:
        """JSON with one Reading and one case a line; the same Baseline gives the same bytes."""
        head = {
            "format": self.format,
            "run": self.run,
            "at": self.at,
            "file": self.file,
            "plan": self.plan,
            "currency": self.currency,
        }
        lines = [f"  {_json(name)}: {_json(value)}," for name, value in head.items()]
        lines += ['  "readings": [', *_listed(self.readings), "  ],", '  "cases": [', *_listed(self.cases), "  ]"]
        return "\n".join(["{", *lines, "}", ""]).encode()

    @classmethod
    def decode(cls, data: bytes, path: str | Path) -> "Baseline":
        """Read what `encode` wrote.

        Raises:
            Mistake: It is no Baseline, a broken one, or of a newer format; file and line are named.
        """
        if len(data) > MOST_BYTES:
            raise Mistake(f"a baseline of more than {MOST_BYTES // 1024**2} MB is not read; {_AGAIN}", path=path)
        _check_format(data, path)
        try:
            found = msgspec.json.decode(data, type=cls)
        except msgspec.DecodeError as error:
            line = _line_of(str(error), data)
            raise Mistake(f"this baseline is broken: {error}; {_AGAIN}", path=path, line=line) from error
        for number, each in enumerate(found.cases):
            if not each.is_sound:
                line = _line_of(f"$.cases[{number}]", data)
                raise Mistake(f"the counts of case `{each.case}` cannot be; {_AGAIN}", path=path, line=line)
        if sum(each.asked for each in found.cases) > MOST_ROWS:
            raise Mistake(f"a baseline of more than {MOST_ROWS:,} attempts is not read", path=path)
        return found

    def as_batch(self) -> Batch:
        """Rows that say what the Baseline knows: as many as were asked, each with its case's means."""
        return batch_of(self.cases, self.currency)


def _check_format(data: bytes, path: str | Path) -> None:
    try:
        head = json.loads(data)
    except json.JSONDecodeError as error:
        raise Mistake(f"this baseline is not JSON: {error.msg}; {_AGAIN}", path=path, line=error.lineno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Mistake(f"this is no baseline, it is not JSON in UTF-8; {_AGAIN}", path=path, line=1) from error
    name = head.get("format") if isinstance(head, dict) else None
    found = re.fullmatch(r"seatrial-baseline/(\d{1,9})", name) if isinstance(name, str) else None
    if found is None:
        raise Mistake(f"this is no baseline: it has no `format` such as `{FORMAT}`; {_AGAIN}", path=path, line=1)
    if name != FORMAT:
        raise Mistake(f"this baseline has the format `{name}`, this seatrial reads `{FORMAT}`; {_AGAIN}", path=path)


def _line_of(message: str, data: bytes) -> int | None:
    """The line of `$.cases[17]` in a file that has one case a line; None when the message names no such place."""
    place = re.search(r"\$\.(cases|readings)\[(\d+)\]", message)
    lines = data.splitlines()
    start = next((i for i, line in enumerate(lines) if place and line.strip() == f'"{place[1]}": ['.encode()), None)
    return None if place is None or start is None else start + 2 + int(place[2])


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()


def _listed(items: tuple[msgspec.Struct, ...]) -> list[str]:
    lines = [f"    {_json(each)}" for each in items]
    return [f"{line}," for line in lines[:-1]] + lines[-1:]
