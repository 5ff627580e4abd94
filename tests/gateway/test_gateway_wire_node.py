"""OpenAI's client for Node, unchanged, at the gateway."""

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

import pytest
from dialects_support import message_events, streamed, told
from upstream import answer, faults, stream, whole
from wire_support import served

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = Path(__file__).parent / "node_client.mjs"
NODE = shutil.which("node")


@pytest.fixture
def node() -> str:
    """Node; skipped with the reason where it or the client is missing, but failed with CI=true."""
    if NODE is None or not (ROOT / "node_modules" / "openai").is_dir():
        reason = "OpenAI's client for Node is missing: npm ci"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    return str(NODE)


async def run(node: str, url: str, what: str) -> Any:
    """What the client found."""
    started = await asyncio.create_subprocess_exec(
        *(node, str(SCRIPT), url + "/v1", what),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        cwd=ROOT,
    )
    async with asyncio.timeout(60):
        out, err = await started.communicate()
    assert started.returncode == 0, err.decode()
    return json.loads(out)


async def test_a_chat(node: str, tmp_path: Path) -> None:
    """The text, the usage and the provider's id of the request."""
    async with served(tmp_path, answer("Hello", "x-request-id: req-1")) as it:
        found = await run(node, it.door.url, "chat")
        assert found == {"text": "Hello", "usage": 9, "request_id": "req-1"}


async def test_a_stream(node: str, tmp_path: Path) -> None:
    """Piece by piece."""
    async with served(tmp_path, stream("Hel", "lo")) as it:
        assert await run(node, it.door.url, "stream") == {"texts": ["Hel", "lo"]}


@pytest.mark.parametrize("what", ["chat", "stream"])
async def test_a_model_of_the_other_dialect(what: str, node: str, tmp_path: Path) -> None:
    """It need not know that Anthropic's dialect is spoken behind the gateway."""
    script = told() if what == "chat" else streamed(message_events({"type": "text", "text": "Hello"}, step=9))
    async with served(tmp_path, script, dialect="anthropic") as it:
        found = await run(node, it.door.url, what)
        assert found.get("text") == "Hello" or found["texts"] == ["Hello"]


async def test_errors_are_its_own(node: str, tmp_path: Path) -> None:
    """A provider's 429 is a RateLimitError, and a cut stream an APIError."""
    script, cut = faults.too_many(), faults.cut_after(2)
    async with served(tmp_path, script) as it:
        assert (await run(node, it.door.url, "error"))["error"] == "RateLimitError"
    async with served(tmp_path, cut) as it:
        found = await run(node, it.door.url, "error")
        assert (found["error"], found["code"]) == ("APIError", "upstream_cut_stream")


async def test_embeddings_and_models(node: str, tmp_path: Path) -> None:
    """Vectors arrive, and the names of what is served."""
    vector = {"object": "list", "data": [{"object": "embedding", "index": 0, "embedding": [0.5, 0.25]}], "model": "m"}
    async with served(tmp_path, whole(json.dumps(vector).encode())) as it:
        assert await run(node, it.door.url, "embeddings") == {"length": 2}
        assert await run(node, it.door.url, "models") == {"names": ["support"]}
