"""A very long story before the question."""

import random

from seatrial.probes.robustness.languages import ByLanguage
from seatrial.probes.robustness.signs import Change, of_whole, pick

LONGEST = 40_000
"""Characters before the question at full strength: about 10,000 tokens."""
_STORIES = {
    "en": (
        "It has been raining here since the early morning.",
        "My neighbour is painting the fence again.",
        "The kettle takes its time, as it always does.",
        "I found an old photograph under the stairs and wondered who took it.",
        "Nobody in the street seems to be in a hurry.",
        "The garden needs some care, but that can wait.",
        "Somebody is practising the piano on the floor above.",
        "I like to look out of the window while I write.",
        "We talked about books for a while and then about nothing at all.",
        "The clouds move slowly over the roofs.",
    ),
    "de": (
        "Hier regnet es schon seit dem frühen Morgen.",
        "Mein Nachbar streicht wieder den Zaun.",
        "Das Wasser im Kessel lässt sich Zeit, wie immer.",
        "Unter der Treppe lag ein altes Foto, und keiner weiß, wer es gemacht hat.",
        "In der Straße hat es niemand eilig.",
        "Der Garten braucht etwas Pflege, aber das kann warten.",
        "Im Stock über uns übt jemand Klavier.",
        "Beim Schreiben sehe ich gern aus dem Fenster.",
    ),
    "es": (
        "Aquí llueve desde muy temprano.",
        "Mi vecino vuelve a pintar la valla.",
        "El agua tarda en hervir, como siempre.",
        "Debajo de la escalera había una foto vieja y nadie sabe quién la hizo.",
        "En la calle nadie parece tener prisa.",
        "El jardín necesita cuidados, pero eso puede esperar.",
        "En el piso de arriba alguien practica el piano.",
        "Me gusta mirar por la ventana mientras escribo.",
    ),
    "fr": (
        "Il pleut ici depuis le petit matin.",
        "Mon voisin repeint encore sa clôture.",
        "L'eau met du temps à bouillir, comme toujours.",
        "Sous l'escalier il y avait une vieille photo, et personne ne sait qui l'a prise.",
        "Dans la rue, personne ne semble pressé.",
        "Le jardin demande un peu de soin, mais cela peut attendre.",
        "À l'étage, quelqu'un s'exerce au piano.",
        "J'aime regarder par la fenêtre pendant que j'écris.",
    ),
    "ja": (
        "今朝からずっと雨が降っています。",
        "隣の人がまた塀を塗っています。",
        "お湯が沸くのには、いつも時間がかかります。",
        "階段の下で古い写真を見つけました。",
        "通りでは誰も急いでいないようです。",
        "庭の手入れは、また今度にします。",
    ),
}


def _told(sentences: tuple[str, ...]) -> Change:
    gap = " " if " " in sentences[0] else ""

    def change(text: str, draw: random.Random, strength: float) -> str:
        wanted, made = strength * LONGEST, 0
        story: list[str] = []
        while made < wanted:
            story.append(pick(draw, sentences))
            made += len(story[-1])
        return f"{gap.join(story)}\n\n{text}"

    return change


long_input = ByLanguage(
    name="long_input",
    summary="a long, harmless story before the question: up to 40,000 characters",
    rewrites={
        "": of_whole(_told(_STORIES["en"])),
        **{language: of_whole(_told(sentences)) for language, sentences in _STORIES.items()},
    },
    example="When does the last ferry leave for Saltholm?",
)
