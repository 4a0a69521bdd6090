"""One clip of one request: heard in its turn, stopped when nobody waits for it any more, refused if it is too long."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

from fastapi import Request
from starlette.requests import ClientDisconnect

from allears.audio import open_audio
from allears.decode.answers import Transcript
from allears.runtime.hearing import Progress
from allears.runtime.result import Result
from allears.server.access import CLIENT
from allears.server.errors import ApiError, api_error_of
from allears.server.forms import Upload
from allears.server.serving import Serving

if TYPE_CHECKING:
    from allears.commands.grammar import Grammar

__all__ = ["Asked", "client_of", "hear", "in_turn", "while_connected"]

T = TypeVar("T")


@dataclass(frozen=True)
class Asked:
    """What is wanted of a clip.

    Attributes:
        tasks: to answer; those of the session if None.
        language: tag of the language spoken; found if None.
        hotwords: phrases to expect.
        commands: what may be commanded; None if nothing.
        understand: whether the words are read by the session's model of open language, if it has one.
    """

    tasks: tuple[str, ...] | None = None
    language: str | None = None
    hotwords: tuple[str, ...] = ()
    commands: Grammar | None = None
    understand: bool = False


def client_of(request: Request) -> str:
    """Whose request it is, for the queue."""
    return str(request.scope[CLIENT])


async def hear(
    serving: Serving,
    client: str,
    upload: Upload,
    asked: Asked,
    on_transcript: Callable[[Transcript], None] | None = None,
) -> Result:
    """Hear a file when it is the client's turn.

    Args:
        on_transcript: called, in another thread, with what was transcribed so far, window by window.

    Raises:
        ApiError: 400, it cannot be heard; 413, it is too long; 503, there is no model.
    """
    session = serving.engine.session
    more: dict[str, Any] = {} if asked.commands is None else {"commands": asked.commands}
    if session.understands and not asked.understand:
        more["understand"] = False  # it would write a text for it

    def work(progress: Progress) -> Result:
        result = session.hear(
            upload.audio, tasks=asked.tasks, language=asked.language, hotwords=list(asked.hotwords) or None,
            on_progress=progress, on_transcript=on_transcript,
            **more,
        )  # fmt: skip
        return replace(result, source=upload.name)

    result = await in_turn(serving, client, upload, work)
    serving.metrics.audio_s.inc(result.duration_s)
    serving.metrics.compute_s.inc(result.compute_s.get("total", 0.0))
    return result


async def in_turn(serving: Serving, client: str, upload: Upload, work: Callable[[Progress], T]) -> T:
    """Do anything with a file when it is the client's turn: the work calls what it is given after each window.

    Raises:
        ApiError: as `hear`.
    """
    max_s = serving.options.max_audio_s

    def run(is_unwanted: threading.Event) -> T:
        def progress(heard_s: float, total_s: float | None) -> None:
            if is_unwanted.is_set():
                raise _UnwantedError
            _refuse_long(max(heard_s, total_s or 0.0), max_s)

        with open_audio(upload.audio) as stream:
            progress(0.0, stream.duration_s)
        return work(progress)

    try:
        return await serving.queue.run(client, run)
    except (ValueError, OSError) as error:
        raise api_error_of(error, upload.name) from error


async def while_connected(request: Request, work: Coroutine[object, object, T]) -> T:
    """Wait for the work as long as the client does; then it is cancelled.

    Raises:
        ClientDisconnect: the client hung up.
    """
    task, watch = asyncio.ensure_future(work), asyncio.ensure_future(_hang_up(request))
    try:
        await asyncio.wait({task, watch}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise ClientDisconnect
        return task.result()
    finally:
        for each in (task, watch):
            each.cancel()
        await asyncio.gather(task, watch, return_exceptions=True)


async def _hang_up(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _refuse_long(duration_s: float, max_s: float) -> None:
    if duration_s > max_s:
        raise ApiError(
            413, "the recording is too long", given=f"{duration_s:.0f} s", allowed=f"{max_s:g} s", param="file",
            code="audio_too_long", todo="cut it, or start the server with a larger --max-audio-s",
        )  # fmt: skip


class _UnwantedError(Exception):
    """Nobody waits for the answer; it ends the work of a thread and is seen by no one."""
