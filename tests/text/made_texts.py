"""Random texts of several languages and scripts with references that are more or less near to them."""

import random

SPACED = {
    "en": "the quick ferries running lazily over relational 3.5 1,000 don't well-known (tide) happiness & sky skies "
    'U.S. "quoted" 50% organised generalisations dying the the a of, leaving; left.',
    "de": "Die Fähre fährt um 21:40 nach Saltholm über größere Straßen; täglich, außer Ä.",
    "ru": "Паром отправляется в порт завтра — утром ё, да.",
    "ar": "العبارة تغادر الميناء غدا صباحا",
}
VOCABULARY = {
    **{language: text.split() for language, text in SPACED.items()},
    "zh": list("渡轮明天早上九点出发，到达港口。“是”…"),
    "ja": list("フェリーは明日の朝に出発します。"),
    "th": list("เรือข้ามฟากออกเวลาเช้า"),
    "odd": ["🚢", "👩‍👩‍👧", "e\u0301", "\u200b", "\n", "-\n", "&amp;", "<skipped>", "x-1", "9-", "y", "_", "'s"],
}
_TOGETHER = ("zh", "ja", "th")
_LENGTHS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55)


def made(count, seed):
    """So many pairs of a text and one to three references."""
    draw = random.Random(seed)
    for _ in range(count):
        language = draw.choice(list(VOCABULARY))
        text = _text(draw, language)
        yield text, [_near(draw, language, text) for _ in range(draw.choice([1, 1, 2, 3]))]


def _text(draw, language):
    gap = "" if language in _TOGETHER else " "
    words = []
    for _ in range(draw.choice(_LENGTHS)):
        words.append(draw.choice(VOCABULARY[language if draw.random() < 0.93 else draw.choice(list(VOCABULARY))]))
        words.append(draw.choice([gap, gap, gap, gap, gap, " ", "\n"]))
    return "".join(words)


def _near(draw, language, text):
    if draw.random() < 0.2:
        return _text(draw, draw.choice(list(VOCABULARY)))
    gap = " " if " " in text else ""
    words = text.split(gap) if gap else list(text)
    for _ in range(draw.randint(0, 1 + len(words) // 4)):
        _change(draw, language, words)
    return gap.join(words)


def _change(draw, language, words):
    place, kind = draw.randrange(len(words) + 1), draw.random()
    if kind < 0.3:
        del words[place : place + 1]
    elif kind < 0.6:
        words[place : place + 1] = [draw.choice(VOCABULARY[language])]
    elif kind < 0.8:
        words.insert(place, draw.choice(VOCABULARY[language]))
    else:
        run = words[place : place + draw.randint(1, 4)]
        del words[place : place + len(run)]
        target = draw.randrange(len(words) + 1)
        words[target:target] = run
