"""A Part: a file, or something inside one, that is looked at."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from seatrial.core.finding import Finding, Severity
from seatrial.scan.blob import Blob
from seatrial.scan.limits import Budget, Limits, OverBudget
from seatrial.scan.rule import Rule

EVIDENCE = 300
"""Characters of evidence that are kept."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What a scan is told: limits, the user's own allowed globals (`module.name`), and locked versions by package."""

    limits: Limits = field(default_factory=Limits)
    allowed: frozenset[str] = frozenset()
    versions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Part:
    """Something with bytes and a place.

    Args:
        blob: Its bytes.
        path: The file as the user named it.
        look: Looks at a Part: recognises its formats and inspects it. Containers call it for what is inside them.
        budget: Shared by all Parts of a file.
        settings: What the scan was told.
        inner: Names on the way inwards.
    """

    blob: Blob
    path: str
    look_at: Callable[["Part"], Iterator[Finding]]
    budget: Budget
    settings: Settings = field(default_factory=Settings)
    inner: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its own name: of the member, or of the file."""
        return self.inner[-1] if self.inner else self.path

    @property
    def member(self) -> str | None:
        """The way to it inside the file."""
        return "!".join(self.inner) or None

    def inside(self, name: str, blob: Blob) -> "Part":
        """Something within it."""
        return replace(self, blob=blob, inner=(*self.inner, name))

    def look(self) -> Iterator[Finding]:
        """Recognise and inspect it: what a container calls for what it holds.

        Raises:
            OverBudget: It is nested too deeply.
        """
        if len(self.inner) > self.budget.limits.depth:
            raise OverBudget(f"it is nested deeper than {self.budget.limits.depth} levels")
        self.budget.member()
        yield from self.look_at(self)

    def finding(
        self,
        rule: Rule,
        evidence: str = "",
        *,
        offset: int | None = None,
        line: int | None = None,
        severity: Severity | None = None,
    ) -> Finding:
        """A Finding of a kind, here. Evidence is cut to a few hundred characters, control characters are shown."""
        shown = "".join(char if char.isprintable() else ascii(char)[1:-1] for char in evidence[: EVIDENCE + 1])
        return Finding(
            id=rule.id,
            severity=severity or rule.severity,
            title=rule.title,
            path=self.path,
            member=self.member,
            offset=offset,
            line=line,
            evidence=shown if len(shown) <= EVIDENCE else shown[: EVIDENCE - 1] + "…",
            why=rule.why,
            mend=rule.mend,
            taxonomy=rule.taxonomy,
        )
