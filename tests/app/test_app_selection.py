"""What of a suite file is run."""

import pytest
from app_support import refused

from seatrial.app.selection import Selection
from seatrial.core.case import Case
from seatrial.core.request import Message

CASES = [
    Case(id=str(i), turns=(Message("user", "q"),), tags={"language": ("en", "es", "de")[i % 3], "n": str(i)})
    for i in range(12)
]


def ids(selection: Selection) -> list[int]:
    return [int(case.id) for case in selection.of_cases(CASES)]


def test_slices_of_one_tag_add_up_and_of_several_narrow() -> None:
    """Two values of a tag take both, two tags take what carries both."""
    assert ids(Selection.of(["language=es", "language=de"])) == [1, 2, 4, 5, 7, 8, 10, 11]
    assert ids(Selection.of(["language=es", "n=4"])) == [4]
    assert ids(Selection.of(["wind=north"])) == []


def test_limit_counts_selected_cases() -> None:
    """The limit takes the first ones of those that are selected."""
    assert ids(Selection.of(["language=es"], limit=2)) == [1, 4]
    assert ids(Selection.of(limit=3)) == [0, 1, 2]


def test_filter_and_iteration_agree() -> None:
    """Counting by the filter and iterating select the same cases."""
    selection = Selection.of(["language=de"], limit=3)
    selected = selection.filter()
    assert [int(case.id) for case in CASES if selected(case)] == ids(selection)


def test_suites_come_in_the_order_of_the_file() -> None:
    """`--only` picks suites by name, and a name that is not there is told with the nearest."""
    assert Selection.of(only=("b", "a")).suites(["a", "b", "c"]) == ("a", "b")
    assert Selection.of().suites(["a", "b"]) == ("a", "b")
    assert "there is no suite `behavior`; did you mean `behaviour`?" in refused(
        Selection.of(only=("behavior",)).suites, ["behaviour"]
    )


@pytest.mark.parametrize("text", ["language", "=es", ""])
def test_a_slice_needs_tag_and_value(text: str) -> None:
    """What is no `tag=value` is refused."""
    assert "a slice is written `language=es`" in refused(Selection.of, [text])


@pytest.mark.parametrize("name", ["limit", "repeat", "concurrency"])
def test_numbers_begin_at_one(name: str) -> None:
    """A limit of zero cases is no selection."""
    with pytest.raises(Exception, match=f"{name} is at least 1, not 0"):
        Selection.of(**{name: 0})


def test_head_of_a_run_shows_what_was_chosen() -> None:
    """Only what differs from the file is in the head of a run."""
    assert Selection.of().shown() == {}
    assert Selection.of(["a=1"], limit=2).shown() == {"slice": {"a": ["1"]}, "limit": 2}
