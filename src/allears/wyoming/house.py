"""What all connections share: the session and its queue, the mind, what was heard of late, and how many may listen."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from wyoming.event import Event
from wyoming.info import Info

from allears.server.errors import ApiError
from allears.server.serving import Serving
from allears.wyoming.kept import Kept
from allears.wyoming.options import WyomingOptions

if TYPE_CHECKING:
    from allears.keywords.spotter import Keywords
    from allears.runtime.session import Session
    from allears.wyoming.mind import Mind

__all__ = ["House", "Send"]

T = TypeVar("T")
Send = Callable[[Event], Awaitable[None]]
"""Sends a message to the client of one connection."""

_LOOK_S = 0.05
_LOADING_S = 60.0  # a client that asks while the model is loaded waits so long


@dataclass(eq=False)
class House:
    """See the module.

    Attributes:
        serving: the session, its queue and limits, and the voice.
        options: of the port.
        describe: what there is to be asked.
        mind: understands; None if nobody does.
        open_keywords: the wake words that belong to the session.
        kept: what was heard of late.
    """

    serving: Serving
    options: WyomingOptions
    describe: Callable[[], Info]
    mind: Mind | None
    open_keywords: Callable[[Session], Keywords]
    kept: Kept
    _num_listening: int = 0
    _threads: ThreadPoolExecutor = field(init=False)
    _thoughts: ThreadPoolExecutor = field(init=False)

    def __post_init__(self) -> None:
        most = self.serving.options.num_realtime
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="wyoming")
        self._thoughts = ThreadPoolExecutor(1, thread_name_prefix="wyoming-mind")  # skills are asked one by one

    async def session(self) -> Session:
        """The session, once it is loaded.

        Raises:
            ApiError: it cannot be loaded, or takes too long.
        """
        engine = self.serving.engine
        for _ in range(round(_LOADING_S / _LOOK_S)):
            if engine.state != "loading":
                break
            await asyncio.sleep(_LOOK_S)
        return engine.session

    @contextmanager
    def ear(self) -> Iterator[None]:
        """A place for one who listens.

        Raises:
            ApiError: all are taken.
        """
        most = self.serving.options.num_realtime
        if self._num_listening >= most:
            raise ApiError(429, "all ears are taken", allowed=f"{most} at once (--realtime)", todo="ask again",
                           code="too_many_requests", retry_after_s=1)  # fmt: skip
        self._num_listening += 1
        try:
            yield
        finally:
            self._num_listening -= 1

    async def listen(self, work: Callable[[], T]) -> T:
        """Do a piece of hearing, in a thread."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, work)

    async def think(self, work: Callable[[], T]) -> T:
        """Ask the mind something, in its thread."""
        return await asyncio.get_running_loop().run_in_executor(self._thoughts, work)

    def close(self) -> None:
        """Let the threads go; what the skills started ends."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        self._thoughts.shutdown(wait=False, cancel_futures=True)
        if self.mind is not None:
            self.mind.close()
