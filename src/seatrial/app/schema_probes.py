"""What `probes:` may hold: groups of harder cases, each of which runs as a suite of its own."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Of = Annotated[list[str], Meta(description="the suites whose cases are made harder; all without it")]
Families = Annotated[list[str], Meta(description="which probes; all that need no model without it")]
Strength = Annotated[float, Meta(gt=0, le=1)]
Strengths = Strength | Annotated[list[Strength], Meta(min_length=1)]
TagName = Annotated[str, Meta(pattern=r"^[\w-]+(:[\w-]+)*$")]
BY_MODEL = ("paraphrase", "round_trip")
"""Families that a model may write; the second needs one."""


class ProbesModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What all groups of probes have in common."""

    of: Of = []
    per_case: Annotated[int, Meta(ge=1, le=1000, description="children of a case, of each family and strength")] = 1
    cases: Annotated[int, Meta(ge=1, description="make children of so many cases only, drawn by chance")] | None = None
    checks: Annotated[list[Any], Meta(description="on every child, besides those of its original")] = []
    gates: Annotated[list[str], Meta(description="gates on this group; its name need not be written")] = []
    repeat: Annotated[int, Meta(ge=1, description="how often each child is asked")] = 1
    concurrency: Annotated[int, Meta(ge=1, le=10_000, description="requests in flight at once")] = 10


class RobustnessModel(ProbesModel):
    """The same questions, worded worse: `strength` is the share of what could be changed that is changed."""

    families: Families = []
    strength: Annotated[Strengths, Meta(description="above 0, up to 1, or several of them for a curve")] = 0.2
    models: Annotated[
        dict[str, str], Meta(description="which target writes a family: `{paraphrase: TARGET, round_trip: TARGET}`")
    ] = msgspec.field(default_factory=dict, name="with")


class AttackModel(ProbesModel):
    """Attempts to make the target do what it must not, each with something fresh in it by which success is told."""

    families: Families = []
    system_prompt: Annotated[str, Meta(description="what is to be guarded: a text, or the path of a file")] = ""


class GroupsModel(msgspec.Struct, forbid_unknown_fields=True):
    """Which tags of the written cases make groups of customers."""

    tag: Annotated[
        TagName | Annotated[list[TagName], Meta(min_length=1)],
        Meta(description="a tag of the cases, or several; `gender:age` for intersections"),
    ]


class FairnessModel(ProbesModel):
    """The same questions, asked by or about someone of another group."""

    swap: Annotated[Any, Meta(description="`[names, pronouns, country, age, religion]`, or lists of your own")] = None
    groups: Annotated[
        GroupsModel | None, Meta(description="groups of the cases themselves, side by side: `{tag: customer_group}`")
    ] = None
    introduce: Annotated[bool, Meta(description="let users of cases without a mention say who they are")] = False


PROBES: dict[str, type[ProbesModel]] = {
    "robustness": RobustnessModel,
    "attack": AttackModel,
    "fairness": FairnessModel,
}
"""The kinds of groups; a group is named by its kind."""
