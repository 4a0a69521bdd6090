"""Sound on one connection: which ear it is for, and whether it is sound at all.

In: `transcribe` or `detect`, `audio-start`, `audio-chunk`s, `audio-stop`. Out: what the ear says. Sound that nothing
was asked of is a command, as in other servers of the protocol.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

import numpy as np

from allears.wyoming.command_ear import CommandEar
from allears.wyoming.fields import optional_text, texts
from allears.wyoming.house import House, Send
from allears.wyoming.sound import Format, format_of, samples_of
from allears.wyoming.wake_ear import WakeEar

__all__ = ["Listening"]


class Ear(Protocol):
    """What hears one stretch of sound."""

    async def hear(self, samples: np.ndarray, rate: int) -> None:
        """The next samples (N,)."""
        ...

    async def stop(self) -> None:
        """There are no more."""
        ...

    def close(self) -> None:
        """Nobody waits for the answer any more."""
        ...


class Listening:
    """See the module.

    Args:
        house: that all connections share.
        send: a message to the client.
    """

    def __init__(self, house: House, send: Send) -> None:
        self._house, self._send = house, send
        self._format: Format | None = None
        self._new_ear: Callable[[], Ear] = lambda: CommandEar(house, send)
        self._ear: Ear | None = None

    async def transcribe(self, data: dict[str, Any]) -> None:
        """The sound that follows is a command."""
        language = optional_text(data, "language")
        self._next(lambda: CommandEar(self._house, self._send, language=language))

    async def detect(self, data: dict[str, Any]) -> None:
        """The sound that follows may have wake words in it."""
        names = texts(data, "names", 100)
        self._next(lambda: WakeEar(self._house, self._send, names=names))

    async def start(self, data: dict[str, Any]) -> None:
        """Sound begins."""
        self.close()
        self._format = format_of(data)

    async def chunk(self, data: dict[str, Any], payload: bytes | None) -> None:
        """Sound."""
        given = format_of(data)
        if self._format not in (None, given):
            raise ValueError(f"the sound was {self._format}, and now is {given}: send audio-start before it changes")
        samples, self._format = samples_of(payload or b"", given), given
        if self._ear is None:
            self._ear = self._new_ear()
        await self._ear.hear(samples, given.rate)

    async def stop(self, _: dict[str, Any]) -> None:
        """Sound is over."""
        ear = self._ear or self._new_ear()
        try:
            await ear.stop()
        finally:
            self.close()

    def close(self) -> None:
        """Hear no further."""
        if self._ear is not None:
            self._ear.close()
        self._ear = self._format = None

    def _next(self, new_ear: Callable[[], Ear]) -> None:
        self.close()
        self._new_ear = new_ear
