"""Errors as OpenAI's clients read them, with what was given, what is allowed and what to do next beside the message.

`{"error": {"message", "type", "param", "code", "given", "allowed", "next"}}`
"""

from __future__ import annotations

import errno
import logging
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect

from allears.audio import AudioError

__all__ = ["HUNG_UP", "ApiError", "add_handlers", "api_error_of", "reply"]

log = logging.getLogger(__name__)

HUNG_UP = 499  # nginx's number for a client that went away; nobody reads it but the metrics
_TYPES = {401: "authentication_error", 403: "permission_error", 429: "rate_limit_error"}


class ApiError(Exception):
    """A request that is not answered.

    Args:
        status: of HTTP.
        what: was wrong.
        given: by the client.
        allowed: instead of it.
        todo: what to do next.
        param: name of the field that was wrong.
        code: a word that programs may look at.
        retry_after_s: when to ask again, seconds.
    """

    def __init__(
        self,
        status: int,
        what: str,
        *,
        given: object = None,
        allowed: object = None,
        todo: str | None = None,
        param: str | None = None,
        code: str | None = None,
        retry_after_s: float | None = None,
    ) -> None:
        parts = [
            what,
            f"got {given!r}" if given is not None else "",
            f"allowed: {allowed}" if allowed else "",
            todo or "",
        ]
        self.status, self.param, self.code = status, param, code or HTTPStatus(status).name.lower()
        self.given, self.allowed, self.todo, self.retry_after_s = given, allowed, todo, retry_after_s
        self.message = "; ".join(part for part in parts if part)
        super().__init__(self.message)

    def body(self) -> dict[str, Any]:
        """As JSON."""
        kind = _TYPES.get(self.status, "invalid_request_error" if self.status < 500 else "server_error")
        named = {"given": self.given, "allowed": self.allowed, "next": self.todo}
        return {
            "error": {"message": self.message, "type": kind, "param": self.param, "code": self.code}
            | {name: value if value is None else str(value) for name, value in named.items()}
        }


def reply(error: ApiError) -> JSONResponse:
    """The error as a response."""
    headers = {} if error.retry_after_s is None else {"Retry-After": str(max(1, round(error.retry_after_s)))}
    if error.status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    return JSONResponse(error.body(), error.status, headers)


def api_error_of(error: Exception, name: str = "the file") -> ApiError:
    """What to tell a client of an error that came up while its file was heard."""
    from allears.runtime.onnx_file import ModelError

    if isinstance(error, ApiError):
        return error
    text = str(error).replace("the file object", name)
    if isinstance(error, AudioError):
        return ApiError(400, text, param="file", code="invalid_audio")
    if isinstance(error, ModelError):
        log.error("the model cannot be used: %s", error)
        return ApiError(500, text, code="model_error", todo="tell whoever runs this server")
    if isinstance(error, ValueError):
        return ApiError(400, text, code="invalid_value")
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        log.error("no space for what clients send: %s", error)
        return ApiError(507, "the server has no space left for the file", todo="ask again later", retry_after_s=60)
    log.error("a request failed", exc_info=error)
    return ApiError(500, f"the server failed ({type(error).__name__})", todo="tell whoever runs this server")


def add_handlers(app: FastAPI) -> None:
    """Every error leaves the server in the same shape."""

    async def known(_: Request, error: Exception) -> Response:
        assert isinstance(error, ApiError)
        return reply(error)

    async def of_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return reply(_of_http(request, error))

    async def invalid(_: Request, error: Exception) -> Response:
        assert isinstance(error, RequestValidationError)
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        return reply(ApiError(422, f"{where}: {first['msg']}", param=where, code="invalid_value"))

    async def hung_up(_: Request, __: Exception) -> Response:
        return Response(status_code=HUNG_UP)

    async def unknown(_: Request, error: Exception) -> Response:
        return reply(api_error_of(error))

    app.add_exception_handler(ApiError, known)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, invalid)
    app.add_exception_handler(ClientDisconnect, hung_up)
    for kind in (ValueError, OSError):
        app.add_exception_handler(kind, unknown)
    app.add_exception_handler(Exception, unknown)


def _of_http(request: Request, error: HTTPException) -> ApiError:
    path = request.url.path
    if error.status_code == HTTPStatus.NOT_FOUND:
        return ApiError(404, "nothing is at this address", given=path, todo="see /openapi.json for all there are")
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow")
        return ApiError(405, "this address is asked in another way", given=request.method, allowed=allowed)
    return ApiError(error.status_code, str(error.detail))
