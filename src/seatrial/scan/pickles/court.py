"""Judges what a pickle machine does, while it does it, and turns it into Findings at the end."""

from collections.abc import Iterator
from typing import Final, NamedTuple

import msgspec

from seatrial.core.finding import Finding, Severity
from seatrial.scan.blob import Blob, BytesBlob, Window
from seatrial.scan.part import Part
from seatrial.scan.pickles import rules
from seatrial.scan.pickles.allowed import Role, role_of
from seatrial.scan.pickles.dangers import (
    Danger,
    danger_of,
    is_covered,
    is_foreign,
    is_function,
    is_standard,
    looks_like_payload,
    reaches,
)
from seatrial.scan.pickles.expressions import call_shown
from seatrial.scan.pickles.makers import MAKERS
from seatrial.scan.pickles.names import is_plain, is_possible, modern, plain_look
from seatrial.scan.pickles.values import Global, Instance, Mapping, Sequence, Stretch, Unknown, Value
from seatrial.scan.rule import Rule

MOST_FINDINGS: Final = 200
MOST_CALLS: Final = 100_000
_WALK: Final = 500
_LEADING: Final = 4096


class Call(msgspec.Struct, frozen=True):
    """A call that loading would make: where, as an expression, and what is thought of it."""

    offset: int
    expression: str
    verdict: Severity | None


class Standing(NamedTuple):
    """What is known of a global: its role on the allow-lists and what speaks against it."""

    role: Role | None
    danger: Danger | None
    standard: bool


class Sighting:
    """A global that was met, and the worst that was done with it."""

    __slots__ = ("evidence", "known", "offset", "rule", "standing")

    def __init__(self, known: Global, standing: Standing, offset: int) -> None:
        self.known, self.standing, self.offset = known, standing, offset
        self.rule, self.evidence = _of_reference(standing), known.full


class Court:
    """Keeps what was found in one Part.

    Args:
        part: Whose Findings they are.
        explaining: Whether to keep all calls as expressions.
    """

    def __init__(self, part: Part, *, explaining: bool = False) -> None:
        self.part, self.explaining = part, explaining
        self.sightings: dict[tuple[str, str], Sighting] = {}
        self.oddities: dict[tuple[str, str], Finding] = {}
        self.calls: list[Call] = []
        self.nested: list[tuple[str, Blob]] = []
        self.storages: dict[str, Global] = {}

    def refer(self, module: Value, name: Value, offset: int) -> Value:
        """An import: the Global, or Unknown if its names are no literals."""
        if not isinstance(module, str) or not isinstance(name, str):
            self.odd(
                rules.COMPUTED_NAME, call_shown(Global("builtins", "import"), Sequence("tuple", [module, name])), offset
            )
            return Unknown("something imported by a computed name")
        seen = self.sightings.get((module, name))
        if seen:
            return seen.known
        known = Global(module, name, offset)
        if not (is_plain(module) and is_plain(name)):
            self._strange(known, offset)
        standing = self.standing(known)
        self.sightings[module, name] = Sighting(known, standing, offset)
        return known

    def standing(self, known: Global) -> Standing:
        """What is known of a global."""
        seen = self.sightings.get((known.module, known.name))
        if seen:
            return seen.standing
        role: Role | None = "ref" if known.full in MAKERS else role_of(known.module, known.name)
        danger = None if role and role != "ref" else danger_of(known.module, known.name)
        if role is None and (danger is None or danger.kind == "call") and known.full in self.part.settings.allowed:
            return Standing("call", None, False)
        return Standing(role, danger, is_standard(known.module, known.name))

    def call(self, callee: Value, args: Value, offset: int, *, bare: bool = False) -> Rule | None:
        """Judge a call of a global that needs no look at its arguments; what is against it, or None.

        Args:
            callee: What is called.
            args: Its arguments.
            offset: Where.
            bare: Whether the object is made without `__init__` (NEWOBJ, or no arguments).
        """
        rule: Rule | None
        if isinstance(callee, Global):
            rule = self._of_call(callee, args, bare)
            if rule:
                self.blame(callee, rule, call_shown(callee, args), offset)
        else:
            rule = rules.CALL_OF_RESULT
            self.odd(rule, call_shown(callee, args), offset)
        return rule

    def _of_call(self, callee: Global, args: Value, bare: bool) -> Rule | None:
        role, danger, standard = self.standing(callee)
        if role in ("call", "enum") or (role == "data" and bare):
            return None
        if danger:
            made = bare and danger.kind == "call" and callee.name.rpartition(".")[2].lstrip("_")[:1].isupper()
            return rules.WARY_REFERENCE if made else rules.DANGEROUS_CALL
        if not bare and self._hands_on(args):
            return rules.DANGEROUS_CALL
        opens = role == "data" or is_function(callee.name) or is_covered(callee.module)
        if not bare and opens and self._reaches(args):
            return rules.PAYLOAD
        if role:
            return rules.DANGEROUS_CALL if standard and role == "ref" and not bare else rules.ONLY_NAMED
        if "." in callee.name and role_of(callee.module, callee.name.partition(".")[0]):
            return rules.DANGEROUS_CALL  # a method of a listed class, called as a function: nothing writes that
        if self.payload(args):
            return rules.PAYLOAD
        self.keep_pickles(args)
        foreign = standard or is_foreign(callee.module, callee.name)
        return rules.DANGEROUS_CALL if foreign and not bare else rules.NOTHING_KNOWN

    def _hands_on(self, args: Value) -> bool:
        """Whether something that must not be called is given to what may call it."""
        items = args.items if isinstance(args, Sequence) else []
        return any(isinstance(each, Global) and self.standing(each).danger for each in items)

    def _reaches(self, args: Value) -> bool:
        """Whether an argument reads like a path or an address."""
        items = args.items if isinstance(args, Sequence) else []
        return any(reaches(each if isinstance(each, str) else leading_text(each)) for each in items)

    def keep_pickles(self, value: Value) -> None:
        """Bytes that look like pickles and go to something unknown will be unpickled: they are looked at, too."""
        for each in walk(value):
            if len(self.nested) >= MOST_FINDINGS:
                return
            if isinstance(each, bytes) and each[:1] == b"\x80" and each[-1:] == b".":
                self.nested.append(("bytes", BytesBlob(each)))
            elif isinstance(each, Stretch) and each.kind == "bytes" and each.blob.read(each.offset, 1) == b"\x80":
                self.nested.append((f"bytes at {each.offset}", Window(each.blob, each.offset, each.size)))

    def blame(self, known: Global, rule: Rule, evidence: str, offset: int) -> None:
        """Something was done with a global; only the worst is kept, the first of its kind."""
        sighting = self.sightings.get((known.module, known.name))
        if sighting is None:
            self.odd(rule, evidence, offset)
        elif sighting.rule is None or _worse(rule, sighting.rule):
            sighting.rule, sighting.evidence, sighting.offset = rule, evidence, offset

    def odd(self, rule: Rule, evidence: str, offset: int) -> None:
        """Something that is no matter of one global."""
        # Lesser ones must not crowd out an attack.
        if len(self.oddities) < MOST_FINDINGS * (1 + (rule.severity == "attack")):
            self.oddities.setdefault((rule.id, evidence), self.part.finding(rule, evidence, offset=offset))

    def record(self, callee: Value, args: Value, offset: int, rule: Rule | None) -> None:
        """Keep a call for whoever wants an explanation."""
        if self.explaining and len(self.calls) < MOST_CALLS:
            self.calls.append(Call(offset, call_shown(callee, args), rule.severity if rule else None))

    def payload(self, value: Value) -> str | None:
        """What in some arguments reads like a command or like code."""
        for each in walk(value):
            text = leading_text(each)
            found = looks_like_payload(text) if text else None
            if found:
                return found
        return None

    def findings(self) -> Iterator[Finding]:
        """All that was found, by place; the worst are never cut."""
        found = [*self.oddities.values(), *self._of_globals()]
        found.sort(key=lambda each: (each.severity != "attack", each.offset or 0))
        yield from found[:MOST_FINDINGS]
        if len(found) > MOST_FINDINGS:
            yield self.part.finding(rules.MANY, f"{len(found)} in all")

    def _of_globals(self) -> Iterator[Finding]:
        for sighting in self.sightings.values():
            if sighting.rule:
                danger = sighting.standing.danger
                evidence = f"{sighting.evidence}: {danger.reason}" if danger else sighting.evidence
                yield self.part.finding(sighting.rule, evidence, offset=sighting.offset)

    def _strange(self, known: Global, offset: int) -> None:
        for text in (known.module, known.name):
            if not is_possible(text):
                self.odd(rules.STRANGE_NAME, f"{known.module!a} {known.name!a}", offset)
                return
        module, name = plain_look(known.module), plain_look(known.name)
        if (module, name) != (known.module, known.name) and (role_of(module, name) or danger_of(module, name)):
            self.odd(rules.STRANGE_NAME, f"{known.full!a} looks like {module}.{name}", offset)


def _of_reference(standing: Standing) -> Rule | None:
    if standing.role:
        return None
    if standing.danger:
        return rules.DANGEROUS_REFERENCE if standing.danger.kind == "attack" else rules.WARY_REFERENCE
    return rules.NOTHING_KNOWN


def _worse(rule: Rule, than: Rule) -> bool:
    if rule.severity != than.severity:
        return rule.severity == "attack"
    return rule.id != than.id and than in (rules.DANGEROUS_REFERENCE, rules.WARY_REFERENCE, rules.NOTHING_KNOWN)


def walk(value: Value, most: int = _WALK) -> Iterator[Value]:
    """A value and what is in it, breadth first, as far as `most` of them."""
    queue, seen = [value], {id(value)}
    for each in queue:
        yield each
        inner: list[Value] = []
        if isinstance(each, Sequence):
            inner = each.items
        elif isinstance(each, Mapping):
            inner = [*each.keys, *each.values]
        elif isinstance(each, Instance):
            inner = [each.args, *each.states]
        for one in inner:
            if len(queue) >= most:
                break
            if id(one) not in seen:
                seen.add(id(one))
                queue.append(one)


def leading_text(value: Value) -> str:
    """The first thousands of characters of a str or of bytes; of anything else nothing."""
    if isinstance(value, str):
        return value[:_LEADING]
    if isinstance(value, bytes):
        return value[:_LEADING].decode("latin-1")
    if isinstance(value, Stretch):
        return value.blob.read(value.offset, _LEADING).decode("latin-1")
    return ""


def is_global(value: Value, *names: str) -> bool:
    """Whether a value is one of some globals, by their full names of today."""
    return isinstance(value, Global) and ".".join(modern(value.module, value.name)) in names


def is_maker(value: Value) -> bool:
    """Whether it is one of cloudpickle's or dill's makers of functions, classes and modules."""
    return isinstance(value, Global) and value.full in MAKERS
