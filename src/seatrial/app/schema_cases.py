"""What a case may hold, in `seatrial.yaml` and in files of cases."""

from typing import Annotated, Any

import msgspec
from msgspec import Meta

Plain = str | int | float | bool
Turns = Annotated[list[dict[str, Any]], Meta(min_length=1, description="`{user: ...}`, `{assistant: ...}`, in order")]
ROLES = ("system", "developer", "user", "assistant", "tool")


class ToolModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A function that the model may call.

    When an answer calls only tools with `returns`, these results are given back and the target is asked again, until it
    answers without calls (10 times at the most in a turn).
    """

    name: str
    description: str = ""
    parameters: Annotated[dict[str, Any], Meta(description="JSON Schema of its arguments")] = {}
    returns: Annotated[Any, Meta(description="what each call of it gives back: a text or any JSON value")] = None


class UserModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Another target that plays the user: it speaks after each answer until the dialogue is over.

    That is when it says one of `until`, says nothing, says the same twice in a row, or has spoken `patience` times.
    """

    target: Annotated[str, Meta(min_length=1, description="the name of a target of this file; it must be a chat")]
    persona: Annotated[str, Meta(description="who the user is")] = ""
    goal: Annotated[str, Meta(description="what the user wants")] = ""
    patience: Annotated[int, Meta(ge=1, le=1_000, description="how often it speaks at the most")] = 8
    until: Annotated[str | list[str], Meta(description="phrases by which it ends the dialogue")] = "[DONE]"


class CaseModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Something to ask, and how the answer is judged. Rows of JSONL, CSV and Parquet files have the same keys."""

    ask: Annotated[str | Turns, Meta(description="a question, or the turns of a conversation")]
    id: Annotated[str | int | None, Meta(description="names it in reports; a digest of the case without it")] = None
    expect: Annotated[Plain | list[Plain] | None, Meta(description="the right answer, or several")] = None
    reference: Annotated[str | None, Meta(description="a model answer to compare with")] = None
    context: Annotated[str | list[str] | None, Meta(description="documents that the answer must stand on")] = None
    checks: Annotated[list[Any], Meta(description="besides those of the suite")] = []
    tags: Annotated[dict[str, Plain], Meta(description="become slices, e.g. `{language: es}`")] = {}
    tools: list[ToolModel] = []
    params: Annotated[dict[str, Any], Meta(description="go to the endpoint: temperature, response_format, ...")] = {}
    variables: Annotated[dict[str, Any], Meta(description="for `{{ name }}` in its texts")] = {}
    user: Annotated[UserModel | None, Meta(description="who goes on with the conversation behind `ask`")] = None


class FieldModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A field of a foreign row; of its text, what `regex` finds (its first group where it has one, the last match)."""

    field: Annotated[str, Meta(description="a plain name, `a.b`, or a JSONPath")]
    regex: str | None = None


Field = str | FieldModel


class FromModel(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, rename={"source": "from"}):
    """Cases from files: `cases/*.jsonl`, CSV or Parquet.

    With `ask`, rows are foreign: `ask`, `expect`, `id`, `reference` and `context` name the fields to read, all others
    are left alone. `checks`, `tags`, `tools`, `params`, `variables` and `user` hold for all rows; a tag that is written
    `$.field` is read from the row.
    """

    source: Annotated[str, Meta(description="a path or a glob, from the suite file's folder")]
    ask: Field | None = None
    expect: Field | None = None
    id: Field | None = None
    reference: Field | None = None
    context: Field | None = None
    checks: list[Any] = []
    tags: dict[str, Plain] = {}
    tools: list[ToolModel] = []
    params: dict[str, Any] = {}
    variables: dict[str, Any] = {}
    user: Annotated[UserModel | None, Meta(description="plays the user of every row")] = None
