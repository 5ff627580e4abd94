"""The small parts: tokens, facts, JSON forms, speed, limits, and the draw of lots."""

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.simulator.embeddings import embed
from seatrial.simulator.facts import Quoting, UnknownFactError, make_wrong, multiply
from seatrial.simulator.fault_kinds import Slow, WrongAnswer
from seatrial.simulator.faults import Circumstances, FaultBook, draw
from seatrial.simulator.json_forms import fill_schema
from seatrial.simulator.latency import LatencyModel
from seatrial.simulator.limits import RateLimits, duration
from seatrial.simulator.pieces import count_conversation, count_pieces, split_pieces
from seatrial.simulator.schema import Latency, Limits, Queue, When
from seatrial.simulator.stream import split_place
from seatrial.simulator.units import PerSecond, Seconds, Share

FACTS = {"price": 12.5, "time": "21:40", "open": True, "code": "A-17", "isle": {"A": "quay", "B": "hill"}, "n": 3}


class Clock:
    """Time that moves when it is told to."""

    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


@given(st.text(max_size=300))
def test_pieces_joined_are_the_text(text):
    """Nothing is lost or added by cutting a text into pieces."""
    assert "".join(split_pieces(text)) == text
    assert count_pieces(text) == len(split_pieces(text))


def test_piece_rule_by_hand():
    """Words are cut after six letters, punctuation stands alone, messages cost 3 and a conversation 3."""
    assert split_pieces("The timetable, please!") == ["The", " timeta", "ble", ",", " please", "!"]
    assert count_conversation(["Hello", "the ferry"]) == 3 + (3 + 1) + (3 + 2)


def test_facts_are_quoted():
    """Placeholders look up facts, tables by slot, and slots; money has the language's decimal sign."""
    quoting = Quoting(FACTS, {"where": "A"}, "de")
    assert quoting.text("{price:money} {time} {isle[where]} {isle.B} {where}") == "12,50 21:40 quay hill A"
    assert quoting.value({"p": "{price}", "l": ["{n}", "x {n}"]}) == {"p": 12.5, "l": [3, "x 3"]}
    assert quoting.changed is False


@pytest.mark.parametrize("text", ["{none}", "{isle[who]}", "{price.x}", "{isle.C}"])
def test_unknown_facts_are_told(text):
    """A placeholder that names nothing is an error, not an empty text."""
    with pytest.raises(UnknownFactError):
        Quoting(FACTS, {}, "en").text(text)


@given(st.one_of(st.integers(-99, 99), st.floats(0, 1e6), st.booleans(), st.from_regex(r"\d\d:\d\d", fullmatch=True)))
def test_wrong_facts_are_other_facts_of_the_same_type(value):
    """A wrong value never equals the right one and keeps its type."""
    assert make_wrong(value, []) != value
    assert type(make_wrong(value, [])) is type(value)


def test_wrong_words_are_the_neighbours():
    """A word is replaced by one that stands beside it in its table."""
    quoting = Quoting(FACTS, {"where": "A"}, "en", make_wrong)
    assert quoting.text("{isle[where]} {code}") == "hill A-40"
    assert quoting.changed


def test_multiply_leaves_whole_numbers_and_texts():
    """Only amounts with a fraction are multiplied."""
    quoting = Quoting(FACTS, {}, "en", multiply(2))
    assert quoting.text("{price} {n} {time}") == "25.0 3 21:40"


SCHEMAS = st.recursive(
    st.sampled_from([{"type": kind} for kind in ("string", "integer", "number", "boolean", "null")])
    | st.just({"enum": ["a", "b"]})
    | st.just({"type": "integer", "minimum": 3}),
    lambda inner: (
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda fields: {"type": "object", "properties": fields, "required": sorted(fields)}
        )
        | inner.map(lambda item: {"type": "array", "items": item, "minItems": 1})
    ),
    max_leaves=8,
)


@given(SCHEMAS)
def test_filled_schemas_are_valid(schema):
    """What fills a schema of the supported keywords is valid under it."""
    jsonschema.validate(fill_schema(schema, {}), schema)


def test_known_facts_fill_properties_of_their_name_and_type():
    """A known value is taken where name and type fit, else the smallest value."""
    schema = {"type": "object", "properties": {"fare": {"type": "number"}, "island": {"type": "integer"}}}
    assert fill_schema(schema, {"fare": 12.5, "island": "Saltholm"}) == {"fare": 12.5, "island": 0}


def test_recursive_schema_ends():
    """A schema that holds itself is cut off."""
    schema = {"type": "object", "properties": {}}
    schema["properties"]["self"] = schema
    assert fill_schema(schema, {}) is not None


def test_queue_serves_one_after_the_other():
    """At 10/s the third of three simultaneous requests waits 0.2 s; after a pause nobody waits."""
    clock = Clock()
    model = LatencyModel(Latency(queue=Queue(rate=PerSecond(10))), clock)
    assert [model.pace(0.5).served - 100 for _ in range(3)] == pytest.approx([0, 0.1, 0.2])
    clock.now = 105
    assert model.pace(0.5).served == 105


def test_tokens_are_due_at_fixed_times():
    """Token k is due first + k x between after the queue, jitter as drawn."""
    latency = Latency(first_token=Seconds(0.1), inter_token=Seconds(0.01), jitter=Share(0.5))
    model = LatencyModel(latency, Clock())
    assert model.pace(0.5).due(3) == pytest.approx(100.13)
    assert model.pace(0.0).due(0) == pytest.approx(100.05)
    assert model.pace(1.0).due(0) == pytest.approx(100.15)


def test_limits_refill_and_are_shown():
    """Headers tell limit, remaining and the time until the bucket is full again."""
    clock = Clock()
    limits = RateLimits(Limits(rpm=60, tpm=600), clock)
    assert limits.take(100) is None
    shown = limits.headers()
    assert (shown["x-ratelimit-remaining-requests"], shown["x-ratelimit-reset-requests"]) == ("59", "1s")
    assert (shown["x-ratelimit-remaining-tokens"], shown["x-ratelimit-reset-tokens"]) == ("500", "10s")
    clock.now += 5
    assert limits.headers()["x-ratelimit-reset-tokens"] == "5s"


def test_refused_requests_take_nothing():
    """A request refused for its tokens leaves the bucket of requests as it was."""
    limits = RateLimits(Limits(rpm=2, tpm=10), Clock())
    refused = limits.take(11)
    assert refused is not None
    assert (refused.unit, refused.limit) == ("tokens", 10)
    assert limits.headers()["x-ratelimit-remaining-requests"] == "2"


@pytest.mark.parametrize(
    ("value", "text"), [(0.009, "9ms"), (1, "1s"), (1.5, "1.5s"), (360, "6m0s"), (61.25, "1m1.25s")]
)
def test_durations_look_like_openais(value, text):
    """Resets are written as the real API writes them."""
    assert duration(value) == text


@given(st.integers(0, 2**31), st.text(max_size=20), st.text(max_size=20), st.integers(0, 9))
def test_draws_depend_on_their_arguments_alone(seed, name, text, occurrence):
    """The same arguments give the same number in [0, 1)."""
    value = draw(seed, name, text, occurrence)
    assert value == draw(seed, name, text, occurrence)
    assert 0 <= value < 1


@given(st.lists(st.sampled_from("abcdef"), min_size=1, max_size=40), st.randoms())
def test_strikes_do_not_depend_on_order(texts, random):
    """The same questions in another order meet the same faults, occurrence by occurrence."""

    def struck(order):
        book = FaultBook([WrongAnswer(rate=Share(0.5))], seed=7)
        found = {}
        for text in order:
            found.setdefault(text, []).append(bool(book.inside(Circumstances(text=text))))
        return found

    shuffled = texts[:]
    random.shuffle(shuffled)
    assert struck(texts) == struck(shuffled)


def test_sticky_faults_strike_the_same_texts_on_each_repeat():
    """With `sticky` a text is always struck or never."""
    book = FaultBook([Slow(rate=Share(0.5), sticky=True)], seed=3)
    found = {text: {bool(book.inside(Circumstances(text=text))) for _ in range(5)} for text in map(str, range(20))}
    assert all(len(outcomes) == 1 for outcomes in found.values())
    assert {True, False} == {outcome for outcomes in found.values() for outcome in outcomes}


@pytest.mark.parametrize(
    ("when", "fits"),
    [
        (When(language=("es", "fr")), {"language": "fr"}),
        (When(topic="fares"), {"topic": "fares"}),
        (When(typo=True), {"typo": True}),
        (When(paraphrase=True), {"paraphrase": True}),
        (When(json=True), {"json": True}),
        (When(stream=True), {"stream": True}),
        (When(keyword=("red", "BLUE")), {"asked": "Blue or red?"}),
    ],
)
def test_conditions(when, fits):
    """A fault strikes where its condition holds, and not elsewhere."""
    book = FaultBook([Slow(when=when)], seed=0)
    assert book.inside(Circumstances(text="x", **fits))
    assert not book.inside(Circumstances(text="x"))


def test_time_conditions():
    """`after` and `until` bound the time since the start."""
    clock = Clock()
    book = FaultBook([Slow(when=When(after=Seconds(10), until=Seconds(20)))], 0, clock)
    found = []
    for now in (105, 112, 121):
        clock.now = now
        found.append(bool(book.inside(Circumstances(text="x"))))
    assert found == [False, True, False]


@given(st.text(max_size=40), st.integers(1, 64))
def test_embeddings_have_length_one(text, dimensions):
    """Every text has a vector of length 1."""
    assert sum(value * value for value in embed(text, dimensions)) == pytest.approx(1)


@pytest.mark.parametrize(("data", "place"), [("aé".encode(), 2), (b"abcd", 2), (b"a", 1), ("€x".encode(), 1)])
def test_split_place(data, place):
    """A cut comes after the first byte of a character of several bytes, else in the middle."""
    assert split_place(data) == place
