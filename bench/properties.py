"""What the checks of properties take for a text of 1,000 characters: `python -m bench.properties`.

Printed beside a floor or a peer where there is one; there is no bar. The figures for Presidio are those of
`REFERENCE.md` section 6, measured with its patterns only.
"""

import re
import time
from collections.abc import Callable

from seatrial.checks.evidence import evidence_of
from seatrial.checks.table import build_check
from seatrial.core.check import Evidence

SENTENCES = (
    "The last ferry for Saltholm leaves from pier three at 21:40 and takes 35 minutes. ",
    "A ticket costs 12.50 euros, a bicycle 4.60 euros more [1]. ",
    "Please write to the office when you travel with a group of more than 20 people. ",
    "On Sundays the first crossing is at 08:15, see https://www.ferry.example/times for all of them. ",
)
CONTEXT = (" ".join(SENTENCES), "Groups of more than 20 people pay 10 euros each.")
CODE = {
    "valid_python": "fare = distance * 0.25 + 3\n",
    "valid_sql": "SELECT fare, pier FROM trips WHERE day = 3;\n",
    "valid_xml": "<trip day='3'><fare>12.50</fare></trip>\n",
    "valid_html": "<p>It costs <b>12.50</b> euros.</p>\n",
    "valid_yaml": "- {fare: 12.50, pier: 3}\n",
}
SPECS: dict[str, object] = {
    "language": {"language": "en"},
    "sentiment": "sentiment >= -1",
    "readability": "readability <= 30",
    "repetition": "repetition <= 1",
    "repetition.loop": "repetition.loop <= 9",
    "toxicity": "toxicity",
    "profanity": "profanity",
    "personal_data": "personal_data",
    "personal_data, patterns only": {"personal_data": ["email", "card", "ip"]},
    "secrets": "secrets",
    "valid_markdown": "valid_markdown",
    "urls": "urls",
    "citations": "citations",
    "numbers_from_context": "numbers_from_context",
}
BESIDE = {
    "personal_data": "Presidio, patterns only: 19 ms",
    "personal_data, patterns only": "five compiled patterns, below",
}
PATTERNS = [
    re.compile(each)
    for each in (
        r"[\w.+-]+@[\w-]+\.[\w.-]+",
        r"\b\d(?:[ -]?\d){12,18}\b",
        r"\b\d{1,3}(?:\.\d{1,3}){3}\b",
        r"\+?\d[\d ().-]{6,}\d",
        r"\b[A-Z]{2}\d{2}[A-Z0-9]{11,30}\b",
    )
]


def of_length(sentences: tuple[str, ...], length: int) -> str:
    """So many characters of these sentences, cut at the end of one; at least one sentence."""
    text, number = "", 0
    while len(text) + len(sentences[number % len(sentences)]) <= length or not text:
        text += sentences[number % len(sentences)]
        number += 1
    return text


def best(work: Callable[[], object], rounds: int = 7) -> float:
    """The least milliseconds of one call, over several rounds: whatever else the machine does only adds."""
    work()
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        for _ in range(20):
            work()
        times.append((time.perf_counter() - begin) / 20)
    return min(times) * 1000


def main() -> None:
    """Print one table."""
    prose = evidence_of(of_length(SENTENCES, 1_000), context=CONTEXT)
    print(f"{'ms for 1,000 characters':34}{'ours':>9}  beside it")
    for name, spec in SPECS.items():
        show(name, spec, prose, BESIDE.get(name, ""))
    for name, line in CODE.items():
        show(name, name, evidence_of(of_length((line,), 1_000)), "")
    print(f"{'floor: five compiled patterns':34}{best(lambda: [each.findall(prose.text) for each in PATTERNS]):9.3f}")


def show(name: str, spec: object, evidence: Evidence, beside: str) -> None:
    """Measure and print one check."""
    check = build_check(spec)
    print(f"{name:34}{best(lambda: check.judge(evidence)):9.3f}  {beside}", flush=True)


if __name__ == "__main__":
    main()
