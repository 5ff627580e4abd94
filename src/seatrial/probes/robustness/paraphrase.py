"""The same question in another form, by templates of our own."""

import random
import re

from seatrial.probes.robustness.signs import pick
from seatrial.probes.robustness.worded import Reword, Worded, verified

_EN = (
    (r"How much is (.+)\?", r"What is the price of \1?"),
    (r"How much is (.+)\?", r"What does \1 cost?"),
    (r"What does (.+?) cost(.*)\?", r"How much is \1\2?"),
    (r"What does (.+?) cost(.*)\?", r"What is the price of \1\2?"),
    (r"When (does|is|do|are) (.+)\?", r"At what time \1 \2?"),
    (r"At what time (does|is|do|are) (.+)\?", r"When \1 \2?"),
    (r"Is there (.+)\?", r"Do you have \1?"),
    (r"Can I (.+)\?", r"Am I allowed to \1?"),
    (r"Can I (.+)\?", r"Is it possible for me to \1?"),
    (r"How do I (.+)\?", r"How can I \1?"),
    (r"How can I (.+)\?", r"What must I do to \1?"),
    (r"I need (.+)\.", r"I am in need of \1."),
    (r"Please ([^.?!]+)\.", r"Could you please \1?"),
    (r"Give me (.+)\.", r"I would like \1."),
    (r"(.+\?)", r"Could you answer this: \1"),
    (r"(.+\?)", r"I would like to know something. \1"),
    (r"(.+\?)", r"\1 That is all I want to know."),
)
_DE = (
    (r"Wie viel kostet (.+)\?", r"Was kostet \1?"),
    (r"Was kostet (.+)\?", r"Wie viel kostet \1?"),
    (r"Wann (.+)\?", r"Um wie viel Uhr \1?"),
    (r"Um wie viel Uhr (.+)\?", r"Wann \1?"),
    (r"Gibt es (.+)\?", r"Haben Sie \1?"),
    (r"Kann ich (.+)\?", r"Darf ich \1?"),
    (r"Ich möchte (.+)\.", r"Ich hätte gern \1."),
    (r"(.+\?)", r"Können Sie mir das beantworten: \1"),
    (r"(.+\?)", r"Ich wüsste gern etwas. \1"),
    (r"(.+\?)", r"\1 Mehr will ich gar nicht wissen."),
)
_ES = (
    (r"¿Cuánto cuesta (.+)\?", r"¿Qué precio tiene \1?"),
    (r"¿Qué precio tiene (.+)\?", r"¿Cuánto cuesta \1?"),
    (r"¿Cuándo (.+)\?", r"¿A qué hora \1?"),
    (r"¿A qué hora (.+)\?", r"¿Cuándo \1?"),
    (r"¿Hay (.+)\?", r"¿Tienen \1?"),
    (r"¿Puedo (.+)\?", r"¿Es posible \1?"),
    (r"Necesito (.+)\.", r"Me hace falta \1."),
    (r"(¿.+\?)", r"¿Me puede decir esto? \1"),
    (r"(¿.+\?)", r"Quisiera saber algo. \1"),
    (r"(¿.+\?)", r"\1 Eso es todo lo que quiero saber."),
)
_FR = (
    (r"Combien coûte (.+?) ?\?", r"Ça coûte combien, \1 ?"),
    (r"Quand (.+?) ?\?", r"À quelle heure \1 ?"),
    (r"À quelle heure (.+?) ?\?", r"Quand \1 ?"),
    (r"Y a-t-il (.+?) ?\?", r"Est-ce qu'il y a \1 ?"),
    (r"Puis-je (.+?) ?\?", r"Est-ce que je peux \1 ?"),
    (r"Je voudrais (.+)\.", r"J'aimerais \1."),
    (r"(.+\?)", r"Pouvez-vous répondre à ceci : \1"),
    (r"(.+\?)", r"Je voudrais savoir une chose. \1"),
    (r"(.+\?)", r"\1 C'est tout ce que je veux savoir."),
)
TEMPLATES = {"en": _EN, "de": _DE, "es": _ES, "fr": _FR}
"""By language, forms of a sentence and others that ask the same; those for any question stand last."""
_NO_NAME = re.compile("wie viel Uhr")
"""A noun has a capital in German, and is no name that must be kept here."""
_LEAD = re.compile(r"(?P<lead>(?:[^.?!]+[.!] +)*)(?P<last>.+)", re.DOTALL)


def _reword(language: str) -> Reword:
    forms = [(re.compile(form, re.DOTALL), other) for form, other in TEMPLATES[language]]

    def other(text: str, draw: random.Random, strength: float) -> str:
        parts = _LEAD.fullmatch(text.strip())
        if parts is None:
            return text
        last = parts["last"]
        made = [found.expand(each) for form, each in forms if (found := form.fullmatch(last))]
        return parts["lead"] + pick(draw, made) if made else text

    return other


paraphrase = Worded(
    name="paraphrase",
    summary="the same question in another form, by templates (en, de, es, fr), or by the model that `paraphrase` names",
    rewrites={
        language: verified(_reword(language), lambda text: [found.span() for found in _NO_NAME.finditer(text)])
        for language in TEMPLATES
    },
    example="How much is an adult ticket to Saltholm?",
    keeps=False,
)
