"""How much guards look at and hold back: bounds of texts, parts and bytes; what is put back, and where."""

import json
from typing import Any

import pytest
from guards_support import chat, exchange_of, frame, guarding, passed

from seatrial.gateway.guards.answers import guard_answer, restore
from seatrial.gateway.guards.credentials import Credentials
from seatrial.gateway.guards.guard import Guard, Guarding
from seatrial.gateway.guards.judging import Length
from seatrial.gateway.guards.personal import PersonalData
from seatrial.gateway.guards.placeholders import Restorer
from seatrial.gateway.guards.places import Place
from seatrial.gateway.guards.requests import MOST_CHARACTERS, guard_request
from seatrial.gateway.guards.stage import Guarded
from seatrial.gateway.guards.stream import MOST_HELD, MOST_TEXTS
from seatrial.gateway.guards.wording import Terms
from seatrial.gateway.wire.errors import Refusal

MAIL = "ada@example.org"
ORCA = Terms({"sea": ["orca"]})


def asked(*texts: str, role: str = "user") -> dict[str, Any]:
    return {"model": "support", "messages": [{"role": role, "content": text} for text in texts]}


async def refused(exchange: Any, guards: Guarding) -> str:
    """The code of the refusal of a request; empty when it goes on."""
    try:
        await guard_request(exchange, guards)
    except Refusal as refusal:
        return f"{refusal.status} {refusal.code}"
    return ""


@pytest.mark.parametrize(
    ("lengths", "action", "told"),
    [
        ([MOST_CHARACTERS], "block", ""),
        ([MOST_CHARACTERS + 1], "block", "413 request_too_large"),
        ([MOST_CHARACTERS, 1], "redact", "413 request_too_large"),
        ([MOST_CHARACTERS - 1, 1], "redact", ""),
        ([MOST_CHARACTERS + 1], "downgrade", "413 request_too_large"),
        ([MOST_CHARACTERS + 1], "flag", ""),
    ],
)
async def test_texts_are_looked_at_up_to_a_bound(lengths: list[int], action: Any, told: str) -> None:
    """All of a request together; only guards that do nothing let a longer one pass."""
    exchange = exchange_of(asked(*("x" * length for length in lengths)))
    assert await refused(exchange, Guarding(request=(Guard("words", action, ORCA),))) == told


@pytest.mark.parametrize(
    ("roles", "role", "found"),
    [
        ({"user"}, "user", True),
        ({"user"}, "system", False),
        ({"system"}, "developer", True),
        ({"tool"}, "function", True),
        (set(), "user", False),
    ],
)
async def test_only_messages_of_the_guards_roles_are_looked_at(roles: set[str], role: str, found: bool) -> None:
    """The same word in another's message is none of its business."""
    guard = Guard("words", "block", ORCA, roles=frozenset(roles))
    assert bool(await refused(exchange_of(asked("orca", role=role)), Guarding(request=(guard,)))) is found


async def test_guards_work_in_their_order() -> None:
    """What the first takes out the second does not see; what blocks first is named."""
    redact, block = Guard("pii", "redact", PersonalData()), Guard("words", "block", Terms({"": ["example"]}))
    assert await refused(exchange_of(asked(MAIL)), Guarding(request=(redact, block))) == ""
    exchange = exchange_of(asked(MAIL))
    assert await refused(exchange, Guarding(request=(block, redact))) == "400 guard_blocked"
    assert exchange.tags["guard"] == "request.words=block"


async def test_a_flag_is_noted_once_however_often_it_is_found() -> None:
    """The record says that something was found, not how often."""
    exchange = exchange_of(asked("orca orca", "orca"))
    await guard_request(exchange, Guarding(request=(Guard("words", "flag", ORCA), Guard("words", "flag", ORCA))))
    assert exchange.tags["guard"] == "request.words=flag"


async def test_a_downgrade_without_a_model_leaves_the_route() -> None:
    """What cannot be sent elsewhere goes on where it was going, and the record says what was found."""
    exchange = exchange_of(asked("orca"))
    await guard_request(exchange, Guarding(request=(Guard("words", "downgrade", ORCA),)))
    assert exchange.route is None
    assert exchange.tags["guard"] == "request.words=downgrade"


@pytest.mark.parametrize(("parts", "told"), [(MOST_TEXTS, None), (MOST_TEXTS + 1, "guard_held_too_much")])
def test_so_many_texts_of_one_stream_are_guarded(parts: int, told: str | None) -> None:
    """A stream of ever more choices does not fill the memory."""
    events = [frame({"content": "x "}, index=index) for index in range(parts)]
    received = passed(exchange_of(), guarding(ORCA), [b"".join(events)])
    assert (received.refusal.code if received.refusal else None) == told


@pytest.mark.parametrize(("least", "told"), [(-2, None), (1, "guard_held_too_much")])
def test_so_many_bytes_are_held_back(least: int, told: str | None) -> None:
    """An event that never ends is cut off at the bound, and nothing of it goes on."""
    data = b"data: " + b"x" * (MOST_HELD + least - len(b"data: "))
    received = passed(exchange_of(), guarding(ORCA), [data])
    assert (received.refusal.code if received.refusal else None) == told
    assert received.steps == ([b""] if told is None else [])


def test_what_is_held_leaves_room_when_it_has_gone() -> None:
    """The bound is of what waits, not of the whole answer."""
    piece = frame({"content": "x" * 1_000_000 + " "})
    received = passed(exchange_of(), guarding(ORCA), [piece] * 12)
    assert received.refusal is None
    assert len(received.data) == 12 * len(piece)


@pytest.mark.parametrize(
    ("pieces", "told"),
    [
        (["or", "ca"], "answer.words=flag"),
        (["orc", "as"], None),
        (["or", " ca"], None),
        ([], None),
    ],
)
def test_what_is_only_flagged_is_found_over_pieces(pieces: list[str], told: str | None) -> None:
    """Nothing is held back for it, and all of the text is looked at when it is over."""
    exchange, data = exchange_of(), chat(pieces)
    received = passed(exchange, guarding(ORCA, "flag", "words"), [data])
    assert received.data == data
    assert exchange.tags.get("guard") == told


@pytest.mark.parametrize(
    ("ends", "told"),
    [
        ([frame({}, "stop")], "answer.length=flag"),
        ([frame({}, "length")], "answer.length=flag"),
        ([b"data: [DONE]\n\n"], "answer.length=flag"),
        ([], None),
    ],
)
def test_only_an_answer_that_came_to_its_end_is_judged(ends: list[bytes], told: str | None) -> None:
    """Half an answer is too short for a reason that is not the model's."""
    exchange = exchange_of()
    guards = Guarding(answer=(Guard("length", "flag", judge=Length(least=100)),))
    passed(exchange, guards, [frame({"content": "short"}), *ends])
    assert exchange.tags.get("guard") == told


def test_arguments_of_calls_are_not_judged_as_answers() -> None:
    """A long call is no long answer."""
    call = frame({"tool_calls": [{"index": 0, "function": {"arguments": "x" * 200}}]})
    guards = Guarding(answer=(Guard("length", "block", judge=Length(most=10)),))
    received = passed(exchange_of(), guards, [call, frame({"content": "short"}), frame({}, "stop")])
    assert received.refusal is None


def test_bytes_that_are_no_text_pass_through() -> None:
    """Bytes that are no UTF-8 in an event are the provider's fault, and not the guards' business."""
    data = [b'data: {"choices": "\xff"}\n\n', b"data: \xff\n\n", b"\xff\n\n"]
    assert passed(exchange_of(), guarding(ORCA), data).data == b"".join(data)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"choices": [{"message": {"content": "to [EMAIL_1]"}}]}, f"to {MAIL}"),
        ({"choices": [{"message": {"content": "[EMAIL_2]"}}]}, "[EMAIL_2]"),
        ({"content": [{"type": "text", "text": "[EMAIL_1][EMAIL_1]"}]}, f"{MAIL}{MAIL}"),
    ],
)
async def test_what_was_taken_out_of_a_request_is_put_back(body: dict[str, Any], expected: str) -> None:
    """In each dialect; a placeholder that stands for nothing stays."""
    exchange = exchange_of()
    exchange.withheld["[EMAIL_1]"] = MAIL
    found = await guard_answer(exchange, Guarding(), json.dumps(body).encode())
    assert f'"{expected}"' in found.decode()


async def test_what_the_answer_itself_says_is_taken_out_before_anything_is_put_back() -> None:
    """An address that the model knew from elsewhere does not pass because another one was the client's."""
    exchange = exchange_of()
    exchange.withheld["[EMAIL_1]"] = MAIL
    body = json.dumps({"choices": [{"message": {"content": f"[EMAIL_1] b@c.org {MAIL}"}}]}).encode()
    found = json.loads(await guard_answer(exchange, guarding(PersonalData()), body))
    assert found["choices"][0]["message"]["content"] == f"{MAIL} [EMAIL_2] {MAIL}"


def test_a_text_without_placeholders_stays_the_same_object() -> None:
    """Nothing is written anew for nothing."""
    holder = {"content": "no [brackets] of ours"}
    before = holder["content"]
    assert not restore(Place(holder, "content", "assistant"), Restorer({"[EMAIL_1]": MAIL}))
    assert holder["content"] is before


async def test_a_name_that_nobody_guards_is_left_alone() -> None:
    """Guards are of the name that was asked for; others' requests and answers are not read."""
    stage = Guarded({"other": guarding(Credentials(), "block")})
    exchange = exchange_of({"model": "support", "messages": "no list"})
    before = exchange.body
    await stage.request(exchange)
    assert exchange.body is before
    assert stage.answer(exchange) is None
    assert await stage.whole(exchange, b"any") == b"any"
    exchange.asked = None
    await stage.request(exchange)


async def test_what_guards_hold_is_given_back() -> None:
    """Each of those that ask somebody else is closed once, in order."""
    closed: list[int] = []

    def closer(number: int) -> Any:
        async def close() -> None:
            closed.append(number)

        return close

    await Guarded({}, [closer(1), closer(2)]).aclose()
    assert closed == [1, 2]
