"""`POST /v1/audio/speech`: text as sound, by the voice the server was started with; 501 without one.

A format that can be sent before its end is known (`STREAMED`) begins with the first sentence.
"""

from __future__ import annotations

import base64
import subprocess
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from typing import Literal

import numpy as np
from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from allears.runtime.onnx_file import ModelError
from allears.server.errors import ApiError
from allears.server.hearing import client_of, while_connected
from allears.server.replies import ignored_headers
from allears.server.schema import errors
from allears.server.serving import Serving
from allears.server.sounds import FORMATS, STREAMED, SoundStream, encode
from allears.server.sse import HeldStream, event
from allears.server.voice import Voice
from allears.server.voice_names import voice_meant

__all__ = ["Speech", "build"]

_Part = tuple[np.ndarray, int]
_EVENT_BYTES = 3 * 2**14  # a multiple of three: no padding inside the base64


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
        voice, kind = _voice_of(serving), asked.response_format
        asked = asked.model_copy(update={"voice": _name_of(voice, asked.voice)})
        headers = ignored_headers(("instructions",) if asked.instructions else ())
        async with AsyncExitStack() as stack:
            stack.enter_context(serving.queue.place(client_of(request)))
            spoken = _Spoken(serving, client_of(request), voice, asked)
            is_sse, media = asked.stream_format == "sse", FORMATS[kind][0]
            if kind not in STREAMED:
                parts = [part async for part in _while_connected(request, spoken)]
                sound = encode(np.concatenate([samples for samples, _ in parts]), parts[0][1], kind)
                if not is_sse:
                    return Response(sound, media_type=media, headers=headers)
                return HeldStream(_events(_once(sound)), stack.pop_all(), headers)
            first = await while_connected(request, spoken.next())
            sounds = _sounds(first, spoken, SoundStream(kind))
            if is_sse:
                return HeldStream(_events(sounds), stack.pop_all(), headers)
            return HeldStream(sounds, stack.pop_all(), headers, media)

    return router


def _voice_of(serving: Serving) -> Voice:
    if serving.voice is None:
        todo = "start it with --voice-model FOLDER, or with --voice-command 'espeak-ng --stdout'"
        raise ApiError(501, "this server has no voice", code="no_voice", todo=todo)
    return serving.voice


def _name_of(voice: Voice, asked: str) -> str:
    if (name := voice_meant(asked, voice.names)) is None:
        raise ApiError(400, "there is no such voice", given=asked[:80], allowed=", ".join(voice.names),
                       param="voice", todo="the names of OpenAI's voices are taken, too")  # fmt: skip
    return name


class _Spoken:
    """The sentences of one request; each is made when it is the client's turn."""

    def __init__(self, serving: Serving, client: str, voice: Voice, asked: Speech) -> None:
        self._serving, self._client = serving, client
        self._asked, self._voice = asked, voice
        self._parts: Iterator[_Part] | None = None

    async def next(self) -> _Part | None:
        """The next sentence as samples and their rate; None after the last one."""
        try:
            return await self._serving.queue.run(self._client, self._make)
        except ModelError as error:
            raise ApiError(500, f"the voice failed: {error}", code="voice_failed") from error
        except ValueError as error:
            raise ApiError(400, str(error), code="cannot_be_said") from error
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ApiError(500, f"the voice failed: {error}", code="voice_failed") from error

    def _make(self, is_unwanted: threading.Event) -> _Part | None:
        del is_unwanted  # a sentence is short
        if self._parts is None:
            self._parts = self._voice.parts(self._asked.input, voice=self._asked.voice, speed=self._asked.speed)
        return next(self._parts, None)


async def _while_connected(request: Request, spoken: _Spoken) -> AsyncIterator[_Part]:
    while (part := await while_connected(request, spoken.next())) is not None:
        yield part


async def _sounds(first: _Part | None, spoken: _Spoken, stream: SoundStream) -> AsyncIterator[bytes]:
    part = first
    while part is not None:
        if made := stream.add(*part):
            yield made
        part = await spoken.next()
    yield stream.end()


async def _once(sound: bytes) -> AsyncIterator[bytes]:
    yield sound


async def _events(sounds: AsyncIterator[bytes]) -> AsyncIterator[str]:
    """The sound as server-sent events, in pieces; an error in the middle is an event of its own."""
    try:
        async for sound in sounds:
            for at in range(0, len(sound), _EVENT_BYTES):
                piece = base64.b64encode(sound[at : at + _EVENT_BYTES]).decode()
                yield event({"type": "speech.audio.delta", "audio": piece})
    except ApiError as error:
        yield event({"type": "error", **error.body()})
    else:
        yield event({"type": "speech.audio.done"})
