"""The language that chooses rows: what it finds, and what it says of mistakes."""

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from live_entries import entry

from seatrial.core.errors import Mistake
from seatrial.store.live import LiveStore
from seatrial.store.live_filter import DEEPEST, NAMES, WORDS, read_filter


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveStore]:
    """Three rows: one good, one slow, one that failed."""
    store = LiveStore(tmp_path_factory.mktemp("live"))
    store.add(
        [
            entry("good", status=200, model="gpt-4o", tags={"region": "eu"}),
            entry("slow", status=200, model="gpt-4o-mini", seconds=5.0, target="100%"),
            entry("bad", status=502, failure="timeout", model=None),
        ]
    )
    yield store
    store.close()


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("status >= 500", "bad"),
        ("status = 200", "good slow"),
        ("status != 200", "bad"),
        ("route = support", "good bad"),
        ("latency > 2s", "slow"),
        ("latency > 2000ms and not failed", "slow"),
        ("failed", "bad"),
        ("failure in (timeout, cut_stream)", "bad"),
        ("not failure = timeout", "good slow"),
        ("model ~ mini", "slow"),
        ("model ~ MINI or status>=500", "slow bad"),
        ("tag.region = eu", "good"),
        ("tag.region != eu", "slow bad"),
        ("(failed or latency > 2s) and route = support", "bad"),
        ("failed or latency > 2s and route = support", "bad"),
        ('model = "gpt-4o"', "good"),
        ("route ~ '%'", "slow"),
        ("cost > 0.00001", "good slow bad"),
        ("cost > 1", ""),
        ("streamed", "good slow bad"),
        ("served_by = upstream", "good slow bad"),
        ("retried", ""),
    ],
)
def test_a_filter_finds_what_it_says(store: LiveStore, text: str, ids: str) -> None:
    """Each form of the language chooses the rows that a reader would choose."""
    assert [row.id for row in store.newest(10, read_filter(text))] == ids.split()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "ends where a condition"),
        ("statis = 5", "did you mean `status`"),
        ("whatever = 5", "there are attempts"),
        ("status", "a sign such as"),
        ("status >", "a value behind"),
        ("status is 5", "one of ="),
        ("status > much", "a number such as 500"),
        ("latency > 5x", "2s or 500ms"),
        ("status > 5s", "a number such as 500"),
        ("(failed", "`)` is expected"),
        ("failed failed", "`and` or `or` is expected"),
        ("failure in timeout", "`(` is expected"),
        ("failure in (timeout", "`)` is expected"),
        ('model = "gpt', "cannot be read from"),
        ("not " * (DEEPEST + 2) + "failed", "too many parentheses"),
        ("failed or " * 1000 + "failed", "longer than"),
    ],
)
def test_a_mistake_says_what_would_be_right(text: str, said: str) -> None:
    """What cannot be understood is told in one sentence."""
    with pytest.raises(Mistake, match=r".") as told:
        read_filter(text)
    assert said in str(told.value)


@settings(max_examples=60)
@given(name=st.sampled_from(NAMES), value=st.text(max_size=20))
def test_no_value_becomes_a_part_of_the_query(store: LiveStore, name: str, value: str) -> None:
    """Whatever a quoted value holds, the query runs or the filter is a mistake."""
    quoted = '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    try:
        where = read_filter(f"{name} = {quoted}")
    except Mistake:
        return
    assert len(store.newest(10, where)) <= 3


@settings(max_examples=60)
@given(st.lists(st.sampled_from([*NAMES, *WORDS, "and", "or", "not", "(", ")", "=", "~", "in", "5", "'x'", ";--"])))
def test_any_words_are_a_query_or_a_mistake(store: LiveStore, words: list[str]) -> None:
    """No arrangement of words makes SQL that the database refuses."""
    try:
        where = read_filter(" ".join(words))
    except Mistake:
        return
    store.newest(1, where)
