"""Server-sent events: a transcript as it grows, window by window.

`transcript.text.delta` has the new text, `transcript.text.done` all of it. An error after the first event is an event
of its own, `{"type": "error", "error": {...}}`, which OpenAI's clients raise.
Format: https://html.spec.whatwg.org/multipage/server-sent-events.html
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from allears.decode.answers import Transcript
from allears.runtime.result import Result
from allears.server.errors import api_error_of

__all__ = ["HeldStream", "Told", "event", "started", "transcript_events"]

Told = Callable[[Transcript], None]
"""Is told, in any thread, what was transcribed so far."""


class HeldStream(StreamingResponse):
    """A stream that holds what it needs (the file, the place in the queue) until it is over, however it ends."""

    def __init__(
        self,
        events: AsyncIterator[str] | AsyncIterator[bytes],
        stack: AsyncExitStack,
        headers: Mapping[str, str],
        media_type: str = "text/event-stream",
    ) -> None:
        more = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}  # a proxy must not wait for more
        super().__init__(events, media_type=media_type, headers={**more, **headers})
        self._stack = stack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            await self._stack.aclose()


async def transcript_events(
    hear: Callable[[Told], Awaitable[Result]], done: Callable[[Result], dict[str, Any]]
) -> AsyncIterator[str]:
    """The events of a clip.

    Args:
        hear: hears it, and tells of segments on the way.
        done: fields of the last event beside its type.
    """
    loop, queue = asyncio.get_running_loop(), asyncio.Queue[Transcript | None]()

    def tell(so_far: Transcript | None) -> None:
        loop.call_soon_threadsafe(queue.put_nowait, so_far)

    task = asyncio.ensure_future(hear(tell))
    task.add_done_callback(lambda _: queue.put_nowait(None))
    text = ""
    try:
        while (so_far := await queue.get()) is not None:
            if delta := _further(so_far.text, text):
                text += delta
                yield event({"type": "transcript.text.delta", "delta": delta})
        result = await task
        if delta := _further(result.text, text):
            yield event({"type": "transcript.text.delta", "delta": delta})
        yield event({"type": "transcript.text.done", **done(result)})
    except Exception as error:
        if not text:
            raise  # nothing was sent yet: it can still be an answer with a status
        yield event({"type": "error", **api_error_of(error).body()})
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def event(data: Mapping[str, Any]) -> str:
    """One event."""
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"


def _further(now: str, before: str) -> str:
    """What a text has more than before; nothing if it changed, which the last event tells."""
    return now.removeprefix(before) if now.startswith(before) else ""


async def started(events: AsyncIterator[str]) -> AsyncIterator[str]:
    """The events, once there is a first one: an error before it is raised here."""
    first = await anext(events)

    async def all_of_them() -> AsyncIterator[str]:
        yield first
        async for each in events:
            yield each

    return all_of_them()
