"""Bank accounts and identity numbers of persons in a text, by the checksums that python-stdnum knows (extra `text`).

A number whose checksum holds by chance in one case of ten or so counts only in its usual grouping or beside its name.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from importlib import import_module
from typing import NamedTuple

_IBAN = re.compile(
    r"(?<!\w)(?:[A-Z]{2}\d{2}(?:[ \u00a0-]?[A-Z0-9]){11,30}|[a-z]{2}\d{2}(?:[ \u00a0-]?[a-z0-9]){11,30})(?![A-Za-z0-9])"
)
_BEFORE = 40
MOST_CANDIDATES = 2_000


class Kind(NamedTuple):
    """How a state's number is written, the module of stdnum that checks it, and the word it must stand beside."""

    pattern: re.Pattern[str]
    module: str
    beside: re.Pattern[str] | None = None


def _kind(pattern: str, module: str, beside: str = "") -> Kind:
    named = re.compile(rf"(?:{beside})\W{{0,3}}(?:\w{{1,10}}\W{{1,2}}){{0,3}}$", re.IGNORECASE) if beside else None
    return Kind(re.compile(rf"(?<![\w.,+-])(?:{pattern})(?![\w-])(?!\.\d)"), module, named)


_KINDS = (
    _kind(r"\d{3}-\d{2}-\d{4}", "us.ssn"),
    _kind(r"\d{3} \d{3} \d{4}", "gb.nhs", r"\bnhs\b"),
    _kind(r"\d{2} ?\d{3} ?\d{3} ?\d{3}", "de.idnr"),
    _kind(r"\d{8}-?[A-Z]|[XYZ]-?\d{7}-?[A-Z]", "es.nif"),
    _kind(r"[12] ?\d\d ?\d\d ?(?:\d\d|2[AB]) ?\d{3} ?\d{3} ?\d\d", "fr.nir"),
    _kind(r"[A-Z]{6}\d\d[A-EHLMPRST]\d\d[A-Z]\d{3}[A-Z]", "it.codicefiscale"),
    _kind(r"\d{11}", "pl.pesel", r"\bpesel\b"),
    _kind(r"\d{3}\.\d{3}\.\d{3}-\d{2}", "br.cpf"),
    _kind(r"\d{9}|\d{4}[ .]\d{2}[ .]\d{3}", "nl.bsn", r"\b(?:bsn|burgerservicenummer|sofi-?nummer)\b"),
)
_NINO = re.compile(r"(?<!\w)(?!BG|GB|KN|NK|NT|TN|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?!\w)")
"""The British national insurance number (HMRC, NIM39110) has no checksum, but letters that are never used."""


def accounts_in(text: str) -> Iterator[tuple[int, str]]:
    """Where bank accounts stand (IBAN, ISO 13616): length by country and checksum hold.

    Raises:
        ImportError: python-stdnum is not installed.
    """
    from stdnum import iban

    for number, found in enumerate(_IBAN.finditer(text)):
        if number == MOST_CANDIDATES:
            return
        raw = found[0]
        parts = re.split(r"([ \u00a0-])", raw)
        while parts and not iban.is_valid("".join(parts)):
            parts = parts[:-2]
        if parts:
            yield found.start(), "".join(parts)


def identities_in(text: str) -> Iterator[tuple[int, str]]:
    """Where identity, tax or insurance numbers of persons stand, of nine states and Great Britain.

    Raises:
        ImportError: python-stdnum is not installed.
    """
    for kind in _KINDS:
        check = _checker(kind.module)
        for number, found in enumerate(kind.pattern.finditer(text)):
            if number == MOST_CANDIDATES:
                break
            before = text[max(0, found.start() - _BEFORE) : found.start()]
            if check(found[0]) and (kind.beside is None or kind.beside.search(before)):
                yield found.start(), found[0]
    for found in _NINO.finditer(text):
        yield found.start(), found[0]


@lru_cache(maxsize=32)
def _checker(module: str) -> Callable[[str], bool]:
    is_valid: Callable[[str], bool] = import_module(f"stdnum.{module}").is_valid
    return is_valid


def load_checksums() -> None:
    """Import what will be needed, so that a missing library is seen at once.

    Raises:
        ImportError: python-stdnum is not installed.
    """
    for kind in _KINDS:
        _checker(kind.module)
