"""CPU of the local sentence model beside torch: `python -m bench.sentence_model [--beside PYTHON]`.

PYTHON is one that has torch and transformers (this one without the option; without torch only ours is measured). Both
embed the same texts on one thread: all together (torch in batches of 32, sorted by length, as sentence-transformers
does), and one by one as judges do. Rounds alternate, and of each side the least counts.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

TEXTS, SINGLE, ROUNDS, BAR = 600, 200, 3, 1.5
WAYS = {"together": "all together", "single": "one by one"}
WORDS = (
    "a the ferry boat harbour pier ticket timetable dog bicycle cabin crew leaves arrives costs carries at to from "
    "with before after nine twenty euros minutes adults children free booked cancelled weather refund online Saltholm"
)
SIDES = ("ours", "torch")


def texts() -> list[str]:
    """Made-up sentences of 3 to some 200 words, most of about 20, the same ones each time."""
    chance = random.Random(20)
    lengths = [min(200, max(3, int(chance.lognormvariate(3, 0.8)))) for _ in range(TEXTS)]
    return [" ".join(chance.choices(WORDS.split(), k=length)) for length in lengths]


def ours(folder: str):
    from seatrial.text.minilm.sentences import Model

    return Model(Path(folder)).embed


def torch(folder: str):
    import torch
    from transformers import AutoModel, AutoTokenizer

    torch.set_num_threads(1)
    model, tokenizer = AutoModel.from_pretrained(folder).eval(), AutoTokenizer.from_pretrained(folder)

    @torch.inference_mode()
    def embed(given):
        order = sorted(range(len(given)), key=lambda index: -len(given[index]))
        vectors = [None] * len(given)
        for start in range(0, len(order), 32):
            batch = order[start : start + 32]
            words = [given[index] for index in batch]
            read = tokenizer(words, padding=True, truncation=True, max_length=256, return_tensors="pt")
            mask = read["attention_mask"][..., None].float()
            mean = (model(**read).last_hidden_state * mask).sum(1) / mask.sum(1)
            for index, vector in zip(batch, torch.nn.functional.normalize(mean), strict=True):
                vectors[index] = vector
        return torch.stack(vectors).numpy()

    return embed


def side(name: str, folder: str) -> None:
    """Measure one side, warm: CPU seconds and the vectors' first numbers."""
    embed = {"ours": ours, "torch": torch}[name](folder)
    given = texts()
    embed([f"{text} to begin" for text in given[:32]])
    begun = time.process_time()
    for text in given[:SINGLE]:
        embed([f"One: {text}"])
    halfway = time.process_time()
    vectors = embed(given)
    ended = time.process_time()
    numbers = [[float(x) for x in vector[:8]] for vector in vectors]
    print(json.dumps({"single": halfway - begun, "together": ended - halfway, "vectors": numbers}))


def run(name: str, folder: str, python: str) -> dict:
    env = {**os.environ, "TOKENIZERS_PARALLELISM": "false"}
    env |= {f"{library}_NUM_THREADS": "1" for library in ("OMP", "MKL", "OPENBLAS")}
    command = [python, __file__, "--side", name, "--folder", folder]
    done = subprocess.run(command, env=env, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{name} could not be measured: {done.stderr[-600:]}")
    return json.loads(done.stdout.splitlines()[-1])


def main() -> int:
    """Print CPU of both, their ratio, and the largest difference of their numbers; 1 when a bar is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beside", default=sys.executable, help="a Python that has torch and transformers")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        side(asked.side, asked.folder)
        return 0
    from seatrial.text.minilm import demand

    folder = str(demand("the bench"))
    pythons = {"ours": sys.executable}
    if asked.beside != sys.executable or find_spec("torch"):
        pythons["torch"] = asked.beside
    found = {name: [] for name in pythons}
    for _ in range(ROUNDS):
        for name, python in pythons.items():
            found[name].append(run(name, folder, python))
    if "torch" not in found:
        print("torch is not installed here; give a Python that has it with --beside")
    missed = [show(way, found) for way in WAYS]
    if "torch" in found:
        pairs = zip(found["ours"][0]["vectors"], found["torch"][0]["vectors"], strict=True)
        apart = max(abs(a - b) for one, other in pairs for a, b in zip(one, other, strict=True))
        print(f"largest difference of a number {apart:.1e} (bar 5e-5)")
        missed.append(apart > 5e-5)
    return int(any(missed))


def show(way: str, found: dict) -> bool:
    """Print one line; whether the bar is missed."""
    cpu = {name: min(each[way] for each in rounds) for name, rounds in found.items()}
    line = f"{WAYS[way]}: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in cpu.items()) + " CPU"
    if "torch" not in cpu:
        print(line)
        return False
    ratio = cpu["ours"] / cpu["torch"]
    print(f"{line}, ratio {ratio:.2f} (bar {BAR})")
    return ratio > BAR


if __name__ == "__main__":
    sys.exit(main())
