"""Is the answer SQL?"""

from typing import ClassVar

from seatrial.checks.arguments import did_you_mean
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.judges.properties.parsing import Parsing
from seatrial.core.errors import Mistake
from seatrial.text.extras import extra
from seatrial.text.syntax_sql import dialects, read_sql


class ValidSql(Parsing, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The answer, or its fenced blocks, is SQL of a `dialect` (postgres, sqlite, tsql, ...; without one a mixture).

    Statements are parsed by sqlglot and never run; tables and columns are not known, so any name will do. A statement
    that sqlglot does not know is not judged.
    """

    dialect: str = ""

    title = "valid_sql"
    short: ClassVar[str | None] = "dialect"
    language: ClassVar[str] = "SQL"
    fences: ClassVar[frozenset[str]] = frozenset(
        {"sql", "postgresql", "postgres", "mysql", "sqlite", "tsql", "bigquery"}
    )
    after: ClassVar[str] = "sqlglot"

    def prepare(self) -> None:
        """Refuse an unknown dialect, and a missing extra."""
        with extra("text", "the check `valid_sql`"):
            known = dialects()
        if self.dialect and self.dialect not in known:
            hint = did_you_mean(self.dialect, known)
            raise Mistake(
                f"`valid_sql` knows no dialect `{self.dialect[:40]}`{hint}; known are {', '.join(sorted(known))}"
            )

    def read(self, source: str) -> None:
        """Read one text."""
        read_sql(source, self.dialect)

    @classmethod
    def example(cls) -> Example:
        """A query, and one without its table."""
        return examples_of(
            {"valid_sql": "postgres"}, "SELECT fare FROM trips WHERE pier = 3", "SELECT fare FROM WHERE pier = 3"
        )
