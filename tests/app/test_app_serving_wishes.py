"""Keys as they are wished for and kept, at the borders of each field; where they are kept."""

import time
from pathlib import Path
from typing import Any

import msgspec
import pytest

from seatrial.app import keys
from seatrial.app.serving.key_wish import KeyWish, record_of, seconds_of
from seatrial.app.serving.units import amount_of
from seatrial.core.errors import Mistake
from seatrial.gateway.admin.audit import LONGEST, Act, read_acts, write_act
from seatrial.gateway.config import Terms
from seatrial.gateway.keys.key import KeyRecord

MODELS = ("support", "small")
YEAR = 366 * 86400


def wished(**fields: Any) -> KeyRecord:
    return record_of(KeyWish(**fields), MODELS)


def test_a_wish_without_words_is_a_key_for_all() -> None:
    """Every model, from everywhere, without a bound or an end."""
    found = wished()
    assert (found.id, found.project, found.environment, found.admin) == ("", "default", "production", False)
    assert (found.models, found.allow, found.expires, found.terms) == (None, None, None, Terms())


def test_all_that_is_wished_for_is_in_the_record() -> None:
    """Amounts are numbers, networks are written as such, the budget in its own form."""
    bounds = {"rpm": "2k", "tpm": "1.5M", "concurrency": 3, "budget": "5 usd per day"}
    found = wished(name="CI", models=["small"], allow=["10.0.0.0/8", "::1"], priority="low", **bounds)
    assert found.models == ("small",)
    assert found.allow == ("10.0.0.0/8", "::1/128")
    assert found.terms == Terms(rpm=2_000, tpm=1_500_000, concurrency=3, budget="5 USD/day", priority="low")


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"name": "a\nb"}, "name: letters"),
        ({"name": "a;b"}, "name: letters"),
        ({"project": " "}, "project: letters"),
        ({"environment": ""}, "environment: letters"),
        ({"environment": "a*"}, "environment: letters"),
        ({"models": ["smal"]}, "did you mean `small`"),
        ({"models": ["x" * 500]}, "there is no `" + "x" * 100 + "`"),
        ({"allow": ["10.0.0.1/8"]}, "10.0.0.0/8 is expected"),
        ({"expires": "soon"}, "expires: a duration such as 90d"),
        ({"expires": "-1d"}, "expires: a duration such as 90d"),
        ({"rpm": 0}, "rpm: a number such as 600"),
        ({"rpm": -1}, "rpm: a number such as 600"),
        ({"tpm": "0.1"}, "tpm: a number such as 600"),
        ({"tpm": ""}, "tpm: a number such as 600"),
        ({"budget": "5 USD"}, "budget: an amount such as 200 USD/month"),
        ({"budget": ""}, "budget: an amount such as 200 USD/month"),
    ],
)
def test_a_wish_that_cannot_be_says_why(fields: dict[str, Any], told: str) -> None:
    """The field stands in front, and what is expected behind it."""
    with pytest.raises(Mistake) as found:
        wished(**fields)
    assert told in str(found.value)


@pytest.mark.parametrize("name", ["", "CI job 7", "ada@example.org", "team/app:blue", "日本", "a_b-c.d"])
def test_names_that_people_give(name: str) -> None:
    """Letters of every script, digits, blanks and a few signs."""
    assert wished(name=name).name == name


def test_a_key_without_models_may_ask_for_none() -> None:
    """An empty list is not the same as none named."""
    assert wished(models=[]).models == ()


@pytest.mark.parametrize(
    "body",
    [
        b'{"nmae": "x"}',
        b'{"concurrency": 0}',
        b'{"priority": "urgent"}',
        b'{"admin": "yes"}',
        b'{"models": "small"}',
        b'{"rpm": 1.5}',
        b"[]",
        b'{"name": "' + b"x" * 101 + b'"}',
    ],
)
def test_a_wish_of_another_shape_is_none(body: bytes) -> None:
    """What the admin side is sent is held to the fields that there are."""
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(body, type=KeyWish)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90d", 90 * 86400), ("0", 0), ("12h", 43_200), (f"{100 * YEAR}s", 100 * YEAR), ("1h30m", 5_400)],
)
def test_durations_of_keys(text: str, seconds: float) -> None:
    """Up to a hundred years."""
    assert seconds_of(text, "expires") == seconds


@pytest.mark.parametrize("text", [f"{100 * YEAR + 1}s", "101000d", "", "1y", "1 d", "nan", "-1"])
def test_what_is_no_duration_of_a_key(text: str) -> None:
    """Longer ones are a slip of the keyboard, and would not fit a clock."""
    with pytest.raises(Mistake, match="overlap: a duration"):
        seconds_of(text, "overlap")


def test_a_key_ends_from_now_on() -> None:
    """The end is a moment in UTC nanoseconds, so long from now."""
    before = time.time_ns()
    expires = wished(expires="1h").expires
    assert expires is not None
    assert before <= expires - 3_600 * 10**9 <= time.time_ns()


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        *((0, 0), ("0", 0), ("0k", 0), ("1k", 1_000), ("1.5k", 1_500), ("2m", 2_000_000), (" 3 K ", 3_000)),
        *(("1.0005k", 1_000), ("", None), ("1,000", None), ("1g", None), ("-1", None), ("1e3", None), ("k", None)),
    ],
)
def test_amounts_as_people_write_them(written: str | int, amount: int | None) -> None:
    """Thousands and millions by their letters; nothing is guessed."""
    assert amount_of(written) == amount


@pytest.mark.parametrize(
    ("record", "may", "bounds"),
    [
        (KeyRecord(id="a"), "all models", ""),
        (KeyRecord(id="a", admin=True, models=("x",)), "admin", ""),
        (KeyRecord(id="a", models=("x", "y")), "x, y", ""),
        (KeyRecord(id="a", models=()), "", ""),
        (KeyRecord(id="a", allow=("10.0.0.0/8", "::1/128")), "all models", "from 10.0.0.0/8, ::1/128"),
        (KeyRecord(id="a", terms=Terms(rpm=60, tpm=9)), "all models", "60 rpm; 9 tpm"),
        (
            KeyRecord(id="a", terms=Terms(concurrency=2, budget="5 USD/day", priority="high")),
            "all models",
            "2 at once; 5 USD/day; high priority",
        ),
    ],
)
def test_what_a_key_may_stands_in_its_row(record: KeyRecord, may: str, bounds: str) -> None:
    """Bounds that are not set are not named."""
    row = keys.row(record, now=0)
    assert (row[0], row[4], row[5], row[6]) == ("sk-st-a-...", may, bounds, "good")


@pytest.mark.parametrize(("now", "state"), [(10**18 - 1, "until"), (10**18, "expired"), (10**18 + 1, "expired")])
def test_a_key_has_expired_from_its_end_on(now: int, state: str) -> None:
    """At the moment itself it is good no more."""
    assert keys.row(KeyRecord(id="a", expires=10**18), now=now)[-1] == f"{state} 2001-09-09 01:46"


@pytest.mark.parametrize(
    ("text", "store", "models"),
    [
        ("gateway: {models: {a: {}, 5: {}}}", ".seatrial", ("a", "5")),
        ("gateway: {store: kept, models: {}}", "kept", ()),
        ("gateway: {store: ../kept}", "../kept", ()),
        ("gateway: {models: [a]}", ".seatrial", ()),
    ],
)
def test_keys_are_kept_where_the_file_says(tmp_path: Path, text: str, store: str, models: tuple[str, ...]) -> None:
    """Only the store and the names of the models are read; all else may be wrong."""
    path = tmp_path / "seatrial.yaml"
    path.write_text(text)
    assert keys.place_of(path) == keys.Place(tmp_path / store, models)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "no `gateway:`"),
        ("gateway: 5", "no `gateway:`"),
        ("[]", "no `gateway:`"),
        ("gateway: {store: 5}", "folder"),
    ],
)
def test_a_file_without_a_store_says_so(tmp_path: Path, text: str, told: str) -> None:
    """One sentence with the file's name."""
    path = tmp_path / "seatrial.yaml"
    path.write_text(text)
    with pytest.raises(Mistake, match=told):
        keys.place_of(path)


def test_the_life_of_a_key_is_written_down(tmp_path: Path) -> None:
    """Made, changed, revoked: each is an act, the newest first, and no secret stands in it."""
    place = keys.Place(tmp_path / "store", MODELS)
    record, text = keys.create(place, KeyWish(name="CI"))
    again = keys.rotate(place, text, "0")
    assert keys.revoke(place, record.id).revoked is not None
    assert [each.id for each in keys.listed(place)] == [record.id]
    acts = read_acts(place.store)
    assert [act.what for act in acts] == ["keys.revoke", "keys.rotate", "keys.create"]
    assert all(secret[16:] not in str(acts) for secret in (text, again))


def test_nothing_is_written_down_of_what_was_refused(tmp_path: Path) -> None:
    """A wish that cannot be leaves neither a key nor an act."""
    place = keys.Place(tmp_path / "store", MODELS)
    with pytest.raises(Mistake):
        keys.create(place, KeyWish(models=["large"]))
    with pytest.raises(Mistake):
        keys.rotate(place, "nobody12", "1h")
    assert keys.listed(place) == []
    assert read_acts(place.store) == []


@pytest.mark.parametrize("length", [LONGEST - 1, LONGEST, LONGEST + 1])
def test_the_detail_of_an_act_is_bounded(tmp_path: Path, length: int) -> None:
    """Whatever somebody sends, a row of the audit takes no more room than so much."""
    write_act(tmp_path, Act(who="k", what="reload", about="a" * length, detail="d" * length))
    (act,) = read_acts(tmp_path)
    assert len(act.about) == len(act.detail) == min(length, LONGEST)


@pytest.mark.parametrize(("most", "numbers"), [(0, []), (1, [3]), (2, [3, 2]), (9, [3, 2, 1])])
def test_so_many_of_the_last_acts_are_read(tmp_path: Path, most: int, numbers: list[int]) -> None:
    """The newest first."""
    for what in ("a", "b", "c"):
        write_act(tmp_path, Act(who="k", what=what))
    assert [act.number for act in read_acts(tmp_path, most)] == numbers
