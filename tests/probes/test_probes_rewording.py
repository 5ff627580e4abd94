"""Rewordings: deterministic, different from their original, and true to what they must keep."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.probe import Dose, Probe
from seatrial.core.request import Message
from seatrial.probes.rewording import Rewording, is_kept, of_free
from seatrial.probes.robustness.languages import ByLanguage
from seatrial.probes.table import KINDS, families, find_probe, known_probes
from seatrial.text.kept import pieces

REWORDINGS = [probe for _, probe in known_probes() if isinstance(probe, Rewording | ByLanguage)]
PHRASES = "When does the ferry to Saltholm 21:40 XK-17 «été» für|フェリーはなんじに出|ﬁn.|עברית 12.50 €|and|& dog"
WORDS = st.sampled_from(PHRASES.replace(" ", "|").split("|"))
SIGNS = st.characters(codec="utf-8", exclude_categories=["Cs"])
TEXTS = st.one_of(st.text(SIGNS, max_size=60), st.lists(WORDS, max_size=12).map(" ".join))


def case(text: str, *expect: str) -> Case:
    return Case(id="c", turns=(Message("user", text),), expect=expect)


def texts(probe: Probe, text: str, dose: Dose = Dose(4, 0.6), *expect: str) -> list[str]:  # noqa: B008
    return [child.turns[-1].content for child in probe.children(case(text, *expect), dose)]


@pytest.mark.parametrize("probe", REWORDINGS, ids=lambda probe: probe.name)
def test_every_family_changes_its_example(probe):
    """It says what it does, and does it to the text that it is shown with."""
    assert isinstance(probe, Probe)
    assert probe.summary
    made = texts(probe, probe.example)
    assert made
    assert probe.example not in made


@pytest.mark.parametrize("probe", REWORDINGS, ids=lambda probe: probe.name)
@settings(max_examples=40, deadline=None)
@given(TEXTS, st.integers(0, 3), st.floats(0, 1))
def test_laws_of_a_family(probe, text, seed, strength):
    """The same dose makes the same children with different ids and texts; what must be kept is; all is valid UTF-8."""
    dose = Dose(3, strength, seed)
    made = list(probe.children(case(text), dose))
    assert made == list(probe.children(case(text), dose))
    assert len({child.id for child in made}) == len(made)
    assert all(child.id.startswith(f"c~{probe.name}-") for child in made)
    for child in made:
        harder = child.turns[-1].content
        harder.encode()
        assert harder != text
        assert not probe.keeps or is_kept(pieces(text), harder)


@pytest.mark.parametrize("probe", REWORDINGS, ids=lambda probe: probe.name)
@pytest.mark.parametrize("text", ["", " ", "\x00\x01\x02", "x" * 300_000, "🙂" * 50, "\u200b", "a\nb"])
def test_odd_questions_do_no_harm(probe, text):
    """Empty, binary, very long: children or none, never an error."""
    assert len(texts(probe, text, Dose(1, 0.5))) <= 1


def test_a_case_in_which_nobody_asks_has_no_children():
    """There is nothing to reword."""
    silent = Case(id="c", turns=(Message("system", "Be kind."),))
    assert [list(probe.children(silent, Dose())) for probe in REWORDINGS] == [[] for _ in REWORDINGS]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Is the ferry at 21:40 late?", ["21:40"]),
        ("Refund booking XK-17 of 12.50 €", ["XK-17", "12.50 €"]),
        ("Mail a.b@example.org or see https://example.org/x?y=1 now", ["a.b@example.org", "https://example.org/x?y=1"]),
        ("When does it leave for Saltholm?", ["Saltholm"]),
        ('He said "no dogs" to me', ['"no dogs"']),
        ("Tell {{ name }} of it", ["{{ name }}"]),
        ("the USA and NATO", ["USA", "NATO"]),
        ("nothing here", []),
    ],
)
def test_what_decides_an_answer_is_kept(text, kept):
    """Numbers, codes, addresses, names, quotations, templates."""
    cut = pieces(text)
    assert "".join(piece.text for piece in cut) == text
    assert [piece.text for piece in cut if piece.kept] == kept


def test_expected_texts_are_kept():
    """A question that names its answer still does."""
    assert [piece.text for piece in pieces("Take the red ferry or the blue one", ["red ferry"]) if piece.kept] == [
        "red ferry"
    ]


@given(TEXTS, st.lists(st.text(max_size=5), max_size=3))
def test_pieces_are_the_whole_text(text, also):
    """Whatever is kept, nothing is lost or doubled."""
    cut = pieces(text, also)
    assert "".join(piece.text for piece in cut) == text
    assert is_kept(cut, text)


def test_a_rewrite_of_free_pieces_leaves_the_others():
    """Each free piece is changed by itself."""
    rewrite = of_free(lambda text, draw, strength: text.upper())
    assert rewrite(pieces("pay 12.50 € now"), random.Random(1), 1.0) == "PAY 12.50 € NOW"


def test_families_are_found_by_name():
    """A misspelt one is told with the nearest, an unknown one with all."""
    assert find_probe("robustness", "typos").name == "typos"
    assert set(KINDS["robustness"]) <= set(families("robustness"))
    with pytest.raises(Mistake, match="did you mean `typos`"):
        find_probe("robustness", "typoss")
    with pytest.raises(Mistake, match="known are"):
        find_probe("robustness", "zzz")


@pytest.mark.parametrize("unit", ["x", "a-", "{{", "{%", '"', "A", "1.", "a@", "http://", "«", "あ"])
def test_hostile_texts_are_cut_in_time(unit):
    """Nothing in a text makes the search for what is kept grow with the square of its length."""
    text = unit * (1_000_000 // len(unit))
    assert "".join(piece.text for piece in pieces(text)) == text
