"""Models that write harder cases: asked before a run begins, and never twice for the same child."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import msgspec

from seatrial.app.config import Config, ProbesConfig
from seatrial.app.mistakes import brief, did_you_mean
from seatrial.app.schema_probes import BY_MODEL, RobustnessModel
from seatrial.app.targets import built_target
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Interaction
from seatrial.core.probe import Probe
from seatrial.core.request import Message, Request
from seatrial.core.target import Target
from seatrial.probes.robustness.by_model import ByModel, paraphrase_by_model, round_trip
from seatrial.run.cached import CachedTarget
from seatrial.store.cache import CacheOnDemand
from seatrial.text.refusals import refusal_in

MOST_FAILURES = 3
"""Failures in a row after which a model is not asked any more."""


class ModelWriter:
    """Asks a Target for texts, in a thread with an event loop of its own; kept answers make the same children again.

    Args:
        name: Of the Target.
        build: Makes the Target, when it is first asked.
        cache: Keeps answers across runs; for this one alone, as it is used in another thread.
        may_ask: Whether it may ask at all: a group that is not run has only the children that are known already.

    Attributes:
        trouble: The first thing that went wrong, as a sentence; empty as long as nothing did.
    """

    def __init__(self, name: str, build: Callable[[], Target], cache: CacheOnDemand, *, may_ask: bool) -> None:
        self.trouble = ""
        self._name, self._build, self._cache, self._may_ask = name, build, cache, may_ask
        self._written: dict[tuple[str, str], str | None] = {}
        self._failures = 0
        self._lane: ThreadPoolExecutor | None = None
        self._runner: asyncio.Runner | None = None
        self._target: CachedTarget | None = None

    def write(self, prompt: str, label: str) -> str | None:
        """The text, or None where the model failed or refused, which is told once."""
        if (prompt, label) not in self._written:
            if not self._may_ask or self._failures >= MOST_FAILURES:
                return None
            self._written[prompt, label] = self._text(self._answer(prompt, label), prompt)
        return self._written[prompt, label]

    def close(self) -> None:
        """Give back the connection; texts that were written stay known, new ones are not asked for."""
        self._may_ask = False
        if self._lane is not None:
            self._lane.submit(self._end).result()
            self._lane.shutdown()
            self._lane = None

    def _text(self, interaction: Interaction, prompt: str) -> str | None:
        answer, failure = interaction.answer, interaction.failure
        why = ""
        if answer is None:
            why = f"{failure.kind}: {failure.message}" if failure else "no answer"
        elif answer.refusal or (refusal_in(answer.text) and not refusal_in(prompt)):
            why = "it refused"
        elif not answer.text.strip():
            why = "its answer is empty"
        if not why:
            self._failures = 0
            return answer.text if answer is not None else None
        self._failures += answer is None
        self.trouble = self.trouble or f"the target {brief(self._name)} did not write every harder case: {why}"
        return None

    def _answer(self, prompt: str, label: str) -> Interaction:
        if self._lane is None:
            self._lane = ThreadPoolExecutor(1, "probe-model")
        return self._lane.submit(self._ask, Request((Message("user", prompt),), case=label)).result()

    def _ask(self, request: Request) -> Interaction:
        if self._runner is None or self._target is None:
            self._runner, self._target = asyncio.Runner(), CachedTarget(self._build(), self._cache)
        return self._runner.run(self._target.ask(request))

    def _end(self) -> None:
        if self._runner is not None and self._target is not None:
            self._runner.run(self._target.aclose())
            self._runner.close()
            self._cache.close()
        self._runner = self._target = None


def with_models(
    probes: tuple[Probe, ...], group: ProbesConfig, writers: Callable[[str], ModelWriter]
) -> tuple[Probe, ...]:
    """The families of a group, those that `with` names written by its models.

    Raises:
        Mistake: A family is written by no model, or needs one.
    """
    named = group.model.models if isinstance(group.model, RobustnessModel) else {}
    chosen = group.model.families if isinstance(group.model, RobustnessModel) else []
    for family in named:
        if family not in BY_MODEL:
            raise Mistake(f"`with`: no model writes the family {brief(family)}; {did_you_mean(family, BY_MODEL)}")
    if round_trip.name in chosen and round_trip.name not in named:
        raise Mistake("the family `round_trip` needs a model: `with: {round_trip: TARGET}`")
    return tuple(_written(each, writers(named[each.name])) if each.name in named else each for each in probes)


def _written(probe: Probe, writer: ModelWriter) -> ByModel:
    family = round_trip if probe.name == round_trip.name else paraphrase_by_model
    return msgspec.structs.replace(family, writer=writer)


class Writers:
    """The models of a suite file that write harder cases, each made once.

    Args:
        config: The file.
        cache: Where answers are kept.
    """

    def __init__(self, config: Config, cache: Path) -> None:
        self._config, self._cache = config, cache
        self._made: dict[tuple[str, bool], ModelWriter] = {}

    def of(self, name: str, *, may_ask: bool) -> ModelWriter:
        """The writer that asks the Target of a name.

        Raises:
            Mistake: There is none.
        """
        if name not in self._config.targets:
            raise Mistake(f"`with`: there is no target {brief(name)}; there are {', '.join(self._config.targets)}")
        build = partial(built_target, self._config, name)
        made = ModelWriter(name, build, CacheOnDemand(self._cache), may_ask=may_ask)
        return self._made.setdefault((name, may_ask), made)

    def close(self) -> None:
        """End all asking."""
        for writer in self._made.values():
            writer.close()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What went wrong, once for each model."""
        return tuple(writer.trouble for writer in self._made.values() if writer.trouble)
