"""What budgets are written as, whom they are for, when they end, and what is told of them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from limits_support import DOLLAR, Caller, exchange, route

from seatrial.core.errors import Mistake
from seatrial.gateway.budgets.accounts import Accounts
from seatrial.gateway.budgets.book import (
    Notice,
    State,
    fits,
    notices_of,
    refuses,
    reservation,
    states_of,
)
from seatrial.gateway.budgets.budget import Account, Budget, Label, Then, account, crossed, parse_then, read_label
from seatrial.gateway.budgets.cap import Cap, ends_in, money, parse_cap, period
from seatrial.gateway.budgets.events import NAME, Event, event_of, sentence, write_event
from seatrial.gateway.config import Terms
from seatrial.gateway.limits.scope import Scope, parse_scope


def at(*when: int) -> int:
    """UTC nanoseconds."""
    return int(datetime(*when, tzinfo=UTC).timestamp()) * DOLLAR  # type: ignore[arg-type,misc]


NOON = at(2026, 11, 21, 12)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 USD/month", Cap(0, "USD", "month")),
        ("0.000000001 usd/day", Cap(1, "USD", "day")),
        ("999999999999.999999999 EUR/day", Cap(10**21 - 1, "EUR", "day")),
        ("  7 USD / day  ", Cap(7 * DOLLAR, "USD", "day")),
        ("7USD/day", Cap(7 * DOLLAR, "USD", "day")),
        ("7 USD a month", Cap(7 * DOLLAR, "USD", "month")),
        ("7 Gbp per month", Cap(7 * DOLLAR, "GBP", "month")),
    ],
)
def test_amounts_at_their_bounds(text: str, expected: Cap) -> None:
    """From nought to a billion billionths short of a million million, to the last digit."""
    assert parse_cap(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1000000000000 USD/day",
        "0.0000000001 USD/day",
        "1. USD/day",
        ".5 USD/day",
        "1,5 USD/day",
        "+1 USD/day",
        "1 US/day",
        "1 USDX/day",
        "1 $/day",
        "1 USD/days",
        "1 USD/Day",
        "1 USDaday",
        "1 USD per  year",
        "1 USD//day",
        "1 USD/day extra",
        "nan USD/day",
        "1 USD\n/day x",
    ],
)
def test_near_misses_of_amounts(text: str) -> None:
    """One digit too many, another sign, another word: refused with an example and with what was found."""
    with pytest.raises(Mistake, match="an amount such as 200 USD/month") as found:
        parse_cap(text)
    assert repr(text) in str(found.value)


@given(st.integers(0, 10**20), st.sampled_from(["USD", "EUR", "JPY"]), st.sampled_from(["day", "month"]))
def test_a_cap_is_read_back_from_its_text(nanos: int, currency: str, every: Any) -> None:
    """What is shown of a cap means that cap."""
    cap = Cap(nanos, currency, every)
    assert parse_cap(str(cap)) == cap


@pytest.mark.parametrize(
    ("nanos", "text"),
    [
        (0, "0"),
        (1, "0.000000001"),
        (10, "0.00000001"),
        (100_000_000, "0.10"),
        (120_000_000, "0.12"),
        (123_000_000, "0.123"),
        (DOLLAR, "1"),
        (1_050_000_000, "1.05"),
        (10**21, "1000000000000"),
        (10**18 + 1, "1000000000.000000001"),
    ],
)
def test_money_for_people(nanos: int, text: str) -> None:
    """Whole amounts without a point, others with two digits at the least, never with an exponent."""
    assert money(nanos) == text


@pytest.mark.parametrize(
    ("moment", "every", "name", "seconds"),
    [
        (at(2026, 11, 21), "day", "2026-11-21", 86_400),
        (at(2026, 11, 21, 23, 59, 59), "day", "2026-11-21", 1),
        (at(2026, 12, 31, 23, 59, 59), "day", "2026-12-31", 1),
        (at(2026, 12, 31, 23, 59, 59), "month", "2026-12", 1),
        (at(2026, 1, 31), "month", "2026-01", 86_400),
        (at(2026, 1, 1), "month", "2026-01", 31 * 86_400),
        (at(2026, 2, 1), "month", "2026-02", 28 * 86_400),
        (at(2028, 2, 1), "month", "2028-02", 29 * 86_400),
        (at(2028, 2, 29), "month", "2028-02", 86_400),
        (at(2026, 4, 30, 12), "month", "2026-04", 43_200),
        (at(2026, 11, 21) + DOLLAR - 1, "day", "2026-11-21", 86_400),
    ],
)
def test_days_and_months_of_the_calendar(moment: int, every: Any, name: str, seconds: float) -> None:
    """First and last seconds, short months, leap years, the end of the year."""
    assert (period(every, moment), ends_in(every, moment)) == (name, seconds)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("warn", ("warn", None)),
        (" block ", ("block", None)),
        ("downgrade to small", ("downgrade", "small")),
        ("downgrade   to\tsmall", ("downgrade", "small")),
        ("downgrade to a b", ("downgrade", "a b")),
    ],
)
def test_consequences_are_read(text: str, expected: Any) -> None:
    """Space between the words does not count; what stands behind `to` is a name."""
    assert parse_then(text) == expected


@pytest.mark.parametrize("text", ["", "Warn", "blocks", "downgrade", "downgrade to", "downgrade small", "warn block"])
def test_near_misses_of_consequences(text: str) -> None:
    """All else is refused with the three that there are."""
    with pytest.raises(Mistake, match="`warn`, `block` or `downgrade to MODEL`"):
        parse_then(text)


def made(limit: str = "1 USD/day", of: str = "project:*", then: Then = "block", subject: str = "p1") -> Account:
    return account(Budget(parse_scope(of), parse_cap(limit), then), subject, NOON)


@pytest.mark.parametrize("text", ["", "a", "a\tb\tc", "a\tb\tc\td\te"])
def test_what_is_no_label_says_nothing(text: str) -> None:
    """Three parts or five are none."""
    assert read_label(text) is None


TEXT = st.text(max_size=12)


@given(TEXT, TEXT, st.integers(at(1970, 1, 1), at(2200, 1, 1)))
def test_labels_keep_their_parts(scope: str, subject: str, moment: int) -> None:
    """Whatever scopes and subjects are called, a label has four parts, of which the third is the period."""
    found = read_label(account(Budget(Scope("project", scope), Cap(1, "USD", "month")), subject, moment).label)
    assert found is not None
    assert found.period == period("month", moment)
    assert found.subject == subject.replace("\t", " ")


def test_who_shares_an_account() -> None:
    """Amount and consequence do not make another account; scope, subject, period and currency each do."""
    same = [made("1 USD/day"), made("9 USD/day", then="warn")]
    other = [made("1 EUR/day"), made("1 USD/month"), made(of="project:p1"), made(subject="p2")]
    assert len({each.label for each in same}) == 1
    assert len({each.label for each in [*same, *other]}) == 5


@pytest.mark.parametrize(
    ("before", "after", "cap", "levels"),
    [
        (0, 49, 100, []),
        (0, 50, 100, [50]),
        (50, 79, 100, []),
        (49, 80, 100, [50, 80]),
        (80, 99, 100, []),
        (99, 100, 100, [100]),
        (100, 1_000, 100, []),
        (0, 5_000, 100, [50, 80, 100]),
        (0, 1, 1, [50, 80, 100]),
        (1, 2, 3, [50]),
        (0, 0, 100, []),
    ],
)
def test_levels_at_their_bounds(before: int, after: int, cap: int, levels: list[int]) -> None:
    """A level is reached by its last nano-unit, and is not reached again."""
    assert crossed(before, after, cap) == levels


@pytest.mark.parametrize(
    ("spent", "reserved", "most", "cap", "expected"),
    [
        (0, 0, 10, 10, True),
        (0, 0, 11, 10, True),
        (0, 1, 9, 10, True),
        (0, 1, 10, 10, False),
        (9, 0, 99, 10, True),
        (10, 0, 0, 10, True),
        (10, 0, 1, 10, False),
        (11, 0, 0, 10, False),
        (0, 0, 0, 0, True),
        (0, 0, 1, 0, False),
    ],
)
def test_the_rule_at_its_bounds(spent: int, reserved: int, most: int, cap: int, expected: bool) -> None:
    """To the last nano-unit; a cap of nought lets only pass what is free."""
    assert fits(spent, reserved, most, cap) is expected


def test_states_are_in_the_order_of_the_accounts() -> None:
    """Two budgets of one account have one label and two states."""
    wanted = reservation([made("5 USD/day"), made("1 USD/month"), made("20 USD/day")], 10 * DOLLAR)
    day, month = wanted.labels
    states = states_of(wanted, {month: (0, 0), day: (2, 1)})
    assert states == [State(2, 1, False), State(0, 0, True), State(2, 1, True)]


@pytest.mark.parametrize(
    ("firm", "expected"), [((), False), (("warn",), False), (("downgrade",), False), (("block", "warn"), True)]
)
def test_only_firm_budgets_refuse(firm: tuple[Then, ...], expected: bool) -> None:
    """A budget that does not fit refuses where its consequence is asked about."""
    wanted = reservation([made(then="warn"), made(then="block")], 5)
    states = [State(0, 0, True), State(9, 9, False)]
    assert refuses(states, wanted, firm) is expected


def test_no_account_refuses_nothing() -> None:
    """A request without budgets has none that could be full."""
    wanted = reservation([], 5)
    assert (wanted.labels, states_of(wanted, {}), refuses([], wanted, {"block"})) == ((), [], False)


def test_notices_are_told_of_each_budget_of_an_account() -> None:
    """One sum reaches half of the large cap and all of the small one."""
    held = reservation([made("10 USD/day"), made("5 USD/day", then="warn")], 0)
    found = notices_of(held, 2 * DOLLAR, {held.labels[0]: 5 * DOLLAR})
    assert [(each.account.budget.then, each.level) for each in found] == [("block", 50), ("warn", 80), ("warn", 100)]


EACH: list[tuple[str, str, str, str]] = [
    ("all", "", "block", "budget all: 80 % of 2 USD are spent in 2026-11-21 (1.60 USD; then block)"),
    ("key:k1", "k1", "warn", "budget key:k1: 80 % of 2 USD are spent in 2026-11-21 (1.60 USD; then warn)"),
    ("user:*", "ab12", "warn", "budget user:* ab12: 80 % of 2 USD are spent in 2026-11-21 (1.60 USD; then warn)"),
]


@pytest.mark.parametrize(("of", "subject", "then", "said"), EACH)
def test_events_in_words(of: str, subject: str, then: Any, said: str) -> None:
    """The subject is named only where the budget is each one's."""
    notice = Notice(made("2 USD/day", of, then, subject), 80, 1_600_000_000)
    assert sentence(event_of(notice)) == said


def test_a_downgrade_says_where_to() -> None:
    """The consequence of an event has the model that is asked instead."""
    where = Budget(Scope("all"), parse_cap("1 USD/day"), "downgrade", "small")
    assert event_of(Notice(account(where, "", NOON), 100, 5)).then == "downgrade to small"


def test_a_label_of_another_time_makes_an_event_without_a_period() -> None:
    """What cannot be read of a label is left out, and nothing breaks."""
    whole = made()
    odd = Account("odd", whole.budget, "p1")
    assert event_of(Notice(odd, 50, 5)).period == ""
    assert read_label(whole.label) == Label("project:*", "p1", "2026-11-21", "USD")


def test_events_are_lines_that_only_the_owner_reads(tmp_path: Path) -> None:
    """Each is appended as one line of JSON that reads back as it was."""
    events = [event_of(Notice(made(subject="a\nb"), level, level)) for level in (50, 80)]
    for each in events:
        write_event(tmp_path, each)
    path = tmp_path / NAME
    assert [msgspec.json.decode(line, type=Event) for line in path.read_bytes().splitlines()] == events
    assert path.stat().st_mode & 0o777 == 0o600


def test_events_that_cannot_be_written_stop_nobody(tmp_path: Path) -> None:
    """A store that is gone, or a folder in the file's place, loses the line and nothing else."""
    (tmp_path / NAME).mkdir()
    event = event_of(Notice(made(), 50, 5))
    write_event(tmp_path, event)
    write_event(tmp_path / "none", event)
    assert list(tmp_path.iterdir()) == [tmp_path / NAME]


def labels(found: tuple[Account, ...]) -> list[str]:
    return [f"{each.budget.scope}={each.subject}" for each in found]


def budgets(*scopes: str) -> Accounts:
    return Accounts([Budget(parse_scope(of), parse_cap("1 USD/day")) for of in scopes])


def test_accounts_of_a_request() -> None:
    """Those of the file in its order, the key's own behind them, those of its user last."""
    accounts = budgets("user:*", "model:small", "key:*", "all", "project:p2")
    found = accounts.of(exchange(Caller(terms=Terms(budget="2 USD/month")), user="ann"), NOON)
    assert [each.partition("=")[0] for each in labels(found)] == ["key:*", "all", "key:k1", "user:*"]


def test_accounts_are_anew_on_another_day() -> None:
    """A request just behind midnight goes to another account than the one just before."""
    accounts = budgets("all")
    days = [accounts.of(exchange(), at(2026, 11, 21, hour))[0].label for hour in (0, 23)]
    assert days[0] == days[1] != accounts.of(exchange(), at(2026, 11, 22))[0].label


def test_accounts_follow_the_terms_of_a_key() -> None:
    """A budget that a key was given, or lost, holds for its next request."""
    accounts = budgets()
    found = [accounts.of(exchange(Caller(terms=Terms(budget=text))), NOON) for text in (None, "1 USD/day", None)]
    assert [len(each) for each in found] == [0, 1, 0]


@pytest.mark.parametrize("text", ["lots", "", "1 USD/week"])
def test_a_key_with_a_broken_budget_may_spend_nothing(text: str) -> None:
    """What nobody can read bounds at nought: free models stay open, all else is refused."""
    (found,) = budgets().of(exchange(Caller(terms=Terms(budget=text))), NOON)
    assert found.budget.cap == Cap(0, "USD", "month")
    assert found.budget.then == "block"


def test_accounts_of_another_model_are_others() -> None:
    """A budget of a model holds for that model's requests only."""
    accounts = budgets("model:small")
    assert accounts.of(exchange(), NOON) == ()
    assert labels(accounts.of(exchange(route=route("small")), NOON)) == ["model:small=small"]
