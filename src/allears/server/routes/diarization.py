"""`POST /v1/audio/diarization`: who spoke when, as JSON or RTTM, with the names that speaches and LocalAI use."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response

from allears.meeting.formats import MINUTES_FORMATS
from allears.meeting.minutes import Minutes
from allears.server.asking import read_asked
from allears.server.forms import open_form
from allears.server.hearing import client_of, while_connected
from allears.server.replies import ignored_headers
from allears.server.schema import FILE, TEXT, errors, form_body, one_of, some
from allears.server.serving import Serving
from allears.server.who import find_speakers, read_known

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

                work = find_speakers(serving, client, upload, known, _NAMES, num_speakers=num_speakers)
                minutes = await while_connected(request, work)
                if kind == "rttm":
                    return PlainTextResponse(MINUTES_FORMATS[kind]().write(minutes), headers=headers)
                return JSONResponse(
                    {"task": "diarize", "segments": _plain(minutes), "turns": _turns(minutes)}, headers=headers
                )

    return router


def _plain(minutes: Minutes) -> list[dict[str, object]]:
    names = minutes.names
    return [
        {"id": number, "start": round(one.start_s, 3), "end": round(one.end_s, 3), "speaker": names[one.speaker]}
        for number, one in enumerate(minutes.spoken)
    ]


def _turns(minutes: Minutes) -> list[dict[str, object]]:
    """What each says in one go, and in which mood, where one can be told."""
    return [
        {
            "speaker": minutes.names[turn.speaker], "start": round(turn.start_s, 3), "end": round(turn.end_s, 3),
            "mood": {"label": turn.mood, "probability": turn.mood_probability} if turn.mood else None,
        }
        for turn in minutes.turns
    ]  # fmt: skip
