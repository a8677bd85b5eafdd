"""A proxy as an operator puts it in front: it names the visitor, nothing else."""

import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_ITS_OWN = {"connection", "content-length", "host", "transfer-encoding"}


class Proxy:
    """Forwards to a server; every visitor comes from `visitor`."""

    def __init__(self, visitor: str) -> None:
        self.visitor = visitor
        self.target = ""
        self.url = ""

    def forward(self, handler: BaseHTTPRequestHandler) -> None:
        given = handler.headers
        length = int(given.get("content-length", 0))
        named = [*given.get_all("x-forwarded-for", []), self.visitor]
        headers = [(k, v) for k, v in given.items() if k.lower() not in _ITS_OWN]
        headers = [(k, v) for k, v in headers if k.lower() != "x-forwarded-for"]
        if self.visitor:
            headers.append(("x-forwarded-for", ", ".join(named)))
        answer = httpx.request(
            handler.command,
            self.target + handler.path,
            content=handler.rfile.read(length) if length else None,
            headers=headers,
            timeout=60,
            trust_env=False,
        )
        handler.send_response(answer.status_code)
        for name, value in answer.headers.items():
            if name not in _ITS_OWN | {"content-encoding"}:
                handler.send_header(name, value)
        handler.send_header("content-length", str(len(answer.content)))
        handler.end_headers()
        handler.wfile.write(answer.content)


@contextmanager
def forwarding_proxy(visitor: str):
    """A proxy on a port of its own; name its `target` before it is asked."""
    proxy = Proxy(visitor)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            proxy.forward(self)

        do_POST = do_PUT = do_GET  # noqa: N815  http.server's own names

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        proxy.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()
