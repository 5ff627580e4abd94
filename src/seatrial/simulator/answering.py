"""From what was asked to what is said: understand the question, compose the answer with the faults that strike it."""

import msgspec

from seatrial.simulator import fault_kinds as kinds
from seatrial.simulator.facts import Twist, keep, make_wrong, multiply
from seatrial.simulator.faults import Circumstances, Strikes
from seatrial.simulator.knowledge import Knowledge, Match
from seatrial.simulator.language import is_upper_case, words_of
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
    """What a conversation was taken to mean, the form of the answer, and what faults look at."""

    asked: Asked
    match: Match
    wish: Wish
    seen: Circumstances


class Answering:
    """Answers conversations as a persona does.

    Args:
        persona: Who answers.
    """

    def __init__(self, persona: Persona) -> None:
        self._persona = persona
        self._knowledge = Knowledge(persona)

    def understand(self, asked: Asked) -> Understood:
        """Find what the question means."""
        persona = self._persona
        if persona.echo and not persona.faults:
            return Understood(asked, Match(persona.languages[0]), asked.wish, Circumstances(text=asked.text))
        match = self._knowledge.match(asked.turns)
        wish = asked.wish
        if not wish.json and match.entry is not None and match.entry.json and "json" in words_of(asked.last[:4000]):
            wish = msgspec.structs.replace(wish, json=True)
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
            json=wish.json,
            stream=asked.stream,
        )
        return Understood(asked, match, wish, seen)

    def reply(self, understood: Understood, strikes: Strikes) -> Reply:
        """Say the answer, with the faults that strike it."""
        persona = self._persona
        if persona.echo:
            return _finish(Reply(understood.asked.last), strikes)
        if leak := strikes.first(kinds.LeakSystemPrompt):
            system = understood.asked.system if understood.asked.system is not None else persona.system_prompt
            return _finish(Reply(leak.prefix + system), strikes)
        twist = _twist(strikes)
        instead = self._instead(understood, strikes)
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
