import json
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_batches import RUN, add, measure, passes, rate

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.metrics.baseline import Baseline

PATH = "seatrial-baseline.json"


def rich():
    batch = passes({"b": "ppf", "a/1": "pnx"}, suite="behaviour")
    batch.currency = "USD"
    add(batch, "c", "p", {"suite": "other"}, latency=1.23456789, cost=0.001, score=0.5, **{"check:x": 1.0})
    return batch


def encoded():
    return Baseline.of(RUN, rich()).encode()


def test_what_is_written_is_read_back():
    """Nothing is lost on the way, and the same run gives the same bytes."""
    baseline = Baseline.of(RUN, rich())
    assert Baseline.decode(baseline.encode(), PATH) == baseline
    assert encoded() == encoded()


def test_a_case_is_one_line_sorted_by_suite_and_id():
    """Git shows a changed case as a changed line."""
    lines = [line for line in encoded().decode().splitlines() if '"case":' in line]
    cases = [json.loads(line.strip().rstrip(",")) for line in lines]
    assert [(each["suite"], each["case"]) for each in cases] == [
        ("behaviour", "a/1"),
        ("behaviour", "b"),
        ("other", "c"),
    ]
    assert cases[0]["failures"] == {"timeout": 1}
    assert cases[2]["means"]["latency"] == 1.23457


def test_the_order_of_a_run_does_not_matter():
    """A run with other timing of its answers blesses the same cases."""
    one = passes({"a": "pf", "b": "p"})
    other = passes({"b": "p", "a": "fp"})
    assert Baseline.of(RUN, one).cases == Baseline.of(RUN, other).cases


@pytest.mark.parametrize(
    "name",
    ["pass_rate", "failures.rate", "failures.timeout", "not_judged.rate", "flaky.rate", "pass@2", "retries.rate"],
)
def test_its_rows_measure_what_the_run_measured(name):
    """Rates come out of a baseline as they went in."""
    batch = passes(["ppf", "pnx", "xx", "f", "pp"], suite="s")
    again = Baseline.decode(Baseline.of(RUN, batch).encode(), PATH).as_batch()
    one, other = measure(name, batch), measure(name, again)
    assert (other.value, other.n, other.clusters) == (pytest.approx(one.value, rel=1e-5), one.n, one.clusters)


@settings(max_examples=50)
@given(st.dictionaries(st.text("ab/é\n ", min_size=1, max_size=4), st.text("pfnx", min_size=1, max_size=5), max_size=8))
def test_any_run_survives_the_file(words):
    """Every case keeps its pass rate, whatever its id."""
    batch = passes(words)
    again = Baseline.decode(Baseline.of(RUN, batch).encode(), PATH).as_batch()
    assert sorted(again.cases.names) == sorted(batch.cases.names)
    assert measure("pass_rate", again).value == measure("pass_rate", batch).value


def test_readings_are_of_the_whole_and_of_each_suite():
    """An unpaired comparison needs them."""
    slices = {reading.slice for reading in Baseline.of(RUN, rich()).readings if reading.name == "pass_rate"}
    assert slices == {(), (("suite", "behaviour"),), (("suite", "other"),)}


def broken(old, new):
    data = encoded().decode()
    assert old in data
    return data.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "1: this baseline is not JSON"),
        (b"\x80\x81", "1: this is no baseline"),
        (b"[]", "it has no `format`"),
        (b'{"format": 3}', "it has no `format`"),
        (b'{"format": "seatrial-report/1"}', "it has no `format`"),
        (b'{"format": "seatrial-baseline/2"}', "`seatrial-baseline/2`, this seatrial reads `seatrial-baseline/1`"),
        (b'{"format": "seatrial-baseline/1"}', "missing required field"),
        (b"[" * 100_000, "this is no baseline"),
    ],
)
def test_what_is_no_baseline_is_a_mistake(data, says):
    """One sentence with the file, what is wrong, and how to mend it."""
    with pytest.raises(Mistake) as found:
        Baseline.decode(data, PATH)
    assert str(found.value).startswith(PATH)
    assert says in str(found.value)


def test_a_merge_conflict_is_named_by_its_line():
    """The usual way in which a file in git breaks."""
    data = broken('  "cases": [', '<<<<<<< HEAD\n  "cases": [')
    line = data.split(b"<<<<<<<")[0].count(b"\n") + 1
    with pytest.raises(Mistake) as found:
        Baseline.decode(data, PATH)
    assert found.value.line == line


@pytest.mark.parametrize(
    ("old", "new"), [('"judged":3', '"judged":"3"'), ('"judged":3', '"judged":1'), ('"b","asked":3', '"b","asked":-3')]
)
def test_a_case_that_cannot_be_is_named_by_its_line(old, new):
    """Edited by hand into nonsense: the line of the case is in the sentence."""
    data = broken(old, new)
    line = next(number for number, text in enumerate(data.splitlines(), 1) if b'"case":"b"' in text)
    with pytest.raises(Mistake) as found:
        Baseline.decode(data, PATH)
    assert found.value.line == line


def test_a_baseline_of_endless_attempts_is_refused():
    """A small file must not make a Batch that fills the memory."""
    data = broken('"b","asked":3', '"b","asked":999999999999')
    with pytest.raises(Mistake, match="more than 5,000,000 attempts"):
        Baseline.decode(data, PATH)


@settings(max_examples=100)
@given(st.data())
def test_a_damaged_file_is_a_mistake_or_still_a_baseline(data):
    """Any byte may be lost or changed."""
    whole = encoded()
    at = data.draw(st.integers(0, len(whole) - 1))
    with_damage = whole[:at] + data.draw(st.binary(max_size=2)) + whole[at + 1 :]
    try:
        assert isinstance(Baseline.decode(with_damage, PATH).as_batch(), Batch)
    except Mistake as mistake:
        assert mistake.path == PATH  # noqa: PT017  (either end is right)


def test_numbers_that_are_none_are_left_out():
    """NaN is no JSON: a case without a latency has no mean of it."""
    means = [case.means for case in Baseline.of(RUN, rate(1, 1)).cases]
    assert all(math.isfinite(value) for each in means for value in each.values())
    assert "latency" not in means[0]
