import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from made_batches import add, column, measure, passes, rate

from seatrial.core.batch import Batch
from seatrial.core.errors import Mistake
from seatrial.core.gate import parse_gate
from seatrial.core.metric import Metric, PairedMetric
from seatrial.metrics.catalogue import BUILT_IN_METRICS
from seatrial.metrics.check_metrics import slug
from seatrial.metrics.measurable import measurable
from seatrial.metrics.readings import by_slice, headline
from seatrial.metrics.rows import EXACT
from seatrial.metrics.slices import MINIMUM, compare_slices, worst_slices
from seatrial.metrics.table import find_metric

WORDS = st.lists(st.text("ppfnx", min_size=1, max_size=3), min_size=1, max_size=20)
VALUES = st.lists(st.lists(st.floats(0.001, 100), min_size=1, max_size=3), min_size=1, max_size=20)
NAMES = [info.name.replace("KIND", "timeout").replace("NAME", "c").replace("K", "2") for info in BUILT_IN_METRICS]
PAIRED = [name for name in NAMES if isinstance(find_metric(name), PairedMetric)]


def rich(words):
    """Every column that a run can have, from words of one letter an attempt."""
    batch = Batch()
    batch.currency = "USD"
    for number, word in enumerate(words):
        for i, letter in enumerate(word):
            answered = (
                {} if letter == "x" else {"latency": 1.0 + number, "first_token": 0.1, "waited": 0.0, "score": i / 3}
            )
            amounts = (
                {} if letter == "x" else {"tokens_in": 9.0, "tokens_out": number, "tokens_cached": 0.0, "cost": 0.01}
            )
            add(batch, f"c{number}", letter, {"language": "en" if number % 2 else "es"}, **answered, **amounts)
    return batch


@given(WORDS, st.sampled_from(NAMES))
def test_every_metric_gives_a_reading_that_holds_together(words, name):
    """Its own name, unit and direction; n of asked; low, value and high in order; a note where there is no value."""
    batch, metric = rich(words), find_metric(name)
    found = metric.measure(batch, 0.9)
    assert (found.name, found.direction, found.confidence) == (name, metric.direction, 0.9)
    if found.value is None:
        assert found.note
        assert (found.low, found.high, found.n) == (None, None, 0)
        return
    assert found.unit == ("USD" if metric.unit == "currency" else metric.unit)
    assert 1 <= found.clusters <= found.n <= found.asked <= len(batch)
    assert found.low is None or found.low <= found.value + 1e-12
    assert found.high is None or found.value <= found.high + 1e-12


@given(WORDS, st.sampled_from(PAIRED))
def test_values_of_cases_are_of_the_cases_that_were_measured(words, name):
    """As many as the Reading has clusters, by their names; their mean is the value where each has one row."""
    batch, metric = rich(words), find_metric(name)
    values, found = metric.per_case(batch), metric.measure(batch)
    assert len(values) == found.clusters
    assert values.keys() <= set(batch.cases.names)
    if found.value is not None and found.clusters == found.n:
        assert math.fsum(values.values()) / len(values) == pytest.approx(found.value)


RARE = st.lists(st.sampled_from("nnnnnnnnnxpf"), min_size=1, max_size=60)


@given(RARE)
def test_a_value_that_few_cases_have_is_theirs(letters):
    """However many cases before them have none: pairs, slices and comparisons go by the name."""
    batch = Batch()
    for number, letter in enumerate(letters):
        passes({f"c{number}": letter}, batch, language=letter)
    values = find_metric("pass_rate").per_case(batch)
    assert values == {f"c{i}": float(letter == "p") for i, letter in enumerate(letters) if letter in "pf"}


def test_a_check_on_the_last_cases_alone_has_its_slice():
    """A hundred cases that it does not apply to do not lend it theirs."""
    batch = passes({f"a{number}": "p" for number in range(100)}, language="en")
    for number in range(16):
        add(batch, f"b{number}", "p", {"language": "es" if number < 8 else "de"}, **{"check:rare": float(number >= 8)})
    (worst,) = worst_slices(batch, find_metric("checks.rare.pass_rate"))
    assert (worst.slice, worst.value, worst.n) == ((("language", "es"),), 0.0, 8)


@given(WORDS)
def test_rates_and_their_rests_fill_the_whole(words):
    """Judged, not judged and failed are all that was asked; passes are part of the judged."""
    batch = passes(words)
    judged = measure("pass_rate", batch)
    failed, silent = (measure(name, batch).value for name in ("failures.rate", "not_judged.rate"))
    assert judged.n + round((failed + silent) * len(batch)) == len(batch)
    assert judged.not_judged == round(silent * len(batch))


@given(VALUES)
def test_figures_of_one_column_are_in_order(cases):
    """Median, ninth tenth, 95th, 99th and the longest; the mean is no more than the longest; a total is the sum."""
    batch = column("latency", *cases)
    values = [measure(f"latency.{figure}", batch).value for figure in ("p50", "p90", "p95", "p99", "max")]
    assert values == sorted(values)
    assert measure("latency.mean", batch).value <= values[-1] * (1 + 1e-9)
    assert values[-1] == max(value for own in cases for value in own)


@given(VALUES, st.sampled_from([0.5, 2.0, 1000.0]), st.sampled_from(["mean", "p50", "p95", "max"]))
def test_another_unit_of_time_changes_nothing_but_the_figures(cases, factor, figure):
    """Value and interval are stretched alike."""
    one = measure(f"latency.{figure}", column("latency", *cases))
    other = measure(f"latency.{figure}", column("latency", *[[factor * value for value in own] for own in cases]))
    for end in ("value", "low", "high"):
        plain, stretched = getattr(one, end), getattr(other, end)
        assert stretched == (None if plain is None else pytest.approx(factor * plain, rel=1e-6, abs=1e-9))


COSTS = st.lists(st.sampled_from([None, 0.0, 0.25, 1.5]), min_size=1, max_size=6)


@given(COSTS, COSTS)
def test_a_total_is_exact_only_if_every_answer_has_its_amount(answered, failed):
    """A failure that cost something does not stand in for an answer whose cost is not known."""
    batch = Batch()
    batch.currency = "USD"
    for letter, costs in (("p", answered), ("x", failed)):
        for number, each in enumerate(costs):
            add(batch, f"{letter}{number}", letter, {}, **({} if each is None else {"cost": each}))
    known = [each for each in (*answered, *failed) if each is not None]
    assume(known)
    found, mean = measure("cost.total", batch), measure("cost.mean", batch)
    assert (found.value, found.n) == (math.fsum(known), len(known))
    assert (found.method == EXACT) is (None not in answered)
    assert ("is not known" in mean.note) is (None in answered)


@pytest.mark.parametrize(("name", "low"), [("cost.mean", 0.0), ("cost.per_1000", 0.0), ("tokens.total.mean", 30.0)])
def test_equal_amounts_are_certain(name, low):
    """A price of nothing is a price, and answers that all take the same have no spread."""
    batch = Batch()
    batch.currency = "USD"
    for number in range(3):
        add(batch, str(number), "p", {}, cost=0.0, tokens_in=10.0, tokens_out=20.0)
    found = measure(name, batch)
    assert (found.value, found.low, found.high, found.note) == (low, low, low, "")


def test_tokens_of_which_one_half_is_missing_have_no_sum():
    """Input without output is no total."""
    batch = column("tokens_in", [10.0])
    assert measure("tokens.input.total", batch).value == 10
    assert "endpoint did not say" in measure("tokens.total.mean", batch).note


@given(st.text(max_size=12))
def test_every_check_can_be_named_in_a_gate(name):
    """Whatever a check is called, its short name reads, and shortening it again changes nothing."""
    short = slug(name)
    assert parse_gate(f"checks.{short}.pass_rate >= 95%").metric == f"checks.{short}.pass_rate"
    assert slug(short) == short
    assert find_metric(f"checks.{short}.mean").name == f"checks.{short}.mean"


PARTS = st.sampled_from(
    ["pass_rate", "latency", "p95", "mean", "checks", "a", "failures", "rate", "cost", "total", "pass@", ""]
)


@given(st.lists(PARTS, min_size=1, max_size=4).map(".".join))
def test_a_metric_has_the_name_that_it_was_asked_by(name):
    """Nothing is dropped from a name to make it fit: `pass_rate.p95` is not the pass rate."""
    try:
        found = find_metric(name)
    except Mistake:
        return
    assert isinstance(found, Metric)
    assert found.name == name


@pytest.mark.parametrize(
    "name", ["pass@" + "9" * 5000, "pass@1001", "pass^0", "pass@-1", "pass@1.5", "pass@3.mean", "pass@"]
)
def test_a_number_of_repeats_lies_within_reason(name):
    """Neither none nor more than anyone asks, however many digits it is written with."""
    with pytest.raises(Mistake, match="1 to 1000 repeats"):
        find_metric(name)


@given(WORDS)
def test_slices_of_a_metric_cover_its_rows(words):
    """The passes of all languages are the passes of the run."""
    batch, metric = rich(words), find_metric("pass_rate")
    parts, whole = by_slice(batch, metric, ["language"]), metric.measure(batch)
    assert sum(each.n for each in parts) == whole.n
    assert sum(each.asked for each in parts) == len(batch)
    passed = sum(round((each.value or 0.0) * each.n) for each in parts)
    assert passed == round((whole.value or 0.0) * whole.n)


@settings(max_examples=30)
@given(WORDS)
def test_a_headline_has_only_what_was_measured(words):
    """Each Reading once, those that are asked always, and no value missing but theirs."""
    found = headline(rich(words))
    names = [each.name for each in found]
    assert names[:2] == ["pass_rate", "failures.rate"]
    assert len(set(names)) == len(names)
    assert all(each.value is not None for each in found[2:])
    assert {each.name for each in measurable(rich(words))} >= {each.name for each in found if each.value is not None}


GROUPS = st.dictionaries(
    st.sampled_from(["en", "es", "de"]), st.tuples(st.integers(0, 12), st.integers(1, 12)), min_size=1, max_size=3
)


@given(GROUPS)
def test_worst_slices_are_worse_than_their_rest(groups):
    """Every one lies below the others' rate, has enough cases, and p-values ascend and count all comparisons."""
    batch = Batch()
    for language, (right, wrong) in groups.items():
        passes({f"{language}{i}": "p" if i < right else "f" for i in range(right + wrong)}, batch, language=language)
    found = compare_slices(batch, find_metric("pass_rate"))
    assert found.compared <= len(groups)
    assert [each.p for each in found.worst] == sorted(each.p for each in found.worst)
    for each in found.worst:
        own = groups[dict(each.slice)["language"]]
        rest = [pair for language, pair in groups.items() if language != dict(each.slice)["language"]]
        assert each.n == sum(own) >= MINIMUM
        assert each.value < sum(right for right, _ in rest) / sum(map(sum, rest))
        assert 0 <= each.p <= 1


@pytest.mark.parametrize(("each", "compared"), [(MINIMUM - 1, 0), (MINIMUM, 4), (2 * MINIMUM, 8)])
def test_two_tags_together_need_twice_the_cases(each, compared):
    """A pair is compared with ten cases, a tag's value with five on either side."""
    batch = Batch()
    for language in ("en", "es"):
        for style in ("plain", "caps"):
            words = {f"{language}{style}{i}": "p" for i in range(each)}
            passes(words, batch, language=language, style=style)
    found = compare_slices(batch, find_metric("pass_rate"), minimum=2 * MINIMUM if compared == 0 else MINIMUM)
    assert found.compared == compared


@pytest.mark.parametrize(("values", "above"), [([1.0, 1.0, 1.0, 2.0], 1), ([1.0, 1.0], 0), ([1.0, 2.0, 3.0, 4.0], 2)])
def test_only_what_is_longer_than_the_median_lies_above_it(values, above):
    """Ties with it do not; a missing value lies neither above nor below."""
    batch = column("latency", *[[value] for value in [*values, math.nan]])
    cells = find_metric("latency.p50").above(batch)
    assert list(cells[:-1]).count(1.0) == above
    assert math.isnan(cells[-1])


def test_slices_can_be_of_chosen_tags_and_few():
    """Tags that are not named are not compared, and a tag that nobody carries compares nothing."""
    batch = rate(10, 20, language="en", style="plain")
    passes({f"x{i}": "p" for i in range(20)}, batch, language="es", style="caps")
    metric = find_metric("pass_rate")
    assert [each.slice for each in worst_slices(batch, metric, tags=["style"])] == [(("style", "plain"),)]
    assert worst_slices(batch, metric, tags=["nobody"]) == worst_slices(batch, metric, most=0) == []


def test_a_slice_of_costs_says_the_rest_without_a_currency_of_its_own():
    """Dear answers in Spanish stand first, in the money of the run."""
    batch = Batch()
    batch.currency = "NOK"
    for number in range(24):
        add(batch, str(number), "p", {"language": "es" if number % 2 else "en"}, cost=2.0 if number % 2 else 0.5)
    (worst,) = worst_slices(batch, find_metric("cost.mean"))
    assert (worst.slice, worst.unit, worst.value) == ((("language", "es"),), "NOK", 2.0)
    assert worst.note.startswith("the rest has 0.5;")
