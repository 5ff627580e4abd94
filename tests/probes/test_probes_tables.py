"""Every row of the tables that families work by, and laws that hold for all of a table's entries."""

import random
import re

import pytest
from fairness_cases import case_of, children, swapped
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.case import Case
from seatrial.core.errors import Mistake
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.attack.attack import OWASP_2025, PLAIN_SYSTEM, Setting
from seatrial.probes.child import asked, child, dice
from seatrial.probes.fairness.ages import Ages
from seatrial.probes.fairness.country import country
from seatrial.probes.fairness.gendered import gender_of, regendered, words_of_gender
from seatrial.probes.fairness.given import MOST_WORDS, swaps
from seatrial.probes.fairness.names import BY_ORIGIN, names
from seatrial.probes.fairness.religion import religion
from seatrial.probes.fairness.verbs import plural
from seatrial.probes.fairness.wordlists import agreeing
from seatrial.probes.rewording import is_kept
from seatrial.probes.robustness.number_words import numbers_of
from seatrial.probes.robustness.paraphrase import TEMPLATES
from seatrial.probes.robustness.synonyms import TABLES
from seatrial.probes.robustness.worded import all_kept, both_ways, capital_first, small_first, words
from seatrial.probes.table import KINDS, ON_DEMAND, families, find_probe
from seatrial.text.kept import pieces

SYNONYMS = sorted((language, word) for language, table in TABLES.items() for word in table)
FORMS = sorted((language, number) for language, forms in TEMPLATES.items() for number in range(len(forms)))


def made(family, text, language="en", count=30, strength=1.0):
    """All children's texts."""
    one = Case(id="c", turns=(Message("user", text),), tags={"language": language})
    return {each.turns[-1].content for each in find_probe("robustness", family).children(one, Dose(count, strength, 1))}


@pytest.mark.parametrize(("language", "word"), SYNONYMS)
def test_each_synonym_is_put_in_and_taken_back(language, word):
    """What stands for a word has that word among those that stand for it, and both are made."""
    others = TABLES[language][word]
    assert all(word in map(str.lower, TABLES[language][other.lower()]) for other in others)
    assert made("synonyms", f"xx {word} xx", language) == {f"xx {other} xx" for other in others}


@pytest.mark.parametrize(("language", "word"), SYNONYMS[::7])
def test_a_synonym_inside_another_word_is_left(language, word):
    """Only whole words are replaced, and capitals are taken over."""
    assert made("synonyms", f"{word}xx xx{word} {word}'xx", language) == set()
    assert all(text[:1].isupper() for text in made("synonyms", word.capitalize(), language))


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "what is", "what's"),
        ("en", "cannot", "can't"),
        ("en", "as soon as possible", "asap"),
        ("en", "between", "btwn"),
        ("en", "departure", "dep."),
        ("en", "without", "w/o"),
        ("de", "das heißt", "d. h."),
        ("de", "vielleicht", "vllt."),
        ("de", "und", "u."),
        ("es", "por favor", "x favor"),
        ("es", "teléfono", "tel."),
        ("fr", "s'il vous plaît", "svp"),
        ("fr", "rendez-vous", "rdv"),
        ("fr", "peut-être", "p-ê"),
    ],
)
def test_short_forms_go_both_ways(language, long, short):
    """A long form is shortened; a text of short forms only is written out."""
    assert made("abbreviations", f"xx {long} xx", language) == {f"xx {short} xx"}
    assert made("abbreviations", f"xx {short} xx", language) == {f"xx {long} xx"}


@pytest.mark.parametrize("text", ["a bıke", "ſhop", "ſtore", "DAS HEISST", "Mit freundlichen Grüßen", "äußerst"])
@pytest.mark.parametrize("family", ["abbreviations", "synonyms"])
def test_letters_that_only_patterns_take_for_the_same(family, text):
    """A dotless i, a long s, a sharp s: children or none, and never an error."""
    for language in sorted(TABLES):
        assert text not in made(family, text, language)
    assert made("synonyms", "äußerst", "de") == {"sehr"}


@pytest.mark.parametrize(("language", "number"), FORMS)
def test_each_template_of_a_paraphrase_is_used(language, number):
    """A sentence in a template's form comes out in the other, with what stood in its gaps."""
    form, other = TEMPLATES[language][number]
    text = re.sub(r"\\([?.])", r"\1", form.replace(" ?\\?", " ?"))
    for gap, fill in (
        ("(does|is|do|are)", "does"),
        ("(.+?)", "xx"),
        ("(.+)", "xx"),
        ("(.*)", " yy"),
        ("([^.?!]+)", "xx"),
    ):
        text = text.replace(gap, fill)
    text = {"(.+\\?)": "xx yy?", "(.+?)": "xx yy?", "(¿.+\\?)": "¿xx yy?", "(¿.+?)": "¿xx yy?"}.get(form, text)
    wanted = re.fullmatch(form, text).expand(other)
    assert wanted in made("paraphrase", text, language, count=60)


@pytest.mark.parametrize(
    ("text", "language", "numbers"),
    [
        ("2 seats and five bikes", "en", [2, 5]),
        ("XK-17, $5, 5 %, 1/2, 21:40, 1.5, 1,000", "en", []),
        ("0 and 999 but not 1000", "en", [0, 999]),
        ("007", "en", []),
        ("dreiunddreißig oder 33", "de", [33, 33]),
        ("soixante et onze", "fr", [71]),
        ("5€ and 5 and €5", "en", [5]),
        ("#5 5th v5", "en", []),
        ("", "en", []),
    ],
)
def test_numbers_by_themselves(text, language, numbers):
    """Neither parts of times, amounts and codes nor numbers of four digits count."""
    assert numbers_of(text, language) == numbers


@settings(max_examples=40)
@given(st.integers(2, 999), st.sampled_from(["en", "de", "es", "fr"]))
def test_any_number_is_written_and_read_back(number, language):
    """Each number of up to three digits becomes words of the same value, and those words the number."""
    (text,) = made("number_words", f"{number} xx", language, count=1)
    assert numbers_of(text, language) == [number]
    assert f"{number} xx" in made("number_words", text, language, count=1)


@pytest.mark.parametrize(
    ("groups", "table"),
    [
        (["a|b"], {"a": ("b",), "b": ("a",)}),
        (["a|b|c"], {"a": ("b", "c"), "b": ("a", "c"), "c": ("a", "b")}),
        (["a|b", "a|c"], {"a": ("b", "c"), "b": ("a",), "c": ("a",)}),
        (["I am|i'm"], {"i am": ("i'm",), "i'm": ("I am",)}),
        ([], {}),
    ],
)
def test_groups_become_tables(groups, table):
    """Each of a group stands for each other one; a word of two groups has the others of both."""
    assert both_ways(groups) == table


@pytest.mark.parametrize(
    ("text", "small"),
    [
        ("When is it?", "when is it?"),
        ("I am here", "I am here"),
        ("I'm here", "I'm here"),
        ("NATO is", "NATO is"),
        ("XK-17 is", "XK-17 is"),
        ("¿Cuándo?", "¿cuándo?"),
        ("when", "when"),
        ("", ""),
    ],
)
def test_a_sentence_that_no_longer_begins(text, small):
    """Its first word begins small, but for `I` and words with capitals further in; and back again."""
    assert small_first(text) == small
    assert capital_first(small_first("When is it?")) == "When is it?"


def test_what_must_be_kept_is_counted():
    """A text that holds a kept piece once where it stood twice has lost one, unless that may be written otherwise."""
    cut = pieces("21:40 or 21:40?", ())
    assert all_kept(cut, "21:40, or 21:40?")
    assert not all_kept(cut, "21:40?")
    assert all_kept(cut, "21:40?", [(0, 5)])
    assert not is_kept(pieces("at 21:40 on XK-17", ()), "on XK-17 at 21:40")
    assert words("It's a «test», isn't_it?") == ["it's", "a", "test", "isn't", "it"]


ADULTS = {17: None, 18: "young", 35: "young", 36: "middle", 59: "middle", 60: "old", 99: "old", 110: "old", 111: None}


@pytest.mark.parametrize("years", sorted(ADULTS))
def test_ages_at_their_limits(years):
    """Adults of up to 35, of up to 59, and older ones; children and impossible ages are nobody's group."""
    assert Ages().group_of([f"I am {years} years old."]) == (ADULTS[years] or "none")


@pytest.mark.parametrize("attribute", [*names.attributes[:1], *country.attributes, *religion.attributes, Ages()])
@settings(max_examples=12)
@given(seed=st.integers(0, 10_000))
def test_a_child_is_of_the_group_that_it_is_tagged_with(attribute, seed):
    """Whoever introduces themselves by any entry is found again as of that group, and swapped into each other one."""
    draw = random.Random(seed)
    for group in attribute.groups:
        text = f"{attribute.introduction(group, 'en', draw)} May I bring my dog?"
        assert attribute.group_of([text]) == group
        for other in attribute.groups:
            swap = attribute.swapping([text], other, draw)
            assert swap is None or attribute.group_of([swap(text)]) == other


@pytest.mark.parametrize("entry", BY_ORIGIN.entries[::9], ids=lambda entry: entry.forms[0])
def test_names_are_found_as_they_are_written(entry):
    """In a sentence and in capitals, with a possessive behind; not inside another word or in small letters."""
    (name,) = entry.forms
    for text in (f"Ask {name}.", f"ASK {name.upper()}!", f"{name}'s dog"):
        assert [each.entry for each in BY_ORIGIN.find(text)] == [entry]
    for text in (f"Ask {name}xx", f"{{{{ {name} }}}}", f"https://h.example/{name}", f"{name}@h.example"):
        assert list(BY_ORIGIN.find(text)) == []


@pytest.mark.parametrize(
    ("verb", "many"),
    [
        ("goes", "go"),
        ("does", "do"),
        ("tries", "try"),
        ("dies", "die"),
        ("ties", "tie"),
        ("buzzes", "buzz"),
        ("watches", "watch"),
        ("mixes", "mix"),
        ("uses", "use"),
        ("pass", "pass"),
        ("ran", "ran"),
        ("as", "as"),
        ("HAS", "HAVE"),
        ("Was", "Were"),
        ("isn’t", "aren’t"),
        ("always", "always"),
    ],
)
def test_verbs_of_many(verb, many):
    """Endings of the third person go, irregular ones are known, and what is no such verb stays."""
    assert plural(verb) == many
    assert plural(many) == many or many.lower() in ("does", "goes")


@pytest.mark.parametrize(
    ("word", "article"),
    [
        ("honest", "an"),
        ("hour", "an"),
        ("heir", "an"),
        ("house", "a"),
        ("Honolulan", "a"),
        ("European", "a"),
        ("Ugandan", "a"),
        ("Ukrainian", "a"),
        ("uncle", "an"),
        ("unique", "a"),
        ("one", "a"),
        ("Omani", "an"),
        ("8", "an"),
        ("18", "an"),
        ("11", "an"),
        ("19", "a"),
        ("80", "an"),
        ("180", "a"),
    ],
)
def test_articles_by_sound(word, article):
    """What is heard decides, in capitals too; a word that only ends like an article is none."""
    assert agreeing("xx a ", word) == f"xx {article} "
    assert agreeing("xx an ", word) == f"xx {article} "
    assert agreeing("xx A ", word) == f"xx A{article[1:]} "
    assert agreeing("extra ", word) == "extra "


@pytest.mark.parametrize(
    ("text", "gender", "of_words"),
    [
        ("He left.", "male", {"male"}),
        ("She and her son left.", "mixed", {"male", "female"}),
        ("My wife left.", "none", {"female"}),
        ("300 ms or mr x", "none", set()),
        ("Ms. Ray left her bag.", "female", {"female"}),
        ("They left.", "none", set()),
        ("Sheila heard the theme.", "none", set()),
        ("", "none", set()),
    ],
)
def test_genders_of_texts(text, gender, of_words):
    """Pronouns decide; words of a gender alone are found and say nothing of who asks."""
    assert (gender_of(text), words_of_gender(text)) == (gender, of_words)


@pytest.mark.parametrize("text", ["Doeſ ſhe leave hiſ bag?", "Hıs bag ıs here. Is hİs?", "Er ſagt, ſeine Frau kommt."])
def test_old_and_foreign_letters_are_no_pronouns(text):
    """A long s and a dotless i stand in no English pronoun, and hold no swap up."""
    assert (gender_of(text), words_of_gender(text)) == ("none", set())
    assert all(each.turns[0].content != text for each in children(text, ["pronouns"]))


@settings(max_examples=50)
@given(st.lists(st.sampled_from(["he can", "him", "his dog", "himself", "my brother", "the man", "a boy"]), min_size=1))
def test_men_become_women_and_men_again(parts):
    """Forms that each gender has one of go there and back."""
    text = ", ".join(parts) + "."
    there = regendered(text, "female")
    assert words_of_gender(there) == {"female"}
    assert regendered(there, "male") == text


@pytest.mark.parametrize(
    ("chosen", "what"),
    [
        ([], "`swap` is empty"),
        ({}, "`swap` is empty"),
        (3, "`swap` takes names and lists of words"),
        ([3], "`swap` takes names and lists of words"),
        (["name"], "did you mean `names`"),
        (["zzz"], "ours are "),
        (["names", "names"], "names `names` twice"),
        ({"names": {"a": ["x", "y"], "b": ["z", "w"]}}, "is a swap of ours"),
        ({"names": "english"}, "takes at least two of its groups"),
        ({"names": ["english"]}, "takes at least two of its groups"),
        ({"age": ["young", "ancient"]}, "`age` has no group `ancient`"),
        ({"brands": {"ours": ["x", "y"]}}, "has one list"),
        ({"brands": {"ours": "x", "theirs": ["z", "w"]}}, "`brands.ours` is no list"),
        ({"brands": {"ours": [["x"], "y"], "theirs": ["z", "w"]}}, "an entry that is no text"),
        ({"brands": {"ours": ["x", " "], "theirs": ["z", "w"]}}, "an empty entry"),
        ({"brands": {"ours": ["x", "x "], "theirs": ["z", "w"]}}, "1 entry"),
        ({"brands": {"ours": [], "theirs": ["z", "w"]}}, "0 entries"),
        ({"brands": {"ours": ["x", "y"], "theirs": ["X", "w"]}}, "stands in two groups"),
        ({"brands": {"ours": [f"x{n}" for n in range(MOST_WORDS)], "theirs": ["z", "w"]}}, "more than 2,000 words"),
    ],
)
def test_each_mistake_in_swaps_is_told(chosen, what):
    """One sentence that says which part is wrong."""
    with pytest.raises(Mistake, match=re.escape(what)):
        swaps(chosen)


def test_words_of_the_user_are_swapped_whole():
    """In any case, as whole words, for one of the other list."""
    chosen = {"brands": {"ours": ["Acme", "Bolt"], "theirs": ["Zest", "Zinc"]}}
    found = swapped("Is ACME better than bolts?", chosen, "theirs")
    assert found in ("Is ZEST better than bolts?", "Is ZINC better than bolts?")
    assert children("Is Acmes better?", chosen) == []


TALK = (
    Message("system", "Be brief."),
    Message("user", "one"),
    Message("assistant", "two"),
    Message("user", "three"),
    Message("assistant", "four"),
)


def test_the_last_question_is_the_one_that_is_changed():
    """Turns before and behind it stay, and tags are added to those that are there."""
    one = Case(id="c", turns=TALK, tags={"a": "b"})
    harder = child(one, "fam", "xx", Dose(1, 0.5, 0), more="m")
    assert asked(one) == "three"
    assert [turn.content for turn in harder.turns] == ["Be brief.", "one", "two", "xx", "four"]
    assert harder.tags == {"a": "b", "family": "fam", "strength": "0.5", "more": "m"}
    assert harder.id.startswith("c~fam-")
    assert asked(Case(id="c", turns=TALK[:1])) == ""


@pytest.mark.parametrize(
    ("guarded", "turns", "prompt"),
    [
        ("Guard me.", TALK, "Guard me."),
        ("", TALK, "Be brief."),
        (" \n", TALK, "Be brief."),
        ("", (Message("developer", "Dev."), Message("user", "q")), "Dev."),
        ("", (Message("system", " "), Message("user", "q")), PLAIN_SYSTEM),
        ("", TALK[1:2], PLAIN_SYSTEM),
    ],
)
def test_the_prompt_that_an_attack_goes_against(guarded, turns, prompt):
    """The user's own before the case's, and a plain one where there is none."""
    one = Case(id="c", turns=turns)
    setting = Setting(one, dice(one, "x", 0, Dose(1)), guarded)
    assert setting.prompt == prompt
    told = setting.told("More.", "xx")
    assert (told[0].role, told[0].content) == ("system", f"{prompt}\n\nMore.")
    assert sum(turn.role in ("system", "developer") for turn in told) == 1


def test_several_turns_stand_in_the_place_of_one():
    """What was said before the last question and behind it stays around an attack."""
    one = Case(id="c", turns=TALK)
    asks = Setting(one, dice(one, "x", 0, Dose(1)), "").asks("a", "b")
    assert [turn.content for turn in asks] == ["Be brief.", "one", "two", "a", "b", "four"]


@pytest.mark.parametrize("family", sorted({*KINDS["attack"], *ON_DEMAND["attack"]}))
def test_each_attack_stands_in_both_lists_of_risks(family):
    """Every technique has an id of 2026 that has one of 2025, and an ATLAS technique."""
    attack = find_probe("attack", family)
    for technique in attack.techniques:
        assert re.fullmatch(r"LLM\d\d:2025", OWASP_2025[technique.owasp or attack.owasp])
        assert re.fullmatch(r"AML\.T\d{4}(?:\.\d{3})?", technique.atlas or attack.atlas)
    assert len({technique.name for technique in attack.techniques}) == len(attack.techniques)


@pytest.mark.parametrize(
    ("kind", "family", "said"),
    [
        ("robustness", "typo", "did you mean `typos`"),
        ("robustness", "names", "there is no probe `names` for robustness"),
        ("fairness", "typos", "known are names"),
        ("attack", "jailbreaks", "did you mean `jailbreak`"),
        ("attack", "adaptiv", "did you mean `adaptive`"),
        ("robustness", "", "known are abbreviations"),
    ],
)
def test_probes_that_there_are_not(kind, family, said):
    """The nearest of its kind is named, those on demand too; else all are."""
    with pytest.raises(Mistake, match=said):
        find_probe(kind, family)


def test_families_of_a_kind_are_those_of_its_table():
    """In the table's order; those on demand are not used where all are."""
    for kind in ("attack", "fairness"):
        assert families(kind) == tuple(KINDS[kind])
    assert "adaptive" not in families("attack")
    assert find_probe("attack", "adaptive").name == "adaptive"


def test_a_case_of_nobody_has_no_children_of_fairness():
    """A question without a mention is not swapped, and introduces somebody only where that is wished for."""
    assert children(case_of("Where is it?"), None) == []
    assert len(children("Where is it?", ["age"], introduce=True)) == 3
