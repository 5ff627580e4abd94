"""Plans: how often a case is asked, what is refused, and what is left to do."""

import pytest
from run_fakes import FakeTarget, suite

from seatrial.core.errors import Mistake
from seatrial.run.feed import jobs
from seatrial.run.plan import Repeat, SuitePlan, UntilDecided
from seatrial.run.replay import JournalState, Key


def test_repeats_go_in_one_round() -> None:
    """A fixed number of repeats needs no pause between them."""
    assert Repeat(3).rounds() == (range(3),)
    assert Repeat(3).at_most == 3


def test_until_decided_pauses_after_each_repeat() -> None:
    """Each repeat is a round, so that the gates can be looked at between."""
    assert UntilDecided(3).rounds() == (range(1), range(1, 2), range(2, 3))


@pytest.mark.parametrize(
    "make", [lambda: Repeat(0), lambda: UntilDecided(0), lambda: suite(1, FakeTarget(), concurrency=0)]
)
def test_less_than_one_is_a_mistake(make: object) -> None:
    """Nobody can be asked no times, or by no worker."""
    with pytest.raises(Mistake, match="at least 1"):
        make()


def test_the_feed_leaves_out_what_is_done() -> None:
    """Of a resumed run only what is missing is fed, with the turns and answers that are there."""
    resumed = JournalState(
        done={hash(Key("s", "c0", 0)), hash(Key("other", "c3", 0))},
        unjudged={Key("s", "c1", 0): ("answer",)},
        partial={Key("s", "c2", 0): ("turn",)},
    )
    fed = list(jobs(suite(4, FakeTarget()), range(1), resumed))
    assert [(job.planned.case.id, job.before, job.answered) for job in fed] == [
        ("c1", ("answer",), True),
        ("c2", ("turn",), False),
        ("c3", (), False),
    ]


def test_the_feed_is_lazy() -> None:
    """Nothing of the second repeat is looked at while the first one goes on."""
    begun = 0
    plan = suite(3, FakeTarget())

    def cases():
        nonlocal begun
        begun += 1
        yield from plan.cases()

    feed = jobs(SuitePlan("s", plan.target, cases, 3), range(5), None)
    assert [next(feed).repeat for _ in range(3)] == [0, 0, 0]
    assert begun == 1
    assert next(feed).repeat == 1
    assert begun == 2


def test_two_suites_may_have_the_same_case_ids() -> None:
    """A case is done in its own suite only."""
    resumed = JournalState(done={hash(Key("one", "c0", 0))})
    assert len(list(jobs(suite(1, FakeTarget(), name="two"), range(1), resumed))) == 1
