"""`POST /v1/audio/diarization`: who spoke when, as JSON or RTTM, with the names that speaches and LocalAI use."""

from __future__ import annotations

import re
from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from allears.server.asking import read_asked
from allears.server.diarizer import Turn
from allears.server.forms import open_form
from allears.server.hearing import client_of, while_connected
from allears.server.replies import ignored_headers
from allears.server.schema import FILE, TEXT, errors, form_body, one_of, some
from allears.server.serving import Serving
from allears.server.who import find_speakers, named, read_known

__all__ = ["build"]

_MAX_SPEAKERS = 8  # as many as a meeting can have
_NAMES = [f"SPEAKER_{number:02d}" for number in range(100)]
_BODY = form_body(
    file=FILE, model=TEXT, response_format=one_of("json", "rttm"), num_speakers={"type": "integer"},
    known_speaker_names__=some(TEXT), known_speaker_references__=some(TEXT),
)  # fmt: skip


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["audio"])

    @router.post("/v1/audio/diarization", openapi_extra=_BODY, responses=errors(404, 501))
    async def diarization(request: Request) -> Response:
        """Who spoke when."""
        client = client_of(request)
        serving.engine.session  # noqa: B018  503 before the file is received
        with serving.queue.place(client):
            async with open_form(request) as form:
                kind, upload = form.choice("response_format", ("json", "rttm"), "json"), form.upload()
                num_speakers, known = form.number("num_speakers", 1, _MAX_SPEAKERS), read_known(form)
                read_asked(serving, form)
                headers = ignored_headers(form.ignored)

                work = find_speakers(serving, client, upload, known, num_speakers)
                turns = named(await while_connected(request, work), _NAMES).turns
                if kind == "rttm":
                    return PlainTextResponse(_rttm(turns, upload.name), headers=headers)
                return JSONResponse({"task": "diarize", "segments": _plain(turns)}, headers=headers)

    return router


def _plain(turns: Sequence[Turn]) -> list[dict[str, object]]:
    return [
        {"id": number, "start": round(turn.start_s, 3), "end": round(turn.end_s, 3), "speaker": turn.speaker}
        for number, turn in enumerate(turns)
    ]


def _rttm(turns: Sequence[Turn], name: str) -> str:
    """NIST's RTTM: `SPEAKER file channel onset duration <NA> <NA> name <NA> <NA>`, no spaces inside a field."""
    file = _word(name.rsplit("/")[-1].rsplit(".", 1)[0]) or "audio"
    return "".join(
        f"SPEAKER {file} 1 {t.start_s:.3f} {t.end_s - t.start_s:.3f} <NA> <NA> {_word(t.speaker)} <NA> <NA>\n"
        for t in turns
    )


def _word(text: str) -> str:
    return re.sub(r"\s+", "_", text.strip())
