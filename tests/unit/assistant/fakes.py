"""A clock that is set by hand, a server that answers what it is told to, and a way to talk with skills."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from allears.assistant.assistant import Assistant
from allears.assistant.build import build_skills
from allears.assistant.settings import Settings
from allears.assistant.skill import Tools
from allears.assistant.store import Store

START = datetime(2026, 3, 4, 15, 20, tzinfo=UTC)  # a Wednesday


class Clock:
    """The time, which goes on when it is told to."""

    def __init__(self, at: datetime = START) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def wait(self, **length: float) -> None:
        self.at += timedelta(**length)


class Talk:
    """Says a sentence to an assistant with some skills, and gives its reply."""

    def __init__(
        self, *names: str, store: Store | None = None, clock: Clock | None = None, **settings: dict[str, Any]
    ) -> None:
        self.clock, self.store = clock or Clock(), store or Store(":memory:")
        self.skills = build_skills(Tools(self.store, Settings(settings), self.clock), names)
        self.assistant = Assistant(self.skills)

    def __call__(self, text: str, who: str | None = None) -> str:
        self.answer = self.assistant.hear_text(text, who)
        return self.answer.text


Route = Callable[[dict[str, str], Any], Any]
"""(query, what was posted) -> the answer; a number is a status"""


class Server:
    """A web server on loopback. `asked`: the paths, with what was posted."""

    def __init__(self, routes: dict[str, Route]) -> None:
        self.asked: list[tuple[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                size = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(size)) if size else None
                outer.asked.append((parts.path, body))
                outer.headers.append(dict(self.headers))
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                route = routes.get(parts.path)
                answer = 404 if route is None else route(query, body)
                text = b"" if isinstance(answer, int) else json.dumps(answer).encode()
                self.send_response(answer if isinstance(answer, int) else 200)
                self.send_header("Content-Length", str(len(text)))
                if isinstance(answer, int) and 300 <= answer < 400:
                    self.send_header("Location", "http://elsewhere.invalid/")
                self.end_headers()
                self.wfile.write(text)

            do_POST = do_GET

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(routes: dict[str, Route]) -> Iterator[Server]:
    server = Server(routes)
    try:
        yield server
    finally:
        server.close()
