"""The grammar of limits: what it takes, what it refuses, and that a limit means what it says."""

import operator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.limits import SECONDS, SHARE, TOKENS, limit_in, parse_limit, parse_line
from seatrial.checks.table import build_check
from seatrial.checks.timing import timed
from seatrial.core.errors import Mistake
from seatrial.core.interaction import Money, Usage

OPERATORS = {
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
    "==": operator.eq,
    "=": operator.eq,
}
SIGNS = st.sampled_from(list(OPERATORS))
SPACE = st.sampled_from(["", " ", "  ", "\t"])


@given(SPACE, SIGNS, SPACE, st.integers(0, 10**9), SPACE, st.sampled_from(["", "s", "ms", "%", "USD", "tokens"]), SPACE)
def test_spaces_do_not_matter(before, sign, middle, number, between, unit, after):
    """Operator, number and unit are read alike with any white space, and with marks between thousands."""
    for shown in (f"{number}", f"{number:,}", f"{number:_}", f"+{number}", f"{number}.0"):
        limit = parse_limit(f"{before}{sign}{middle}{shown}{between}{unit}{after}")
        assert limit == ("==" if sign == "=" else sign, number, unit)


@given(SIGNS, st.integers(-50, 50), st.integers(-50, 50))
def test_a_limit_holds_as_python_compares(sign, bound, value):
    """Whole numbers are compared as by the operator itself."""
    assert parse_limit(f"{sign} {bound}").holds(value) is OPERATORS[sign](value, bound)


@given(st.floats(0.001, 1e9), st.sampled_from([1 + 1e-15, 1 - 1e-15, 1.0]))
def test_the_errors_of_floating_point_do_not_count(bound, error):
    """A value that differs in the last bits lies on the limit."""
    limits = {sign: parse_limit(f"{sign} 1")._replace(bound=bound) for sign in OPERATORS}
    held = {sign for sign, limit in limits.items() if limit.holds(bound * error)}
    assert held == {"<=", ">=", "==", "="}


@pytest.mark.parametrize(
    "text",
    ["", "3", "< = 3", "=< 3", "<> 3", "≤ 3", "<= ", "<= s", "<= 1e3", "<= 1,00", "<= 1,000,00", "<= 3.", "<= 3 s s",
     "<= 3µs", "<= 0x10", "<= nan", "<= inf", "<= --3", "<= 3 <= 4", "<= 1__000", "<= " + "9" * 300],
)  # fmt: skip
def test_what_is_no_limit(text):
    """Near misses are refused with an example, in a sentence that does not grow with them."""
    with pytest.raises(Mistake, match="is no limit; write") as caught:
        parse_limit(text)
    assert len(str(caught.value)) < 300


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("latency <= 3s", ("latency", None, "<= 3s")),
        ("tokens.output<=3", ("tokens", "output", "<=3")),
        (" edit-similarity  >= .8 ", ("edit-similarity", None, ">= .8")),
        ("latency <= 3s\n", ("latency", None, "<= 3s")),
        ("x == y", ("x", None, "== y")),
        ("x > = 3", ("x", None, "> = 3")),
        ("f1 0.8", None),
        ("<= 3", None),
        ("a.b.c <= 3", None),
        ("1a <= 3", None),
        ("a b <= 3", None),
        ("a. <= 3", None),
        ("a <= 3\nb <= 4", None),
        ("a <= " + "3" * 200, None),
    ],
)
def test_the_parts_of_a_line(text, parts):
    """A line is a name, perhaps a part, and a limit; anything else is left to be a name."""
    assert parse_line(text) == parts


@pytest.mark.parametrize(
    ("text", "units", "bound"),
    [
        ("<= 1500ms", SECONDS, 1.5),
        ("<= 1.5 s", SECONDS, 1.5),
        ("<= 2m", SECONDS, 120),
        ("<= 0.5 min", SECONDS, 30),
        (">= 80%", SHARE, 0.8),
        (">= 0.8", SHARE, 0.8),
        ("<= 1 token", TOKENS, 1),
        ("<= 1,500 tokens", TOKENS, 1500),
    ],
)
def test_units_become_one(text, units, bound):
    """The bound comes back in the unit that is measured."""
    assert limit_in(text, units).bound == pytest.approx(bound)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("latency <= 3", "a unit is missing in `<= 3`; known are `ms`, `s`, `m`, `min`"),
        ("latency <= 3 S", "the unit `S` is not known here"),
        ("latency <= 3 h", "the unit `h` is not known here"),
        ("first_token <= 3 tokens", "the unit `tokens` is not known here"),
        ("tokens <= 3s", "the unit `s` is not known here"),
        ("tokens <= 3%", "the unit `%` is not known here"),
        ("f1 >= 0.8 USD", "the unit `USD` is not known here"),
        ("length <= 3 lines", "the unit `lines` is not known here"),
        ("cost <= 1", "names no currency"),
        ("cost <= 1 usd", "names no currency"),
        ("cost <= 1 %", "names no currency"),
        ("contains <= 3", "measures nothing that can be compared; measuring checks are"),
        ("latency.output <= 3s", "has no argument `of`"),
        ("latenci <= 3s", "did you mean `latency`?"),
        ("f1 >= -0.1", "a share from 0 to 1"),
        ("f1 >= 101%", "a share from 0 to 1"),
    ],
)
def test_limits_that_do_not_belong(line, said):
    """A foreign unit, a missing one and a check without a measure are refused, each with the way out."""
    with pytest.raises(Mistake) as caught:
        build_check(line)
    assert said in str(caught.value)


LINES = ["latency <= {} s", "first_token <= {} s", "tokens <= {}", "tokens.input <= {}", "tokens.output <= {}"]


@given(st.sampled_from(LINES), st.integers(0, 30), st.integers(1, 20), st.integers(0, 10))
@settings(max_examples=60)
def test_every_measure_is_held_to_its_own_limit(line, bound, one, other):
    """The value is what the name says, and passing follows from value and limit alone."""
    facts = {"timing": timed(one + other, one), "usage": Usage(input=one, output=other)}
    measures = [one + other, one, one + other, one, other]
    score = build_check(line.format(bound)).judge(evidence_of("Yes.", **facts))
    value = measures[LINES.index(line)]
    assert (score.passed, score.value) == (value <= bound, pytest.approx(value))
    assert score.unit == ("s" if "latency" in line or "first" in line else "tokens")


@given(st.integers(0, 10**12), st.sampled_from(["EUR", "USD", "JPY"]), st.sampled_from(["EUR", "USD"]))
def test_money_is_compared_within_one_currency(nanos, paid, limit):
    """Amounts of another currency are not judged, whatever they are."""
    score = build_check(f"cost <= 10 {limit}").judge(evidence_of("Yes.", cost=Money(nanos, paid)))
    assert score.passed is ((nanos <= 10 * 10**9) if paid == limit else None)


def test_a_line_and_a_mapping_are_the_same_check():
    """Both forms build equal checks, so that a report does not tell them apart."""
    for line, mapping in [
        ("tokens.output <= 3", {"tokens": {"limit": "<= 3", "of": "output"}}),
        ("f1 >= 1", {"f1": ">= 1"}),
    ]:
        assert build_check(line) == build_check(mapping)
    assert judge_text("length <= 4 words\n", "one two three").passed is True
