"""The floor: uvicorn with an ASGI application that answers at once. Prints its port.

python -m bench.gateway.minimal
"""

import socket

import uvicorn
from bench.gateway.upstream import WHOLE

HEADERS = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(WHOLE))]


async def application(scope, receive, send):
    """Read the body and answer."""
    while (await receive()).get("more_body"):
        pass
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": WHOLE})


if __name__ == "__main__":
    line = socket.create_server(("127.0.0.1", 0), backlog=2048)
    print(line.getsockname()[1], flush=True)
    settings = uvicorn.Config(
        application, http="httptools", lifespan="off", log_level="critical", access_log=False, server_header=False
    )
    uvicorn.Server(settings).run(sockets=[line])
