"""What may stand behind the name of a Guard."""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from seatrial.app.serving.schema import Action, Duration

Role = Literal["system", "user", "assistant", "tool"]


class GuardArguments(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every Guard has."""

    action: Annotated[Action, Meta(description="what happens when it finds something")]
    roles: Annotated[list[Role] | None, Meta(description="request: whose messages it looks at")] = None


class PersonalArguments(GuardArguments, frozen=True, kw_only=True):
    """Personal data."""

    kinds: Annotated[list[str] | None, Meta(description="which: email, phone, card, iban, us_ssn, ip, national_id")] = (
        None
    )
    regions: Annotated[list[str], Meta(description="countries whose telephone numbers need no country code")] = []
    restore: Annotated[bool, Meta(description="put what was taken out of the request back into the answer")] = False


class CanaryArguments(GuardArguments, frozen=True, kw_only=True):
    """Canary tokens."""

    tokens: Annotated[list[str], Meta(description="without any: those marked `canary-...` in system messages")] = []


class WordsArguments(GuardArguments, frozen=True, kw_only=True):
    """Words and phrases."""

    words: Annotated[list[str], Meta(min_length=1)]


class TopicsArguments(GuardArguments, frozen=True, kw_only=True):
    """Words by topic."""

    topics: Annotated[dict[str, list[str]], Meta(min_length=1)]
    at_least: Annotated[int, Meta(ge=1, le=100, description="so many words of one topic")] = 2


class RegexArguments(GuardArguments, frozen=True, kw_only=True):
    """A pattern."""

    pattern: str


class LengthArguments(GuardArguments, frozen=True, kw_only=True):
    """Characters."""

    least: Annotated[int, Meta(ge=0)] = 0
    most: Annotated[int, Meta(ge=1)] | None = None


class LanguageArguments(GuardArguments, frozen=True, kw_only=True):
    """Languages."""

    allowed: Annotated[list[str], Meta(min_length=1, description="ISO 639 codes: `[en, de]`")]


class SchemaArguments(GuardArguments, frozen=True, kw_only=True):
    """The answer's JSON."""

    schema: Annotated[Any, Meta(description="a JSON Schema, or the path of a file that holds one")]
    repair: Annotated[bool, Meta(description="cut an answer down to the JSON in it, if that fits")] = True


class CheckArguments(GuardArguments, frozen=True, kw_only=True):
    """A Check."""

    is_: Annotated[Any, Meta(description="a check that is free or cheap, as in `checks:`")] = msgspec.field(name="is")
    timeout: Duration = "2s"


class AskedArguments(GuardArguments, frozen=True, kw_only=True):
    """Somebody who is asked."""

    target: Annotated[str, Meta(description="a target of this file")]
    timeout: Annotated[Duration, Meta(description="how long it may take")] = "2s"
    gone: Annotated[Literal["open", "closed"], Meta(description="let pass or stop when it gives no answer")] = "open"


class ModerationArguments(AskedArguments, frozen=True, kw_only=True):
    """A moderation endpoint."""

    categories: Annotated[list[str], Meta(description="only these; without any all that it flags")] = []


class JudgeArguments(AskedArguments, frozen=True, kw_only=True):
    """A model that judges."""

    question: Annotated[str, Meta(description="is answered with yes where the text must not pass")]
