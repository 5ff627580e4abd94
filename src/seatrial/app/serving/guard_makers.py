"""One function for each Guard: from its arguments to the record."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from seatrial.app.mistakes import did_you_mean
from seatrial.app.serving import guard_arguments as a
from seatrial.app.serving.guard_asking import Closer, judge_guard, moderation_guard
from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.units import seconds
from seatrial.app.validation import Place
from seatrial.checks.schemas import validator
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake
from seatrial.gateway.guards.canaries import Canaries, is_token
from seatrial.gateway.guards.credentials import Credentials
from seatrial.gateway.guards.finding import Finder
from seatrial.gateway.guards.guard import EVERYONE, FROM_OUTSIDE, SAID, Guard
from seatrial.gateway.guards.injection import Injection
from seatrial.gateway.guards.invisible import Invisible
from seatrial.gateway.guards.judging import ByCheck, InLanguage, Length, OfSchema
from seatrial.gateway.guards.pattern import Pattern
from seatrial.gateway.guards.personal import KNOWN, NATIONAL, PersonalData
from seatrial.gateway.guards.wording import MOST_CHARACTERS, MOST_TERMS, Terms
from seatrial.text.extras import extra
from seatrial.text.languages import known_languages, primary
from seatrial.text.personal_spans import KINDS


class BuildingGuard(NamedTuple):
    """Where a Guard stands."""

    stage: str
    config: GatewayConfig
    place: Place
    closers: list[Closer]
    """What is to be closed when the Guards are no more."""


def _found(
    name: str, arguments: a.GuardArguments, finder: Finder | None, roles: frozenset[str] = SAID, **more: Any
) -> Guard:
    wanted = frozenset(arguments.roles) if arguments.roles is not None else roles
    return Guard(name, arguments.action, finder, roles=wanted, **more)


def _personal(name: str, arguments: a.PersonalArguments, building: BuildingGuard) -> Guard:
    kinds = arguments.kinds if arguments.kinds is not None else KINDS
    for kind in kinds:
        if kind not in KNOWN:
            raise Mistake(f"`{kind}` is no kind of personal data; {did_you_mean(kind, KNOWN)}")
    if arguments.restore and (building.stage != "request" or arguments.action != "redact"):
        raise Mistake("`restore` belongs to a guard of requests that redacts")
    finder = PersonalData(kinds, tuple(region.upper() for region in arguments.regions))
    if arguments.regions or NATIONAL in kinds:
        with extra("text", "telephone numbers by region and identity numbers"):
            finder.find("+49 30 1234567")
    return _found(name, arguments, finder, restore=arguments.restore)


def _secrets(name: str, arguments: a.GuardArguments, building: BuildingGuard) -> Guard:
    return _found(name, arguments, Credentials(), EVERYONE)


def _injection(name: str, arguments: a.GuardArguments, building: BuildingGuard) -> Guard:
    return _found(name, arguments, Injection(), FROM_OUTSIDE if building.stage == "request" else SAID)


def _invisible(name: str, arguments: a.GuardArguments, building: BuildingGuard) -> Guard:
    return _found(name, arguments, Invisible(), EVERYONE)


def _canary(name: str, arguments: a.CanaryArguments, building: BuildingGuard) -> Guard:
    for token in arguments.tokens:
        if not is_token(token):
            raise Mistake("a canary token has at least 6 letters and digits: a shorter one stands in texts by chance")
    if not arguments.tokens and building.stage == "request":
        raise Mistake("on requests `canary` needs `tokens`: those in system messages are the application's own")
    finder = Canaries(arguments.tokens) if arguments.tokens else None
    return _found(name, arguments, finder, planted=not arguments.tokens)


def _words(name: str, arguments: a.WordsArguments, building: BuildingGuard) -> Guard:
    return _found(name, arguments, Terms({"": _terms(arguments.words)}))


def _topics(name: str, arguments: a.TopicsArguments, building: BuildingGuard) -> Guard:
    topics = {topic: _terms(words) for topic, words in arguments.topics.items()}
    return _found(name, arguments, Terms(topics, arguments.at_least))


def _terms(words: Sequence[str]) -> list[str]:
    found = [" ".join(word.split()) for word in words]
    if not all(found) or any(len(word) > MOST_CHARACTERS for word in found) or not 0 < len(found) <= MOST_TERMS:
        raise Mistake(f"1 to {MOST_TERMS:,} words or phrases of 1 to {MOST_CHARACTERS} characters are expected")
    return found


def _regex(name: str, arguments: a.RegexArguments, building: BuildingGuard) -> Guard:
    return _found(name, arguments, Pattern(arguments.pattern))


def _length(name: str, arguments: a.LengthArguments, building: BuildingGuard) -> Guard:
    if arguments.most is None and not arguments.least:
        raise Mistake("`length` needs `least` or `most`: characters")
    return Guard(name, arguments.action, judge=Length(arguments.least, arguments.most))


def _language(name: str, arguments: a.LanguageArguments, building: BuildingGuard) -> Guard:
    known = known_languages("the guard `language`")
    allowed = [primary(code) for code in arguments.allowed]
    for code in allowed:
        if code not in known:
            raise Mistake(f"`{code}` is no language that can be told apart: write ISO 639 codes such as en or de")
    return Guard(name, arguments.action, judge=InLanguage(frozenset(allowed)))


def _schema(name: str, arguments: a.SchemaArguments, building: BuildingGuard) -> Guard:
    if building.stage == "request":
        raise Mistake("`json_schema` is a guard of answers")
    written = arguments.schema
    schema = _file(building.config.folder / written) if isinstance(written, str) else written
    return Guard(name, arguments.action, judge=OfSchema(validator(schema)), mend=arguments.repair)


def _file(path: Path) -> Any:
    try:
        return msgspec.json.decode(path.read_bytes())
    except OSError:
        raise Mistake(f"the schema {path.name} cannot be read") from None
    except msgspec.DecodeError as error:
        raise Mistake(f"the schema {path.name} is no JSON: {error}") from None


def _check(name: str, arguments: a.CheckArguments, building: BuildingGuard) -> Guard:
    limit = seconds(arguments.timeout, building.place, "timeout")
    return _by_check(name, arguments.is_, arguments, building, limit)


def check_guard(name: str, arguments: a.GuardArguments, building: BuildingGuard) -> Guard:
    """A Check by its name alone."""
    return _by_check(name, name, arguments, building, 2.0)


def _by_check(name: str, spec: Any, arguments: a.GuardArguments, building: BuildingGuard, limit: float) -> Guard:
    check = build_check(spec, folder=building.config.folder)
    if check.cost == "model":
        raise Mistake(f"the check `{check.name}` asks a model: use the guard `judge`, which is bounded in time")
    return Guard(name, arguments.action, judge=ByCheck(check, limit))


def _moderation(name: str, arguments: a.ModerationArguments, building: BuildingGuard) -> Guard:
    return moderation_guard(name, arguments, building.config, building.place, building.closers)


def _judge(name: str, arguments: a.JudgeArguments, building: BuildingGuard) -> Guard:
    return judge_guard(name, arguments, building.config, building.place, building.closers)


Maker = Callable[[str, Any, BuildingGuard], Guard]
MAKERS: Mapping[str, tuple[type[a.GuardArguments], Maker]] = {
    "pii": (a.PersonalArguments, _personal),
    "secrets": (a.GuardArguments, _secrets),
    "injection": (a.GuardArguments, _injection),
    "invisible": (a.GuardArguments, _invisible),
    "canary": (a.CanaryArguments, _canary),
    "words": (a.WordsArguments, _words),
    "topics": (a.TopicsArguments, _topics),
    "regex": (a.RegexArguments, _regex),
    "length": (a.LengthArguments, _length),
    "language": (a.LanguageArguments, _language),
    "json_schema": (a.SchemaArguments, _schema),
    "check": (a.CheckArguments, _check),
    "moderation": (a.ModerationArguments, _moderation),
    "judge": (a.JudgeArguments, _judge),
}
