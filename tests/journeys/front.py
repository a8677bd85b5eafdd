"""One address before several processes: what a proxy in front of them does."""

import asyncio
import socket
import threading
from collections import Counter

import httpx
import uvicorn

REGISTRAR = "/v1/registrar/"
#: Of one connection only.
HOP = {b"connection", b"transfer-encoding", b"content-length", b"date", b"server"}
PATIENCE = 90


class Front(threading.Thread):
    """Hands each request to one process; says 502 if that one ends in the middle.

    Attributes:
        servers: Addresses that take turns; one that takes no connection is left out.
        registrar: Where requests to the registrar go.
        cut: Requests that a process had taken in and did not answer, by path.
    """

    def __init__(self, port, servers, registrar):
        super().__init__(daemon=True)
        self.servers, self.registrar = list(servers), registrar
        self.cut = Counter()
        self._turn = 0
        self._socket = socket.create_server(("127.0.0.1", port))
        config = uvicorn.Config(
            self._answer,
            interface="asgi3",
            lifespan="off",
            log_config=None,
            timeout_graceful_shutdown=PATIENCE,
        )
        self._server = uvicorn.Server(config)

    def run(self):
        asyncio.run(self._serve())

    async def _serve(self):
        async with httpx.AsyncClient(timeout=PATIENCE, trust_env=False) as self._client:
            await self._server.serve(sockets=[self._socket])

    def close(self):
        """End, once those behind it have: what is under way is answered then."""
        self._server.should_exit = True
        self.join()
        self._socket.close()

    def _upstreams(self, path):
        if path.startswith(REGISTRAR):
            return [self.registrar]
        self._turn += 1
        first = self._turn % len(self.servers)
        return self.servers[first:] + self.servers[:first]

    async def _answer(self, scope, receive, send):
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        status, headers, content = await self._ask(scope, body)
        await send(
            {"type": "http.response.start", "status": status, "headers": headers}
        )
        await send({"type": "http.response.body", "body": content})

    async def _ask(self, scope, body):
        path = scope["raw_path"].decode()
        given = [pair for pair in scope["headers"] if pair[0] not in HOP]
        for upstream in self._upstreams(path):
            try:
                answer = await self._client.request(
                    scope["method"], upstream + path, content=body, headers=given
                )
            except httpx.ConnectError:
                continue
            except httpx.TransportError:
                self.cut[path] += 1
                break
            kept = [
                (name.lower(), value)
                for name, value in answer.headers.raw
                if name.lower() not in HOP | {b"content-encoding"}
            ]
            length = (b"content-length", str(len(answer.content)).encode())
            return answer.status_code, [*kept, length], answer.content
        return 502, [(b"content-length", b"0")], b""
