"""Builds the Guards that `guard:` of each model names; every mistake is told with its line.

An entry is `name: action`, or `name:` with a mapping of `action` and arguments. A name that is no Guard of ours is that
of a Check that needs no arguments; `check:` takes one with arguments.
"""

from collections.abc import Callable, Mapping
from typing import Any

from seatrial.app.mistakes import Mistakes, brief, did_you_mean
from seatrial.app.serving.guard_arguments import GuardArguments
from seatrial.app.serving.guard_asking import Closer
from seatrial.app.serving.guard_makers import MAKERS, BuildingGuard, check_guard
from seatrial.app.serving.reading import GatewayConfig
from seatrial.app.serving.schema import GuardsModel
from seatrial.app.validation import Place, convert
from seatrial.checks.registry import names
from seatrial.core.errors import Mistake, SeatrialError
from seatrial.gateway.absent import NoGuards
from seatrial.gateway.config import Route
from seatrial.gateway.guards.guard import Guard, Guarding
from seatrial.gateway.guards.stage import Guarded
from seatrial.gateway.stages import Guards

STAGES = ("request", "answer")


def guards_of(config: GatewayConfig) -> Guards:
    """The stage of a configuration.

    Raises:
        Mistake: A Guard is not known, or cannot be as it is written; all of it is told at once.
    """
    mistakes = Mistakes()
    found: dict[str, Guarding] = {}
    closers: list[Closer] = []
    for name, served in config.model.models.items():
        if served.guard.request or served.guard.answer:
            place = Place(config.document, mistakes, ("gateway", "models", name, "guard"))
            found[name] = _guarding(served.guard, BuildingGuard("", config, place, closers))
    mistakes.end()
    return Guarded(found, closers) if found else NoGuards()


def _guarding(model: GuardsModel, building: BuildingGuard) -> Guarding:
    request = _stage(model.request, "request", building)
    answer = _stage(model.answer, "answer", building)
    return Guarding(request, answer, _downgrade(model, request, building.config.routes, building.place))


def _downgrade(
    model: GuardsModel, guards: tuple[Guard, ...], routes: Mapping[str, Route], place: Place
) -> Route | None:
    wanted = any(guard.action == "downgrade" for guard in guards)
    if model.downgrade_to is None:
        if wanted:
            place.add("a guard downgrades, but `downgrade_to` names no model")
        return None
    if model.downgrade_to not in routes:
        place.add(
            f"there is no model `{model.downgrade_to}`; {did_you_mean(model.downgrade_to, routes)}", "downgrade_to"
        )
    return routes.get(model.downgrade_to)


def _stage(written: list[Any], stage: str, building: BuildingGuard) -> tuple[Guard, ...]:
    found: list[Guard] = []
    place = building.place.below(stage)
    for index, entry in enumerate(written):
        if not isinstance(entry, dict) or not entry:
            place.add(f"a guard is `name: action`, {brief(entry)} was found", index)
            continue
        for name, value in entry.items():
            here = building._replace(stage=stage, place=place.below(index, name))
            guard = _guard(str(name), value, here)
            if guard is not None:
                found.append(guard)
    return tuple(found)


def _guard(name: str, value: Any, building: BuildingGuard) -> Guard | None:
    place = building.place
    known = MAKERS.get(name)
    make: Callable[..., Guard] = known[1] if known else check_guard
    kind: type[GuardArguments] = known[0] if known else GuardArguments
    if known is None and name not in names():
        place.add(f"there is no guard and no check `{name}`; {did_you_mean(name, MAKERS)}")
        return None
    written = {"action": value} if isinstance(value, str) else value
    arguments = convert(written, kind, place)
    if arguments is None:
        return None
    try:
        guard = make(name, arguments, building)
    except Mistake as mistake:
        place.add(mistake.what)
        return None
    except SeatrialError as error:  # an extra is missing
        place.add(str(error))
        return None
    if wrong := _impossible(guard, building.stage):
        place.add(wrong)
        return None
    return guard


def _impossible(guard: Guard, stage: str) -> str:
    if guard.action == "downgrade" and stage == "answer":
        return "an answer cannot be downgraded, it is there already: flag, redact or block it"
    if guard.action == "redact" and guard.finder is None and not guard.planted:
        return f"`{guard.name}` judges the text as a whole: there is nothing to redact; flag or block it"
    return ""
