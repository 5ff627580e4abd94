"""Citations in a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.text.citations import citations_in, names_work


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("It leaves at nine [1].", [1]),
        ("both [2, 3]", [2, 3]),
        ("many [1-3]", [1, 2, 3]),
        ("many [1–3, 7]", [1, 2, 3, 7]),
        ("semicolons [1; 2]", [1, 2]),
        ("in a row [1][2]", [1, 2]),
        ("[4](https://example.com)", [4]),
        ("a list a[1] or x[0][1]", [1]),
        ("code `[5]` and\n```\n[6]\n```", []),
        ("a definition\n[7]: https://example.com", []),
        ("a footnote [^8]", []),
        ("a word [nine] and [] and [1, b]", []),
        ("an empty range [3-1]", [1]),
        ("zero [0]", [0]),
        ("huge [1-999999]", list(range(1, 101))),
        ("", []),
    ],
)
def test_numbers(text, numbers):
    """Numbers in brackets, lists and ranges are read; indexes, code, definitions and footnotes are left out."""
    assert [citation.number for citation in citations_in(text)] == numbers


@pytest.mark.parametrize(
    ("text", "works"),
    [
        ("(Smith 2020)", [("Smith", "2020")]),
        ("(Smith, 2020)", [("Smith", "2020")]),
        ("(Smith & Lee, 2020)", [("Smith", "2020")]),
        ("(see Smith and Lee 2020a)", [("Smith", "2020")]),
        ("(Smith et al., 2020, p. 4)", [("Smith", "2020")]),
        ("(Smith, Jones, & Lee, 1999; Doe 2019)", [("Smith", "1999"), ("Doe", "2019")]),
        ("(Müller und Núñez, 2018)", [("Müller", "2018")]),
        ("Smith (2020) says", [("Smith", "2020")]),
        ("as Smith et al. (2020) say", [("Smith", "2020")]),
        ("O'Neil (2016)", [("O'Neil", "2016")]),
        ("(in 2020) and (2020) and (12 Smith)", []),
        ("(smith 2020)", []),
        ("(Smith 1620)", []),
    ],
)
def test_works(text, works):
    """Authors with years are read in their usual forms; the first author and the year come back."""
    assert [(citation.author, citation.year) for citation in citations_in(text)] == works


def test_a_citation_is_shown_as_it_stands():
    """What comes back for showing is the piece of the text."""
    assert [citation.text for citation in citations_in("a [1, 2] b")] == ["[1, 2]", "[1, 2]"]


@pytest.mark.parametrize(
    ("author", "year", "stands"), [("Smith", "2020", True), ("SMITH", "2020", True), ("Smith", "2021", False)]
)
def test_a_document_names_a_work(author, year, stands):
    """Author and year must stand in one document, in any case of letters."""
    assert names_work("J. Smith: Ferries. Pier Press, 2020.", author, year) is stands


@given(st.text(alphabet="[]()1,2-–; ^:A a&et.0", max_size=60))
def test_any_text_is_read(text):
    """No text makes it fail; a citation is a number, or an author and a year."""
    for citation in citations_in(text):
        assert (citation.number is None) == bool(citation.author and citation.year)


@pytest.mark.parametrize(
    "piece", ["[", "[1", "[1,", "(A ", "(Aa, ", "(Aa and ", "A (", "``", "Aa 2020; ", "(Aa 2020; "]
)
def test_long_texts_end(piece):
    """A hostile piece repeated fifty thousand times is read to its end."""
    assert isinstance(list(citations_in(piece * 50_000)), list)


@pytest.mark.parametrize(
    "text",
    [
        "We opened (May 2020), closed (Winter 2021) and again (Monday 2024).",
        "Das Schiff (Baujahr 2019) fährt seit Ostern (Ostern 2020).",
        "El muelle (Mayo 2020), desde (Enero 2021).",
        "Le quai (Août 2020), (Janvier 2021).",
        "Copyright (Copyright 2022), the season of May (2020).",
        "In [2024] and [1999] we sailed.",
    ],
)
def test_dates_in_brackets_cite_nobody(text):
    """A month, a season, a day or a year is no author and no number of a source."""
    assert list(citations_in(text)) == []


def test_authors_beside_dates_are_still_cited():
    """Only the word itself is no author, not every name that stands beside a year."""
    found = [(each.author, each.year) for each in citations_in("(Smith 2020), (May 2020), (Mayer 2021), Julia (2019)")]
    assert found == [("Smith", "2020"), ("Mayer", "2021"), ("Julia", "2019")]
