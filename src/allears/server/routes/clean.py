"""`POST /v1/audio/clean`: the sound of a recording without its noise, as long as the recording."""

from __future__ import annotations

import io

import numpy as np
import soundfile
from fastapi import APIRouter, Request
from fastapi.responses import Response

from allears.decode.answers import Audio
from allears.runtime.result import CLEAN
from allears.server.errors import ApiError
from allears.server.forms import open_form
from allears.server.hearing import Asked, client_of, hear, while_connected
from allears.server.replies import ignored_headers
from allears.server.routes.models import check_model
from allears.server.schema import FILE, TEXT, errors, form_body, one_of
from allears.server.serving import Serving
from allears.server.sounds import FORMATS

__all__ = ["build"]

_KINDS = ("wav", "flac")
_BODY = form_body(file=FILE, model=TEXT, response_format=one_of(*_KINDS))


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["audio"])

    @router.post("/v1/audio/clean", openapi_extra=_BODY, responses=errors(404, 501), response_class=Response)
    async def clean(request: Request) -> Response:
        """The recording without noise, mono."""
        spec, client = serving.engine.session.spec, client_of(request)
        if not any(task.name == CLEAN for task in spec.tasks):
            raise ApiError(
                501, f"the model {spec.name!r} cannot clean", todo="start the server with one that can: --model"
            )
        with serving.queue.place(client):
            async with open_form(request) as form:
                check_model(serving, form.text("model", spec.name))
                kind, upload = form.choice("response_format", _KINDS, "wav"), form.upload()
                headers = ignored_headers(form.ignored)
                result = await while_connected(request, hear(serving, client, upload, Asked((CLEAN,))))
                assert result.cleaned is not None, "the task was asked for"
                return Response(_encoded(result.cleaned, kind), media_type=FORMATS[kind][0], headers=headers)

    return router


def _encoded(sound: Audio, kind: str) -> bytes:
    """At its own rate, 16 bits."""
    _, container, subtype = FORMATS[kind]
    file = io.BytesIO()
    soundfile.write(file, np.clip(sound.samples, -1, 1), sound.sample_rate, format=container, subtype=subtype)
    return file.getvalue()
