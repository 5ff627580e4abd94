"""Time-outs and retries from a suite file."""

import pytest

from seatrial.core.errors import Mistake
from seatrial.targets.options import Options, Retries, Timeouts, options_from


def test_defaults_hold_where_nothing_is_said():
    """An empty mapping gives the defaults of the documentation."""
    assert options_from({}) == Options(Timeouts(10, 60, 30, 120), Retries(4, 0.5, 20, 600), 16 * 1024 * 1024)


def test_values_may_be_numbers_or_durations():
    """`5` and `500ms` both are seconds."""
    options = options_from({"timeouts": {"connect": "500ms", "total": 5}, "retries": {"patience": "2m"}})
    assert (options.timeouts.connect, options.timeouts.total, options.retries.patience) == (0.5, 5, 120)


def test_retries_may_be_a_number():
    """`retries: 2` means attempts."""
    assert options_from({"retries": 2}).retries == Retries(attempts=2)


@pytest.mark.parametrize(
    ("settings", "key"),
    [
        ({"timeouts": {"conect": 1}}, "timeouts"),
        ({"timeouts": {"connect": "soon"}}, "timeouts"),
        ({"timeouts": 5}, "timeouts"),
        ({"timeouts": {"total": 0}}, "timeouts.total"),
        ({"timeouts": {"total": -1}}, "timeouts.total"),
        ({"timeouts": {"total": float("nan")}}, "timeouts.total"),
        ({"retries": {"attempts": 0}}, "retries.attempts"),
        ({"retries": {"attempts": "many"}}, "retries"),
        ({"retries": {"base": -1}}, "retries.base"),
        ({"max_bytes": 0}, "max_bytes"),
        ({"max_bytes": "big"}, "max_bytes"),
    ],
)
def test_what_cannot_work_is_a_mistake_at_its_key(settings, key):
    """The message names the key path."""
    with pytest.raises(Mistake) as caught:
        options_from(settings)
    assert caught.value.key == key


def test_an_unknown_key_comes_with_the_known_ones():
    """The message lists what is allowed."""
    with pytest.raises(Mistake, match="first_byte"):
        options_from({"timeouts": {"first": 1}})


def test_zero_patience_is_allowed():
    """Waits of zero mean: do not wait."""
    assert options_from({"retries": {"base": 0, "cap": 0, "patience": 0}}).retries.patience == 0
