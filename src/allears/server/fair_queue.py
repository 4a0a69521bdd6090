"""Who is heard next: a bounded number of threads, a bounded number of places, and clients that take turns.

A request takes a place before its file is received, so that one that cannot be heard is refused before it is sent. Work
that was given in is done in rounds: one piece of each client that waits, then the next of each. Everything here runs on
the event loop; only the work itself runs in the threads.
"""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar

from allears.server.errors import ApiError

__all__ = ["FairQueue", "Work"]

T = TypeVar("T")
Work = Callable[[threading.Event], T]
"""Is given an event that is set when nobody wants the answer any more."""

_SMOOTHING = 0.1  # of the time a piece of work takes: about the mean of the last ten
_MOST_RETRY_S = 60.0


@dataclass(eq=False)
class _Ticket(Generic[T]):
    client: str
    work: Work[T]
    future: asyncio.Future[T]
    is_unwanted: threading.Event = field(default_factory=threading.Event)
    is_over: asyncio.Event = field(default_factory=asyncio.Event)


class FairQueue:
    """A queue in front of a bounded number of threads.

    Args:
        num_workers: pieces of work done at the same time.
        num_waiting: places beside those.
        num_per_client: places one client may hold.
    """

    def __init__(self, *, num_workers: int, num_waiting: int, num_per_client: int) -> None:
        self._num_workers, self._num_places = num_workers, num_workers + num_waiting
        self._num_per_client = num_per_client
        self._places: Counter[str] = Counter()
        self._waiting: dict[str, deque[_Ticket[Any]]] = {}  # in the order of turns
        self._num_running = 0
        self._typical_s = 1.0
        self._is_closed = False
        self._idle = asyncio.Event()
        self._threads = ThreadPoolExecutor(num_workers, thread_name_prefix="hear")

    @property
    def num_running(self) -> int:
        """Pieces of work in the threads."""
        return self._num_running

    @property
    def num_places_taken(self) -> int:
        """Requests that were let in and are not over."""
        return self._places.total()

    @contextmanager
    def place(self, client: str) -> Iterator[None]:
        """Hold a place while a request lasts.

        Raises:
            ApiError: 429, all places or all of this client's are taken; 503, the server shuts down.
        """
        self._refuse_closed()
        if self._places[client] >= self._num_per_client:
            raise self._busy(f"this client has {self._places[client]} requests here", f"{self._num_per_client} at once")
        if self._places.total() >= self._num_places:
            raise self._busy("all places are taken", f"{self._num_places} requests at once")
        self._places[client] += 1
        try:
            yield
        finally:
            self._places[client] -= 1
            if not self._places[client]:
                del self._places[client]

    async def run(self, client: str, work: Work[T]) -> T:
        """Do a piece of work when it is the client's turn. If this is cancelled, the work is told and waited
        for, or never begun.

        Raises:
            ApiError: 503, the server shuts down.
        """
        self._refuse_closed()
        ticket: _Ticket[T] = _Ticket(client, work, asyncio.get_running_loop().create_future())
        self._waiting.setdefault(client, deque()).append(ticket)
        self._start()
        try:
            return await ticket.future
        except asyncio.CancelledError:
            ticket.is_unwanted.set()
            if not self._forget(ticket):
                await _surely(ticket.is_over)  # the thread still reads what its owner would take away
            raise

    async def drain(self) -> None:
        """Let nobody in any more, and wait for all that was let in and given in."""
        self._is_closed = True
        while self._num_running or self._waiting:
            self._idle.clear()
            await self._idle.wait()
        self._threads.shutdown(wait=False)

    def _start(self) -> None:
        """Give threads that are free the next pieces of work."""
        loop = asyncio.get_running_loop()
        while self._num_running < self._num_workers and self._waiting:
            client = next(iter(self._waiting))
            tickets = self._waiting.pop(client)
            ticket = tickets.popleft()
            if tickets:
                self._waiting[client] = tickets  # at the end: the others come first
            self._num_running += 1
            began = time.monotonic()
            handle = self._threads.submit(ticket.work, ticket.is_unwanted)
            handle.add_done_callback(partial(self._leave_thread, loop, ticket, began))

    def _leave_thread(
        self, loop: asyncio.AbstractEventLoop, ticket: _Ticket[Any], began: float, done: Future[Any]
    ) -> None:
        loop.call_soon_threadsafe(self._end, ticket, done, began)

    def _end(self, ticket: _Ticket[Any], done: Future[Any], began: float) -> None:
        self._num_running -= 1
        ticket.is_over.set()
        self._typical_s += _SMOOTHING * (time.monotonic() - began - self._typical_s)
        error = done.exception()
        if not ticket.future.done():
            if error is None:
                ticket.future.set_result(done.result())
            else:
                ticket.future.set_exception(error)
        self._start()
        if not self._num_running:
            self._idle.set()

    def _forget(self, ticket: _Ticket[Any]) -> bool:
        """Take work that has not begun out of its line; whether it had not."""
        line = self._waiting.get(ticket.client)
        if line is None or ticket not in line:
            return False
        line.remove(ticket)
        if not line:
            del self._waiting[ticket.client]
        return True

    def _refuse_closed(self) -> None:
        if self._is_closed:
            raise ApiError(503, "the server shuts down", todo="ask again", code="shutting_down", retry_after_s=5)

    def _busy(self, what: str, allowed: str) -> ApiError:
        wait_s = math.ceil(min(_MOST_RETRY_S, self._places.total() * self._typical_s / self._num_workers))
        todo = f"ask again in {max(1, wait_s)} s"
        return ApiError(429, what, allowed=allowed, todo=todo, code="too_many_requests", retry_after_s=wait_s)


async def _surely(event: asyncio.Event) -> None:
    """Wait for an event, whoever wants to hurry it."""
    while not event.is_set():
        try:
            await event.wait()
        except asyncio.CancelledError:
            continue
