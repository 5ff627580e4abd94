from made_batches import judge, passes

from seatrial.core.batch import Batch
from seatrial.core.verdict import Outcome


def languages(**words):
    """Cases by language: a number of cases and what each does."""
    batch = Batch()
    for language, (n, word) in words.items():
        passes({f"{language}{i}": word for i in range(n)}, batch, language=language)
    return batch


def test_every_slice_right_is_met_without_correction():
    """All must hold, so each is judged at 95 %: 73 passes of 73 are enough however many slices there are."""
    batch = languages(**dict.fromkeys(("en", "es", "de", "fr", "it"), (73, "p")))
    result = judge("pass_rate >= 95% in every language", batch)
    assert result.outcome is Outcome.MET
    assert len(result.readings) == 5
    assert "the worst of 5 slices is language=" in result.why


def test_one_slice_wrong_is_enough_to_miss():
    """The sentence names it, and its Reading comes first."""
    result = judge("pass_rate >= 85% in every language", languages(en=(80, "p"), es=(80, "f")))
    assert result.outcome is Outcome.MISSED
    assert result.readings[0].slice == (("language", "es"),)
    assert "language=es" in result.why
    assert "misses the limit of 85 %" in result.why


def test_a_slice_that_is_wrong_by_chance_is_not_missed():
    """Wrong at 95 %, but not at the confidence that twenty slices take: not enough evidence."""
    batch = languages(**{f"l{i}": (40, "p") for i in range(19)})
    passes({f"z{i}": "f" if i < 10 else "p" for i in range(40)}, batch, language="zz")
    assert judge("pass_rate >= 88% where language = zz", batch).outcome is Outcome.MISSED
    result = judge("pass_rate >= 88% in every language", batch)
    assert result.outcome is Outcome.UNDECIDED
    assert "not with its interval widened" in result.why


def test_an_undecided_slice_is_named_with_what_would_decide():
    """The worst comes first; the cases that all undecided slices need are added up."""
    batch = languages(en=(200, "p"), es=(20, "p"), de=(30, "p"))
    result = judge("pass_rate >= 95% in every language", batch)
    assert result.outcome is Outcome.UNDECIDED
    assert result.more_cases == (73 - 20) + (73 - 30)
    assert "not decided either" in result.why
    assert "(about 96 more cases in all)" in result.why


def test_a_slice_without_answers_keeps_the_gate_open():
    """A language in which every request failed is not left out: the gate is not met without it."""
    result = judge("pass_rate >= 50% in every language", languages(en=(80, "p"), es=(10, "x")))
    assert result.outcome is Outcome.UNDECIDED
    assert result.more_cases is None
    assert "language=es: nothing was answered" in result.why


def test_a_tag_that_nobody_carries_decides_nothing():
    """A misspelt tag is not a promise kept."""
    result = judge("pass_rate >= 50% in every langauge", languages(en=(80, "p")))
    assert (result.outcome, result.readings) == (Outcome.UNDECIDED, ())
    assert "no case carries the tag `langauge`" in result.why
    assert judge("pass_rate >= 50% in every language", Batch()).why == "pass_rate: no cases"


def test_rows_without_the_tag_are_left_out_and_counted():
    """The reader is told what the slices do not cover."""
    batch = languages(en=(80, "p"))
    passes({f"u{i}": "f" for i in range(7)}, batch)
    result = judge("pass_rate >= 90% in every language", batch)
    assert result.outcome is Outcome.MET
    assert result.why.endswith("7 attempts carry no language and are left out")


def test_values_alone_can_decide_every_slice():
    """By point, three cases a language are enough, and one failing is a miss."""
    assert (
        judge("pass_rate >= 90% in every language", languages(en=(3, "p"), es=(3, "p")), by_point=True).outcome
        is Outcome.MET
    )
    assert (
        judge("pass_rate >= 90% in every language", languages(en=(3, "p"), es=(3, "f")), by_point=True).outcome
        is Outcome.MISSED
    )


def test_a_slice_with_too_much_not_judged_cannot_miss():
    """It is not enough evidence, not a fault."""
    batch = languages(en=(80, "p"))
    passes({f"s{i}": "f" if i < 40 else "n" for i in range(60)}, batch, language="es")
    result = judge("pass_rate >= 90% in every language", batch)
    assert result.outcome is Outcome.UNDECIDED
    assert "could not be judged" in result.why


def test_lower_is_better_puts_the_highest_first():
    """The worst slice of a failure rate is the one that fails most."""
    result = judge("failures.rate <= 50% in every language", languages(en=(40, "p"), es=(20, "pppppx")))
    assert result.readings[0].slice == (("language", "es"),)
