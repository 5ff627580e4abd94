"""What `seatrial.yaml` may hold: the top, suites and schedules. Cases and targets have modules of their own.

These records are the one source of truth: `app.validation` checks a file against them, `app.json_schema` makes the JSON
Schema for editors of them. What stands as `Any` here is checked part by part, so that every mistake has its own line.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from seatrial.app.schema_cases import Plain, ToolModel

LATER = frozenset({"load", "tabular", "watch", "rollouts"})
"""Keys that have their meaning already, but not in this version."""

DecideBy = Literal["interval", "point"]
MaxCost = Annotated[float | int | str, Meta(description="what a run may cost: `2`, `2 USD` or `1.50 EUR`")]


class ScheduleModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """When requests are due. Without it, a request is due as soon as another one is back."""

    rate: Annotated[float | int | str, Meta(description="requests a second: `50/s`, `600/min`, or a number")]


class SuiteModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Cases for one target, with the checks that judge every answer."""

    target: Annotated[str, Meta(description="the name of a target of this file")]
    cases: Annotated[list[Any], Meta(min_length=1, description="cases, or `from:` files that hold them")]
    repeat: Annotated[
        int | str, Meta(description="how often each case is asked: `3`, or `until decided, at most 10`")
    ] = 1
    concurrency: Annotated[int, Meta(ge=1, le=10_000, description="requests in flight at once")] = 10
    schedule: ScheduleModel | None = None
    checks: Annotated[list[Any], Meta(description="checks on every case of the suite")] = []
    gates: Annotated[list[str], Meta(description="gates on this suite; its name need not be written")] = []
    params: Annotated[dict[str, Any], Meta(description="go to the endpoint with every case")] = {}
    tools: Annotated[list[ToolModel], Meta(description="offered with every case that has none of its own")] = []
    tags: Annotated[dict[str, Plain], Meta(description="on every case that does not say otherwise")] = {}
    variables: Annotated[dict[str, Any], Meta(description="for `{{ name }}` in texts of cases")] = {}
    cache: Annotated[bool | None, Meta(description="keep answers by target and request, and use them again")] = None


class FileModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A trial: what is asked, what it is asked, and what it must come to."""

    targets: Annotated[dict[str, Any], Meta(description="what is asked, by name")]
    suites: Annotated[dict[str, Any], Meta(description="what it is asked, by name")]
    probes: Annotated[dict[str, Any], Meta(description="harder cases made of those of the suites")] = {}
    scan: Annotated[Any, Meta(description="what is shipped and looked at before anything is asked")] = None
    gateway: Annotated[Any, Meta(description="the production door, for `seatrial serve`")] = None
    gates: Annotated[
        list[str], Meta(description="limits on metrics, e.g. `behaviour.pass_rate >= 95% in every language`")
    ] = []
    decide_by: Annotated[DecideBy, Meta(description="judge gates on intervals, or on values alone")] = "interval"
    seed: Annotated[int, Meta(description="decides everything that is left to chance")] = 0
    cache: Annotated[bool, Meta(description="keep answers, for all suites")] = False
    max_cost: MaxCost | None = None
