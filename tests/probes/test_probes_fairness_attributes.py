"""Countries, religions and ages: what is found, what is left alone, and how it reads after the swap."""

import re

import pytest
from fairness_cases import asked, children, swapped

from seatrial.probes.fairness.country import country
from seatrial.probes.fairness.names import BY_ORIGIN
from seatrial.probes.fairness.religion import religion
from seatrial.probes.fairness.wordlists import agreeing, cased, listed


def countries(income):
    """The countries of our list by income."""
    return {entry.forms[0] for entry in country.attributes[0].words.entries if entry.group == income and entry.forms[0]}


def test_a_country_for_poorer_ones():
    """One child for each other income group."""
    found = children("I am from Germany.", "country")
    assert [child.tags["group"] for child in found] == ["upper_middle", "lower_middle", "low"]
    for child in found:
        name = re.fullmatch(r"I am from ([\w ]+)\.", child.turns[0].content)[1]
        assert name in countries(child.tags["group"])
    assert {child.tags["from"] for child in found} == {"high"}


def test_country_and_nationality_are_one():
    """The adjective follows the country, and the article the adjective."""
    forms = {entry.forms for entry in country.attributes[0].words.entries}
    for seed in range(20):
        text = asked(children("From Canada, with a Canadian passport.", "country", seed=seed))["low"]
        found = re.fullmatch(r"From ([\w ]+), with (an?) ([\w ]+) passport\.", text)
        assert (found[1], found[3]) in forms
        assert (found[2] == "an") == (found[3][0] in "AEIO")


def test_articles_of_names_of_countries():
    """`the United States` is swapped with its article."""
    assert re.fullmatch(r"I left [A-Z][\w ]+ in May", swapped("I left the United States in May", "country", "low"))


@pytest.mark.parametrize(
    "text",
    [
        "Do you speak German?",
        "I like Italian food.",
        "South American guests",
        "Germany's",
        "germany",
        "The Indian Ocean",
        "Nigeriana",
    ],
)
def test_what_is_no_country(text):
    """Languages, dishes and parts of the world stay; a country in the possessive is one."""
    assert bool(children(text, "country")) == (text == "Germany's")


def test_two_countries_of_two_incomes():
    """Both become one income, different ones."""
    text = swapped("From Japan to Kenya", "country", "low")
    first, second = re.fullmatch("From (.+) to (.+)", text).groups()
    assert first != second
    assert {first, second} <= countries("low")


@pytest.mark.parametrize(
    ("group", "text"),
    [
        ("muslim", "A Muslim guest, a Muslim and Muslims look for a mosque; Islam is theirs."),
        ("jewish", "A Jewish guest, a Jew and Jews look for a synagogue; Judaism is theirs."),
        ("hindu", "A Hindu guest, a Hindu and Hindus look for a mandir; Hinduism is theirs."),
    ],
)
def test_religions_in_all_forms(group, text):
    """Faith, adjective, person, people and house."""
    before = "A Christian guest, a Christian and Christians look for a church; Christianity is theirs."
    assert swapped(before, "religion", group) == text


def test_a_form_that_a_religion_lacks():
    """Atheists have no house to look for, so that there is no such child."""
    assert "atheist" not in asked(children("Is there a church?", "religion"))
    assert swapped("I am a Sikh.", "religion", "atheist") == "I am an atheist."


@pytest.mark.parametrize(
    "text", ["I live in Church Street", "the Temple of Artemis", "Christianborg", "Church of England"]
)
def test_what_is_no_religion(text):
    """Streets and monuments."""
    assert children(text, "religion") == []


def test_lower_case_religions():
    """People write so, and the swap is written so."""
    assert swapped("are muslims welcome?", "religion", "buddhist") == "are buddhists welcome?"


@pytest.mark.parametrize(
    ("text", "pattern"),
    [
        ("I am 34 years old.", r"I am (\d\d) years old\."),
        ("She is a 25-year-old.", r"She is an? (\d\d)-year-old\."),
        ("I'm 22, and alone.", r"I'm (\d\d), and alone\."),
        ("a guest aged 30", r"a guest aged (\d\d)"),
        ("at the age of 19 I came", r"at the age of (\d\d) I came"),
        ("Age: 31", r"Age: (\d\d)"),
        ("Ich bin 34 Jahre alt.", r"Ich bin (\d\d) Jahre alt\."),
        ("Tengo 34 años.", r"Tengo (\d\d) años\."),
        ("J'ai 34 ans.", r"J'ai (\d\d) ans\."),
    ],
)
def test_ages_in_years(text, pattern):
    """The young become middle-aged and old, by a number of that range."""
    found = asked(children(text, "age"))
    assert set(found) == {"middle", "old"}
    assert 36 <= int(re.fullmatch(pattern, found["middle"])[1]) < 60
    assert 60 <= int(re.fullmatch(pattern, found["old"])[1]) < 80


@pytest.mark.parametrize(
    "text",
    [
        "I am 12 years old",
        "My boat is 300 years old",
        "I'm 5 minutes late",
        "I am 34 minutes late",
        "Pier 34",
        "34",
        "1.34 years old",
        "an old boat",
        "the old booking",
        "aged 34%",
    ],
)
def test_what_is_no_age_of_an_adult(text):
    """Children stay children, and boats boats."""
    assert children(text, "age") == []


def test_the_same_number_stays_the_same():
    """Two who are of one age stay so, two who are not do not."""
    text = swapped("I am 34 years old, he is 34 years old, she is 35 years old", "age", "old")
    first, second, third = re.findall(r"\d\d", text)
    assert first == second != third


@pytest.mark.parametrize(
    ("text", "group", "after"),
    [
        ("an elderly passenger", "young", "a young passenger"),
        ("a young man", "old", "an elderly man"),
        ("older people", "young", "younger people"),
        ("Young adults pay less", "old", "Senior citizens pay less"),
        ("for pensioners", "young", "for young adults"),
        ("A SENIOR CITIZEN", "middle", "A MIDDLE-AGED ADULT"),
        ("an old lady", "middle", "a middle-aged lady"),
    ],
)
def test_words_of_age(text, group, after):
    """Adjectives before people, and words for people, in their case and with their article."""
    assert swapped(text, "age", group) == after


def test_articles_of_numbers():
    """An 82-year-old is a 25-year-old, and never an `an 25`."""
    for seed in range(10):
        found = asked(children("An 82-year-old asks.", "age", seed=seed))
        assert all(text.startswith("A ") for text in found.values())


@pytest.mark.parametrize(
    ("before", "word", "after"),
    [
        ("with a ", "Indian", "with an "),
        ("an ", "Ukrainian", "a "),
        ("A ", "eighty", "An "),
        ("an ", "European", "a "),
        ("a ", "82-year-old", "an "),
        ("Havana ", "Egyptian", "Havana "),
        ("", "x", ""),
    ],
)
def test_articles(before, word, after):
    """By sound, as far as the first letters tell."""
    assert agreeing(before, word) == after


@pytest.mark.parametrize(
    ("was", "listed_as", "into", "made"),
    [
        ("Emma", "Emma", "DeShawn", "DeShawn"),
        ("EMMA", "Emma", "Omar", "OMAR"),
        ("emma", "Emma", "Omar", "omar"),
        ("Mosque", "mosque", "church", "Church"),
        ("IBM", "IBM", "Acme", "Acme"),
        ("eMMa", "Emma", "Omar", "Omar"),
    ],
)
def test_case_is_kept(was, listed_as, into, made):
    """As far as it is a case that the list does not have itself."""
    assert cased(was, listed_as, into) == made


def test_our_lists():
    """Every list has at least two entries a group, each in one group, and names are single words."""
    for name in ("names", "countries", "religions"):
        lines = listed(name)
        assert len(lines) >= 4
        assert all("" not in entries for _, entries in lines)
    assert all(len(names) >= 10 for _, names in listed("names"))
    assert all(re.fullmatch(r"[^\W\d_]{4,}", entry.forms[0]) for entry in BY_ORIGIN.entries)
    assert set(religion.attributes[0].groups) >= {"christian", "muslim", "jewish", "hindu"}
