"""What anybody would write by hand: asyncio, aiohttp, and a line per case. The measure of all ratios.

python -m bench.bare URL CASES.jsonl OUT.jsonl CONCURRENCY
"""

import asyncio
import json
import sys
from pathlib import Path
from typing import TextIO

import aiohttp


async def main(url: str, cases: TextIO, out: TextIO, concurrency: int) -> int:
    """Ask every case, compare, append a line; gives how many were right."""
    right = 0
    async with aiohttp.ClientSession() as session:

        async def work() -> None:
            nonlocal right
            for line in cases:
                case = json.loads(line)
                body = {"model": "echo", "messages": [{"role": "user", "content": case["ask"]}], "stream": False}
                async with session.post(f"{url}/chat/completions", json=body) as response:
                    answer = (await response.json())["choices"][0]["message"]["content"]
                passed = answer == case["expect"]
                right += passed
                out.write(json.dumps({"id": case["id"], "answer": answer, "passed": passed}) + "\n")

        await asyncio.gather(*(work() for _ in range(concurrency)))
    return right


if __name__ == "__main__":
    with Path(sys.argv[2]).open() as source, Path(sys.argv[3]).open("a", buffering=1) as sink:
        print(asyncio.run(main(sys.argv[1], source, sink, int(sys.argv[4]))))
