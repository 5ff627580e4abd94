"""Words replaced by others of the same meaning."""

from seatrial.probes.rewording import of_free
from seatrial.probes.robustness.worded import Worded, both_ways, swapped_words

_EN = """big|large
quick|fast
quickly|rapidly
begin|start
begins|starts
often|frequently
maybe|perhaps
purchase|buy
sick|ill
entire|whole
kid|child
kids|children
bike|bicycle
bikes|bicycles
luggage|baggage
a lift|an elevator
the lift|the elevator
trip|journey
the final|the last
the earliest|the first
i need|i require
holiday|vacation
cheap|inexpensive
allowed|permitted
currently|at the moment
nearly|almost
ferry|boat
reply|answer
job|occupation
film|movie
shop|store
photo|picture
mobile phone|cell phone
car park|parking lot
at no cost|free of charge
aid|assistance"""
_DE = """beginnt|startet
oft|häufig
vielleicht|möglicherweise
schnell|rasch
benötige|brauche
benötigt|braucht
bekomme|erhalte
bekommt|erhält
erlaubt|gestattet
sofort|umgehend
ungefähr|etwa
ebenfalls|auch
sehr|äußerst
momentan|derzeit
beenden|abschließen
erwerben|kaufen
informieren|unterrichten
verlangen|fordern
gratis|kostenlos
nun|jetzt
manchmal|gelegentlich
jedoch|aber"""
_ES = """grande|amplio
rápido|veloz
empieza|comienza
quizás|tal vez
comprar|adquirir
enfermo|indispuesto
necesito|requiero
actualmente|en este momento
permitido|autorizado
casi|prácticamente
siempre|en todo momento
también|asimismo
bici|bicicleta
ferry|transbordador
obtener|conseguir
enviar|mandar
solamente|únicamente
coche|automóvil
ayuda|asistencia"""
_FR = """grand|vaste
rapide|prompt
rapidement|vite
commence|débute
peut-être|possiblement
acheter|acquérir
malade|souffrant
permis|autorisé
actuellement|en ce moment
presque|quasiment
aussi|également
bateau|navire
voyage|trajet
obtenir|recevoir
envoyer|expédier
seulement|uniquement
voiture|automobile
aide|assistance
toujours|en permanence"""
TABLES = {
    language: both_ways(words.splitlines()) for language, words in (("en", _EN), ("de", _DE), ("es", _ES), ("fr", _FR))
}
"""By language, each word with those that may stand for it; all are of one kind, so that the grammar stays right."""
synonyms = Worded(
    name="synonyms",
    summary="words replaced by others of the same meaning and kind (en, de, es, fr)",
    rewrites={language: of_free(swapped_words(table)) for language, table in TABLES.items()},
    example="When does the last ferry leave for Saltholm?",
)
