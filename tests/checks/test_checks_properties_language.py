"""Checks of language, sentiment and readability."""

import subprocess
import sys

import msgspec
import pytest

from seatrial.checks.evidence import evidence_of
from seatrial.checks.judge import judge_text
from seatrial.checks.table import build_check
from seatrial.core.errors import Mistake

SPANISH = "El último barco sale a las nueve de la noche."
ENGLISH = "The last ferry leaves from the pier at nine."
GERMAN = "Die letzte Fähre fährt um zwanzig vor zehn."


def tagged(text, language, where="case"):
    """Evidence whose case (or interaction) has a tag `language`."""
    evidence = evidence_of(text)
    if where == "interaction":
        changed = msgspec.structs.replace(evidence.interaction, tags={"language": language})
        return msgspec.structs.replace(evidence, interaction=changed, case=None)
    return msgspec.structs.replace(evidence, case=msgspec.structs.replace(evidence.case, tags={"language": language}))


@pytest.mark.parametrize(
    ("spec", "text", "passed"),
    [
        ({"language": "es"}, SPANISH, True),
        ({"language": "es"}, ENGLISH, False),
        ({"language": ["es", "en"]}, ENGLISH, True),
        ({"language": ["es", "en"]}, GERMAN, False),
        ({"language": "en-GB"}, ENGLISH, True),
        ({"language": {"expect": "de", "among": ["de", "en"]}}, GERMAN, True),
        ({"language": {"expect": "de", "among": ["en", "es"]}}, GERMAN, True),
        ({"language": {"expect": "en", "among": ["de", "es", "fr"]}}, SPANISH, False),
        ({"language": "es"}, "Yes.", None),
        ({"language": "es"}, "", None),
        ({"language": "es"}, "21:40", None),
        ("language", ENGLISH, None),
    ],
)
def test_language(spec, text, passed):
    """The language is one of those that are wanted; what is too short to tell is not judged."""
    assert judge_text(spec, text).passed is passed


@pytest.mark.parametrize("where", ["case", "interaction"])
@pytest.mark.parametrize(
    ("tag", "text", "passed"),
    [
        ("es", SPANISH, True),
        ("es-MX", SPANISH, True),
        ("es", ENGLISH, False),
        ("tlh", ENGLISH, None),
        ("", ENGLISH, None),
    ],
)
def test_the_tag_says_the_language(where, tag, text, passed):
    """Without an argument the tag decides, in live traffic that of the interaction; an unknown tag is not judged."""
    assert build_check("language").judge(tagged(text, tag, where)).passed is passed


def test_the_argument_wins_over_the_tag():
    """A check that names a language does not ask the case."""
    assert build_check({"language": "en"}).judge(tagged(ENGLISH, "es")).passed is True


def test_the_score_says_what_was_found():
    """The label is the language that was read, the truth the one that was wanted: a confusion matrix can be made."""
    score = judge_text({"language": "es"}, ENGLISH)
    assert (score.label, score.truth) == ("en", "es")
    assert "`en`" in score.reason
    assert judge_text({"language": ["es", "fr"]}, ENGLISH).truth == ""


@pytest.mark.parametrize(
    "spec", [{"language": "xx"}, {"language": "spanish"}, {"language": []}, {"language": {"among": ["q"]}}]
)
def test_unknown_languages_are_mistakes(spec):
    """A code that the model cannot tell is refused when the suite is read."""
    with pytest.raises(Mistake, match="language"):
        build_check(spec)


@pytest.mark.parametrize(
    ("line", "text", "passed", "label"),
    [
        ("sentiment >= 0.05", "VADER is smart, handsome, and funny.", True, "positive"),
        ("sentiment >= 0.05", "Today SUX!", False, "negative"),
        ("sentiment >= -0.05", "The ferry leaves at nine.", True, "neutral"),
        ("sentiment >= -0.5", "Today SUX!", False, "negative"),
        ("sentiment > 0", "", False, "neutral"),
    ],
)
def test_sentiment(line, text, passed, label):
    """The compound value is held to the limit, and its class is the label."""
    score = judge_text(line, text)
    assert (score.passed, score.label) == (passed, label)


def test_the_value_is_that_of_the_paper():
    """The measure is VADER's own, to four digits."""
    assert judge_text("sentiment >= 0", "The book was good.").value == pytest.approx(0.4404, abs=1e-4)


@pytest.mark.parametrize("text", [SPANISH, GERMAN])
def test_sentiment_of_another_language_is_not_judged(text):
    """The word list is English, so that silence about another language is no neutral."""
    score = judge_text("sentiment >= 0.05", text)
    assert score.passed is None
    assert "English" in score.reason


def test_the_tag_decides_whether_a_text_is_english():
    """A tag wins over what the letters look like."""
    check = build_check("sentiment >= 0.05")
    assert check.judge(tagged("Super!", "de")).passed is None
    assert check.judge(tagged("Great, thanks!", "en-GB")).passed is True


def test_a_long_text_has_no_sentiment():
    """Ten thousand characters are read, no more, since the time grows with their square."""
    assert judge_text("sentiment >= 0", "good " * 2_000).passed is True
    assert judge_text("sentiment >= 0", "good " * 2_001).passed is None


@pytest.mark.parametrize("line", ["sentiment >= 2", "sentiment >= 5%", "sentiment <= -1.5"])
def test_limits_that_no_sentiment_has(line):
    """Limits outside of -1 to 1 are refused."""
    with pytest.raises(Mistake):
        build_check(line)


PLAIN = "The last boat goes at nine. It stops at the red pier. You can buy a seat on board."
HEAVY = (
    "Notwithstanding considerations, transportation availability necessitates "
    "reservation confirmation immediately beforehand, obviously."
)


@pytest.mark.parametrize(
    ("line", "text", "passed"),
    [
        ("readability <= 8", PLAIN, True),
        ("readability <= 8", HEAVY, False),
        ("readability.flesch_kincaid <= 8", PLAIN, True),
        ("readability.flesch_reading_ease >= 60", PLAIN, True),
        ("readability.flesch_reading_ease >= 60", HEAVY, False),
        ("readability.gunning_fog <= 10", PLAIN, True),
        ("readability.smog <= 10", PLAIN, True),
        ("readability.coleman_liau <= 10", HEAVY, False),
        ("readability.automated <= 10", PLAIN, True),
        ("readability.amstad >= 60", "Das letzte Boot legt um neun Uhr ab und hält am roten Steg.", True),
        ("readability.wiener <= 6", "Das letzte Boot legt um neun Uhr ab und hält am roten Steg.", True),
        ("readability.fernandez_huerta >= 60", "El barco sale a las nueve y llega al muelle rojo a las diez.", True),
        (
            "readability.kandel_moles >= 60",
            "Le bateau part à neuf heures du quai rouge et il arrive à dix heures.",
            True,
        ),
        ("readability <= 8", "Too short.", None),
        ("readability <= 8", "", None),
        ("readability <= 8", "```\ncode " + "word " * 50 + "\n```", None),
    ],
)
def test_readability(line, text, passed):
    """Each formula holds its limit; a text of fewer than ten words has no readability."""
    assert judge_text(line, text).passed is passed


def test_reading_ease_follows_the_language():
    """In German the ease is Amstad's, and a formula that is not made for the language is not judged."""
    german = tagged("Das letzte Boot legt um neun Uhr ab und hält am roten Steg.", "de-CH")
    assert "amstad" in build_check("readability.flesch_reading_ease >= 60").judge(german).reason
    assert build_check("readability <= 8").judge(german).passed is None
    assert build_check("readability.wiener <= 8").judge(tagged(PLAIN, "en")).passed is None


def test_readability_names_its_formula():
    """The reason says value, formula and source."""
    score = judge_text("readability.smog <= 10", PLAIN)
    assert "smog (McLaughlin 1969)" in score.reason
    assert score.name == "readability.smog"


def test_a_megabyte_has_no_readability():
    """Beyond two hundred thousand characters there is no verdict."""
    assert judge_text("readability <= 8", PLAIN * 12_000).passed is None


@pytest.mark.parametrize("line", ["readability.ease >= 60", "readability <= 8s", "readability"])
def test_readability_refuses_what_it_does_not_know(line):
    """Unknown formulas, units and a missing limit are mistakes."""
    with pytest.raises(Mistake, match=r"readability|<= 8"):
        build_check(line)


@pytest.mark.parametrize(
    ("module", "spec"),
    [
        ("py3langid", "{'language': 'es'}"),
        ("vaderSentiment", "'sentiment >= 0'"),
        ("sqlglot", "'valid_sql'"),
        ("phonenumbers", "'personal_data'"),
        ("stdnum", "{'personal_data': ['iban']}"),
    ],
)
def test_a_missing_extra_is_a_mistake_of_the_suite(module, spec):
    """Without the optional package the check is refused as it is built, with the command that installs it."""
    program = (
        f"import sys; sys.modules[{module!r}] = None\n"
        "from seatrial.checks.table import build_check\nfrom seatrial.core.errors import MissingExtra\n"
        f"try: build_check({spec})\nexcept MissingExtra as error: print(error)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert "pip install 'seatrial[text]'" in done.stdout


def test_what_needs_no_extra_works_without():
    """Addresses, cards and hosts are looked for by ourselves."""
    program = (
        "import sys\nfor name in ('phonenumbers', 'stdnum'): sys.modules[name] = None\n"
        "from seatrial.checks.judge import judge_text\n"
        "print(judge_text({'personal_data': ['email', 'card', 'ip']}, 'a@b.org').passed)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
