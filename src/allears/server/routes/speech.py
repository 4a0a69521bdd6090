"""`POST /v1/audio/speech`: text as sound, by the voice the server was started with; 501 without one."""

from __future__ import annotations

import base64
import subprocess
from collections.abc import AsyncIterator
from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response, StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from allears.server.errors import ApiError
from allears.server.hearing import client_of, while_connected
from allears.server.replies import ignored_headers
from allears.server.schema import errors
from allears.server.serving import Serving
from allears.server.sounds import FORMATS, encode
from allears.server.sse import event

__all__ = ["Speech", "build"]


class Speech(BaseModel):
    """What is to be said, as OpenAI's interface names it; `instructions` have no use here, and the answer says so."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    input: str = Field(min_length=1, max_length=4096)
    model: str = ""
    voice: str = ""
    response_format: Literal["mp3", "opus", "flac", "wav", "pcm"] = "mp3"
    speed: float = Field(default=1.0, ge=0.25, le=4.0)
    instructions: str | None = None
    stream_format: Literal["audio", "sse"] = "audio"


def build(serving: Serving) -> APIRouter:
    """The router."""
    router = APIRouter(tags=["audio"])

    @router.post("/v1/audio/speech", responses=errors(501), response_class=Response)
    async def speech(request: Request, asked: Speech) -> Response:
        """Say a text."""
        voice = serving.voice
        if voice is None:
            raise ApiError(501, "this server has no voice", code="no_voice",
                           todo="start it with --voice-command 'espeak-ng --stdout'")  # fmt: skip
        if voice.names and asked.voice not in voice.names:
            raise ApiError(400, "there is no such voice", given=asked.voice[:80], allowed=", ".join(voice.names),
                           param="voice")  # fmt: skip
        client, ignored = client_of(request), ("instructions",) if asked.instructions else ()

        def work(_: object) -> bytes:
            samples, rate = voice.speak(asked.input, voice=asked.voice, speed=asked.speed)
            return encode(samples, rate, asked.response_format)

        with serving.queue.place(client):
            try:
                sound = await while_connected(request, serving.queue.run(client, work))
            except (OSError, subprocess.TimeoutExpired) as error:
                raise ApiError(500, f"the voice failed: {error}", code="voice_failed") from error
        headers = ignored_headers(ignored)
        if asked.stream_format == "sse":
            return StreamingResponse(_events(sound), media_type="text/event-stream", headers=headers)
        return Response(sound, media_type=FORMATS[asked.response_format][0], headers=headers)

    return router


async def _events(sound: bytes) -> AsyncIterator[str]:
    """The sound as server-sent events, in pieces."""
    size = 3 * 2**14  # a multiple of three: no padding inside the base64
    for at in range(0, len(sound), size):
        yield event({"type": "speech.audio.delta", "audio": base64.b64encode(sound[at : at + size]).decode()})
    yield event({"type": "speech.audio.done"})
