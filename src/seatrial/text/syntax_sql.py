"""SQL: read by sqlglot's parser in a dialect, never run (extra `text`)."""

import logging
from functools import lru_cache
from typing import Any

from seatrial.text.syntax import CannotRead, NotWellFormed, refuse_empty, refuse_long

logging.getLogger("sqlglot").addHandler(logging.NullHandler())  # else it would speak on stderr of what it cannot parse


@lru_cache(maxsize=1)
def dialects() -> frozenset[str]:
    """The names of the dialects.

    Raises:
        ImportError: sqlglot is not installed.
    """
    from sqlglot.dialects.dialect import Dialects

    return frozenset(each.value for each in Dialects if each.value)


@lru_cache(maxsize=1)
def _statements() -> tuple[type[Any], ...]:
    """The kinds of expressions that stand for themselves; `a + 1` is SQL, too, but no statement."""
    from sqlglot import exp

    names = (
        "Query Values DML DDL Drop Alter AlterSession TruncateTable Analyze Set Use Describe Show Pragma Transaction "
        "Commit Rollback Cache Uncache Refresh Copy Comment Grant Revoke Kill LoadData Attach Detach Merge Declare "
        "Export Summarize"
    )
    return tuple(kind for name in names.split() if (kind := getattr(exp, name, None)) is not None)


def read_sql(source: str, dialect: str = "") -> None:
    """Parse statements of SQL; tables and columns are not known, so any name will do.

    Raises:
        NotWellFormed: It is none.
        CannotRead: It is too long, nested too deeply, or a statement that sqlglot does not know.
        ImportError: sqlglot is not installed.
    """
    import sqlglot
    from sqlglot import exp
    from sqlglot.errors import SqlglotError

    refuse_long(source)
    refuse_empty(source)
    try:
        found = [each for each in sqlglot.parse(source, read=dialect or None) if each is not None]
    except RecursionError:
        raise CannotRead("it is nested too deeply") from None
    except SqlglotError as error:
        raise NotWellFormed(_first(error)) from None
    except Exception as error:  # the parser is no work of ours, and any text may reach it
        raise CannotRead(f"sqlglot stumbles over it ({type(error).__name__})") from error
    for each in found:
        if isinstance(each, exp.Command):
            raise CannotRead(f"sqlglot does not know the statement `{each.name[:20].upper()}`")
        if not isinstance(each, _statements()):
            raise NotWellFormed("it is no statement")
    if not found:
        raise NotWellFormed("it holds no statement")


def _first(error: Exception) -> str:
    """What a parser says, without the piece of the text and the colours that it adds."""
    return str(error).splitlines()[0].partition(" <Token")[0].partition("<class")[0].strip().rstrip(".:")[:120].lower()
