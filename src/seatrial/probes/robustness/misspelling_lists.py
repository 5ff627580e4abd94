"""Words that are often misspelt, each with how; put together by hand for this package."""

from collections import Counter

MISSPELT = {
    "en": """
        about:abuot accommodate:accomodate,acommodate address:adress again:agian already:allready,alredy
        always:allways apparently:apparantly arrive:arive available:availible,avaliable beautiful:beautifull,beatiful
        because:becuase,becouse before:befor beginning:begining believe:beleive bicycle:bycicle,bicicle
        booking:boking business:buisness,bussiness calendar:calender can't:cant cannot:canot change:chage
        colleague:collegue coming:comming committee:commitee could:coud definitely:definately,definatly
        departure:departue different:diffrent does:dose don't:dont eight:eigth embarrass:embarass
        environment:enviroment exist:exsist experience:experiance february:febuary ferry:fery finally:finaly
        foreign:foriegn forward:foward friend:freind from:form government:goverment guarantee:garantee
        harbour:habour have:hvae height:heigth help:hlep how:hwo immediately:immediatly
        independent:independant interested:intrested island:iland its:it's journey:jurney knowledge:knowlege
        last:lsat leave:leav,leve library:libary luggage:lugage,luggadge many:meny maybe:mabye minute:minuite
        much:mutch necessary:neccessary,necesary neighbour:nieghbour next:nex occasion:ocassion
        occurred:occured often:offen passenger:passanger people:poeple,peopel please:plese,pleas
        possible:posible price:prise probably:probly question:qestion receive:recieve recommend:recomend
        refund:refound really:realy reference:referance reservation:reservasion restaurant:restaraunt
        schedule:shedule seat:seet separate:seperate should:shoud similar:similiar since:sinse still:stil
        success:succes surprise:suprise the:teh their:thier there:ther they:tehy though:thogh
        through:thru,trough ticket:tiket timetable:time-table today:todya together:togehter tomorrow:tommorow,tommorrow
        travel:travle truly:truely until:untill usually:usualy vacation:vaccation wednesday:wensday
        weather:wether weird:wierd what:waht when:wehn,wen where:were,whre whether:wether which:wich
        with:wiht without:witout would:woud writing:writting yesterday:yesterdy your:youre
    """,
    "de": """
        abend:abent abfahrt:abfart adresse:addresse allgemein:algemein also:allso ankunft:anküft
        aggressiv:agressiv bisschen:bischen bitte:bite brauche:bräuche das:dass dass:das denn:den dienstag:dinstag
        eigentlich:eigendlich endlich:entlich entscheiden:endscheiden ermäßigung:ermässigung
        erstattung:erstatung fahrkarte:farkarte fahrplan:fahrblan fahrrad:farrad,fahrad fährt:färt fähre:fehre
        gepäck:gepeck gibt:giebt hund:hunt ihr:ir insel:inzel interessant:interressant
        jetzt:jezt,jetz kann:kan kinder:kindr kommen:komen kostet:kosted letzte:lezte,letze maschine:maschiene
        nämlich:nähmlich nicht:nich nächste:nexte,nächte paket:packet preis:preiß rhythmus:rythmus
        rückfahrt:rückfart sehr:ser seit:seid seid:seit standard:standart stunde:stundde tatsächlich:tätsächlich
        tickets:tikets treffen:trefen und:unt vielleicht:vieleicht voraus:vorraus voraussichtlich:vorraussichtlich
        wahrscheinlich:warscheinlich wann:wan weiß:weis wenn:wen widerspruch:wiederspruch wie:wi wieder:wider
        wohin:wo-hin wollte:wolte zurück:zurrück ziemlich:zimlich zumindest:zu-mindest
    """,
    "es": """
        a:ha adónde:adonde ahora:haora ahí:hay allí:ayi aquí:aqui asiento:haciento autobús:autobus
        ayer:aller bicicleta:bisicleta billete:villete barco:varco cuándo:cuando,quando cuánto:cuanto,quanto
        cuesta:questa cómo:como decir:desir después:despues difícil:dificil dirección:direción
        dónde:donde equipaje:ekipaje está:esta estoy:estoi excelente:exelente exacto:esacto favor:fabor
        fácil:facil gracias:grasias haber:aber había:habia hacer:aser hasta:asta hay:ay hola:ola
        horario:orario hoy:oy iba:hiba información:informasion isla:hisla llega:yega llevar:yevar
        mañana:manana más:mas necesito:nesesito,necesitó niño:nino nosotros:nosostros
        número:numero porque:por-que precio:presio puedo:puédo qué:que,ke quiero:kiero
        reembolso:rembolso reserva:reserba sábado:sabado salir:sallir sé:se también:tambien,tanbien
        tarifa:tarrifa todavía:todabia último:ultimo vacaciones:bacaciones vez:ves viaje:biaje volver:bolver ya:lla
    """,
    "fr": """
        accueil:acceuil adresse:addresse aller:alé appeler:apeller après:apres aujourd'hui:aujourdhui,aujourd'huis
        avec:avèc bagage:baggage bateau:bâteau beaucoup:beaucoups,bocoup bicyclette:bicyclète billet:billiet
        bonjour:bonjours ça:sa c'est:s'est,cest chien:chein combien:conbien comment:coment départ:depart
        dernier:dèrnier développement:développemment dîner:diner enfant:enfent est:ait êtes:ete être:etre
        faire:fair faut:faux horaire:horraire heure:eure île:ile jusqu'à:jusqua langage:language
        malgré:malgrés même:meme parmi:parmis personne:persone peut:peu peux:peut plutôt:plutot
        pourquoi:pourqoi prix:pris prochain:prochin quand:quant quel:quelle quelle:qu'elle
        remboursement:rembourssement réservation:reservation revoir:revoire
        s'il:sil soir:soire temps:temp toujours:toujour traversée:traversé voyage:voyege vraiment:vraimment
    """,
}
"""Language -> words with their misspellings, `word:wrong,wrong`."""


def misspelt(language: str) -> dict[str, tuple[str, ...]]:
    """Words of a language, in small letters, with the ways in which they are misspelt."""
    rows = (row.split(":") for row in MISSPELT[language].split())
    return {word: tuple(wrong.split(",")) for word, wrong in rows}


def of_any_language() -> dict[str, tuple[str, ...]]:
    """Words of four letters or more of all languages, but those that several have or that are wrong in one."""
    lists = [misspelt(language) for language in MISSPELT]
    wrong = {each for words in lists for ways in words.values() for each in ways}
    counts = Counter(word for words in lists for word in words)
    return {
        word: ways
        for words in lists
        for word, ways in words.items()
        if len(word) > 3 and counts[word] == 1 and word not in wrong
    }
