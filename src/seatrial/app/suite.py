"""Reads a suite file into a Trial. Whatever is wrong in it or in its cases is told at once."""

import hashlib
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

import msgspec

from seatrial.app import gates
from seatrial.app.config import Config, SuiteConfig, read_config
from seatrial.app.mistakes import brief
from seatrial.app.pacing import parse_money, parse_rate, parse_repeat
from seatrial.app.probe_models import Writers, Writing
from seatrial.app.probe_suites import idle_families, plan_group, remembering, survey_groups, wanted
from seatrial.app.selection import Selection
from seatrial.app.sources import Cases
from seatrial.app.survey import Checks, Surveyed, at_origin
from seatrial.app.targets import build_targets
from seatrial.app.templates import has_templates
from seatrial.app.trial import STORE, Trial
from seatrial.app.validation import Place
from seatrial.app.yaml_places import shown
from seatrial.core.errors import Mistake
from seatrial.core.finding import Inspection
from seatrial.core.gate import Gate
from seatrial.core.ids import new_id
from seatrial.core.request import Kind
from seatrial.core.run import RunInfo, SuiteInfo
from seatrial.core.target import Target
from seatrial.run.cached import CachedTarget
from seatrial.run.plan import Repeat, SuitePlan, UntilDecided
from seatrial.store.cache import CacheOnDemand


def load(
    path: str | Path,
    selection: Selection = Selection(),  # noqa: B008  (frozen)
    writing: Writing | None = None,
) -> Trial:
    """Read a suite file and go through all its cases.

    Args:
        path: The file.
        selection: What of it is run.
        writing: Leave to ask the models that write harder cases; without it only those are there that were written
            before, and nothing is asked.

    Raises:
        Mistake: Something in it is wrong; the text has a line for each mistake.
    """
    config = read_config(Path(path))
    names = wanted(config, selection)
    targets, settings = build_targets(config)
    max_cost = None
    if config.file.max_cost is not None:
        try:
            max_cost = parse_money(config.file.max_cost)
        except Mistake as mistake:
            config.place("max_cost").add(mistake.what)
    judgements = CacheOnDemand(config.folder / STORE / "cache.db")
    keeping: dict[str, Target] = {name: CachedTarget(each, judgements) for name, each in targets.items()}
    checks = Checks(keeping, config.folder)
    surveyed = {name: _survey(config, suite, checks, selection) for name, suite in config.suites.items()}
    writers = Writers(config, config.folder / STORE / "cache.db", writing, max_cost)
    surveyed |= survey_groups(config, surveyed, checks, selection, writers)
    plans = [_plan_of(config, name, surveyed, targets, selection) for name in names]
    config.mistakes.end()
    inspection = _inspection(config)
    suites = tuple(
        _with_users(remembering(plan, config, names), surveyed, keeping if _cached(config, plan.name) else targets)
        for plan in plans
        if plan
    )
    every = (*config.suites, *config.probes)
    held = gates.complete(config.gates, every, by_point=config.file.decide_by == "point", scanned=bool(inspection))
    held = gates.selected(held, names, every)
    return Trial(
        path=config.document.path,
        document=config.document,
        info=_info(config, suites, surveyed, held, selection, inspection),
        targets=targets,
        suites=suites,
        cases={name: surveyed[name] for name in names},
        gates=held,
        suite_names=every,
        cached=frozenset(name for name in names if _cached(config, name)),
        max_cost=max_cost,
        settings=settings,
        asked=frozenset(suite.model.target for suite in config.suites.values()) - _players(suites),
        judgements=judgements,
        notes=(*writers.troubles, *idle_families(config, surveyed, names)),
        written=writers.spent,
    )


def _inspection(config: Config) -> Inspection | None:
    """What the scan of the file finds; imported here, since most files have none."""
    if config.scan is None:
        return None
    from seatrial.app.scanned import carry_out

    found = carry_out(config.scan, config.folder, config.place("scan"))
    config.mistakes.end()
    return found


def _with_users(plan: SuitePlan, surveyed: dict[str, Surveyed], targets: dict[str, Target]) -> SuitePlan:
    """The plan with the Targets that play its users."""
    return replace(plan, users={name: targets[name] for name in surveyed[plan.name].users})


def _players(suites: tuple[SuitePlan, ...]) -> frozenset[str]:
    return frozenset(name for suite in suites for name in suite.users)


def _cached(config: Config, suite: str) -> bool:
    own = config.suites[suite].model.cache if suite in config.suites else None
    return config.file.cache if own is None else own


def _survey(config: Config, suite: SuiteConfig, checks: Checks, selection: Selection) -> Surveyed:
    place = config.place("suites", suite.name)
    cases = Cases(suite, config.document.path, lambda i: config.document.line((*place.keys, "cases", i)))
    for i, mistake in cases.find_files():
        place.add(mistake.what, "cases", i, "from")
    before = len(config.mistakes)
    _shared_checks(suite, checks, place)
    surveyed = Surveyed(cases, checks, selection)
    if len(config.mistakes) == before:  # else each case would tell of the same broken check again
        surveyed.read(config.mistakes)
        if not surveyed.written and len(config.mistakes) == before:
            place.add("the files hold no case", "cases")
    for name, origin in surveyed.users.items():
        _may_play(name, origin, config, suite)
    return surveyed


def _may_play(name: str, origin: str, config: Config, suite: SuiteConfig) -> None:
    """Whether a Target of this name can play users, and whether what the suite asks can be talked to."""
    what = None
    if name not in config.targets:
        what = f"there is no target {brief(name)} to play the user; there are {', '.join(config.targets)}"
    elif (config.targets[name].get("kind") or "chat") != "chat":
        what = f"the target {brief(name)} cannot play the user, it is no chat"
    elif (config.targets.get(suite.model.target, {}).get("kind") or "chat") != "chat":
        what = f"a simulated user needs a chat; the target {brief(suite.model.target)} is none"
    if what is not None:
        config.mistakes.add(at_origin(origin, what))


def _shared_checks(suite: SuiteConfig, checks: Checks, place: Place) -> None:
    lists = [(("checks",), suite.model.checks)]
    lists += [(("cases", i, "checks"), source.checks) for i, source in enumerate(suite.sources) if source is not None]  # type: ignore[misc]
    for keys, specs in lists:
        for i, spec in enumerate(specs):
            if has_templates(spec):
                continue  # what it means is known with a case's variables
            try:
                checks.of((spec,))
            except Mistake as mistake:
                place.add(mistake.what, *keys, i)


def _plan_of(
    config: Config, name: str, surveyed: dict[str, Surveyed], targets: dict[str, Target], selection: Selection
) -> SuitePlan | None:
    if name not in surveyed:
        return None  # a group with mistakes
    if name in config.probes:
        return plan_group(config, config.probes[name], surveyed[name], targets, selection)
    return _plan(config, config.suites[name], surveyed[name], targets, selection)


def _plan(
    config: Config, suite: SuiteConfig, cases: Surveyed, targets: dict[str, Target], selection: Selection
) -> SuitePlan | None:
    model, place = suite.model, config.place("suites", suite.name)
    repeat: Repeat | UntilDecided = Repeat(1)
    schedule = parse_rate(None)
    try:
        repeat = parse_repeat(model.repeat if selection.repeat is None else selection.repeat)
    except Mistake as mistake:
        place.add(mistake.what, "repeat")
    try:
        schedule = parse_rate(model.schedule.rate if model.schedule else None)
    except Mistake as mistake:
        place.add(mistake.what, "schedule", "rate")
    if model.target not in targets:
        return None
    kind: Kind = config.targets[model.target].get("kind") or "chat"
    return SuitePlan(
        name=suite.name,
        target=targets[model.target],
        cases=lambda: iter(cases),
        total=cases.total,
        repeat=repeat,
        concurrency=selection.concurrency or model.concurrency,
        schedule=schedule,
        kind=kind,
    )


def _info(
    config: Config,
    suites: tuple[SuitePlan, ...],
    surveyed: dict[str, Surveyed],
    held: tuple[Gate, ...],
    selection: Selection,
    inspection: Inspection | None,
) -> RunInfo:
    seed = config.file.seed if selection.seed is None else selection.seed
    infos = tuple(
        SuiteInfo(each.name, each.target.name, each.target.identity, each.total, each.repeat.at_most) for each in suites
    )
    adaptive = [each.name for each in suites if isinstance(each.repeat, UntilDecided)]
    users = [(name, each.identity) for suite in suites for name, each in suite.users.items()]
    whole: list[Any] = [seed, adaptive, *((info, surveyed[info.name].digest) for info in infos), *users]
    whole += [inspection] if inspection is not None else []
    return RunInfo(
        id=new_id(),
        at=time.time_ns(),
        file=shown(config.document.path),
        plan=hashlib.blake2b(msgspec.json.encode(whole), digest_size=16).hexdigest(),
        suites=infos,
        gates=tuple(gates.written(gate) for gate in held),
        seed=seed,
        seatrial=version("seatrial"),
        selection=selection.shown() | ({"until_decided": adaptive} if adaptive else {}),
        inspection=inspection,
    )
