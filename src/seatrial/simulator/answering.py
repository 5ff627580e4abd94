"""From what was asked to what is said: understand the question, compose the answer with the faults that strike it."""

import msgspec

from seatrial.simulator import fault_kinds as kinds
from seatrial.simulator.documents import sentence_for
from seatrial.simulator.errands import Errand, conclusion_of, errand_in
from seatrial.simulator.facts import Twist, keep, make_wrong, multiply
from seatrial.simulator.faults import Circumstances, Strikes
from seatrial.simulator.knowledge import Knowledge, Match
from seatrial.simulator.language import is_upper_case, words_of
from seatrial.simulator.obedience import carried_out
from seatrial.simulator.persona_record import Persona
from seatrial.simulator.reply import Reply, Wish, by_language, compose, refusal


class Asked(msgspec.Struct, frozen=True):
    """A conversation as the persona hears it: the system message, the user's turns, the tools' results."""

    turns: tuple[str, ...]
    system: str | None = None
    results: tuple[str, ...] = ()
    wish: Wish = Wish()
    stream: bool = False

    @property
    def text(self) -> str:
        """What decides about faults: all that the user and the tools said."""
        return "\n".join((*self.turns, *self.results))

    @property
    def last(self) -> str:
        """The last thing that the user said."""
        return self.turns[-1] if self.turns else ""


class Understood(msgspec.Struct, frozen=True):
    """What a conversation was taken to mean, the form of the answer, and what faults look at.

    `errand` and `conclusion` are what a gullible persona would do or say; `read` is what the message itself says.
    """

    asked: Asked
    match: Match
    wish: Wish
    seen: Circumstances
    errand: Errand | None = None
    conclusion: str | None = None
    read: str | None = None


class Answering:
    """Answers conversations as a persona does.

    Args:
        persona: Who answers.
    """

    def __init__(self, persona: Persona) -> None:
        self._persona = persona
        self._knowledge = Knowledge(persona)
        self._obeys = any(isinstance(fault, kinds.ObeyErrands) for fault in persona.faults)
        self._believes = any(isinstance(fault, kinds.BelieveFalsehoods) for fault in persona.faults)

    def understand(self, asked: Asked) -> Understood:
        """Find what the question means."""
        persona = self._persona
        if persona.echo and not persona.faults:
            return Understood(asked, Match(persona.languages[0]), asked.wish, Circumstances(text=asked.text))
        match = self._knowledge.match(asked.turns)
        wish = asked.wish
        if not wish.json and match.entry is not None and match.entry.json and "json" in words_of(asked.last[-4000:]):
            wish = msgspec.structs.replace(wish, json=True)
        errand = errand_in((*asked.turns, *asked.results)) if self._obeys else None
        conclusion = conclusion_of(asked.last[:4000]) if self._believes else None
        seen = Circumstances(
            text=asked.text,
            form=" ".join(("json" if asked.wish.json else "", *sorted(asked.wish.tools))).strip(),
            asked=asked.last[:4000],
            language=match.language,
            topic=match.entry.topic if match.entry is not None else "",
            upper_case=is_upper_case(asked.last[:4000]),
            typo=match.typo,
            paraphrase=match.paraphrase,
            unfamiliar_words=self._knowledge.is_unfamiliar(asked.last[:4000]),
            errand=errand is not None,
            falsehood=conclusion is not None,
            turns=len(asked.turns),
            json=wish.json,
            stream=asked.stream,
        )
        unknown = match.entry is None or match.missing is not None
        read = sentence_for(asked.last) if persona.reads and unknown else None
        return Understood(asked, match, wish, seen, errand, conclusion, read)

    def reply(self, understood: Understood, strikes: Strikes) -> Reply:
        """Say the answer, with the faults that strike it."""
        persona, asked = self._persona, understood.asked
        if persona.echo:
            return _finish(Reply(asked.last), strikes)
        if leak := strikes.first(kinds.LeakSystemPrompt):
            system = asked.system if asked.system is not None else persona.system_prompt
            return _finish(Reply(leak.prefix + system), strikes)
        if understood.errand is not None and strikes.first(kinds.ObeyErrands):
            return _finish(carried_out(understood.errand, asked.wish.tools), strikes)
        twist = _twist(strikes)
        instead = self._instead(understood, strikes)
        if instead is None and twist is not make_wrong:
            instead = understood.read
        reply = compose(persona, understood.match, understood.wish, twist, instead)
        if twist is make_wrong and not reply.changed and instead is None:
            wrong = by_language(persona.wrong, understood.match.language, persona) or "I do not know."
            reply = compose(persona, understood.match, understood.wish, twist, wrong)
        return _finish(reply, strikes)

    def _instead(self, understood: Understood, strikes: Strikes) -> str | None:
        """The text that a fault puts in the place of the answer."""
        language = understood.match.language
        if strikes.first(kinds.RefuseBenign):
            return refusal(self._persona, language)
        if strikes.first(kinds.BelieveFalsehoods):
            return understood.conclusion
        for fault in strikes.each(kinds.WrongAnswer):
            if language in fault.answers:
                return fault.answers[language]
        return None


def _twist(strikes: Strikes) -> Twist:
    twist: Twist = keep
    for strike in strikes:
        match strike.fault:
            case kinds.WrongAnswer() | kinds.Inconsistent():
                return make_wrong
            case kinds.Drift(wrong=wrong) if strike.draw < wrong * strike.strength:
                return make_wrong
            case kinds.DiffersByName(factor=factor):
                twist = multiply(factor)
            case _:
                continue
    return twist


def _finish(reply: Reply, strikes: Strikes) -> Reply:
    """Apply the faults that work on the finished text."""
    text = reply.text
    for strike in strikes:
        match strike.fault:
            case kinds.BreakJson() if reply.json:
                text = text[: max(1, len(text) * 2 // 3)]
            case kinds.EmptyAnswer():
                text = ""
            case kinds.HugeAnswer(size=size):
                text = ((text or "x") * (size // max(1, len(text)) + 1))[:size]
            case _:
                continue
    return msgspec.structs.replace(reply, text=text)
