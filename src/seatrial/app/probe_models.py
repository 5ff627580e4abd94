"""Models that write harder cases: asked before a run begins, and never twice for the same child."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import msgspec

from seatrial.app.config import Config, ProbesConfig
from seatrial.app.mistakes import brief, did_you_mean
from seatrial.app.preflight import price_of
from seatrial.app.schema_probes import BY_MODEL, RobustnessModel
from seatrial.app.targets import built_target
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Interaction, Money
from seatrial.core.probe import Probe
from seatrial.core.request import Message, Request
from seatrial.core.target import Target
from seatrial.probes.robustness.by_model import ByModel, paraphrase_by_model, round_trip
from seatrial.run.cached import CachedTarget, key_of
from seatrial.store.cache import CacheOnDemand
from seatrial.targets.prices import Price
from seatrial.text.refusals import refusal_in

R = TypeVar("R")
Agreed = Callable[[], None]
MOST_FAILURES = 3
"""Failures in a row after which a model is not asked any more."""


@dataclass(frozen=True, slots=True)
class Writing:
    """Leave to ask models for harder cases while a suite file is loaded.

    Attributes:
        limit: What the run may cost, writing included; None for the suite file's own limit.
        confirm: Asked before the first request that costs something, when there is no limit; None goes on.
    """

    limit: Money | None = None
    confirm: Callable[[str], bool] | None = None


class Purse:
    """What writing has cost, and whether more may be spent."""

    def __init__(self, limit: Money | None) -> None:
        self.limit, self.spent = limit, Money(0, limit.currency if limit is not None else "USD")

    def pay(self, cost: Money | None) -> None:
        """Take what a request cost; the first one decides the currency where there is no limit."""
        if cost is not None and cost.nanos:
            currency = self.spent.currency if self.spent.nanos else cost.currency
            self.spent = Money(self.spent.nanos + cost.nanos, currency)

    @property
    def empty(self) -> bool:
        """Whether the limit is reached."""
        return self.limit is not None and self.spent.nanos >= self.limit.nanos


class ModelWriter:
    """Asks a Target for texts, in a thread with an event loop of its own; kept answers make the same children again.

    Args:
        name: Of the Target.
        build: Makes the Target, when it is first asked.
        cache: Keeps answers across runs; for this one alone, as it is used in another thread.
        purse: What it may cost; None where it may not ask at all and gives only what is known already.
        agreed: Asked once, before the first request: whether it may be made.

    Attributes:
        trouble: The first thing that went wrong, as a sentence; empty as long as nothing did.
        silent: Whether a text was wanted that it might not ask for.
    """

    def __init__(
        self, name: str, build: Callable[[], Target], cache: CacheOnDemand, purse: Purse | None, agreed: Agreed
    ) -> None:
        self.trouble, self.silent = "", False
        self._name, self._build, self._cache, self._purse, self._agreed = name, build, cache, purse, agreed
        self._written: dict[tuple[str, str], str | None] = {}
        self._failures = 0
        self._lane: ThreadPoolExecutor | None = None
        self._runner: asyncio.Runner | None = None
        self._target: Target | None = None

    def write(self, prompt: str, label: str) -> str | None:
        """The text, or None where the model failed, refused, or may not be asked; trouble is told once.

        Raises:
            Mistake: It costs something, and whoever was asked whether to go on said no.
        """
        if (prompt, label) not in self._written:
            request = Request((Message("user", prompt),), case=label)
            found = self._in_lane(self._known, request)
            if found is None and not self._may_ask():
                self.silent = self._purse is None
                return None
            if found is None:
                self._agreed()
                found = self._in_lane(self._ask, request)
            self._written[prompt, label] = self._text(found, prompt)
        return self._written[prompt, label]

    def close(self) -> None:
        """Give back the connection; texts that were written stay known, new ones are not asked for."""
        self._purse = None
        if self._lane is not None:
            self._lane.submit(self._end).result()
            self._lane.shutdown()
            self._lane = None

    def _may_ask(self) -> bool:
        if self._purse is not None and self._purse.empty:
            self.trouble = self.trouble or f"the cost limit kept the target {brief(self._name)} from writing every case"
        return self._purse is not None and not self._purse.empty and self._failures < MOST_FAILURES

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

    def _in_lane(self, do: Callable[[Request], R], request: Request) -> R:
        if self._lane is None:
            self._lane = ThreadPoolExecutor(1, "probe-model")
        return self._lane.submit(do, request).result()

    def _known(self, request: Request) -> Interaction | None:
        """What is kept of an earlier run."""
        return self._cache.get(key_of(self._inner().identity, request))

    def _ask(self, request: Request) -> Interaction:
        if self._runner is None:
            self._runner = asyncio.Runner()
        interaction = self._runner.run(CachedTarget(self._inner(), self._cache).ask(request))
        if self._purse is not None:
            self._purse.pay(interaction.cost)
        return interaction

    def _inner(self) -> Target:
        if self._target is None:
            self._target = self._build()
        return self._target

    def _end(self) -> None:
        if self._target is not None:
            with self._runner or asyncio.Runner() as runner:
                runner.run(self._target.aclose())
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
        writing: Leave to ask; without it there are only texts that are known already.
        limit: The suite file's limit of cost.
    """

    def __init__(self, config: Config, cache: Path, writing: Writing | None, limit: Money | None) -> None:
        self._config, self._cache = config, cache
        self._confirm = writing.confirm if writing is not None else None
        self._purse = Purse(writing.limit or limit) if writing is not None else None
        self._made: dict[tuple[str, bool], ModelWriter] = {}

    def of(self, name: str, *, may_ask: bool) -> ModelWriter:
        """The writer that asks the Target of a name.

        Raises:
            Mistake: There is none, or a limit cannot be kept, as its price is not known.
        """
        if name not in self._config.targets:
            raise Mistake(f"`with`: there is no target {brief(name)}; there are {', '.join(self._config.targets)}")
        purse = self._purse if may_ask else None
        if (name, may_ask) not in self._made:
            price, reason = price_of(self._config.targets[name])
            if purse is not None and purse.limit is not None:
                _countable(name, price, reason, purse.limit)
            build, cache = partial(built_target, self._config, name), CacheOnDemand(self._cache)
            agreed = partial(self._agreed, name) if price is not None or reason else lambda: None
            self._made[name, may_ask] = ModelWriter(name, build, cache, purse, agreed)
        return self._made[name, may_ask]

    def close(self) -> None:
        """End all asking."""
        for writer in self._made.values():
            writer.close()

    @property
    def troubles(self) -> tuple[str, ...]:
        """What went wrong, once for each model."""
        return tuple(writer.trouble for writer in self._made.values() if writer.trouble)

    @property
    def silent(self) -> bool:
        """Whether some text was wanted that no model might be asked for."""
        return any(writer.silent for writer in self._made.values())

    @property
    def spent(self) -> Money | None:
        """What writing cost; None where it cost nothing."""
        return self._purse.spent if self._purse is not None and self._purse.spent.nanos else None

    def _agreed(self, name: str) -> None:
        """Have it confirmed, once, that models write before the cost of the run is known."""
        if self._purse is None or self._purse.limit is not None or self._confirm is None:
            return
        told = (
            f"the target {brief(name)} writes harder cases first; what that and the run will cost is not known before"
        )
        if not self._confirm(told):
            raise Mistake("the run was not started; set a limit by --max-cost, or say --yes")
        self._confirm = None


def _countable(name: str, price: Price | None, reason: str, limit: Money) -> None:
    """Refuse a limit that cannot be kept."""
    if price is None and reason:
        raise Mistake(f"the cost limit cannot be kept for the target {brief(name)}, which writes cases: {reason}")
    if price is not None and price.currency != limit.currency:
        raise Mistake(
            f"the cost limit is in {limit.currency}, the price of the target {brief(name)} in {price.currency}"
        )
