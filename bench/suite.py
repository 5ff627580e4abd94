"""The suite that is measured: so many cases, one equals check each."""

import json
from pathlib import Path

SUITE = """\
targets:
  bot: {{openai: "{url}", model: echo, stream: false}}
suites:
  behaviour:
    target: bot
    concurrency: {concurrency}
    cases: [{{from: cases.jsonl}}]
    checks: [equals]
gates: [behaviour.pass_rate >= 99%]
"""


def write(folder: Path, url: str, cases: int, concurrency: int = 50) -> Path:
    """Write cases and suite file into a folder, and give the suite's path."""
    with (folder / "cases.jsonl").open("w") as out:
        for i in range(cases):
            text = f"This is question number {i} about the ferry to Saltholm."
            out.write(json.dumps({"id": f"case-{i}", "ask": text, "expect": text}) + "\n")
    path = folder / "seatrial.yaml"
    path.write_text(SUITE.format(url=url, concurrency=concurrency))
    return path
