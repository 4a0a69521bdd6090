"""Texts on one connection that are to be spoken, sentence by sentence, as they come or at once.

In: `synthesize`, or `synthesize-start`, `synthesize-chunk`s and `synthesize-stop`. Out: `audio-start`, `audio-chunk`s,
`audio-stop`; and `synthesize-stopped` where the text came in chunks.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping
from typing import Any

import numpy as np
import soxr
from wyoming.audio import AudioStart, AudioStop
from wyoming.tts import SynthesizeStopped

from allears.assistant.manners import ENGLISH
from allears.server.errors import ApiError
from allears.server.voice import Voice
from allears.speaking.sentences import sentences
from allears.wyoming.fields import optional_text, text
from allears.wyoming.house import House, Send
from allears.wyoming.sound import chunks_of

__all__ = ["Speaking"]

_SILENT_RATE = 16_000  # Hz, of a sound without samples
_BETWEEN = re.compile(r"(?<=[.!?])\s+")


class Speaking:
    """See the module.

    Args:
        house: that all connections share.
        send: a message to the client.
        client: who asks, for the queue.
    """

    def __init__(self, house: House, send: Send, client: str) -> None:
        self._house, self._send, self._client = house, send, client
        self._is_streaming, self._waiting, self._voice_name = False, "", ""
        self._rate: int | None = None  # of what was said; None before the first sound

    async def whole(self, data: dict[str, Any]) -> None:
        """Speak a text. Between start and stop it is the same text again, for servers that know no chunks."""
        if self._is_streaming:
            return
        self._voice_name, self._rate = _voice_of(data), None
        for sentence in sentences(text(data, "text", self._house.options.max_text), ENGLISH):
            await self._say(sentence)
        await self._end()

    async def start(self, data: dict[str, Any]) -> None:
        """A text begins."""
        self._is_streaming, self._waiting, self._rate = True, "", None
        self._voice_name = _voice_of(data)

    async def chunk(self, data: dict[str, Any]) -> None:
        """A piece of it; what is a whole sentence by now is spoken."""
        most = self._house.options.max_text
        self._is_streaming = True
        self._waiting += text(data, "text", most)
        ends = list(_BETWEEN.finditer(self._waiting))
        if ends:
            whole, self._waiting = self._waiting[: ends[-1].start()], self._waiting[ends[-1].end() :]
            for sentence in sentences(whole, ENGLISH):
                await self._say(sentence)
        if len(self._waiting) > most:
            raise ValueError(f"a sentence has {len(self._waiting)} letters; allowed: {most}; send less")

    async def stop(self, _: dict[str, Any]) -> None:
        """The text is over."""
        last, self._waiting, self._is_streaming = self._waiting, "", False
        if last.strip():
            await self._say(last)
        await self._end()
        await self._send(SynthesizeStopped().event())

    async def _say(self, sentence: str) -> None:
        voice, queue = self._voice(), self._house.serving.queue
        with queue.place(self._client):
            try:
                samples, rate = await queue.run(
                    self._client, lambda _: voice.speak(sentence, voice=self._voice_name, speed=1.0)
                )
            except (OSError, subprocess.TimeoutExpired) as error:
                raise ApiError(500, f"the voice failed: {error}", code="voice_failed") from error
        await self._send_sound(samples, rate)

    async def _send_sound(self, samples: np.ndarray, rate: int) -> None:
        if self._rate is None:
            self._rate = rate
            await self._send(AudioStart(rate, 2, 1, timestamp=0).event())
        even = samples if rate == self._rate else soxr.resample(samples, rate, self._rate)
        for chunk in chunks_of(even, self._rate):
            await self._send(chunk.event())

    async def _end(self) -> None:
        """Every answer has a beginning and an end, that to an empty text too."""
        if self._rate is None:
            await self._send(AudioStart(_SILENT_RATE, 2, 1, timestamp=0).event())
        self._rate = None
        await self._send(AudioStop().event())

    def _voice(self) -> Voice:
        voice = self._house.serving.voice
        if voice is None:
            raise ApiError(501, "this server has no voice", code="no_voice", todo="start it with --voice-command")
        if self._voice_name and voice.names and self._voice_name not in voice.names:
            raise ValueError(f"there is no voice {self._voice_name[:80]!r}; there are: {', '.join(voice.names)}")
        return voice


def _voice_of(data: Mapping[str, Any]) -> str:
    """The voice's name; empty for the voice's own choice."""
    voice = data.get("voice")
    return (optional_text(voice, "name") or "") if isinstance(voice, dict) else ""
