"""Reads `seatrial-allow.toml`: every mistake with its line, unknown keys with the nearest known one."""

import difflib
import re
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from seatrial.core.errors import Mistake
from seatrial.scan.baseline import Accepted, Allowances, Allowed
from seatrial.scan.limits import MEGABYTE

MOST_BYTES = 4 * MEGABYTE
_KEYS = {"allow": ("global", "reason", "expires"), "accept": ("id", "path", "member", "reason", "expires")}
_OPTIONAL = frozenset({"member"})
_GLOBAL = re.compile(r"[^\W\d][\w]*(?:\.[^\W\d][\w]*)+")
_ID = re.compile(r"[a-z0-9*?-]+(?:\.[a-z0-9*?-]+)+")


def load_allowances(path: str, today: date | None = None) -> Allowances:
    """What a file of acceptances says.

    Args:
        path: The file.
        today: The day that dates are held against; now by default (UTC).

    Raises:
        Mistake: It cannot be read, or something in it is wrong; all mistakes are told at once.
    """
    text = _text_of(path)
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        found = re.search(r"at line (\d+)", str(error))
        raise Mistake(f"it is no valid TOML: {error}", path=path, line=int(found[1]) if found else None) from error
    mistakes: list[Mistake] = []
    allowed: list[Allowed] = []
    accepted: list[Accepted] = []
    mistakes += [Mistake(_unknown(key, _KEYS), path=path, line=_line_of(text, key)) for key in data if key not in _KEYS]
    for kind in ("allow", "accept"):
        for line, entry in _entries(data.get(kind, []), kind, text, path, mistakes):
            before = len(mistakes)
            mistakes += _wrong(entry, kind, path, line, text)
            if len(mistakes) > before:
                continue
            if kind == "allow":
                allowed.append(
                    Allowed(name=entry["global"], reason=entry["reason"], expires=_day(entry["expires"]), line=line)
                )
            else:
                accepted.append(Accepted(**{**entry, "expires": _day(entry["expires"])}, line=line))
    if mistakes:
        raise mistakes[0] if len(mistakes) == 1 else Mistake("\n".join(str(each) for each in mistakes[:50]))
    return Allowances(path, tuple(allowed), tuple(accepted), today or datetime.now(UTC).date())


def _text_of(path: str) -> str:
    try:
        if Path(path).exists() and not Path(path).is_file():
            raise Mistake("it is not a regular file", path=path)
        with Path(path).open("rb") as opened:
            data = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise Mistake(f"it cannot be read: {error.strerror or error}", path=path) from error
    if len(data) > MOST_BYTES:
        raise Mistake(f"it is larger than {MOST_BYTES // MEGABYTE} MB", path=path)
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Mistake("it is not UTF-8", path=path, line=line) from error


def _entries(
    value: Any, kind: str, text: str, path: str, mistakes: list[Mistake]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The tables of a kind, each with the line of its header."""
    lines = [number for number, line in enumerate(text.splitlines(), 1) if re.match(rf"\s*\[\[\s*{kind}\s*\]\]", line)]
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        mistakes.append(Mistake(f"write each entry as a table `[[{kind}]]`", path=path, line=_line_of(text, kind)))
        return
    for number, entry in enumerate(value):
        yield (lines[number] if number < len(lines) else _line_of(text, kind)), entry


def _line_of(text: str, key: str, start: int = 1) -> int:
    """The first line from `start` on that begins with a key or its table; `start` when none does."""
    for number, line in enumerate(text.splitlines(), 1):
        if number >= start and re.match(rf"\s*\[*\s*[\"']?{re.escape(key)}[\"']?\s*(?:[=.\]]|$)", line):
            return number
    return start


def _unknown(key: str, known: Any) -> str:
    near = difflib.get_close_matches(key, list(known), 1)
    hint = f"did you mean `{near[0]}`?" if near else f"allowed are {', '.join(known)}"
    return f"the key `{key[:60]}` is unknown: {hint}"


def _wrong(entry: dict[str, Any], kind: str, path: str, line: int, text: str) -> Iterator[Mistake]:
    """What is wrong with one entry."""
    for key in entry:
        if key not in _KEYS[kind]:
            yield Mistake(_unknown(key, _KEYS[kind]), path=path, line=_line_of(text, key, line), key=kind)
    for key in _KEYS[kind]:
        if key not in entry:
            if key not in _OPTIONAL:
                yield Mistake(f"`{key}` is missing", path=path, line=line, key=kind)
            continue
        said = _wrong_value(key, entry[key])
        if said:
            yield Mistake(said, path=path, line=_line_of(text, key, line), key=f"{kind}.{key}")


def _wrong_value(key: str, value: Any) -> str | None:
    if key == "expires":
        return None if isinstance(value, date) else "a date is expected: 2027-01-31"
    if not isinstance(value, str) or not value.strip():
        return "a reason that says why, and who looked, is expected" if key == "reason" else "a text is expected"
    if key == "global" and not _GLOBAL.fullmatch(value):
        return "`package.module.Name` is expected, without wildcards: each class is looked at by itself"
    if key == "id" and not _ID.fullmatch(value):
        return "a finding's id is expected, such as `requirements.extra-index` (`*` stands for anything in it)"
    if key in ("id", "path") and not value.strip("*?./"):
        return "this would accept everything: name what is accepted"
    return None


def _day(value: date) -> date:
    return value.date() if isinstance(value, datetime) else value
