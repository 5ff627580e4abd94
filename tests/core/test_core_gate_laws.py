import math

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.core.errors import Mistake
from seatrial.core.gate import Gate, parse_gate

UNITS = {
    "": (1.0, ""),
    "%": (0.01, "rate"),
    "ms": (0.001, "s"),
    "s": (1.0, "s"),
    "m": (60.0, "s"),
    "min": (60.0, "s"),
    "h": (3600.0, "s"),
    "tokens": (1.0, "tokens"),
    "cases": (1.0, "cases"),
    "turns": (1.0, "turns"),
    "USD": (1.0, "USD"),
    "XAU": (1.0, "XAU"),
}
OPERATORS = (">=", "<=", ">", "<", "==")
NAMES = st.from_regex(r"[A-Za-z_][A-Za-z0-9_-]{0,6}([.:@^][A-Za-z0-9_-]{1,5}){0,3}", fullmatch=True)
TAGS = st.from_regex(r"[A-Za-z0-9_-]{1,8}", fullmatch=True)
VALUES = st.text("ab é\t%=.<>()", max_size=8)
GAPS = st.sampled_from(["", " ", "  ", "\t", " \n "])


class Parts(msgspec.Struct, frozen=True):
    """What a gate line is made of."""

    metric: str
    op: str
    number: str
    unit: str
    regression: bool = False
    every: str | None = None
    where: tuple[str, str] | None = None

    @property
    def gate(self):
        """The gate that the parts mean."""
        factor, unit = UNITS[self.unit]
        limit = float(self.number.replace(",", "").replace("_", "")) * factor
        compare = "regression" if self.regression else None
        return Gate("", self.metric, self.op, limit, unit, compare, self.every, self.where)

    def line(self, gap=" "):
        """The line, with this between all parts that need nothing between them."""
        metric = f"regression({gap}{self.metric}{gap})" if self.regression else self.metric
        line = f"{gap}{metric}{gap}{self.op}{gap}{self.number}{gap}{self.unit}"
        if self.every is not None:
            line += f" {gap}in {gap}every {gap}{self.every}"
        if self.where is not None:
            line += f' {gap}where {gap}{self.where[0]}{gap}={gap}"{self.where[1]}"'
        return line + gap


NUMBERS = st.one_of(
    st.integers(-9999, 9999).map(str),
    st.decimals(-999, 999, places=3).map(str),
    st.sampled_from(["+5", ".25", "-.5", "1,000", "12_000.5", "1,234,567", "0", "-0", "007"]),
)
SCOPES = st.sampled_from(["", "every", "where"])


@st.composite
def parts(draw):
    scope, tag = draw(SCOPES), draw(TAGS)
    return Parts(
        draw(NAMES),
        draw(st.sampled_from(OPERATORS)),
        draw(NUMBERS),
        draw(st.sampled_from(sorted(UNITS))),
        draw(st.booleans()),
        tag if scope == "every" else None,
        (tag, draw(VALUES)) if scope == "where" else None,
    )


def meaning(gate):
    """All of a gate but its text, with a limit that forgives the last digit."""
    return msgspec.structs.replace(gate, text="", limit=float(f"{gate.limit:.12g}"))


@given(parts(), GAPS)
def test_every_gate_that_can_be_written_is_read_as_it_is_meant(made, gap):
    """Whatever the metric, limit, unit and scope, and however much room is between them."""
    assert meaning(parse_gate(made.line(gap))) == meaning(made.gate)


@given(parts(), GAPS)
def test_the_text_of_a_gate_means_the_same_gate(made, gap):
    """Reports show it and people copy it: reading it again changes nothing, the text included."""
    gate = parse_gate(made.line(gap))
    assert parse_gate(gate.text) == gate
    assert gate.text == gate.text.strip()


@given(parts())
def test_a_gate_survives_json(made):
    """A verdict is kept with its gates, and none of them has a limit that JSON cannot hold."""
    gate = parse_gate(made.line())
    assert msgspec.json.decode(msgspec.json.encode(gate), type=Gate) == gate


PIECES = [
    *("behaviour", "pass_rate", "latency.p95", "pass@3", "regression(", ")", "(", ".", "..", ":", "@", "^", "-", "_"),
    *OPERATORS,
    *("=", "=>", "!=", "95", "0.5", "-2", ".5", "1,000", "1_0", "٣", "²", "1e9", "inf", "nan", "9" * 80),
    *(" ", "  ", "\n", "\t", "\x1f", "\u00a0", "\u2028", "\x00", "\ud800", "é"),
    *("%", "ms", "USD", "usd", "tokens", "in", "every", " in every ", " where ", "language", '"', '""', "=", "'"),
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_any_pieces_of_gates_are_a_gate_or_a_mistake(line):
    """What is read has a finite limit, and its text means the same again; all else is a sentence."""
    try:
        gate = parse_gate(line)
    except Mistake as mistake:
        assert mistake.what  # noqa: PT017  (either end is right)
        return
    assert math.isfinite(gate.limit)
    assert parse_gate(gate.text) == gate


@given(parts(), st.data())
def test_a_slip_of_the_finger_is_a_gate_or_a_mistake(made, data):
    """One character more, less or other than in a right line."""
    line = made.line()
    at = data.draw(st.integers(0, len(line)))
    typed = line[:at] + data.draw(st.text(max_size=2)) + line[at + data.draw(st.integers(0, 2)) :]
    try:
        assert isinstance(parse_gate(typed), Gate)
    except Mistake as mistake:
        assert mistake.exit_code == 2  # noqa: PT017  (either end is right)


@pytest.mark.parametrize(
    "line",
    [
        "a" + "@" * 490 + "!",
        "a" + "^@" * 240 + " >= 1!",
        "a" + ".a" * 240 + "!",
        "a" + "-" * 480 + "!",
        " " * 499,
        "a >= 1" + " " * 490 + "!",
        "a >= " + "1,000" * 90 + "!",
        "a >= 1 where b = " + '"' * 400,
        "regression(" * 40,
        "regression(" + " " * 400 + "a",
    ],
)
def test_no_line_takes_the_parser_long(line):
    """A line that could be cut into parts in endlessly many ways is refused before the reader grows old."""
    with pytest.raises(Mistake):
        parse_gate(line)


def test_a_line_of_five_hundred_characters_is_the_longest():
    """Room counts, too; one more is refused with its length."""
    line = "pass_rate >= 95%"
    assert parse_gate(line.ljust(500)).text == line
    with pytest.raises(Mistake, match="501 characters"):
        parse_gate(line.ljust(501))


@pytest.mark.parametrize("number", ["9" * 400, "-" + "9" * 400, "9" * 308 + "h", "1" + "0" * 307 + " min"])
def test_a_limit_beyond_all_numbers_is_a_mistake(number):
    """Infinity is no limit: a report could not be written with it."""
    with pytest.raises(Mistake, match="too large"):
        parse_gate(f"latency.max <= {number}")


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ("es", "es"),
        ('"late  ferry"', "late  ferry"),
        ('" es "', " es "),
        ('"a\tb"', "a\tb"),
        ('""', ""),
        ('"in every language"', "in every language"),
        ("a=b", "a=b"),
        ("95%", "95%"),
        ("'es'", "'es'"),
    ],
)
def test_the_value_of_a_tag_is_read_to_the_letter(value, read):
    """Quotes keep the room inside, which is part of the value, in the gate's text as well."""
    gate = parse_gate(f"pass_rate  >= 85%  where  use = {value} ")
    assert gate.where == ("use", read)
    assert gate.text == f"pass_rate >= 85% where use = {value}"


@pytest.mark.parametrize(
    "scope",
    [
        "in every",
        "in every a b",
        "in  language",
        "every language",
        "where language",
        "where language =",
        "where language == es",
        "where language = late ferry",
        'where language = "es',
        'where language = es"',
        "in every language where style = caps",
        "where style = caps in every language",
        "when language = es",
    ],
)
def test_half_a_scope_is_a_mistake(scope):
    """It must not be read as a gate over everything; the sentence repeats the line and shows a right one."""
    with pytest.raises(Mistake) as found:
        parse_gate(f"pass_rate >= 85% {scope}")
    assert scope in found.value.what
    assert "write e.g. `behaviour.pass_rate >= 95% in every language`" in found.value.what


@pytest.mark.parametrize("unit", ["S", "MS", "Usd", "US", "USDT", "percent", "sec", "hours", "token"])
def test_an_unknown_unit_is_named_with_the_known_ones(unit):
    """A unit is never dropped: 2 hours are not 2."""
    with pytest.raises(Mistake, match=f"the unit `{unit}`") as found:
        parse_gate(f"latency.p95 <= 2 {unit}")
    assert "%, ms, s, m, min, h, cases, tokens, turns, USD" in found.value.what


@pytest.mark.parametrize(
    "number", ["1,00", "1,0000", ",5", "5.", "1..2", "1_0", "1 000", "--5", "1e3", "0x10", "½", "²"]
)
def test_a_number_in_another_notation_is_a_mistake(number):
    """It is not read as the part of it that would fit."""
    with pytest.raises(Mistake):
        parse_gate(f"tokens.total.mean <= {number}")


@pytest.mark.parametrize(
    "line",
    [
        "regression() >= 1%",
        "regression(pass_rate >= 1%",
        "regression(regression(x)) >= 1%",
        "regression (x) >= 1%",
        "(pass_rate) >= 1%",
        ".pass_rate >= 1%",
        "a..b >= 1%",
        "a. >= 1%",
        "-pass >= 1%",
        "-a >= 1%",
        "pass rate >= 95%",
        "95% <= pass_rate",
        "pass_rate >= 95% # comment",
        "pass_rate >= 95%; pass_rate >= 96%",
        "80% <= pass_rate <= 90%",
    ],
)
def test_what_only_looks_like_a_gate_is_a_mistake(line):
    """A person may write it; nothing of it is guessed."""
    with pytest.raises(Mistake, match="is no gate"):
        parse_gate(line)


LIMITS = st.floats(-10, 10).map(lambda value: round(value, 1))


@given(LIMITS, LIMITS)
def test_a_limit_and_its_opposite_never_agree(value, limit):
    """`>=` holds where `<` does not, `<=` where `>` does not, `==` where both `>=` and `<=` do."""
    holds = {op: Gate("x", "x", op, limit).holds(value) for op in OPERATORS}
    assert holds[">="] is not holds["<"]
    assert holds["<="] is not holds[">"]
    assert holds["=="] is (holds[">="] and holds["<="])


@given(LIMITS, LIMITS, st.floats(0, 5))
def test_what_is_right_stays_right_further_on(value, limit, more):
    """More never breaks a lower limit, less never an upper one."""
    for op, further in ((">=", value + more), (">", value + more), ("<=", value - more), ("<", value - more)):
        gate = Gate("x", "x", op, limit)
        assert gate.holds(further) or not gate.holds(value)


def test_a_suite_may_begin_with_a_digit():
    """Systems are called `6b_finetuning`; a gate on them is one like others."""
    assert parse_gate("6b_finetuning.failures.rate <= 1%").metric == "6b_finetuning.failures.rate"
