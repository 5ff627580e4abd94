"""Is this model ready for production, and is it still? Suites, checks, gates and a verdict with evidence.

    import seatrial as st

    verdict = st.check("seatrial.yaml")                              a whole suite file
    score = st.judge("contains", "At 21:40.", expect="21:40")        one check on one text
    report = st.evaluate(my_function, cases, ["contains"])           a small trial, shown as HTML in a notebook
    found = st.scan("model.pkl")                                     what is shipped, without loading it

Names are loaded when they are used: importing the package alone costs next to nothing.
"""

import importlib
import sys
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from seatrial.app.evaluate import evaluate
    from seatrial.app.front import check
    from seatrial.app.scan_front import safe_to_load, scan
    from seatrial.checks.judge import judge_text as judge
    from seatrial.checks.table import build_check as make_check
    from seatrial.core.batch import Batch
    from seatrial.core.case import Case
    from seatrial.core.check import Check, Evidence
    from seatrial.core.errors import CannotRun, Mistake
    from seatrial.core.gate import Gate
    from seatrial.core.interaction import Answer, Interaction
    from seatrial.core.metric import Metric
    from seatrial.core.reading import Reading
    from seatrial.core.request import Request
    from seatrial.core.score import Score
    from seatrial.core.target import Target
    from seatrial.core.verdict import Verdict
    from seatrial.metrics.table import find_metric as make_metric
    from seatrial.targets.table import build_target as make_target

_PLACES = {
    "Answer": "core.interaction:Answer",
    "Batch": "core.batch:Batch",
    "CannotRun": "core.errors:CannotRun",
    "Case": "core.case:Case",
    "Check": "core.check:Check",
    "Evidence": "core.check:Evidence",
    "Gate": "core.gate:Gate",
    "Interaction": "core.interaction:Interaction",
    "Metric": "core.metric:Metric",
    "Mistake": "core.errors:Mistake",
    "Reading": "core.reading:Reading",
    "Request": "core.request:Request",
    "Score": "core.score:Score",
    "Target": "core.target:Target",
    "Verdict": "core.verdict:Verdict",
    "check": "app.front:check",
    "evaluate": "app.evaluate:evaluate",
    "judge": "checks.judge:judge_text",
    "make_check": "checks.table:build_check",
    "make_metric": "metrics.table:find_metric",
    "make_target": "targets.table:build_target",
    "safe_to_load": "app.scan_front:safe_to_load",
    "scan": "app.scan_front:scan",
}

__all__ = [
    "Answer",
    "Batch",
    "CannotRun",
    "Case",
    "Check",
    "Evidence",
    "Gate",
    "Interaction",
    "Metric",
    "Mistake",
    "Reading",
    "Request",
    "Score",
    "Target",
    "Verdict",
    "check",
    "evaluate",
    "judge",
    "make_check",
    "make_metric",
    "make_target",
    "safe_to_load",
    "scan",
]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module, _, attribute = _PLACES[name].partition(":")
    found = getattr(importlib.import_module(f"seatrial.{module}"), attribute)
    if name not in globals():
        globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__


class _Room(ModuleType):
    """A subpackage that has the name of a function of the front door, and can be called as that."""

    def __call__(self, *given: Any, **options: Any) -> Any:
        return __getattr__(self.__name__.rpartition(".")[2])(*given, **options)


class _Door(ModuleType):
    """This package as a module whose names stay what they are."""

    def __setattr__(self, name: str, value: Any) -> None:
        # Python puts a subpackage that is imported into its parent: `seatrial.scan` takes the place of the function.
        if name in _PLACES and isinstance(value, ModuleType):
            value.__class__ = _Room
        super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Door
