"""Families of characters and words: exact examples at full strength, and the law that is special to each."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seatrial.core.case import Case
from seatrial.core.probe import Dose
from seatrial.core.request import Message
from seatrial.probes.robustness.accents import plain
from seatrial.probes.robustness.confusable import lookalikes
from seatrial.probes.robustness.deletion_characters import obeyed
from seatrial.probes.robustness.full_width import to_full, to_half
from seatrial.probes.robustness.homoglyph import twins
from seatrial.probes.robustness.invisible import INVISIBLE
from seatrial.probes.robustness.kana import to_hiragana, to_katakana
from seatrial.probes.robustness.keyboard import neighbours
from seatrial.probes.robustness.misspelling_lists import MISSPELT, misspelt, of_any_language
from seatrial.probes.robustness.unicode import to_ascii
from seatrial.probes.table import find_probe

EXAMPLES = {
    "insertion": [
        (
            "When does the ferry to Saltholm leave?",
            "",
            ["Whoen dioes thae fesrry to Saltholm leavge?", "Whqen domes tfhe femrry to Saltholm lfeave?"],
        ),
        ("Der Hund von Kim bellt", "de", ["Deor Hund vion Kim belalt", "Dqer Hund vmon Kim bfellt"]),
        ("船は何時に出ますか", "ja", ["船はの何時にた出ますか", "船はふ何時に出にますか"]),
        ("Où est le chien", "fr", ["Où esot le cihien", "Où eqst le chmien"]),
    ],
    "deletion": [
        (
            "When does the ferry to Saltholm leave?",
            "",
            ["Whe doe te ferr to Saltholm leav?", "Whn des th fery to Saltholm lave?"],
        ),
        ("船は何時に出ますか", "ja", ["船は何に出まか", "船は時にますか"]),
        ("nur 12.50 € bezahlt", "de", ["nu 12.50 € bezaht", "nu 12.50 € beahlt"]),
    ],
    "swap": [
        (
            "When does the ferry to Saltholm leave?",
            "",
            ["Wehn deos teh feryr to Saltholm leaev?", "Wehn dose teh frery to Saltholm laeve?"],
        ),
        ("船は何時に出ますか", "ja", ["船何は時出にますか", "は船何時にま出すか"]),
        ("one of two aa", "en", ["oen of tow aa"]),
    ],
    "substitution": [
        (
            "When does the ferry to Saltholm leave?",
            "",
            ["Wxen doxs tde fersy to Saltholm lyave?", "Whem dfes thf ferrv to Saltholm lelve?"],
        ),
        ("船は何時に出ますか", "ja", ["船る何時に出れすか", "船は何なにさますか"]),
        ("book XK-17 today", "en", ["bxok XK-17 toxay", "boom XK-17 tofay"]),
    ],
    "keyboard": [
        ("Please, where is the red car?", "en", ["Llease, ahere is ths rex far?", "Pleaee, whefe is tye ded csr?"]),
        ("Bitte, wo ist das rote Auto?", "de", ["Gitte, wo jst day rotd Auto?", "Bitts, wo isg dqs dote Auto?"]),
        ("Où est la voiture rouge ?", "fr", ["Où sst la foiture rougs ?", "Où esf la voitufe roige ?"]),
        ("Где красная машина", "ru", ["Рде врасная машинс", "Гда краснмя мащина"]),
    ],
    "misspellings": [
        ("Which separate tickets did you receive?", "en", ["Wich seperate tickets did you recieve?"]),
        (
            "Vielleicht fährt die letzte Fähre",
            "de",
            ["Vieleicht färt die lezte Fähre", "Vieleicht färt die letze Fähre"],
        ),
        (
            "Cuándo sale el barco, por favor",
            "es",
            ["Cuando sale el varco, por fabor", "Quando sale el varco, por fabor"],
        ),
        (
            "Combien coûte le voyage aujourd'hui ?",
            "fr",
            ["Conbien coûte le voyege aujourd'huis ?", "Conbien coûte le voyege aujourdhui ?"],
        ),
        ("They definitely leave at 9:00", "", ["Tehy definately leve at 9:00", "Tehy definately leav at 9:00"]),
    ],
    "ocr": [
        (
            "When does the ferry to Saltholm leave?",
            "",
            ["Whcn doe5 +he fcrry fo Saltholm 1eave?", "Wheri dces tlie ferrv fo Saltholm leove?"],
        ),
        ("modern corner clinic", "en", ["modcrn corncr cljnic", "modcrn ccrner cliuic"]),
        ("für die Größe", "de", ["fiir dic Größe", "fiir clie Größe"]),
        ("ソニンのハガキ", "ja", ["ソニソのハガキ", "ソニンの八ガキ"]),
    ],
    "case": [
        (
            "When does the ferry to Saltholm leave?",
            "",
            ["When Does ThE FeRrY tO sAlTholm LEaVe?", "whEn DoEs ThE FErry tO sALTHoLM LEaVE?"],
        ),
        ('Take XK-17 to the USA or "Hven"', "", ['Take XK-17 To thE USA OR "Hven"', 'taKe XK-17 To tHE USA OR "Hven"']),
        ("für die Straße", "de", ["Für DIe stRaSSE", "füR DIe sTRaSSE"]),
        ("где машина", "ru", ["Где МАшина", "гдЕ МАшИнА"]),
    ],
    "whitespace": [
        ("Hello, where is it?", "", ["Hello,where is it?", "Hello , where is it ?"]),
        ("ferry/boat (red)", "", ["ferry /boat  (red ) ", "ferry /boat  (red) "]),
        ("はい、船です。", "ja", ["はい 、船です 。", "はい 、 船です 。 "]),
        ("two words", "", ["two  words", "two\n\nwords"]),
    ],
    "special_characters": [
        ("dogs and cats, please!", "en", ["dogs and cats please", "dogs and cats,,, please!!!"]),
        ("Hund und Katze?", "de", ["Hund und Katze", "Hund und Katze???"]),
        ("perros y gatos", "es", ["perros* y? gatos^", "perros# y~ gatos;"]),
        ("salt & pepper", "en", ["salt  pepper", "salt &&& pepper"]),
    ],
    "accents": [
        ("Fähre für Schüler", "de", ["Fahre fur Schüler", "Faehre fuer Schüler"]),
        ("l'été à la gare", "fr", ["l'ete a la gare", "l'ètè á la gare"]),
        ("el niño pequeño", "es", ["el nino pequeno", "el ninno pequenno"]),
        ("Ёлка и мой", "ru", ["Елка и мои"]),
    ],
    "unicode": [
        ("l'été - ça va...", "fr", ["l’été – ça\xa0va…", "l'été - ça va..."]),
        ("für “uns” – gut…", "de", ["für\xa0“uns”\xa0–\xa0gut…", "für “uns” – gut…"]),
        ("ﬁn", "en", ["fin"]),
        ("office staff's file", "en", ["oﬃce\xa0staﬀ’s\xa0ﬁle"]),
    ],
    "full_width": [
        ("ferry at 21:40?", "en", ["ｆｅｒｒｙ ａｔ 21:40？"]),
        ("フェリーのガイド、パン。", "ja", ["ﾌｪﾘｰのｶﾞｲﾄﾞ､ﾊﾟﾝ｡"]),
        ("ｆｅｒｒｙ", "ja", ["ferry"]),
    ],
    "kana": [
        ("ふねはいつでますか", "ja", ["フネハイツデマスカ"]),
        ("フェリーのりば", "ja", ["フェリーノリバ", "ふぇりーのりば"]),
        ("東京 ヴァイオリン", "ja", ["東京 ゔぁいおりん"]),
    ],
    "invisible": [
        (
            "the red car",
            "",
            ["t\xadh\u2060e r\u2060e\xadd c\u200da\xadr", "t\ufeffh\u200be r\ufeffe\ufeffd c\u200ca\u200dr"],
        ),
        (
            "Ride XK-17 now",
            "",
            ["R\xadi\u2060d\u2060e XK-17 n\xado\u200dw", "R\ufeffi\u200bd\ufeffe XK-17 n\ufeffo\u200cw"],
        ),
        ("東京は", "ja", ["東\xad京\u2060は", "東\ufeff京\u200bは"]),
    ],
    "deletion_characters": [
        ("the red car", "", ["tq\x08hf\x7fe rx\x08er\x7fd cr\x7fax\x7fr", "ti\x7fhj\x7fe rp\x08ex\x08d cs\x7fam\x7fr"]),
        ("at 21:40 sharp", "", ["aq\x08t 21:40 sf\x7fhx\x08ar\x7frr\x7fp", "ai\x7ft 21:40 sj\x7fhp\x08ax\x08rs\x7fp"]),
        ("東京は", "ja", ["東q\x08京f\x7fは", "東i\x7f京j\x7fは"]),
    ],
    "homoglyph": [
        ("peace of Saltholm", "", ["реасе οf Saltholm"]),
        ("Где сад", "ru", ["Γдe caд"]),
        ("EXIT HERE now", "", ["EXIT HERE nοw"]),
    ],
    "confusable": [
        ("peace of Saltholm", "", ["ⲣ𝑒𝐚𝖼е σꬵ Saltholm", "ϱ𝖾ас𝐞 𝐨𝚏 Saltholm"]),
        ("quick whiz", "", ["𝐪𝑢ⅰ𝖼𝐤 ԝһ𝐢ᴢ", "զ𝗎ɩс𝗄 𝑤ℎι𝑧"]),
    ],
    "emoji": [
        (
            "Does the dog need a ticket?",
            "en",
            [
                "Does 🙂 the 🔥 dog 👩\u200d👩\u200d👧 need 🙂 a 😭 ticket 👍?",
                "Does 😀 the 🎉 dog 🙂 need 🔥 a 😭 ticket 🙂?",
            ],
        ),
        (
            "Fährt der Zug mit dem Hund",
            "de",
            ["Fährt 🙂 der 🔥 Zug mit 👩\u200d👩\u200d👧 dem 🙂 Hund", "Fährt 😀 der 🎉 Zug mit 🙂 dem 🔥 Hund"],
        ),
        ("船は何時ですか", "ja", ["船は何時ですか 🙂", "船は何時ですか 😀"]),
    ],
    "right_to_left": [
        (
            "the red car",
            "",
            ["\u202athe\u202c \u2068red\u2069 \u2067car\u2069", "\u202eeht\u202c \u202eder\u202c \u202erac\u202c"],
        ),
        ("מתי יוצאת", "he", ["\u202aמתי\u202c \u2068יוצאת\u2069", "\u202dיתמ\u202c \u202dתאצוי\u202c"]),
        ("at 21:40 now", "", ["\u202aat\u202c 21:40 \u2068now\u2069", "\u202eta\u202c 21:40 \u202ewon\u202c"]),
    ],
    "repeated_words": [
        ("The red car", "", ["The the red red car car"]),
        ("船は何時", "ja", ["船は何時船は何時"]),
    ],
    "fillers": [
        (
            "when does it leave",
            "en",
            ["when basically does I mean, it um, leave", "when um, does well, it sort of leave"],
        ),
        (
            "wann fährt sie ab",
            "de",
            ["wann eigentlich fährt na ja, sie äh, ab", "wann äh, fährt also, sie irgendwie ab"],
        ),
        (
            "cuándo sale el barco",
            "es",
            ["cuándo o sea, sale digamos, el eh, barco", "cuándo eh, sale bueno, el la verdad, barco"],
        ),
        (
            "quand part le bateau",
            "fr",
            ["quand bon, part en fait, le euh, bateau", "quand euh, part enfin, le du coup, bateau"],
        ),
        ("船は何時に出ますか。", "ja", ["船はええと、何時にまあ、出ますか。", "船はえっと、何時にあの、出ますか。"]),
    ],
}
"""Family -> question, language, its children at full strength."""
QUESTION = "Please tell me when the last ferry to Saltholm leaves, and whether a dog needs a ticket of its own?"
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz ABC XYZ.,", max_size=60)


def texts(family, text, language="", dose=Dose(2, 1.0)):  # noqa: B008
    tags = {"language": language} if language else {}
    asked = Case(id="c", turns=(Message("user", text),), tags=tags)
    return [child.turns[-1].content for child in find_probe("robustness", family).children(asked, dose)]


@pytest.mark.parametrize(
    ("family", "text", "language", "made"),
    [(family, *row) for family, rows in EXAMPLES.items() for row in rows],
)
def test_examples(family, text, language, made):
    """At full strength these children and no others are made."""
    assert texts(family, text, language) == made


@pytest.mark.parametrize("family", sorted(EXAMPLES.keys() - {"kana", "accents", "full_width"}))
def test_the_stronger_the_more_is_changed(family):
    """At 0 nothing is changed, and more at 0.9 than at 0.1."""

    def changed(strength):
        made = texts(family, QUESTION, "en", Dose(40, strength))
        return sum(
            len(set(QUESTION.split(" ")) - set(text.split(" "))) + abs(len(text) - len(QUESTION)) for text in made
        )

    assert texts(family, QUESTION, "en", Dose(5, 0.0)) == []
    assert changed(0.9) > changed(0.1) > 0


@given(LETTERS)
@settings(max_examples=50, deadline=None)
def test_invisible_signs_leave_what_is_seen(text):
    """Without the signs that have no width a child is its original."""
    for made in texts("invisible", text):
        assert made.translate(dict.fromkeys(map(ord, INVISIBLE))) == text


@given(LETTERS)
@settings(max_examples=50, deadline=None)
def test_obeyed_deletions_give_the_original(text):
    """Where control characters are obeyed, the question is seen as it was."""
    assert all(obeyed(made) == text for made in texts("deletion_characters", text))


def test_deletions_before_anything_are_obeyed_too():
    """There is nothing to take away at the beginning."""
    assert obeyed("\b\x7fab\bc") == "ac"


@given(LETTERS)
@settings(max_examples=50, deadline=None)
def test_homoglyphs_go_back(text):
    """Each letter has its twin, so the twins of a child give the original."""
    back = {ord(other): one for one, others in twins().items() if one.isascii() for other in others}
    assert all(made.translate(back) == text for made in texts("homoglyph", text))


def test_twins_are_other_scripts_letters_of_one_case():
    """A capital looks like a capital."""
    for letter, others in twins().items():
        for other in others:
            assert other != letter
            assert unicodedata.category(other) == unicodedata.category(letter) or not letter.isascii()


def test_lookalikes_are_no_ascii_and_not_twice():
    """Each stands for one letter, and none is the letter itself."""
    for letter, others in lookalikes().items():
        assert len(set(others)) == len(others)
        assert not any(other.isascii() for other in others), letter
    assert set("abcdefghijklmnopqrstuvwxyz") <= lookalikes().keys()
    assert unicodedata.normalize("NFKC", lookalikes()["k"]) == "kkkk"


@given(st.text(st.characters(min_codepoint=0x3041, max_codepoint=0x3096), max_size=30))
def test_kana_there_and_back(text):
    """Katakana of hiragana are hiragana again."""
    assert to_hiragana(to_katakana(text)) == text


@given(st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), max_size=30))
def test_full_width_there_and_back(text):
    """Half width of full width is ASCII again, and Unicode says the same."""
    assert to_half(to_full(text)) == text == unicodedata.normalize("NFKC", to_full(text))


@given(st.text("アイウガギパピフヴーッャ。、", max_size=20))
def test_half_width_katakana_mean_the_same(text):
    """Unicode's compatibility form of half-width katakana is the original."""
    assert unicodedata.normalize("NFKC", to_half(text)) == text


@pytest.mark.parametrize(
    ("text", "ascii_"),
    [
        ("Fähre für Größe", "Fahre fur Grosse"),
        ("“Ça” – l’été…", '"Ca" - l\'ete...'),
        ("Łódź, Ærø, Đà Nẵng", "Lodz, AEro, Da Nang"),
        ("¿Dónde?", "?Donde?"),
        ("東京", "東京"),
    ],
)
def test_to_ascii(text, ascii_):
    """What has a form in ASCII gets it; what has none stays."""
    assert to_ascii(text) == ascii_


@given(st.text(max_size=20))
def test_decomposed_text_is_the_same_to_unicode(text):
    """Letters without accents are what remains of the decomposed form."""
    assert all(not unicodedata.combining(sign) for letter in text if letter.isalpha() for sign in plain(letter))


def test_keys_touch_each_other():
    """A key beside another has that one beside it, too."""
    beside = neighbours(("qwertyuiop", "asdfghjkl", "zxcvbnm"))
    assert set(beside["g"]) == set("fhtyvb")
    assert set(beside["q"]) == set("wa")
    assert all(key in beside[other] for key, others in beside.items() for other in others)


def test_the_tag_chooses_the_keyboard():
    """Codes with a region and names of languages are understood; an unknown language has the commonest keyboard."""
    assert texts("keyboard", "Zuzug zahlt zwei", "de") == texts("keyboard", "Zuzug zahlt zwei", "de_CH")
    assert texts("keyboard", "Zuzug zahlt zwei", "German") == texts("keyboard", "Zuzug zahlt zwei", "de")
    assert texts("keyboard", "Zuzug zahlt zwei", "de") != texts("keyboard", "Zuzug zahlt zwei", "en")
    assert texts("keyboard", "Zuzug zahlt zwei", "sw") == texts("keyboard", "Zuzug zahlt zwei", "")


@pytest.mark.parametrize("language", list(MISSPELT))
def test_misspellings_are_wrong(language):
    """No word is given as a misspelling of itself, and each stands once."""
    words = misspelt(language)
    assert len(words) == len(MISSPELT[language].split()) >= 40
    assert all(wrong and word not in wrong for word, wrong in words.items())
    assert all(word == word.lower() for word in words)


def test_misspellings_without_a_language_are_safe():
    """Short words, and words of several languages, are left out."""
    assert all(len(word) > 3 for word in of_any_language())
    assert "hotel" not in of_any_language()
    assert texts("misspellings", "a la des und the") == []


@pytest.mark.parametrize("family", ["insertion", "deletion", "swap", "substitution", "keyboard", "typos"])
def test_slips_spare_what_decides(family):
    """Numbers, codes and names stand in every child of a Japanese, an Arabic and an English question."""
    for text in (
        "船は21:40に出ますか、XK-17",
        "متى تغادر العبارة 21:40 XK-17",
        "Does XK-17 leave at 21:40 for Saltholm",
    ):
        for made in texts(family, text, dose=Dose(5, 1.0)):
            assert "21:40" in made
            assert "XK-17" in made
            assert ("Saltholm" in text) == ("Saltholm" in made)
