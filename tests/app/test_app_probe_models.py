"""Models that write harder cases: paraphrases and round trips, the same in each run; and models that fail."""

from pathlib import Path

import pytest
from app_support import put, put_rows, refused, simulated

from seatrial.app.front import check
from seatrial.app.probe_models import Writing
from seatrial.app.selection import Selection
from seatrial.app.suite import load
from seatrial.core.interaction import Money

SUITE = """
targets:
  bot: {{python: "{module}:bot"}}
  writer: {{python: "{module}:writer"}}
suites:
  behaviour: {{target: bot, cases: [{{from: cases.jsonl}}], checks: [contains]}}
probes:
  robustness: {{families: [{families}], with: {{{models}}}}}
gates: [robustness.flip_rate <= 100%]
"""
CODE = """
from pathlib import Path

def bot(question):
    return 'yes' if 'Saltholm' in question else 'no'

def writer(prompt):
    log = Path(__file__).with_suffix('.log')
    log.write_text(log.read_text() + prompt[:40] + '\\n' if log.exists() else prompt[:40] + '\\n')
    text = prompt.rpartition('\\n\\n')[2]
    {body}
"""
GOOD = "return '\"So, ' + text.replace('leave', 'depart') + '\"'"
ASK = "When does the ferry leave for Saltholm?"


def folder(tmp_path: Path, body: str = GOOD, families: str = "paraphrase", models: str = "paraphrase: writer") -> Path:
    module = "written_" + "".join(sign for sign in tmp_path.name if sign.isalnum())
    put(tmp_path, CODE.format(body=body), f"{module}.py")
    put_rows(tmp_path, [{"id": "c0", "ask": ASK, "expect": "yes"}])
    return put(tmp_path, SUITE.format(module=module, families=families, models=models))


def children(path: Path, **selected: object) -> list:
    return list(load(path, Selection(**selected), Writing()).cases["robustness"].cases())


def asked(path: Path) -> int:
    logs = list(path.parent.glob("written_*.log"))
    return len(logs[0].read_text().splitlines()) if logs else 0


def test_a_model_writes_the_paraphrase(tmp_path: Path) -> None:
    """Quotation marks around it fall, and tags say who wrote it."""
    [child] = children(folder(tmp_path))
    assert child.turns[-1].content == "So, When does the ferry depart for Saltholm?"
    assert (child.tags["family"], child.tags["by"]) == ("paraphrase", "model")


def test_the_same_children_without_asking_again(tmp_path: Path) -> None:
    """Answers are kept beside the suite file, by case and seed; another seed asks anew."""
    path = folder(tmp_path)
    first = [case.id for case in children(path)]
    assert asked(path) == 1
    assert [case.id for case in children(path)] == first
    assert asked(path) == 1
    children(path, seed=7)
    assert asked(path) == 2


def test_there_and_back(tmp_path: Path) -> None:
    """A round trip asks twice, and the second time for the language of the case."""
    path = folder(tmp_path, families="round_trip", models="round_trip: writer")
    [child] = children(path)
    assert child.tags["family"] == "round_trip"
    assert asked(path) == 2


def test_what_must_be_kept_is_verified(tmp_path: Path) -> None:
    """A model that loses the island makes no child, though it is asked several times."""
    path = folder(tmp_path, body="return 'When does it leave?'")
    assert "no case of these suites" in refused(lambda each: load(each, writing=Writing()), path)
    assert asked(path) > 1


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("raise ValueError('no')", "crashed"),
        ("return \"I'm sorry, but I can't help with that.\"", "it refused"),
        ("return ' '", "its answer is empty"),
    ],
)
def test_a_model_that_fails_is_named_once(tmp_path: Path, body: str, why: str) -> None:
    """It gives no child; other families go on, and the report says so in one sentence."""
    path = folder(tmp_path, body=body, families="paraphrase, repeated_words")
    outcome = check(path)
    [warning] = [each for each in outcome.report.warnings if "writer" in each]
    assert why in warning
    assert outcome.batch.values_of("family") == ["repeated_words"]


def test_a_group_that_is_not_run_asks_nobody(tmp_path: Path) -> None:
    """Asking costs money, so only the groups of this run have their cases written."""
    path = folder(tmp_path, families="paraphrase, repeated_words")
    load(path, Selection(only=("behaviour",)), Writing())
    assert asked(path) == 0


@pytest.mark.parametrize(
    ("families", "models", "why"),
    [
        ("round_trip", "", "the family `round_trip` needs a model"),
        ("paraphrase", "paraphrase: nobody", "there is no target `nobody`"),
        ("typos", "typos: writer", "no model writes the family `typos`"),
    ],
)
def test_mistakes(tmp_path: Path, families: str, models: str, why: str) -> None:
    """Each is one sentence with its place."""
    said = refused(load, folder(tmp_path, families=families, models=models))
    assert why in said
    assert "seatrial.yaml:8: probes.robustness" in said


def test_several_strengths_make_one_tag_of_family_and_strength(tmp_path: Path) -> None:
    """So a gate may say `in every family_strength`; a single strength needs no such tag."""
    path = folder(tmp_path, families="repeated_words", models="")
    assert "family_strength" not in children(path)[0].tags
    path.write_text(path.read_text().replace("families:", "strength: [0.5, 1], families:"))
    assert {case.tags["family_strength"] for case in children(path)} == {"repeated_words 0.5", "repeated_words 1"}


PAID = """
targets:
  bot: {{python: "{module}:bot"}}
  writer: {{openai: {url}, model: zero{price}}}
suites:
  behaviour: {{target: bot, cases: [{{from: cases.jsonl}}], checks: [length >= 1]}}
probes:
  robustness: {{families: [paraphrase, repeated_words], with: {{paraphrase: writer}}}}
gates: [robustness.pass_rate >= 0%]
"""
PRICE = ", price: {input: 2.5, output: 10}"


def paid(tmp_path: Path, url: str, price: str = PRICE) -> Path:
    """A suite whose paraphrases are written by an endpoint that costs something."""
    folder(tmp_path)
    module = next(tmp_path.glob("written_*.py")).stem
    return put(tmp_path, PAID.format(module=module, url=url, price=price))


def test_what_writing_costs_counts_in_the_limit(tmp_path: Path) -> None:
    """It is known with the trial, and no more is written when the limit is reached."""
    with simulated("zero") as url:
        path = paid(tmp_path, url)
        spent = load(path, writing=Writing()).written
        assert spent is not None
        assert spent.nanos > 0
        assert load(path, writing=Writing()).written is None, "kept answers cost nothing"
        path.write_text(path.read_text().replace("families:", "per_case: 2, families:"))
        trial = load(path, Selection(seed=3), Writing(Money(1)))
        assert any("the cost limit kept the target `writer`" in note for note in trial.notes)


def test_a_limit_that_cannot_be_kept_is_refused_before_anything_is_asked(tmp_path: Path) -> None:
    """A price in another currency, or none, makes a limit worthless."""
    path = paid(tmp_path, "http://127.0.0.1:9/v1")
    said = refused(lambda each: load(each, writing=Writing(Money(10**9, "EUR"))), path)
    assert "the cost limit is in EUR, the price of the target `writer` in USD" in said
    path = paid(tmp_path, "https://models.example.com/v1", "")
    assert "cannot be kept for the target `writer`" in refused(
        lambda each: load(each, writing=Writing(Money(10**9))), path
    )


def test_whoever_says_no_pays_nothing(tmp_path: Path) -> None:
    """The question comes before the first request; without leave nobody is asked at all, and nothing is wrong."""
    path, told = paid(tmp_path, "http://127.0.0.1:9/v1"), []
    refuse = Writing(confirm=lambda sentence: bool(told.append(sentence)))
    assert "the run was not started" in refused(lambda each: load(each, writing=refuse), path)
    [sentence] = told
    assert "`writer` writes harder cases first" in sentence
    assert load(path).cases["robustness"].total == 1


def test_reading_a_file_asks_no_model(tmp_path: Path) -> None:
    """A dry run, a shown run: only what was written before is there."""
    path = folder(tmp_path)
    assert load(path).cases["robustness"].total == 0
    assert asked(path) == 0
    written = children(path)
    assert [case.id for case in load(path).cases["robustness"].cases()] == [case.id for case in written]
    assert asked(path) == 1


def test_a_family_that_was_named_and_has_no_child_is_told(tmp_path: Path) -> None:
    """An English question has no kana, and a reader must not take that for a family that held."""
    path = folder(tmp_path, families="kana, repeated_words, accents", models="")
    [warning] = [each for each in check(path).report.warnings if "robustness" in each]
    assert "no case has anything for kana and accents to change" in warning
