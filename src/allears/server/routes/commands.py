"""`POST /v1/commands/check`: what is in a YAML text of commands and what is wrong with it, line by line.

The body is the YAML itself: `curl --data-binary @commands.yaml`.
"""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

from allears.server.errors import ApiError
from allears.server.grammars import check_commands, refuse_large
from allears.server.hearing import client_of, while_connected
from allears.server.schema import TEXT, errors
from allears.server.serving import Serving

__all__ = ["build"]

_MAX_SAID = 500  # letters of a sentence to try
_BODY = {"requestBody": {"required": True, "content": {"text/plain": {"schema": TEXT}}}}


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["commands"])

    @router.post("/v1/commands/check", openapi_extra=_BODY,
                 responses=errors(400, 408, 413, 422, 429, 500, 501, 503, is_form=False))  # fmt: skip
    async def check(request: Request, text: str = "") -> dict[str, Any]:
        """Look through commands; `text` is a sentence to understand with them."""
        client = client_of(request)
        if len(text) > _MAX_SAID:
            raise ApiError(400, "the sentence is too long", given=f"{len(text)} letters", allowed=_MAX_SAID,
                           param="text")  # fmt: skip
        with serving.queue.place(client):
            commands = await _body(request)
            return await while_connected(request, check_commands(serving, client, commands, text))

    return router


async def _body(request: Request) -> str:
    """The text that was sent, not a byte more of it than is allowed."""
    got = b""
    async for piece in request.stream():
        got += piece
        refuse_large(len(got))
    try:
        return got.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ApiError(400, "commands are UTF-8 text", given=f"byte {error.start} is not", param="commands",
                       code="invalid_commands") from error  # fmt: skip
