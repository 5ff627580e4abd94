"""All that a persona file says, as one frozen record."""

from typing import Any

import msgspec

from seatrial.simulator.fault_kinds import Fault
from seatrial.simulator.schema import Entry, Latency, Limits, Positive, Slot, Texts


class Persona(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All that a persona file says.

    `facts` are values that answers quote (`{fares[island]}`), `dialogues` the question asked back for each slot that
    is missing, `fallback`, `refusal` and `wrong` texts by language, `models` the names it answers to (`*`: any;
    default: its own name). With `echo` it repeats the last user message. `context_tokens` is the longest prompt.
    `patient` ones make questions legible and mend words before they give up; `readings` says how words and signs are
    read that stand for others (`pls`: please), `lexicon` by language which words there are beside keywords. Those that
    `read` look in the message itself for what they do not know. `familiar` are the words that the condition
    `unfamiliar_words` of faults does not strike at.
    """

    name: str
    description: str = ""
    extends: str = ""
    seed: int = 0
    models: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("en",)
    system_prompt: str = ""
    echo: bool = False
    context_tokens: Positive = 8192
    fallback: Texts = {}
    refusal: Texts = {}
    wrong: Texts = {}
    facts: dict[str, Any] = {}
    slots: dict[str, Slot] = {}
    patient: bool = False
    reads: bool = False
    readings: Texts = {}
    lexicon: Texts = {}
    familiar: str = ""
    dialogues: dict[str, Texts] = {}
    knowledge: tuple[Entry, ...] = ()
    refuses: tuple[Entry, ...] = ()
    latency: Latency = Latency()
    limits: Limits | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def model_names(self) -> tuple[str, ...]:
        """The models it answers to."""
        return self.models or (self.name,)
