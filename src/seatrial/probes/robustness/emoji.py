"""Emoji put in, or in the place of words."""

import random
import re

from seatrial.probes.rewording import Rewording
from seatrial.probes.robustness.signs import in_words, one_of, pick

_FACES = ("🙂", "😀", "🤔", "🙏", "👍", "❤️", "😅", "🔥", "✨", "👀", "🎉", "😭", "🤷‍♀️", "👩‍👩‍👧", "🏴‍☠️", "👋🏽")
"""Also joined ones, and one with a skin tone: several code points that are seen as one."""
_WORDS = {
    "⛴️": "ferry ferries fähre fähren transbordador フェリー",
    "🚢": "ship boat schiff barco bateau 船",
    "🚆": "train zug tren 電車",
    "🚗": "car auto coche voiture 車",
    "🚲": "bicycle bike fahrrad bicicleta vélo 自転車",
    "🐕": "dog dogs hund perro chien 犬",
    "🐈": "cat katze gato chat 猫",
    "🧳": "luggage gepäck equipaje bagages 荷物",
    "🎫": "ticket tickets fahrkarte billete billet 切符",
    "💶": "price cost preis precio prix",
    "💳": "card karte tarjeta carte",
    "🕘": "time uhrzeit hora heure 時間",
    "🏝️": "island insel isla île 島",
    "👶": "baby bebé bébé",
    "🧒": "child kind niño enfant 子供",
    "☀️": "sun sonne sol soleil",
    "🌧️": "rain regen lluvia pluie 雨",
    "📅": "date datum fecha calendar kalender calendario calendrier",
    "📞": "phone telephone telefon teléfono téléphone 電話",
    "✉️": "mail e-mail email correo 手紙",
    "☕": "coffee kaffee café",
    "🏨": "hotel hôtel ホテル",
    "❓": "question frage pregunta 質問",
    "🙏": "please bitte",
}
OF_WORD = {word: sign for sign, words in _WORDS.items() for word in words.split()}
"""What stands for each word."""
_UNSPACED = "|".join(sorted((word for word in OF_WORD if word[0] > "\u3000"), key=len, reverse=True))
_KNOWN = re.compile(rf"{_UNSPACED}|(?:e-)?[^\W\d_]+")
_GAP = re.compile(r"(?<=[^\W\d_])(?=[\s.,;:!?]|$)|(?<=[。、！？])")


def _in_place_of(word: str, draw: random.Random) -> str:
    return OF_WORD.get(word.lower(), word)


def _put_in(nothing: str, draw: random.Random) -> str:
    return f" {pick(draw, _FACES)}"


emoji = Rewording(
    name="emoji",
    summary="emoji behind words, or in the place of some: ⛴️ for ferry",
    rewrite=one_of(in_words(_in_place_of, _KNOWN), in_words(_put_in, _GAP)),
    example="When does the last ferry leave, and can I bring a dog?",
)
