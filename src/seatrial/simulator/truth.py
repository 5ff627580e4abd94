"""What GET /simulator/truth tells: the planted faults with their rates, and how often each of them struck."""

import re
from typing import Any

import msgspec

from seatrial.simulator.fault_kinds import Fault
from seatrial.simulator.faults import FaultBook
from seatrial.simulator.persona_record import Persona


def truth(persona: Persona, seed: int, book: FaultBook, statuses: dict[str, int]) -> dict[str, Any]:
    """The whole truth, as JSON values.

    `met` counts the requests that met a fault's conditions, `struck` those of them that it spoiled, `continued` those
    that came after within its burst or its closed time; `last` lists the latest strikes with their texts.
    """
    return {
        "persona": persona.name,
        "models": list(persona.model_names),
        "seed": seed,
        "requests": book.requests,
        "statuses": statuses,
        "faults": [_fault(fault, book) for fault in persona.faults],
        "last": list(book.last),
    }


def _fault(fault: Fault, book: FaultBook) -> dict[str, Any]:
    when = {key: value for key in fault.when.__struct_fields__ if (value := getattr(fault.when, key)) not in {None, ()}}
    return {
        "name": fault.label,
        "kind": fault.kind,
        "rate": float(fault.rate),
        "sticky": fault.sticky,
        "when": _plain(when),
        "parameters": _plain(fault.parameters()),
        "met": book.met[fault.label],
        "struck": book.struck[fault.label],
        "continued": book.continued[fault.label],
    }


def _plain(values: dict[str, Any]) -> Any:
    return msgspec.to_builtins(values, enc_hook=_encoded)


def _encoded(value: Any) -> Any:
    return value.pattern if isinstance(value, re.Pattern) else float(value)
