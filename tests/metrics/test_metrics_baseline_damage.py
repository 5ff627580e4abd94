import json
import math

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_batches import RUN, add, column, judge, measure, passes

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.interaction import FailureKind
from seatrial.metrics.baseline import MOST_BYTES, Baseline
from seatrial.metrics.baseline_cases import rounded

PATH = "seatrial-baseline.json"
WORDS = st.dictionaries(
    st.text("ab/ é\n", min_size=1, max_size=3), st.text("ppfnx", min_size=1, max_size=4), max_size=6
)


def text():
    """A baseline of two cases, as its file has it."""
    return Baseline.of(RUN, passes({"a": "ppx", "b": "pf"}, suite="s")).encode().decode()


def read(data):
    return Baseline.decode(data if isinstance(data, bytes) else data.encode(), PATH)


def refused(data):
    with pytest.raises(Mistake) as found:
        read(data)
    assert found.value.path == PATH
    assert "`seatrial bless RUN`" in found.value.what
    return found.value


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + text().encode(),
        text().encode("utf-16"),
        text().encode("utf-32-le"),
        text().replace('"at": 1', '"at": NaN').encode(),
        text().replace('"at": 1', '"at": Infinity').encode(),
        text().replace('"abc"', r'"\ud800"').encode(),
        text().replace('"abc"', '"\xe9"').encode("latin-1"),
        text().replace('"at": 1', '"at": 1e400').encode(),
        text().replace('"at": 1', '"at": "1"').encode(),
        text().encode() + b"}",
    ],
    ids=["BOM", "UTF-16", "UTF-32", "NaN", "Infinity", "half a pair", "Latin-1", "1e400", "a text", "one brace more"],
)
def test_what_another_program_made_of_the_file_is_a_mistake(data):
    """Editors and scripts write what one JSON reader takes and another does not; it is told in a sentence."""
    refused(data)


def case_line(name):
    return next(number for number, line in enumerate(text().splitlines(), 1) if f'"case":"{name}"' in line)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"timeout":1', '"tiemout":1'),
        ('"timeout":1', '"timeout":2'),
        ('"timeout":1', '"timeout":-1'),
        ('"timeout":1', '"timeout":1.5'),
        ('"asked":3', '"asked":2'),
        ('"judged":2', '"judged":3'),
        ('"passed":2', '"passed":3'),
        ('"failed":1', '"failed":-1'),
        ('"case":"a"', '"case":7'),
        ('"turns":0.666667', '"turns":"many"'),
    ],
)
def test_numbers_that_cannot_be_are_named_by_their_line(old, new):
    """Edited by hand: counts that do not add up, kinds of failure that there are not, texts for numbers."""
    assert text().count(old) >= 1
    assert refused(text().replace(old, new, 1)).line == case_line("a")


def test_a_reading_that_cannot_be_is_named_by_its_line():
    """Readings stand one a line, too."""
    broken = text().replace('"direction":"down"', '"direction":"sideways"', 1)
    line = next(number for number, each in enumerate(broken.splitlines(), 1) if "sideways" in each)
    assert refused(broken).line == line


def test_a_file_that_is_too_large_is_not_read():
    """Its size is looked at first."""
    assert "more than 256 MB" in refused(bytes(MOST_BYTES + 1)).what


def test_unknown_keys_of_the_same_format_are_let_be():
    """A later version may say more without misleading this one."""
    more = text().replace('  "at": 1,', '  "at": 1,\n  "mood": "calm",').replace('"case":"a"', '"case":"a","hue":3')
    assert read(more).cases == read(text()).cases


@settings(max_examples=150)
@given(st.data())
def test_no_change_of_a_value_breaks_the_reader(data):
    """Any value in the file replaced by any other: a sentence, or a baseline that still makes rows."""
    tree = json.loads(text())
    part = data.draw(st.sampled_from([tree, tree["cases"][0], tree["readings"][0], tree["cases"][0]["failures"]]))
    key = data.draw(st.sampled_from(sorted(part)))
    values = st.one_of(
        st.none(), st.booleans(), st.integers(-3, 1000), st.just(10**9), st.floats(), st.text(max_size=3), st.just([])
    )
    part[key] = data.draw(values)
    try:
        found = read(json.dumps(tree))
    except Mistake as mistake:
        assert mistake.path == PATH  # noqa: PT017  (either end is right)
        return
    assert len(found.as_batch()) == sum(each.asked for each in found.cases)


@given(WORDS)
def test_a_baseline_of_a_baseline_is_the_same(words):
    """Its rows say what it knows: blessed again, they give the same cases and readings."""
    first = Baseline.of(RUN, passes(words, suite="s"))
    again = Baseline.of(RUN, read(first.encode()).as_batch())
    assert again.cases == first.cases
    assert {each.name: each.value for each in again.readings} == {
        each.name: pytest.approx(each.value, rel=1e-5) for each in first.readings
    }


@given(WORDS)
def test_a_baseline_is_text_for_git(words):
    """Lines of UTF-8 that end with one newline, one case a line, no carriage return, the same bytes each time."""
    made = Baseline.of(RUN, passes(words))
    data = made.encode()
    assert data.endswith(b"}\n")
    assert b"\r" not in data
    assert data.count(b'"case":') == len(words) == sum(b'"case":' in line for line in data.splitlines())
    assert read(data).encode() == data


def test_a_changed_case_is_one_changed_line():
    """What did not change is the same to the letter, but for the readings over all."""
    one, other = (
        Baseline.of(RUN, passes({"a": "p", "b": word, "c": "p"})).encode().splitlines() for word in ("p", "f")
    )
    changed = [old for old, new in zip(one, other, strict=True) if old != new and b'"case"' in old]
    assert [json.loads(line.rstrip(b","))["case"] for line in changed] == ["b"]


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_rounding_keeps_six_figures_and_is_done_once(value):
    """Rounded again it stays, and it never moves by more than a millionth."""
    assert rounded(rounded(value)) == rounded(value)
    assert rounded(value) == pytest.approx(value, rel=1e-5, abs=5e-324)


def test_what_is_not_a_number_is_not_in_the_file():
    """A case of which some repeats have a latency has the mean of these."""
    found = Baseline.of(RUN, column("latency", [1.0, math.nan, 2.0], [math.nan])).cases
    assert [each.means.get("latency") for each in found] == [1.5, None]


def test_every_kind_of_failure_goes_in_and_out():
    """No kind that a run can have is one that a baseline cannot."""
    batch = Batch()
    for kind in FailureKind:
        batch.add_row("a", {"failed": 1.0}, {}, kind)
    again = read(Baseline.of(RUN, batch).encode()).as_batch()
    assert set(again.failures.names) == set(FailureKind)
    assert measure("failures.rate", again).value == 1.0


def test_a_check_with_a_name_of_signs_can_be_blessed():
    """Its short name is one underscore, which a gate can write."""
    batch = Batch()
    for number in range(80):
        add(batch, str(number), "p", {}, **{"check:<=>": 1.0})
    names = [each.name for each in read(Baseline.of(RUN, batch).encode()).readings]
    assert "checks._.pass_rate" in names
    assert judge("checks._.pass_rate >= 90%", batch, batch).outcome == "met"


def test_the_head_says_where_it_comes_from():
    """Run, time, file, plan and currency of the run, each on a line of its own."""
    batch = column("cost", [0.1], currency="NOK")
    run = msgspec.structs.replace(RUN, id="r1", at=17, file="a b.yaml", plan="p1")
    made = read(Baseline.of(run, batch).encode())
    assert (made.run, made.at, made.file, made.plan, made.currency) == ("r1", 17, "a b.yaml", "p1", "NOK")
    assert b'\n  "file": "a b.yaml",\n' in made.encode()
    assert made.as_batch().currency == "NOK"
