"""Does a model find that the answer meets a rubric?"""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, ClassVar

import msgspec

from seatrial.checks.arguments import Building, did_you_mean, filled
from seatrial.checks.built_in import BuiltIn
from seatrial.checks.evidence import Example, examples_of
from seatrial.checks.rubric_prompt import MOST_CHARACTERS, VERSION, messages_for, repair_message, size
from seatrial.checks.rubric_reply import Judgement, Unusable, read_judgement
from seatrial.core.check import Check, Evidence, Expense
from seatrial.core.errors import Mistake
from seatrial.core.request import Message, Request
from seatrial.core.score import Score, Source
from seatrial.core.target import Target

_JUDGE = "judge"
_PARAMS: Mapping[str, Any] = {"temperature": 0, "response_format": {"type": "json_object"}}


class Rubric(BuiltIn, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A model judges the answer by a rubric in plain words; its reason is kept.

    `judge` names the Target that judges; without it, the Target called `judge` does. With a `threshold` its score (0
    to 1) decides, else its own pass or fail. `params` go to the judge beside temperature 0 and JSON mode (a null takes
    one away). When the judge fails, or twice gives no judgement, the answer is not judged.
    """

    rubric: str
    judge_name: str = msgspec.field(default=_JUDGE, name="judge")
    threshold: float | None = None
    params: dict[str, Any] = msgspec.field(default_factory=dict)

    title = "rubric"
    short: ClassVar[str | None] = "rubric"
    usual_cost: ClassVar[Expense] = "model"
    source: ClassVar[Source] = "model"

    def prepare(self) -> None:
        """Refuse an empty rubric and a threshold that is none."""
        if not self.rubric.strip() or len(self.rubric) > MOST_CHARACTERS // 2:
            raise Mistake("`rubric` needs a text that says what to demand, of at most 30,000 characters")
        if self.threshold is not None and not 0 <= self.threshold <= 1:
            raise Mistake(f"the `threshold` of `rubric` is a number from 0 to 1, not {self.threshold}")

    @property
    def target(self) -> Target:
        """Who judges."""
        target: Target = self.__dict__["target"]
        return target

    @property
    def version(self) -> str:
        """The prompt and who judges: `rubric-1 judge@3f2a91bc`, a digest of the Target's identity."""
        identity = sha256(self.target.identity.encode()).hexdigest()[:8]
        return f"{VERSION} {self.target.name}@{identity}"

    async def judge(self, evidence: Evidence) -> Score:
        """Ask the judge, and once more when its reply cannot be used."""
        if size(self.rubric, evidence) > MOST_CHARACTERS:
            return self.cannot_say(f"Rubric, question and answer have more than {MOST_CHARACTERS:,} characters.")
        messages = messages_for(self.rubric, evidence)
        problem = ""
        for _ in range(2):
            interaction = await self.target.ask(Request(messages, params=self._params()))
            if interaction.answer is None:
                failure = interaction.failure
                why = f"{failure.kind}: {failure.message}" if failure else "no answer"
                return self.cannot_say(f"The judge gave no answer ({why}).")
            if interaction.answer.refusal:
                return self.cannot_say(f"The judge refused: {interaction.answer.refusal}")
            try:
                return self._score(read_judgement(interaction.text))
            except Unusable as error:
                problem = str(error)
                messages = (*messages, Message("assistant", interaction.text[:4000]), repair_message(problem))
        return self.cannot_say(f"The judge's reply was no judgement, also when asked again: {problem}.")

    def _params(self) -> dict[str, Any]:
        return {key: value for key, value in {**_PARAMS, **self.params}.items() if value is not None}

    def _score(self, judgement: Judgement) -> Score:
        passed = judgement.passed if self.threshold is None else judgement.score >= self.threshold
        return self.says(passed, judgement.reason or "The judge gave no reason.", judgement.score)

    @classmethod
    def from_spec(cls, value: Any, building: Building) -> Check:
        """Find the Target that judges."""
        made = filled(cls, cls.arguments_of(value))
        target = building.targets.get(made.judge_name)
        if target is None:
            known = ", ".join(f"`{name}`" for name in building.targets) or "none"
            hint = did_you_mean(made.judge_name, building.targets)
            raise Mistake(f"`rubric` needs a target `{made.judge_name}` that judges{hint}; targets are {known}")
        made.__dict__["target"] = target
        return made

    @classmethod
    def example(cls) -> Example:
        """An answer that tells the time of departure, and one that does not."""
        spec = {"rubric": "The answer states a time of departure."}
        return examples_of(spec, "It leaves at 21:40.", "Please ask at the harbour.")
