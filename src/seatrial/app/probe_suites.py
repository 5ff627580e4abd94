"""Groups of probes put together with the suites that they are of."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

import msgspec

from seatrial.app.config import Config, ProbesConfig
from seatrial.app.mistakes import brief
from seatrial.app.probe_models import Writers, with_models
from seatrial.app.probed import Children, originals_of
from seatrial.app.schema_probes import AttackModel, FairnessModel, RobustnessModel
from seatrial.app.selection import Selection
from seatrial.app.survey import Checks, Surveyed
from seatrial.app.targets import prompt_text
from seatrial.core.errors import Mistake
from seatrial.core.probe import Probe
from seatrial.core.request import Kind
from seatrial.core.target import Target
from seatrial.probes.table import families, find_probe
from seatrial.run.plan import Repeat, SuitePlan


def wanted(config: Config, selection: Selection) -> tuple[str, ...]:
    """The names of the suites and groups that are run; with a group come the suites that it is of.

    Raises:
        Mistake: One is not in the file.
    """
    names = selection.suites((*config.suites, *config.probes))
    with_originals = {*names}
    for name in names:
        if name in config.probes:
            with_originals |= set(config.probes[name].model.of or config.suites)
    return tuple(name for name in (*config.suites, *config.probes) if name in with_originals)


def survey_groups(
    config: Config, surveyed: dict[str, Surveyed], checks: Checks, selection: Selection, writers: Writers
) -> dict[str, Surveyed]:
    """The children of every group after the first pass; models write those of the groups that are run."""
    asked = wanted(config, selection)
    seed = config.file.seed if selection.seed is None else selection.seed
    found = {}
    for name, group in config.probes.items():
        place = config.place("probes", name)
        try:
            originals = originals_of(group, {suite: each.written_cases for suite, each in surveyed.items()})
            probes = with_models(probes_of(group, config.folder), group, partial(writers.of, may_ask=name in asked))
            children = Children(group, probes, originals, selection, seed)
        except Mistake as mistake:
            place.add(mistake.what, *([mistake.key] if mistake.key else []))
            continue
        found[name] = Surveyed(children, checks, Selection())
        if not len(config.mistakes):  # a broken case or check would be told of again for each of its children
            found[name].read(config.mistakes)
            for user in found[name].users:
                if user not in config.targets:
                    known = ", ".join(config.targets)
                    place.add(f"these families need a target `{user}` beside the one that is asked; there are {known}")
            if not found[name].written and not len(config.mistakes) and not writers.silent:
                why = "; ".join(
                    ("no case of these suites has anything for these families to change", *writers.troubles)
                )
                place.add(why, "of")
    writers.close()
    return found


def idle_families(config: Config, surveyed: dict[str, Surveyed], names: Iterable[str]) -> Iterator[str]:
    """For each group that is run the families that were named and have no child, as a sentence."""
    for name in names:
        model = config.probes[name].model if name in config.probes else None
        if name in surveyed and isinstance(model, RobustnessModel | AttackModel):
            idle = surveyed[name].without_child(model.families)
            if idle:
                told = " and ".join(filter(None, (", ".join(idle[:-1]), idle[-1])))
                yield f"{name}: no case has anything for {told} to change, so nothing is known of that"


def probes_of(group: ProbesConfig, folder: Path) -> tuple[Probe, ...]:
    """The families of a group, as its settings want them.

    Raises:
        Mistake: One is not known, or a setting makes no sense.
    """
    model = group.model
    if isinstance(model, FairnessModel):
        from seatrial.probes.fairness.given import swaps

        return swaps(model.swap, introduce=model.introduce)
    chosen = model.families if isinstance(model, RobustnessModel | AttackModel) else []
    found = tuple(find_probe(group.kind, name) for name in chosen or families(group.kind))
    if not isinstance(model, AttackModel) or not model.system_prompt:
        return found
    try:
        guarded = prompt_text(model.system_prompt, folder)
    except Mistake as mistake:
        raise Mistake(mistake.what, key="system_prompt") from None
    return tuple(msgspec.structs.replace(each, system_prompt=guarded) for each in found)  # type: ignore[type-var]


def plan_group(
    config: Config, group: ProbesConfig, cases: Surveyed, targets: dict[str, Target], selection: Selection
) -> SuitePlan | None:
    """What a group asks; None when its suites ask different Targets, which is then among the mistakes."""
    suites = group.model.of or list(config.suites)
    asked = {config.suites[name].model.target for name in suites if name in config.suites}
    if len(asked) != 1:
        what = f"the suites ask different targets ({', '.join(map(brief, sorted(asked)))}); say `of` which"
        config.place("probes", group.kind).add(what, "of")
        return None
    [target] = asked
    if target not in targets:
        return None
    kind: Kind = config.targets[target].get("kind") or "chat"
    return SuitePlan(
        name=group.kind,
        target=targets[target],
        cases=lambda: iter(cases),
        total=cases.total,
        repeat=Repeat(selection.repeat or group.model.repeat),
        concurrency=selection.concurrency or group.model.concurrency,
        kind=kind,
    )


def remembering(plan: SuitePlan, config: Config, names: tuple[str, ...]) -> SuitePlan:
    """The plan of a suite; its answers are kept when a group that is run is of it."""
    groups = (config.probes[name].model.of for name in names if name in config.probes)
    return replace(plan, remembered=any(not of or plan.name in of for of in groups) and plan.name in config.suites)
