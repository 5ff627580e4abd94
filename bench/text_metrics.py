"""Reference metrics beside the programs that define them, over 10,000 random texts of several scripts.

python -m bench.text_metrics [TEXTS]: a line of JSON for each measure, in a process of its own, as the programs are big.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

from bench.figures import Failed, Figure
from bench.process import ROOT, measure

TEXTS = 10_000
Pair = tuple[str, list[str]]


def text_metrics() -> Iterator[Figure]:
    """The worst difference of each measure, in units of 1e-9, and our time by theirs."""
    took = measure([sys.executable, "-m", "bench.text_metrics", str(TEXTS)])
    if took.code:
        raise Failed(f"bench.text_metrics ended with {took.code}: {took.output[-600:]}")
    for line in took.output.splitlines():
        row = json.loads(line)
        what, beside = f"{row['name']}, {row['texts']:,} texts", f"{row['beside']} {row['theirs']:.2f} s"
        yield Figure(what, f"{row['ours']:.2f} s", beside, row["ours"] / row["theirs"], 1.5, "x")
        yield Figure("  worst difference", f"{row['worst']:.1e}", "", row["worst"] / 1e-9, 1, "e-9")


def main(count: int) -> None:
    """Compare and print."""
    sys.path.append(str(ROOT / "tests" / "text"))
    from made_texts import made

    pairs = list(made(count, 1))
    for name, beside, share, ours, theirs in measures():
        some = pairs[: int(count * share)]
        (mine, my_time), (other, other_time) = timed(ours, some), timed(theirs, some)
        worst = max(abs(one - two) for one, two in zip(mine, other, strict=True))
        row = {
            "name": name,
            "beside": beside,
            "texts": len(some),
            "worst": worst,
            "ours": my_time,
            "theirs": other_time,
        }
        print(json.dumps(row), flush=True)


def timed(of: Callable[[Pair], float], pairs: list[Pair]) -> tuple[list[float], float]:
    """The values, and the CPU seconds that they took."""
    began = time.process_time()
    values = [of(pair) for pair in pairs]
    return values, time.process_time() - began


def measures() -> Iterator[tuple[str, str, float, Callable[[Pair], float], Callable[[Pair], float]]]:
    """Name, program, which share of the texts, our function and theirs."""
    from sacrebleu.metrics import BLEU, CHRF, TER

    from seatrial.text.bleu import bleu, bleu_sums
    from seatrial.text.chrf import chrf, chrf_sums
    from seatrial.text.error_rates import quotient
    from seatrial.text.ter import ter_sums
    from seatrial.text.words import words

    for scheme in ("13a", "zh", "char", "none"):
        theirs = BLEU(tokenize=scheme, effective_order=True)

        def our_bleu(pair: Pair, scheme: Any = scheme) -> float:
            sums = bleu_sums(words(pair[0], scheme), [words(text, scheme) for text in pair[1]])
            return bleu(sums, effective_order=True)

        yield f"BLEU {scheme}", "sacrebleu", 1, our_bleu, lambda pair, it=theirs: it.sentence_score(*pair).score / 100
    for orders, name in ((0, "chrF"), (2, "chrF++")):
        other = CHRF(word_order=orders)
        yield (
            name,
            "sacrebleu",
            1,
            lambda pair, orders=orders: chrf(chrf_sums(*pair, orders)),
            lambda pair, it=other: it.sentence_score(*pair).score / 100,
        )
    yield from rouge_measures()
    ter = TER()
    yield (
        "TER",
        "sacrebleu",
        0.1,
        lambda pair: quotient(*ter_sums(pair[0].lower().split(), [text.lower().split() for text in pair[1]])),
        lambda pair: ter.sentence_score(*pair).score / 100,
    )


def rouge_measures() -> Iterator[tuple[str, str, float, Callable[[Pair], float], Callable[[Pair], float]]]:
    """The four ROUGE measures added up, with stems and without."""
    from rouge_score.rouge_scorer import RougeScorer

    from seatrial.text.rouge import rouge_l, rouge_lsum, rouge_n, rouge_words

    for stem in (False, True):
        scorer = RougeScorer(["rouge1", "rouge2", "rougeL", "rougeLsum"], use_stemmer=stem)

        def ours(pair: Pair, stem: bool = stem) -> float:
            texts = (pair[0], pair[1][0])
            one, other = (rouge_words(text, stem=stem) for text in texts)
            lines = [[rouge_words(line, stem=stem) for line in text.split("\n") if line] for text in texts]
            found = (rouge_n(one, other, 1), rouge_n(one, other, 2), rouge_l(one, other), rouge_lsum(*lines))
            return sum(each.f for each in found)

        def theirs(pair: Pair, scorer: RougeScorer = scorer) -> float:
            return sum(each.fmeasure for each in scorer.score(pair[1][0], pair[0]).values())

        yield f"ROUGE 1, 2, L, Lsum{' stems' if stem else ''}", "rouge-score", 1, ours, theirs


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else TEXTS)
