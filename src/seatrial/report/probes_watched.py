"""The texts of the examples of Probes, taken while the attempts of a report go by."""

from collections.abc import Iterable
from typing import Final, NamedTuple

from seatrial.core.interaction import Interaction
from seatrial.core.request import Message
from seatrial.core.run import Attempt
from seatrial.core.score import combined
from seatrial.report.attempts import section
from seatrial.report.model import AttemptSection
from seatrial.report.probes_chosen import Example
from seatrial.report.probes_records import ProbeExample
from seatrial.report.text import shorten

TEXT: Final = 2_000
"""Characters of one question or answer that is shown."""
LOOKED_AT: Final = 20_000
"""Characters of one message in which a difference is looked for."""
MESSAGES: Final = 30
BEFORE: Final = 200
"""Characters that stay before the first difference of long texts."""
INSTRUCTIONS: Final = 300
"""Characters of a system message that stand beside a question."""
TAGS: Final = ("technique", "group", "from", "strength")


class _Seen(NamedTuple):
    messages: tuple[Message, ...]
    shown: AttemptSection
    fits: bool


class WatchedProbes:
    """Takes attempts, and keeps the texts of those that examples are of.

    Args:
        examples: What is to be shown.
    """

    def __init__(self, examples: Iterable[Example]) -> None:
        self._wanted: dict[str, bool | None] = {}
        for each in examples:
            self._wanted.setdefault(each.original, each.passed_before)
            self._wanted[each.case] = each.passed
        self._seen: dict[str, _Seen] = {}

    def put(self, attempt: Attempt) -> None:
        """Look at one attempt: of a case with several, the first that has the verdict looked for is kept."""
        last = attempt.dialogue[-1]
        name = _name(last)
        if name not in self._wanted or (name in self._seen and self._seen[name].fits):
            return
        wanted = self._wanted[name]
        fits = last.failure is None and (wanted is None or combined(attempt.scores) is wanted)
        if fits or name not in self._seen:
            self._seen[name] = _Seen(_messages(last), section(attempt, TEXT), fits)

    def example(self, chosen: Example) -> ProbeExample | None:
        """An example with its texts; None when its attempt did not go by."""
        child, original = self._seen.get(chosen.case), self._seen.get(chosen.original)
        if child is None:
            return None
        asked_before, asked = questions(original.messages if original else (), child.messages)
        return ProbeExample(
            case=child.shown.case,
            original=chosen.original,
            ending=child.shown.ending,
            broken=chosen.broken,
            ending_before=original.shown.ending if original else "",
            asked_before=asked_before,
            asked=asked,
            answered_before=_answered(original.shown) if original else "",
            answered=_answered(child.shown),
            reason=shorten(child.shown.why, TEXT),
            tags={tag: child.shown.tags[tag] for tag in TAGS if tag in child.shown.tags},
        )


def questions(before: tuple[Message, ...], now: tuple[Message, ...]) -> tuple[str, str]:
    """What was asked, of the original and of the child, as two texts; messages that both have in common are left out.

    Where one has more than a single user turn, each message begins with its role.
    """
    one, two = _unlike(before, now), _unlike(now, before)
    plain = all(len(each) <= 1 and all(message.role == "user" for message in each) for each in (one, two))
    return windows(*(_joined(each, plain) for each in (one, two)))


def windows(one: str, two: str) -> tuple[str, str]:
    """Both texts in at most `TEXT` characters each, from shortly before their first difference."""
    if max(len(one), len(two)) <= TEXT:
        return one, two
    ends = min(len(one), len(two))
    same = next((i for i in range(ends) if one[i] != two[i]), ends)
    start = max(0, same - BEFORE)
    mark = "…" if start else ""
    first, second = (mark + shorten(text[start:], TEXT - len(mark)) for text in (one, two))
    return first, second


def _name(interaction: Interaction) -> str:
    case = interaction.case if interaction.case is not None else interaction.id
    return case if interaction.suite is None else f"{interaction.suite}/{case}"


def _messages(interaction: Interaction) -> tuple[Message, ...]:
    """What was said to the Target, without what it said itself."""
    found = [each for each in interaction.request.messages if each.role != "assistant"]
    if len(found) > MESSAGES:
        found = [*found[:10], *found[10 - MESSAGES :]]
    return tuple(Message(each.role, each.content[:LOOKED_AT]) for each in found)


def _unlike(mine: tuple[Message, ...], theirs: tuple[Message, ...]) -> list[Message]:
    last = max((i for i, each in enumerate(mine) if each.role == "user"), default=-1)
    same = {(each.role, each.content) for each in theirs}
    return [each for i, each in enumerate(mine) if i == last or (each.role, each.content) not in same]


def _joined(messages: list[Message], plain: bool) -> str:
    return "\n\n".join(each.content if plain else f"[{each.role}] {_end(each)}" for each in messages)


def _end(message: Message) -> str:
    """What was said; of instructions, which are long and known, the end, where Probes put what they add."""
    if message.role != "system" or len(message.content) <= INSTRUCTIONS:
        return message.content
    return "…" + message.content[-INSTRUCTIONS:]


def _answered(attempt: AttemptSection) -> str:
    if attempt.failure_kind:
        return f"({attempt.failure_kind})"
    if not attempt.turns:
        return ""
    turn = attempt.turns[-1]
    calls = "\n".join(f"calls {call.name}({call.arguments})" for call in turn.tool_calls)
    text = turn.text + ("…" if turn.cut else "")
    return shorten("\n".join(filter(None, (text, calls))), TEXT)
