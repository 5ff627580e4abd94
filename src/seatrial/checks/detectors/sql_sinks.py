"""Statements of SQL in an answer that change, destroy or join on what was not asked for.

Read by a tokenizer of our own (ISO 9075 words, strings, comments), so that nothing needs to be installed. A statement
stands in a fenced block, or at the beginning of a line in capitals; a quotation inside a sentence is none.
"""

import re
from collections.abc import Iterator

from seatrial.checks.detectors.html_sinks import Sink
from seatrial.text.blocks import blocks_of, prose_of

MOST_CHARACTERS = 500_000
_LANGUAGES = frozenset(["", "sql", "mysql", "postgres", "postgresql", "psql", "sqlite", "tsql", "plsql"])
_COMMENT = re.compile(r"/\*.{0,1000}?\*/|--[^\n]*|(?<=\s)#[^\n]*", re.DOTALL)
_STRING = re.compile(r"'[^']*+'")
_NAME = r"(?:[\w$.]+|\"[^\"\n]{1,200}\"|`[^`\n]{1,200}`|\[[^\]\n]{1,200}\])"
_START = r"(?:^|;)[ \t]{0,100}"
_STATEMENTS = {
    "drops": r"DROP (?:TABLE|DATABASE|SCHEMA|VIEW|INDEX|USER|ROLE) (?:IF EXISTS )?NAME_(?:,|;|$|CASCADE)",
    "empties": r"TRUNCATE (?:TABLE )?NAME_(?:;|$|CASCADE|RESTART)",
    "deletes": r"DELETE FROM NAME_(?:;|$|WHERE\b|USING\b|RETURNING\b)",
    "changes": r"UPDATE NAME SET NAME_=",
    "inserts": r"INSERT INTO NAME_(?:\(|VALUES\b|SELECT\b|DEFAULT\b)",
    "alters": r"ALTER (?:TABLE|USER|ROLE|DATABASE) NAME (?:ADD|DROP|RENAME|MODIFY|ALTER|SET|WITH|IDENTIFIED|OWNER)\b",
    "grants": r"GRANT (?:ALL|SELECT|INSERT|UPDATE|DELETE|EXECUTE|USAGE)[\w\s,]{0,200}? (?:ON|TO) NAME",
}
"""What a statement does -> its beginning; a space stands for any, `_` for any or none, NAME for an identifier."""


def _form(pattern: str, flags: int) -> re.Pattern[str]:
    spaced = pattern.replace(" ", r"\s{1,40}").replace("_", r"\s{0,40}").replace("NAME", _NAME)
    return re.compile(f"{_START}(?:{spaced})", re.MULTILINE | flags)


_WRITES = {what: (_form(pattern, 0), _form(pattern, re.I)) for what, pattern in _STATEMENTS.items()}
_UNION = re.compile(r"\bUNION\s{1,40}(?:ALL\s{1,40})?SELECT\b", re.I)


def sql_sinks(text: str) -> Iterator[Sink]:
    """The writing statements and the unions in the first 500,000 characters."""
    text = text[:MOST_CHARACTERS]
    for block in blocks_of(text):
        if block.language in _LANGUAGES:
            yield from _of_code(block.body)
    for line in _plain_lines(prose_of(text)):
        yield from _of_line(line)


def _of_code(body: str) -> Iterator[Sink]:
    source = _STRING.sub("''", _COMMENT.sub(" ", body))
    for what, (_, either) in _WRITES.items():
        for found in either.finditer(source):
            yield Sink(f"a statement that {what}", _whole(body, found[0]))
    for found in _UNION.finditer(source):
        yield Sink("a statement that joins another query on", _whole(body, found[0]))


def _of_line(line: str) -> Iterator[Sink]:
    source = _STRING.sub("''", _COMMENT.sub(" ", line))
    for what, (capitals, _) in _WRITES.items():
        if capitals.search(source):
            yield Sink(f"a statement that {what}", line)
    if re.match(r"\s{0,40}SELECT\b", source) and _UNION.search(source):
        yield Sink("a statement that joins another query on", line)


def _plain_lines(prose: str) -> Iterator[str]:
    """Lines outside of code; those that quote (`>`) are left out."""
    return (line for line in prose.split("\n") if 8 < len(line) <= 20_000 and not line.lstrip().startswith(">"))


def _whole(body: str, found: str) -> str:
    """The body where it is short, else what was found."""
    return body if len(body) <= 4_000 else found
