"""What OpenAPI says of the routes that read forms: their fields, and the one shape of all errors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["FILE", "TEXT", "errors", "form_body", "one_of", "some"]

Schema = Mapping[str, Any]

TEXT: Schema = {"type": "string"}
FILE: Schema = {"type": "string", "format": "binary"}
_OR_NONE = {"type": ["string", "null"]}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["message", "type", "code"],
            "properties": {"message": TEXT, "type": TEXT, **dict.fromkeys(
                ("param", "code", "given", "allowed", "next"), _OR_NONE
            )},
        }
    },
}  # fmt: skip
_WHY = {
    400: "The audio or a field cannot be used", 401: "A key is needed", 403: "Another page or host asks",
    404: "There is no such model or voice", 408: "The body comes too slowly", 413: "Too large or too long",
    415: "Not a form", 422: "A field is missing", 429: "Too many requests; see Retry-After",
    500: "The server failed", 501: "This server cannot do it", 503: "Loading or shutting down",
    507: "No space left",
}  # fmt: skip
_FORM = (400, 401, 403, 408, 413, 415, 422, 429, 500, 503, 507)


def one_of(*words: str) -> Schema:
    """One of some words."""
    return {"type": "string", "enum": list(words)}


def some(item: Schema) -> Schema:
    """Some of them."""
    return {"type": "array", "items": item}


def form_body(required: Iterable[str] = ("file",), **fields: Schema) -> dict[str, Any]:
    """`openapi_extra` of a route that reads a form; a field `tasks__` is called `tasks[]`."""
    named = {name.replace("__", "[]"): schema for name, schema in fields.items()}
    schema = {"type": "object", "required": list(required), "properties": named}
    return {"requestBody": {"required": True, "content": {"multipart/form-data": {"schema": schema}}}}


def errors(*statuses: int, is_form: bool = True) -> dict[int | str, dict[str, Any]]:
    """`responses` of a route: these errors beside those that every form may have."""
    asked = sorted({*(_FORM if is_form else (401, 403)), *statuses})
    return {
        status: {"description": _WHY[status], "content": {"application/json": {"schema": _ERROR}}} for status in asked
    }
