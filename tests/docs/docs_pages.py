"""Reads a page of the docs as a script: what a reader would type, in the order of the page.

In a page, a fenced block with a title is a file (```yaml title="seatrial.yaml"), `sh` blocks are typed into one shell
and `python` blocks are run by Python in the same folder. A comment line before a block says what else a reader is told:
`<!-- exit: 1 -->` the block ends with that code; `<!-- repository -->` it is typed in a clone (`make` targets).
"""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[2]
PORT = "8410"
PORTS = re.compile(r"\b841(\d)\b")
"""The ports that the docs use; a test puts free ones in their place, so that pages can be tested side by side."""

_BLOCK = re.compile(
    r"(?:^<!-- (?P<note>[^\n]*?) -->\n+)?"
    r"^(?P<indent> *)```(?P<language>\w+)(?P<rest>[^\n]*)\n(?P<body>.*?)^(?P=indent)```",
    re.MULTILINE | re.DOTALL,
)
_TITLE = re.compile(r'title="([^"]+)"')


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    body: str
    title: str | None
    note: str
    line: int


def pages() -> list[Path]:
    """README and every page of the docs."""
    return [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = page.read_text()
    found = []
    for match in _BLOCK.finditer(text):
        indent = match["indent"]
        body = "".join(line.removeprefix(indent) for line in match["body"].splitlines(keepends=True))
        title = _TITLE.search(match["rest"])
        line = text.count("\n", 0, match.start()) + 1
        found.append(Block(match["language"], body, title and title[1], match["note"] or "", line))
    return found


def script(page: Path, port: int) -> str:
    """The page as one bash script; empty when a reader has nothing to type. Ten ports from `port` on are its own."""
    parts = [part for part in (_typed(block, page) for block in blocks(page)) if part]
    if not any(block.language in ("sh", "python") for block in blocks(page) if block.note != "repository"):
        return ""
    ending = "trap 'jobs -p | xargs --no-run-if-empty kill 2>/dev/null; wait' EXIT"
    text = "\n".join(["set -euo pipefail", ending, *parts])
    return PORTS.sub(lambda found: str(port + int(found[1])), text)


def _typed(block: Block, page: Path) -> str:
    if block.note == "repository":
        return ""
    if block.title is not None:
        folder = shlex.quote(str(Path(block.title).parent))
        return f"mkdir -p {folder}\ncat > {shlex.quote(block.title)} <<'END_OF_FILE'\n{block.body}END_OF_FILE"
    if block.language == "python":
        return f"python - <<'END_OF_PYTHON'\n{block.body}END_OF_PYTHON"
    if block.language != "sh":
        return ""
    place = f"{page.relative_to(ROOT)}:{block.line}"
    expected = re.fullmatch(r"exit: (\d+)", block.note)
    if expected is None:
        return f"echo '# {place}' >&2\n{_waiting(block.body)}"
    return (
        f"echo '# {place}' >&2\nset +e\n( set -e\n{block.body})\nstatus=$?\nset -e\n"
        f'[ "$status" = {expected[1]} ] || {{ echo "{place}: exit $status, the page says {expected[1]}" >&2; exit 1; }}'
    )


def _waiting(body: str) -> str:
    # Seconds that are enough for a reader are too few on a busy machine: here `sleep` ends when the servers answer.
    ports = re.findall(r"--port ([1-9]\d*) .*&$", body, re.MULTILINE)
    logs = re.findall(r"--port 0 > (\S+) &$", body, re.MULTILINE)
    asked = [f"(exec 3<>/dev/tcp/127.0.0.1/{port})" for port in ports or [PORT]]
    ready = " && ".join([*asked, *(f"grep -q http {log}" for log in logs)])
    wait = f"for _ in {{1..600}}; do {{ {ready}; }} 2>/dev/null && break; command sleep 0.1; done"
    return re.sub(r"^sleep \d+$", lambda _: wait, body, flags=re.MULTILINE)
