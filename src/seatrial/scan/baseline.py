"""Accepted findings and allowed globals: `seatrial-allow.toml`, which a person writes and dates.

    [[allow]]
    global = "mypkg.model.Ranker"
    reason = "our own class, reviewed by Ada"
    expires = 2027-01-01

    [[accept]]
    id = "requirements.extra-index"
    path = "requirements/*.txt"
    reason = "our own mirror"
    expires = 2027-01-01

What has expired no longer counts, and that is a finding itself. A reason and a date are required: what nobody can
explain, or will ever look at again, is not accepted.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase

import msgspec

from seatrial.core.finding import Finding, Scanned
from seatrial.scan.packages.package import place
from seatrial.scan.rule import Rule

EXPIRED = Rule(
    "baseline.expired",
    "low",
    "An acceptance that has expired",
    "It no longer counts: somebody wanted it looked at again by now.",
    "Look at it again; then give it a new date, or take it out.",
)
UNUSED = Rule(
    "baseline.unused",
    "low",
    "An acceptance that nothing needs",
    "What it accepted is no longer found; it might hide something later.",
    "Take it out.",
)
RULES = (EXPIRED, UNUSED)
NEVER_ACCEPTED = frozenset({"baseline.expired"})


class Allowed(msgspec.Struct, frozen=True, kw_only=True):
    """A global that pickles may name. `line` is where it stands in the file."""

    name: str
    reason: str
    expires: date
    line: int = 1


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that are accepted: by id, by the file's path and, if given, the member (both as globs)."""

    id: str
    path: str
    reason: str
    expires: date
    member: str | None = None
    line: int = 1

    def covers(self, finding: Finding) -> bool:
        """Whether a Finding is one of these."""
        return (
            fnmatchcase(finding.id, self.id)
            and finding.id not in NEVER_ACCEPTED
            and _matches(finding.path, self.path)
            and (self.member is None or _matches(finding.member or "", self.member))
        )


def _matches(path: str, pattern: str) -> bool:
    """A glob over a path, from its start or from any folder in it; `*` crosses folders."""
    plain, wanted = path.replace("\\", "/").removeprefix("./"), pattern.removeprefix("./")
    return fnmatchcase(plain, wanted) or fnmatchcase(plain, f"*/{wanted}")


class Baselined(msgspec.Struct, frozen=True):
    """A verdict without what is accepted, and what that is, with its reason."""

    scanned: Scanned
    accepted: tuple[tuple[Finding, Accepted], ...] = ()


@dataclass(frozen=True, slots=True)
class Allowances:
    """What a file of acceptances says.

    Args:
        path: The file.
        allowed: Globals.
        accepted: Findings.
        today: The day that dates are held against.
    """

    path: str = ""
    allowed: tuple[Allowed, ...] = ()
    accepted: tuple[Accepted, ...] = ()
    today: date = date.max

    @property
    def globals(self) -> frozenset[str]:
        """Names that are allowed today: what `Settings.allowed` wants."""
        return frozenset(each.name for each in self.allowed if each.expires >= self.today)

    def apply(self, scanned: Scanned) -> Baselined:
        """Take accepted findings out of a verdict; they are given back beside it, to be listed as accepted."""
        valid = [each for each in self.accepted if each.expires >= self.today]
        left: list[Finding] = []
        taken: list[tuple[Finding, Accepted]] = []
        for finding in scanned.findings:
            by = next((each for each in valid if each.covers(finding)), None)
            if by is None:
                left.append(finding)
            else:
                taken.append((finding, by))
        return Baselined(Scanned.of(scanned.path, tuple(left), scanned.formats, scanned.size), tuple(taken))

    def own_findings(self, used: Iterable[Accepted] = ()) -> Iterator[Finding]:
        """What is wrong with the acceptances themselves: expired, or (given those that were used) of no use."""
        dated = [(each.name, each.expires, each.line) for each in self.allowed]
        dated += [(f"{each.id} in {each.path}", each.expires, each.line) for each in self.accepted]
        for name, expires, line in dated:
            if expires < self.today:
                yield place(self.path).finding(EXPIRED, f"{name}, since {expires}", line=line)
        known = set(used)
        for entry in self.accepted:
            if known and entry not in known and entry.expires >= self.today:
                yield place(self.path).finding(UNUSED, f"{entry.id} in {entry.path}", line=entry.line)


def propose(names: Mapping[str, str] | Iterable[str], today: date | None = None) -> str:
    """Text for a person to put into `seatrial-allow.toml`, for globals that made a file *review*.

    Args:
        names: Globals (`module.name`); a mapping says for each where it was found.
        today: The proposed date is half a year later.
    """
    expires = (today or datetime.now(UTC).date()) + timedelta(days=182)
    places = names if isinstance(names, Mapping) else dict.fromkeys(names, "")
    blocks: list[str] = []
    for name in sorted(places):
        comment = f"# found in {_one_line(places[name])}\n" if places[name] else ""
        blocks.append(
            f'{comment}[[allow]]\nglobal = {_quoted(name)}\nreason = ""  # why loading it is safe, and who looked\n'
            f"expires = {expires}\n"
        )
    return "\n".join(blocks)


def _one_line(text: str) -> str:
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)[:200]


def _quoted(text: str) -> str:
    """A basic string of TOML: escapes as in JSON, and no invisible character as it is."""
    made = msgspec.json.encode(text).decode()
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in made)
