"""What the simulator's tests share: personas from text, questions over a socket, cases judged by plain code."""

import asyncio
import contextlib
import json
import re
from pathlib import Path

import aiohttp
import jsonschema

from seatrial.simulator.persona import load_persona
from seatrial.simulator.server import serve

HARBOUR = Path(__file__).parents[2] / "examples" / "harbour"
PARROT = "name: parrot\necho: true\nlanguages: [en, es]\n"


@contextlib.asynccontextmanager
async def running(persona, **options):
    """A simulator and a client session, both closed at the end; `persona` is a record."""
    async with aiohttp.ClientSession() as session, await serve(persona, **options) as simulator:
        yield simulator, session


def persona_from(folder, text):
    """A persona from the text of its file."""
    path = folder / "persona.yaml"
    path.write_text(text, encoding="utf-8")
    return load_persona(path)


def question(text, model="parrot", **more):
    """The body of a chat request with one user message."""
    return {"model": model, "messages": [{"role": "user", "content": text}], **more}


async def post(session, simulator, body, path="/chat/completions", **options):
    """Status, headers and bytes of an answer."""
    async with session.post(simulator.url + path, json=body, **options) as response:
        return response.status, response.headers, await response.read()


async def say(session, simulator, text, **more):
    """The text of the first choice of a chat answer."""
    body = question(text, simulator.persona.model_names[0], **more)
    status, _, raw = await post(session, simulator, body)
    assert status == 200, raw
    return json.loads(raw)["choices"][0]["message"]["content"]


def frames(raw):
    """The JSON frames of an SSE body, without [DONE]."""
    lines = [line[6:].strip() for line in re.split(r"\r\n|\n", raw.decode()) if line.startswith("data: ")]
    return [json.loads(line) for line in lines if line != "[DONE]"]


def stream_text(raw):
    """The text that a chat stream carries."""
    return "".join(c["delta"].get("content") or "" for frame in frames(raw) for c in frame["choices"])


def example_cases():
    """All rows of the example suite."""
    paths = sorted(HARBOUR.glob("cases/*.jsonl"))
    return [json.loads(line) for path in paths for line in path.read_text(encoding="utf-8").splitlines()]


async def answer_case(session, simulator, row, retries=8):
    """The last message of an example case's dialogue; refusals at the door are asked again."""
    system = (HARBOUR / "prompts" / "support.txt").read_text(encoding="utf-8")
    turns = row["ask"] if isinstance(row["ask"], list) else [{"user": row["ask"]}]
    tools = [{"type": "function", "function": tool} for tool in row.get("tools", ())]
    body = {"model": simulator.persona.name, **row.get("params", {}), **({"tools": tools} if tools else {})}
    messages, message = [{"role": "system", "content": system}], {}
    for turn in turns:
        messages.append({"role": "user", "content": turn["user"]})
        for _ in range(retries):
            status, _, raw = await post(session, simulator, {**body, "messages": messages})
            if status == 200:
                break
            await asyncio.sleep(0.05)
        message = json.loads(raw)["choices"][0]["message"]
        messages.append(message)
    return message


def passes(row, message, refusals):
    """Whether a message meets all checks of its case."""
    return all(_meets(check, row, message, refusals) for check in row["checks"])


def _meets(check, row, message, refusals):
    text = message["content"] or ""
    if check == "contains":
        return row["expect"] in text
    if check == "refusal":
        return text in refusals
    try:
        found = json.loads(text) if text.startswith("{") else None
    except ValueError:
        found = None
    if check == "json_valid":
        return found is not None
    ((name, wanted),) = check.items()
    if name == "regex":
        return re.search(wanted, text) is not None
    if name == "json_path":
        return found is not None and found.get(wanted["path"].removeprefix("$.")) == wanted["equals"]
    if name == "json_schema":
        return found is not None and jsonschema.Draft202012Validator(wanted).is_valid(found)
    if name == "tool_call":
        calls = [call["function"] for call in message.get("tool_calls") or ()]
        return [(c["name"], json.loads(c["arguments"])) for c in calls] == [(wanted["name"], wanted["arguments"])]
    return name == "not" and not any(part in text for part in wanted["contains_any"])
