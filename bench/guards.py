"""What guards cost, and how often they call honest text wrong: `python -m bench.guards`.

Microseconds of CPU for each guard over 1,000 characters of plain prose, beside Presidio with patterns only where that
was measured (19 ms for 1,000 characters, on a machine like this); microseconds for an event of a stream; and the share
of the questions of public corpora (GSM8K, BBQ) in which the injection grammar finds anything: all are false alarms.
"""

import asyncio
import json
import os
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from seatrial.gateway.exchange import Exchange
from seatrial.gateway.guards.canaries import Canaries
from seatrial.gateway.guards.credentials import Credentials
from seatrial.gateway.guards.finding import Finder
from seatrial.gateway.guards.guard import Guard, Guarding
from seatrial.gateway.guards.injection import Injection
from seatrial.gateway.guards.invisible import Invisible
from seatrial.gateway.guards.pattern import Pattern
from seatrial.gateway.guards.personal import PersonalData
from seatrial.gateway.guards.requests import guard_request
from seatrial.gateway.guards.stream import GuardedStream
from seatrial.gateway.guards.wording import Terms
from seatrial.gateway.wire.bodies import read_request
from seatrial.gateway.wire.operations import CHAT

CORPORA = Path(os.environ.get("SEATRIAL_CORPORA", Path(__file__).resolve().parents[2] / "shared" / "corpora"))
PRESIDIO = 19_000.0
PROSE = (
    "The ferry to the island leaves at noon from pier 4 and costs 12.50 for adults; children pay half when they ask. "
    "Please bring a ticket, and something warm to wear: it can be windy on deck, even in summer, say those who know. "
)
FINDERS: dict[str, Finder] = {
    "pii": PersonalData(),
    "secrets": Credentials(),
    "injection": Injection(),
    "invisible": Invisible(),
    "canary": Canaries(["Zebrafish42"]),
    "words, 100 of them": Terms({"": [f"forbidden{number} phrase" for number in range(100)]}),
    "regex": Pattern(r"FR-\d{4,8}"),
}


def main() -> None:
    """Measure and print."""
    text = (PROSE * 10)[:1000]
    for name, finder in FINDERS.items():
        took = microseconds(partial(finder.find, text), 2000)
        beside = f"  Presidio {PRESIDIO:,.0f} ({PRESIDIO / took:,.0f}x)" if name == "pii" else ""
        print(f"{name:24}{took:8.1f} us for 1,000 characters{beside}")
    both = [FINDERS["pii"], FINDERS["secrets"]]
    print(f"{'request, pii + secrets':24}{asyncio.run(requested(both, text, 300)):8.1f} us")
    for names in ([], ["pii"], ["pii", "secrets"], ["pii", "secrets", "canary"]):
        finders = [FINDERS[name] for name in names]
        events = list(streamed(text))
        took = microseconds(partial(passed, finders, events), 20) / len(events)
        print(f"{'stream, ' + ' + '.join(names):32}{took:8.1f} us an event")
    false_alarms()


def microseconds(work: Callable[[], object], times: int) -> float:
    """CPU time of one call, the best of five rounds."""
    rounds = []
    for _ in range(5):
        began = time.process_time()
        for _ in range(times // 5):
            work()
        rounds.append((time.process_time() - began) / (times // 5))
    return min(rounds) * 1e6


def false_alarms() -> None:
    """How often the grammar finds orders in the questions of the corpora."""
    for name, questions in (("GSM8K", of_gsm8k()), ("BBQ", of_bbq())):
        asked = list(questions)
        found = [text for text in asked if FINDERS["injection"].find(text)]
        print(f"injection, honest questions of {name}: {len(found)} of {len(asked):,} are called attacks")


def of_gsm8k() -> Iterator[str]:
    """Questions of GSM8K's test split."""
    for line in (CORPORA / "gsm8k" / "test.jsonl").read_text().splitlines():
        yield json.loads(line)["question"]


def of_bbq() -> Iterator[str]:
    """Contexts and questions of BBQ."""
    for path in sorted((CORPORA / "bbq").glob("[A-Z]*.jsonl")):
        for line in path.read_text().splitlines():
            row = json.loads(line)
            yield f"{row['context']} {row['question']}"


def exchange(text: str) -> Exchange:
    """A request with a text."""
    made = Exchange("/v1/chat/completions", [])
    made.body = json.dumps({"model": "m", "messages": [{"role": "user", "content": text}]}).encode()
    made.asked, made.operation = read_request(made.body), CHAT
    return made


async def requested(finders: list[Finder], text: str, times: int) -> float:
    """CPU microseconds of a look at a request in which nothing is found."""
    guarding = Guarding(request=tuple(Guard("g", "redact", each) for each in finders))
    exchanges = [exchange(text) for _ in range(times)]
    began = time.process_time()
    for each in exchanges:
        await guard_request(each, guarding)
    return (time.process_time() - began) / times * 1e6


def streamed(text: str) -> Iterator[bytes]:
    """A text as the events of a chat, a word each."""
    for word in text.split():
        choice = {"index": 0, "delta": {"content": f" {word}"}, "finish_reason": None}
        body = {"id": "c1", "object": "chat.completion.chunk", "created": 1, "model": "m", "choices": [choice]}
        yield b"data: " + json.dumps(body).encode() + b"\n\n"


def passed(finders: list[Finder], events: list[bytes]) -> None:
    """Send a stream through guards."""
    stream = GuardedStream(exchange(""), Guarding(answer=tuple(Guard("g", "block", each) for each in finders)))
    for event in events:
        stream.feed(event)


if __name__ == "__main__":
    main()
