"""`POST /v1/analyze`: everything the model says of a clip, in the layout of `allears hear --json`."""

from __future__ import annotations

from dataclasses import replace

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from allears.formats.json_ import as_json
from allears.server.asking import read_asked
from allears.server.errors import ApiError
from allears.server.forms import Form, open_form
from allears.server.grammars import Grammars
from allears.server.hearing import client_of, hear, while_connected
from allears.server.replies import ignored_headers
from allears.server.schema import FILE, TEXT, errors, form_body, some
from allears.server.serving import Serving

__all__ = ["build"]

_BODY = form_body(
    file=FILE, model=TEXT, language=TEXT, hotwords=TEXT, tasks__=some(TEXT), commands=TEXT, understand=TEXT
)


def build(serving: Serving) -> APIRouter:
    """The router."""
    router, grammars = APIRouter(tags=["audio"]), Grammars(serving)

    @router.post("/v1/analyze", openapi_extra=_BODY, responses=errors(404, 501))
    async def analyze(request: Request) -> Response:
        """All tasks the model does by itself, or those of `tasks[]`; with `commands` (YAML) what was commanded, too.

        What the words want, in open language, is under `meaning` where the server has a model for it, unless
        `understand` is false.
        """
        client = client_of(request)
        serving.engine.session  # noqa: B018  503 before the file is received
        with serving.queue.place(client):
            async with open_form(request) as form:
                upload, asked = form.upload(), read_asked(serving, form)
                asked = replace(asked, understand=_understands(serving, form))
                if commands := form.text("commands"):
                    asked = replace(asked, commands=await grammars.read(client, commands))
                result = await while_connected(request, hear(serving, client, upload, asked))
                return JSONResponse(as_json(result), headers=ignored_headers(form.ignored))

    return router


def _understands(serving: Serving, form: Form) -> bool:
    """Whether the words are read; by default where something reads them.

    Raises:
        ApiError: 501, it is asked for, and nothing does.
    """
    has_reader = serving.engine.session.understands
    if not form.text("understand"):
        return has_reader
    is_asked = form.flag("understand")
    if is_asked and not has_reader:
        raise ApiError(
            501, "this server has no model of open language", code="no_reader", param="understand",
            todo="start it with --understand DIR (docs/understand.md), or leave the field out",
        )  # fmt: skip
    return is_asked
