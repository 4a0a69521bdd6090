"""Who may ask: a key, compared in constant time; without one, this machine alone, and no other web page in its browser.

Without a key, a page of any web site could ask a server on the user's own machine, through the user's browser. So a
request with an `Origin` must come from the server's own page, and the `Host` must be a name of this machine (a site
can let its own name point here: DNS rebinding).
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocket

from allears.server.errors import ApiError, reply
from allears.server.options import is_loopback

__all__ = ["CLIENT", "SUBPROTOCOL_KEY", "Guard"]

CLIENT = "allears.client"  # where the scope says whose request it is
SUBPROTOCOL_KEY = "openai-insecure-api-key."  # how browsers, which cannot set headers, send a key to a websocket


class Guard:
    """Lets in who may, and notes who it is: a digest of the key, or the address.

    Args:
        app: behind it.
        keys: any of them is good; none: see above.
    """

    def __init__(self, app: ASGIApp, keys: tuple[str, ...]) -> None:
        self._app = app
        self._digests = [_digest(key) for key in keys]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        try:
            scope[CLIENT] = self._client(scope)
        except ApiError as error:
            await _refuse(reply(error), scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _client(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        address = str((scope.get("client") or ("local",))[0])
        if not self._digests:
            _refuse_strangers(headers)
            return address
        if not _needs_key(scope["path"]):
            return address
        digest = _digest(_key_of(headers))
        good = [hmac.compare_digest(digest, each) for each in self._digests]  # all of them: constant time
        if not any(good):
            given = "a key that is none of them" if _key_of(headers) else "none"
            raise ApiError(401, f"this server needs a key, and was given {given}", code="invalid_api_key",
                           todo="send the header Authorization: Bearer KEY")  # fmt: skip
        return digest.hex()[:16]


def _needs_key(path: str) -> bool:
    """The page, its files and /health are for everybody."""
    return path.startswith("/v1") or path == "/metrics"


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode("utf-8", errors="replace")).digest()


def _key_of(headers: Headers) -> str:
    scheme, _, key = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        return key.strip()
    offered = (part.strip() for part in headers.get("sec-websocket-protocol", "").split(","))
    return next((part.removeprefix(SUBPROTOCOL_KEY) for part in offered if part.startswith(SUBPROTOCOL_KEY)), "")


def _refuse_strangers(headers: Headers) -> None:
    host = headers.get("host", "")
    name = urlsplit(f"//{host}").hostname or ""
    if not is_loopback(name):
        raise ApiError(403, "without a key, this server is asked by a name of this machine", given=host,
                       allowed="localhost, 127.0.0.1", todo="use one of them, or start it with --key")  # fmt: skip
    origin = headers.get("origin")
    if origin and urlsplit(origin).netloc.lower() != host.lower():
        raise ApiError(403, "without a key, no other web page may ask", given=origin, todo="start it with --key")


async def _refuse(response: JSONResponse, scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await response(scope, receive, send)
        return
    websocket = WebSocket(scope, receive, send)
    if "websocket.http.response" in scope.get("extensions", {}):
        await websocket.send_denial_response(response)
    else:
        await websocket.close(1008)
