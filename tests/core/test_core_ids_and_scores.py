import re
import time
import uuid

import pytest

from seatrial.core.ids import new_id
from seatrial.core.score import Score, combined

PASSED, FAILED, UNJUDGED = Score("a", True), Score("b", False), Score.not_judged("c", "no judge")


def test_an_id_is_a_uuid_of_version_7():
    """RFC 9562: version and variant bits, and the milliseconds of now in front."""
    before, found, after = time.time_ns() // 1_000_000, new_id(), time.time_ns() // 1_000_000
    parsed = uuid.UUID(found)
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", found)
    assert (parsed.version, parsed.variant) == (7, uuid.RFC_4122)
    assert before <= parsed.int >> 80 <= after


def test_ids_differ_and_sort_by_time():
    """Many in one millisecond are all different; later ones sort after earlier ones."""
    many = {new_id() for _ in range(5_000)}
    assert len(many) == 5_000
    early = new_id()
    time.sleep(0.003)
    assert new_id() > early


@pytest.mark.parametrize(
    ("scores", "passed"),
    [
        ((PASSED, PASSED), True),
        ((PASSED, FAILED), False),
        ((UNJUDGED, FAILED), False),
        ((PASSED, UNJUDGED), None),
        ((), None),
    ],
)
def test_scores_together_pass_only_if_all_pass(scores, passed):
    """A failed one fails all; else one that could not be judged leaves it open, and so does having none."""
    assert combined(scores) is passed


def test_not_judged_is_neither_and_says_why():
    """It has no value either."""
    assert (UNJUDGED.passed, UNJUDGED.value, UNJUDGED.reason) == (None, None, "no judge")
