"""Words shortened as people write them in haste, and short forms written out."""

import random

from seatrial.probes.rewording import of_free
from seatrial.probes.robustness.signs import Change
from seatrial.probes.robustness.worded import Worded, swapped_words

_EN = """what is=what's
where is=where's
it is=it's
i am=i'm
i would=i'd
have not=haven't
do not=don't
does not=doesn't
is not=isn't
cannot=can't
please=pls
thanks=thx
tomorrow=tmrw
because=b/c
without=w/o
minutes=min
hours=hrs
information=info
approximately=approx.
for example=e.g.
that is=i.e.
as soon as possible=asap
people=ppl
departure=dep.
number=nr.
versus=vs.
department=dept.
between=btwn"""
_DE = """gibt es=gibt's
geht es=geht's
ich habe=ich hab
für das=fürs
das heißt=d. h.
und so weiter=usw.
beziehungsweise=bzw.
ungefähr=ca.
inklusive=inkl.
oder=od.
vielleicht=vllt.
eigentlich=eigtl.
und=u.
mit freundlichen grüßen=mfg"""
_ES = """por favor=x favor
también=tb
porque=xq
por ejemplo=p. ej.
usted=Ud.
ustedes=Uds.
etcétera=etc.
teléfono=tel.
minutos=min
avenida=avda.
aproximadamente=aprox.
señor=Sr.
señora=Sra.
que=q"""
_FR = """s'il vous plaît=svp
s'il te plaît=stp
aujourd'hui=auj.
beaucoup=bcp
bonjour=bjr
combien=cb
pour=pr
c'est-à-dire=c.-à-d.
par exemple=p. ex.
rendez-vous=rdv
environ=env.
minutes=min
toujours=tjs
peut-être=p-ê"""


def _pairs(lines: str) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    shorter: dict[str, tuple[str, ...]] = {}
    longer: dict[str, tuple[str, ...]] = {}
    for line in lines.splitlines():
        long, short = line.split("=")
        shorter[long] = (short,)
        longer[short.casefold()] = (long,)
    return shorter, longer


def _either(lines: str) -> Change:
    """Shorten; where nothing can be, write out."""
    shorter, longer = map(swapped_words, _pairs(lines))

    def change(text: str, draw: random.Random, strength: float) -> str:
        made = shorter(text, draw, strength)
        return longer(text, draw, strength) if made == text else made

    return change


abbreviations = Worded(
    name="abbreviations",
    summary="words shortened as people write them in haste (what's, pls, usw., svp), or short forms written out",
    rewrites={
        language: of_free(_either(lines)) for language, lines in (("en", _EN), ("de", _DE), ("es", _ES), ("fr", _FR))
    },
    example="What is the price for two people, please?",
)
