"""How much of a body is taken, and how long is waited for it; of every request, whoever reads it."""

from __future__ import annotations

import asyncio
import time

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from allears.server.errors import ApiError, reply
from allears.server.options import ServerOptions

__all__ = ["BodyLimits"]


class BodyLimits:
    """Refuses a body that says it is too large, and stops one that turns out so, or that comes too slowly.

    Args:
        app: behind it.
        options: `max_upload_mb`, `receive_s` and `idle_s`.
    """

    def __init__(self, app: ASGIApp, options: ServerOptions) -> None:
        self._app, self._options, self._max_bytes = app, options, int(options.max_upload_mb * 1e6)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        stated = Headers(scope=scope).get("content-length", "")
        if stated.isdecimal() and int(stated) > self._max_bytes:
            await reply(self._too_large(int(stated)))(scope, receive, send)
            return
        await self._app(scope, self._limited(receive), send)

    def _limited(self, receive: Receive) -> Receive:
        num_bytes, is_over, until = 0, False, time.monotonic() + self._options.receive_s

        async def limited() -> Message:
            nonlocal num_bytes, is_over
            if is_over:  # what comes now is that the client hangs up, which may take as long as the answer does
                return await receive()
            try:
                wait_s = min(self._options.idle_s, max(0.0, until - time.monotonic()))
                message = await asyncio.wait_for(receive(), wait_s)
            except TimeoutError:
                raise self._too_slow(num_bytes) from None
            num_bytes += len(message.get("body", b""))
            is_over = not message.get("more_body", False)
            if num_bytes > self._max_bytes:
                raise self._too_large(num_bytes)
            return message

        return limited

    def _too_large(self, num_bytes: int) -> ApiError:
        return ApiError(
            413, "the request is too large", given=f"{num_bytes / 1e6:.1f} MB or more",
            allowed=f"{self._options.max_upload_mb:g} MB", code="too_large",
            todo="send a shorter or compressed file (FLAC, Opus), or start the server with a larger --max-upload-mb",
        )  # fmt: skip

    def _too_slow(self, num_bytes: int) -> ApiError:
        allowed = f"{self._options.idle_s:g} s between two pieces, {self._options.receive_s:g} s for all"
        return ApiError(408, "the request comes too slowly", given=f"{num_bytes} bytes so far", allowed=allowed,
                        code="too_slow", todo="send it again")  # fmt: skip
