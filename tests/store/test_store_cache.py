"""The cache of answers: gives back what was put in, and is bounded."""

import multiprocessing
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from seatrial.core.errors import CannotRun, Mistake
from seatrial.core.interaction import Answer, Interaction, Money, Timing, Usage
from seatrial.core.request import Message, Request
from seatrial.store.cache import SCHEMA, AnswerCache


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "answers.db"


def interaction(text: str = "21:40", at: int = 3) -> Interaction:
    request = Request((Message("user", "When?"),), params={"n": 1})
    timing = Timing(due=1, started=2, ended=at)
    usage, cost = Usage(3, 4, cached=1), Money(17, "EUR")
    return Interaction(target="b", request=request, timing=timing, answer=Answer(text), usage=usage, cost=cost)


def test_what_was_put_in_comes_out(path: Path) -> None:
    """An Interaction comes back whole, in another process's time too; an unknown key gives nothing."""
    kept = interaction()
    with closing(AnswerCache(path)) as cache:
        cache.put(b"key", kept)
    with closing(AnswerCache(path)) as cache:
        assert cache.get(b"key") == kept
        assert cache.get(b"other") is None


def test_a_second_answer_replaces_the_first(path: Path) -> None:
    """One key holds one answer."""
    with closing(AnswerCache(path)) as cache:
        cache.put(b"key", interaction("old"))
        cache.put(b"key", interaction("new"))
        found = cache.get(b"key")
    assert found is not None
    assert found.text == "new"


def test_the_oldest_go_when_it_is_full(path: Path) -> None:
    """Beyond its limit the cache lets go of the oldest answers when it is closed."""
    cache = AnswerCache(path, most=3)
    for at in (5, 1, 4, 2, 3):
        cache.put(b"%d" % at, interaction(at=at))
    cache.close()
    cache.close()
    with closing(AnswerCache(path)) as cache:
        assert [at for at in range(1, 6) if cache.get(b"%d" % at)] == [3, 4, 5]


def test_an_answer_that_cannot_be_read_counts_as_none(path: Path) -> None:
    """A damaged row is asked for again, not raised."""
    with closing(AnswerCache(path)) as cache:
        cache.put(b"key", interaction())
        with closing(sqlite3.connect(path)) as db:
            db.execute("update answers set interaction = ?", (b"{garbage",))
            db.commit()
        assert cache.get(b"key") is None


def test_a_file_that_is_no_cache_is_named(path: Path) -> None:
    """Something else under that name is one sentence that says what to do."""
    path.parent.mkdir()
    path.write_bytes(b"not a database" * 100)
    with pytest.raises(CannotRun, match=r"answers\.db: no cache of answers .*; delete it"):
        AnswerCache(path)


def test_a_newer_cache_is_refused(path: Path) -> None:
    """What a later version wrote is not guessed at."""
    AnswerCache(path).close()
    with closing(sqlite3.connect(path)) as db:
        db.execute(f"pragma user_version = {SCHEMA + 1}")
    with pytest.raises(Mistake, match="written by a newer Seatrial"):
        AnswerCache(path)


def test_a_place_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    """A file where the folder should be is one sentence."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(CannotRun, match="the cache could not be made"):
        AnswerCache(tmp_path / "taken" / "answers.db")


def put_many(path: Path, name: str) -> None:
    with closing(AnswerCache(path)) as cache:
        for i in range(100):
            cache.put(f"{name}{i}".encode(), interaction())


def test_processes_share_a_cache(path: Path) -> None:
    """Two processes that write at the same time both have all their answers kept."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=put_many, args=(path, name)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with closing(AnswerCache(path)) as cache:
        assert all(cache.get(f"{name}{i}".encode()) for name in "ab" for i in range(100))
