"""One connection: messages in, in order, each done before the next is read; messages out.

What is wrong with a message is told with `error`, and the connection goes on; what is no message at all ends it, since
nobody knows where the next would begin. A message of a kind that is not known is no error: the protocol grows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from wyoming.error import Error
from wyoming.event import Event, async_write_event
from wyoming.ping import Pong

from allears.server.errors import ApiError, api_error_of
from allears.wyoming.conversing import Conversing
from allears.wyoming.fields import optional_text
from allears.wyoming.frames import FrameError, read_event
from allears.wyoming.house import House
from allears.wyoming.listening import Listening
from allears.wyoming.speaking import Speaking

__all__ = ["Connection"]

log = logging.getLogger(__name__)


class Connection:
    """See the module.

    Args:
        house: that all connections share.
        reader, writer: of bytes.
        client: whose it is, for the queue.

    Attributes:
        is_busy: whether a message is being answered.
    """

    def __init__(self, house: House, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str) -> None:
        self._house, self._reader, self._writer = house, reader, writer
        self._listening = Listening(house, self._send)
        conversing = Conversing(house, self._send, client)
        speaking = Speaking(house, self._send, client)
        self._does: Mapping[str, Callable[[dict[str, Any]], Awaitable[None]]] = {
            "describe": self._describe,
            "ping": self._ping,
            "transcribe": self._listening.transcribe,
            "detect": self._listening.detect,
            "audio-start": self._listening.start,
            "audio-stop": self._listening.stop,
            "transcript": conversing.transcript,
            "recognize": conversing.recognize,
            "synthesize": speaking.whole,
            "synthesize-start": speaking.start,
            "synthesize-chunk": speaking.chunk,
            "synthesize-stop": speaking.stop,
        }
        self.is_busy, self._is_over = False, False

    def finish(self) -> None:
        """Read no message after the one that is being answered."""
        self._is_over = True

    async def run(self) -> None:
        """Until the client hangs up, or sends what is no message, or nothing for too long."""
        try:
            while not self._is_over and (event := await self._next()) is not None:
                self.is_busy = True
                await self._take(event)
                self.is_busy = False
        except FrameError as error:
            await self._last_words(f"{error}; this connection is closed", "bad-message")
        except TimeoutError:
            await self._last_words("nothing came for too long; this connection is closed", "too-slow")
        except ConnectionError:
            log.debug("a client hung up while it was answered")
        finally:
            self.is_busy = False
            self._listening.close()
            self._writer.close()

    async def refuse(self, error: ApiError) -> None:
        """Say why the connection is not taken, and close it."""
        await self._last_words(error.message, error.code)
        self._writer.close()

    async def _next(self) -> Event | None:
        options = self._house.options
        return await read_event(self._reader, idle_s=options.idle_s, message_s=options.message_s)

    async def _take(self, event: Event) -> None:
        try:
            if event.type == "audio-chunk":
                await self._listening.chunk(event.data, event.payload)
            elif event.type in self._does:
                await self._does[event.type](event.data)
            else:
                log.debug("a message of the kind %.40r is not for this server", event.type)
        except ConnectionError:
            raise
        except Exception as error:  # whatever a client sends, the others are served on
            self._listening.close()
            known = api_error_of(error, "the sound")
            await self._send(Error(known.message, known.code).event())

    async def _describe(self, _: dict[str, Any]) -> None:
        await self._send(self._house.describe().event())

    async def _ping(self, data: dict[str, Any]) -> None:
        await self._send(Pong(text=optional_text(data, "text")).event())

    async def _send(self, event: Event) -> None:
        try:
            await asyncio.wait_for(async_write_event(event, self._writer), self._house.options.message_s)
        except TimeoutError as error:
            raise ConnectionAbortedError("the client takes nothing") from error

    async def _last_words(self, text: str, code: str) -> None:
        try:
            await self._send(Error(text, code).event())
        except ConnectionError:
            log.debug("a client hung up before it was told: %s", text)
