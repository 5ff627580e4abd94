"""What all model-graded Checks share: who judges, how often, by which prompt, and how verdicts become a Score."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, Texts, as_texts, did_you_mean, filled
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.costs import total
from seatrial.checks.graded.desk import Desk
from seatrial.checks.graded.juror import Bounds, Juror, NoVerdict, all_of
from seatrial.checks.graded.jury import Verdict, counted
from seatrial.checks.graded.prompts import Prompt, own_prompt, users_prompt
from seatrial.core.check import Check, Evidence, Expense, Need
from seatrial.core.errors import Mistake
from seatrial.core.score import Score, Source
from seatrial.core.target import Target

MOST_JUDGES = 25
"""Judges of one jury."""


class Graded(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A Check that asks a model, or several.

    `judge` names the Target that judges, or several: a jury; without it, the Target called `judge` does. With `jury: N`
    each is asked N times, with chance and another seed each time; the majority decides. With a `threshold` the value (0
    to 1) decides, else the judge's own verdict. `params` go to the judge beside temperature 0 and a JSON format (a null
    takes one away). `prompt` is a file that replaces ours. `context` wins over the case's. `max_calls` bounds the
    requests to one judge about one answer, `max_characters` what it has to read in each.

    A judge gives `prompt_name` and `verdict`; where it must find more when it is built, `settle_in`.
    """

    judge_names: str | tuple[str, ...] = msgspec.field(default="judge", name="judge")
    jury: int = 1
    threshold: float | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    prompt: str = ""
    context: Texts | None = None
    max_calls: int = 20
    max_characters: int = 60_000

    short: ClassVar[str | None] = None
    usual_cost: ClassVar[Expense] = "model"
    source: ClassVar[Source] = "model"
    time_limit: ClassVar[float | None] = None
    prompt_name: ClassVar[str]

    async def verdict(self, juror: Juror, evidence: Evidence) -> Verdict:
        """What one judge says.

        Raises:
            NoVerdict: It could not judge.
        """
        raise NotImplementedError

    def prepare(self) -> None:
        """Refuse numbers that make no sense, and a jury of a judge that says the same each time."""
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise Mistake(f"the `threshold` of `{self.title}` is a number from 0 to 1, not {self.threshold}")
        if not self.names or not all(name.strip() for name in self.names):
            raise Mistake(f"`{self.title}` has an empty `judge`; name a target")
        if len(set(self.names)) < len(self.names):
            twice = next(name for name in self.names if self.names.count(name) > 1)
            raise Mistake(f"`{self.title}` names `{twice}` twice; `jury: 2` asks it twice")
        if self.jury < 1 or self.jury * len(self.names) > MOST_JUDGES:
            raise Mistake(f"the `jury` of `{self.title}` is 1 to {MOST_JUDGES} judges, not {self.jury}")
        if self.jury > 1 and self.params.get("temperature") == 0:
            raise Mistake(f"the jury of `{self.title}` would say the same {self.jury} times at temperature 0")
        for name, value, most in (("calls", self.max_calls, 1000), ("characters", self.max_characters, 2_000_000)):
            if not 1 <= value <= most:
                raise Mistake(f"`max_{name}` of `{self.title}` is 1 to {most:,}, not {value}")

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the Targets that judge."""
        return (self.judge_names,) if isinstance(self.judge_names, str) else self.judge_names

    @property
    def asks(self) -> tuple[str, ...]:
        """The names of all Targets that it asks."""
        return self.names

    @property
    def needs(self) -> frozenset[Need]:
        """What it usually needs, but no context when it has its own."""
        return self.usual_needs if self.context is None else self.usual_needs - {Need.CONTEXT}

    @property
    def version(self) -> str:
        """The prompt and who judges: `rubric-1 judge@3f2a91bc x3`; the digest is of the Target's identity."""
        desks, prompt = self._desks, self._prompt
        digests = [sha256(desk.target.identity.encode()).hexdigest()[:8] for desk in desks]
        who = ",".join(f"{desk.target.name}@{digest}" for desk, digest in zip(desks, digests, strict=True))
        return f"{prompt.version} {who}" + (f" x{self.jury}" if self.jury > 1 else "")

    def documents(self, evidence: Evidence) -> tuple[str, ...]:
        """The context: its own, else the case's."""
        return evidence.context if self.context is None else as_texts(self.context)

    def material(self, evidence: Evidence) -> dict[str, str]:
        """The parts that most prompts have: QUESTION, EXPECTED, CONTEXT, ANSWER; none that is not there."""
        parts = {"QUESTION": evidence.interaction.request.question}
        if evidence.expected:
            parts["EXPECTED"] = "\nor\n".join(evidence.expected)
        if documents := self.documents(evidence):
            parts["CONTEXT"] = "\n\n".join(documents)
        return {**parts, "ANSWER": evidence.text}

    async def judge(self, evidence: Evidence) -> Score:
        """Ask every judge at the same time, and count."""
        jurors = self._jurors()
        found = await all_of(self._heard(juror, evidence) for juror in jurors)
        cost = total([each for juror in jurors for each in juror.costs])
        try:
            verdict = _single(found[0]) if len(found) == 1 else counted(found, self.threshold)
        except NoVerdict as none:
            return msgspec.structs.replace(self.cannot_say(str(none)), cost=cost)
        score = self.says(verdict.passed, verdict.reason.strip() or "The judge gave no reason.", verdict.value)
        return msgspec.structs.replace(score, label=verdict.label, parts=verdict.parts, cost=cost)

    async def _heard(self, juror: Juror, evidence: Evidence) -> Verdict | NoVerdict:
        try:
            verdict = await self.verdict(juror, evidence)
        except NoVerdict as none:
            return none
        if self.threshold is None:
            return verdict
        return msgspec.structs.replace(verdict, passed=verdict.value >= self.threshold)

    def _jurors(self) -> list[Juror]:
        bounds = Bounds(self.max_calls, self.max_characters)
        return [
            Juror(desk, self._prompt, self._params(number), bounds, number)
            for desk in self._desks
            for number in range(self.jury)
        ]

    def _params(self, number: int) -> dict[str, Any]:
        """The parameters for the judge of that number; each repeat of the same judge has a seed of its own."""
        if self.jury == 1:
            return {"temperature": 0, **self.params}
        seed = self.params.get("seed", 0)
        own = {"seed": seed + number} if isinstance(seed, int) else {}
        return {"temperature": 1, **self.params, **own}

    @property
    def _desks(self) -> tuple[Desk, ...]:
        desks: tuple[Desk, ...] = self.__dict__["desks"]
        return desks

    @property
    def _prompt(self) -> Prompt:
        prompt: Prompt = self.__dict__["prompt_in_use"]
        return prompt

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Find the Targets that judge, and read the prompt."""
        made = filled(cls, cls.arguments_of(value))
        ours = own_prompt(cls.prompt_name)
        made.__dict__["prompt_in_use"] = users_prompt(building.folder / made.prompt, ours) if made.prompt else ours
        made.__dict__["desks"] = tuple(
            building.desks.of(target_of(name, cls.title, building.targets)) for name in made.names
        )
        made.settle_in(building)
        return made

    def settle_in(self, building: Building) -> None:
        """Find what else a judge of its kind needs when it is built.

        Raises:
            Mistake: It is not there.
        """


def target_of(name: str, title: str, targets: Mapping[str, Target], what: str = "judges") -> Target:
    """The Target of that name, which does `what`.

    Raises:
        Mistake: There is none.
    """
    target = targets.get(name)
    if target is None:
        known = ", ".join(f"`{each}`" for each in targets) or "none"
        hint = did_you_mean(name, targets)
        raise Mistake(f"`{title}` needs a target `{name}` that {what}{hint}; targets are {known}")
    return target


def _single(found: Verdict | NoVerdict) -> Verdict:
    if isinstance(found, NoVerdict):
        raise found
    return found
