"""Makes a Case of what was written, with what its suite adds to it."""

import hashlib
from typing import Any, cast

import msgspec

from seatrial.app.mistakes import brief
from seatrial.app.schema_cases import ROLES, CaseModel, Plain, ToolModel, UserModel
from seatrial.app.templates import fill, fill_all, has_templates, is_template
from seatrial.core.case import Case, SimulatedUser
from seatrial.core.errors import Mistake
from seatrial.core.request import Message, Role, Tool

_encode = msgspec.json.Encoder(order="deterministic").encode
MOST_CHARACTERS = 1_000_000
"""Of what a tool returns."""


class Shared(msgspec.Struct, frozen=True):
    """What holds for many cases; a case's own words go before it. `literal` texts are no templates."""

    checks: tuple[Any, ...] = ()
    tags: dict[str, str] = {}
    tools: tuple[Tool, ...] = ()
    params: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    literal: bool = False
    user: UserModel | None = None

    def under(self, outer: "Shared") -> "Shared":
        """This laid over what holds for even more cases."""
        return Shared(
            (*self.checks, *outer.checks),
            {**outer.tags, **self.tags},
            self.tools or outer.tools,
            {**outer.params, **self.params},
            {**outer.variables, **self.variables},
            self.literal,
            self.user or outer.user,
        )


def tool(model: ToolModel) -> Tool:
    """A Tool as written."""
    return Tool(model.name, model.description, model.parameters, model.returns)


def text(value: Plain) -> str:
    """A plain value as text: `true`, `7`, `12.5`."""
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def texts(values: dict[str, Plain]) -> dict[str, str]:
    """Tags as text."""
    return {name: text(value) for name, value in values.items()}


def read_tag(line: str) -> tuple[str, str]:
    """A tag from `name=value`.

    Raises:
        Mistake: It is none.
    """
    name, equals, value = line.partition("=")
    if not equals or not name.strip():
        raise Mistake(f"`{line[:80]}` is no tag; write NAME=VALUE")
    return name.strip(), value.strip()


def make_case(model: CaseModel, origin: str, shared: Shared) -> Case:
    """The Case.

    Raises:
        Mistake: A turn is of no known role, or a template cannot be filled; the sentence has no place yet.
    """
    variables = {**shared.variables, **model.variables} if shared.variables else model.variables
    turns = _turns(model.ask)
    expect = _expect(model.expect)
    reference = model.reference
    if not shared.literal:
        turns = tuple(_filled(turn, variables) for turn in turns)
        expect = tuple([fill(each, variables) for each in expect])
        reference = fill(reference, variables) if reference is not None else None
    return Case(
        id=digest(turns, expect) if model.id is None else str(model.id),
        turns=turns,
        expect=expect,
        reference=reference,
        context=(model.context,) if isinstance(model.context, str) else tuple(model.context or ()),
        tools=_returning(tuple([tool(each) for each in model.tools]) or shared.tools, variables, shared.literal),
        params={**shared.params, **model.params} if shared.params else model.params,
        variables=variables,
        checks=(*model.checks, *shared.checks),
        tags={**shared.tags, **texts(model.tags)},
        user=_user(model.user or shared.user, variables, shared.literal),
        origin=origin,
    )


def digest(turns: tuple[Message, ...], expect: tuple[str, ...]) -> str:
    """The id of a case that was given none: it stays the same as long as question and expected answers do."""
    return hashlib.blake2b(_encode((turns, expect)), digest_size=5).hexdigest()


def _expect(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(text(each) for each in value) if isinstance(value, list) else (text(value),)


def _returning(tools: tuple[Tool, ...], variables: dict[str, Any], literal: bool) -> tuple[Tool, ...]:
    """The tools with what they return filled in."""
    made = []
    for each in tools:
        returns = fill_all(each.returns, variables) if not literal and has_templates(each.returns) else each.returns
        if returns is not None and _characters(each.name, returns) > MOST_CHARACTERS:
            raise Mistake(f"the tool {brief(each.name)} returns more than {MOST_CHARACTERS:,} characters")
        made.append(each if returns is each.returns else msgspec.structs.replace(each, returns=returns))
    return tuple(made)


def _characters(name: str, returns: Any) -> int:
    try:
        return len(returns if isinstance(returns, str) else _encode(returns))
    except (msgspec.MsgspecError, TypeError, ValueError, OverflowError, RecursionError) as error:
        raise Mistake(f"what the tool {brief(name)} returns is no JSON: {str(error)[:100]}") from None


def _user(model: UserModel | None, variables: dict[str, Any], literal: bool) -> SimulatedUser | None:
    if model is None:
        return None
    persona, goal = (each if literal else fill(each, variables) for each in (model.persona, model.goal))
    until = (model.until,) if isinstance(model.until, str) else tuple(model.until)
    return SimulatedUser(
        target=model.target,
        persona=persona.strip(),
        goal=goal.strip(),
        patience=model.patience,
        until=tuple([phrase for phrase in until if phrase.strip()]),
    )


def _filled(turn: Message, variables: dict[str, Any]) -> Message:
    return Message(turn.role, fill(turn.content, variables)) if is_template(turn.content) else turn


def _turns(ask: str | list[dict[str, Any]]) -> tuple[Message, ...]:
    if isinstance(ask, str):
        if not ask.strip():
            raise Mistake("`ask` is empty")
        return (Message("user", ask),)
    turns = tuple(_turn(each, i + 1) for i, each in enumerate(ask))
    if turns[-1].role == "assistant":
        raise Mistake("the last turn of `ask` is the assistant's; then nothing is asked")
    return turns


def _turn(turn: dict[str, Any], number: int) -> Message:
    pairs = [(turn["role"], turn["content"])] if set(turn) == {"role", "content"} else list(turn.items())
    if len(pairs) != 1:
        raise Mistake(f"turn {number} of `ask` must be one role with its text, such as {{user: Hello}}")
    ((role, said),) = pairs
    if role not in ROLES:
        raise Mistake(f"turn {number} of `ask` is of the role {brief(role)}; allowed are {', '.join(ROLES)}")
    if isinstance(said, bool | int | float):
        said = text(said)
    if not isinstance(said, str):
        raise Mistake(f"turn {number} of `ask` must be a text, {brief(said)} was found")
    return Message(cast("Role", role), said)
