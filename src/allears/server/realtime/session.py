"""One connection: messages in, in order, each done before the next is read, so that a client that sends faster than it
is heard waits; events out."""

from __future__ import annotations

import asyncio
import base64
import binascii
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from allears.runtime.result import Result
from allears.server.errors import ApiError, api_error_of
from allears.server.realtime.settings import Settings
from allears.server.realtime.teller import Sent, Teller, new_id
from allears.server.serving import Serving

if TYPE_CHECKING:
    from allears.runtime.stream import Stream

__all__ = ["RealtimeSession"]

T = TypeVar("T")
_BYTES = 2  # a sample of 16 bits
_LEAST_S = 0.1  # as OpenAI's: nothing shorter is committed


class RealtimeSession:
    """The state of one connection.

    Args:
        serving: what is asked.
        client: whose it is.
        settings: at the start.
        tasks: to answer of each turn.
        send: an event to the client.
        threads: in which its stream is heard; one is its own.
    """

    def __init__(
        self,
        serving: Serving,
        client: str,
        settings: Settings,
        *,
        tasks: Sequence[str],
        send: Callable[[Sent], Awaitable[None]],
        threads: Executor,
    ) -> None:
        self._serving, self._client, self._settings = serving, client, settings
        self._tasks, self._send, self._threads = tuple(tasks), send, threads
        self._teller = Teller(has_result=len(self._tasks) > 1)
        self._id = new_id("sess")
        self._stream: Stream | None = None
        self._buffer: list[np.ndarray] = []
        self._heard_s = 0.0  # of the connection
        self._does: Mapping[str, Callable[[Mapping[str, Any]], Awaitable[None]]] = {
            "input_audio_buffer.append": self._append,
            "input_audio_buffer.clear": self._clear,
            "input_audio_buffer.commit": self._commit,
            "session.update": self._update,
            "transcription_session.update": self._update,
        }

    async def open(self) -> None:
        """Tell the client that it may speak."""
        await self._tell_settings("session.created")

    async def take(self, text: str) -> None:
        """Do what a message asks for; what is wrong with it is an event, and the session goes on."""
        event_id = None
        try:
            message = _read(text)
            event_id = message.get("event_id")
            kind = message.get("type")
            if not isinstance(kind, str) or kind not in self._does:
                raise ApiError(400, "there is no such event", given=str(kind)[:80], allowed=", ".join(self._does),
                               param="type", code="invalid_event")  # fmt: skip
            await self._does[kind](message)
        except (ValueError, OSError, ApiError) as error:
            told = api_error_of(error, "the audio").body()["error"]
            told["event_id"] = event_id if isinstance(event_id, str) else None
            await self._send({"type": "error", "event_id": new_id("event"), "error": told})

    async def close(self) -> None:
        """The connection is over; nothing is heard any more."""
        self._stream, self._buffer = None, []

    async def _update(self, message: Mapping[str, Any]) -> None:
        settings = self._settings.updated(message.get("session"))
        if settings != self._settings:
            await self._finish()
            self._buffer = []
        self._settings = settings
        await self._tell_settings("session.updated")

    async def _append(self, message: Mapping[str, Any]) -> None:
        chunk = _pcm(message.get("audio"))
        if self._settings.turns is None:
            self._keep(chunk)
            return
        if self._stream is None:
            self._stream = await self._in_thread(self._new_stream)
            self._teller.restart(self._heard_s)
        self._heard_s += len(chunk) / self._settings.rate
        stream = self._stream
        await self._tell(await self._in_thread(lambda: stream.feed(chunk)))

    async def _commit(self, _: Mapping[str, Any]) -> None:
        if self._settings.turns is not None:
            await self._finish()
            return
        audio = np.concatenate([*self._buffer, np.zeros(0, np.int16)])
        if len(audio) < _LEAST_S * self._settings.rate:
            raise ApiError(400, "there is too little audio to commit", given=f"{len(audio)} samples",
                           allowed=f"{_LEAST_S} s or more", code="input_audio_buffer_commit_empty")  # fmt: skip
        self._buffer = []
        await self._send(self._teller.begin())
        try:
            result = await self._hear(audio)
        except (ValueError, OSError, ApiError) as error:
            await self._send(self._teller.failed(api_error_of(error, "the audio").body()["error"]))
            return
        for event in self._teller.completed(result):
            await self._send(event)

    async def _clear(self, _: Mapping[str, Any]) -> None:
        self._stream, self._buffer = None, []
        await self._send({"type": "input_audio_buffer.cleared", "event_id": new_id("event")})

    async def _hear(self, audio: np.ndarray) -> Result:
        """In the queue, as any other clip."""
        session, settings = self._serving.engine.session, self._settings
        with self._serving.queue.place(self._client):
            return await self._serving.queue.run(
                self._client,
                lambda _: session.hear(audio, sample_rate=settings.rate, language=settings.language, tasks=self._tasks),
            )

    async def _finish(self) -> None:
        """End the stream: what is being said is over."""
        stream, self._stream = self._stream, None
        if stream is not None:
            await self._tell(await self._in_thread(stream.finish))

    async def _tell(self, events: Sequence[Any]) -> None:
        for event in events:
            for sent in self._teller.tell(event):
                await self._send(sent)

    async def _tell_settings(self, kind: str) -> None:
        session = self._settings.to_json(self._id)
        await self._send({"type": kind, "event_id": new_id("event"), "session": session})

    def _keep(self, chunk: np.ndarray) -> None:
        kept_s = (sum(map(len, self._buffer)) + len(chunk)) / self._settings.rate
        if kept_s > self._serving.options.max_audio_s:
            raise ApiError(413, "the buffer is full", given=f"{kept_s:.0f} s", code="audio_too_long",
                           allowed=f"{self._serving.options.max_audio_s:g} s", todo="commit or clear it")  # fmt: skip
        self._buffer.append(chunk)

    def _new_stream(self) -> Stream:
        settings, turns = self._settings, self._settings.turns
        assert turns is not None
        return self._serving.engine.session.stream(
            tasks=self._tasks, language=settings.language, sample_rate=settings.rate, options=turns.options
        )

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)


def _read(text: str) -> Mapping[str, Any]:
    try:
        message = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ApiError(400, "a message is a JSON object", given=text[:40], code="invalid_json") from error
    if not isinstance(message, dict):
        raise ApiError(400, "a message is a JSON object", given=text[:40], code="invalid_json")
    return message


def _pcm(audio: object) -> np.ndarray:
    """Base64 of 16-bit mono PCM, little endian -> (N,)."""
    try:
        data = base64.b64decode(audio, validate=True) if isinstance(audio, str) else b"?"
    except (binascii.Error, ValueError):
        data = b"?"
    if len(data) % _BYTES:
        raise ApiError(400, "audio is base64 of whole 16-bit samples", given=str(audio)[:40], param="audio",
                       code="invalid_audio")  # fmt: skip
    return np.frombuffer(data, "<i2")
