"""A model server that costs next to nothing: echoes the last message, at once or after a delay. Prints its port.

python -m bench.server [SECONDS]
"""

import asyncio
import json
import sys

from aiohttp import web

REPLY = '{"id":"1","object":"chat.completion","created":1,"model":"echo","choices":[{"index":0,"message":{"role":"assistant","content":%s},"finish_reason":"stop"}],"usage":{"prompt_tokens":5,"completion_tokens":5,"total_tokens":10}}'  # noqa: E501  one answer, one line
CHUNKS = (
    'data: {"choices":[{"index":0,"delta":{"content":%s}}]}\n\n'
    'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
    'data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":5}}\n\n'
    "data: [DONE]\n\n"
)


def application(delay: float) -> web.Application:
    """Chat completions, whole or streamed, and the list of models."""

    async def chat(request: web.Request) -> web.Response:
        body = json.loads(await request.read())
        text = json.dumps(body["messages"][-1]["content"])
        if delay:
            await asyncio.sleep(delay)
        if body.get("stream"):
            return web.Response(text=CHUNKS % text, content_type="text/event-stream")
        return web.Response(text=REPLY % text, content_type="application/json")

    async def models(request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "echo", "object": "model"}]})

    app = web.Application()
    app.router.add_post("/v1/chat/completions", chat)
    app.router.add_get("/v1/models", models)
    return app


async def serve(delay: float) -> None:
    """Serve until the process is stopped."""
    runner = web.AppRunner(application(delay), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0))
