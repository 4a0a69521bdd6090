"""Services without the HTTP server: the session, its queue and what is beside it, until somebody says stop.

In: options, an engine, services. Out: nothing; it returns when Ctrl-C or SIGTERM came, or `stop` was set.
"""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Sequence
from contextlib import AsyncExitStack

from allears.server.app import Service
from allears.server.engine import Engine
from allears.server.fair_queue import FairQueue
from allears.server.metrics import Metrics
from allears.server.options import ServerOptions
from allears.server.serving import Serving
from allears.server.voice import Voice
from allears.wyoming.service import WyomingService

__all__ = ["serve_alone"]


async def serve_alone(
    options: ServerOptions, engine: Engine, services: Sequence[Service], *, voice: Voice | None = None,
    stop: asyncio.Event | None = None,
) -> None:  # fmt: skip
    """Answer until told to stop; what was accepted is finished. It ends if the model cannot be loaded."""
    over = stop or asyncio.Event()
    queue = FairQueue(
        num_workers=options.num_workers, num_waiting=options.num_waiting, num_per_client=options.num_per_client
    )
    serving = Serving(options, engine, queue, Metrics(queue), voice)
    loop = asyncio.get_running_loop()
    engine.on_failure(over.set)
    for service in services:
        if isinstance(service, WyomingService):
            service.on_end = over.set  # of `stdio`, which has one client
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):  # Windows, or no main thread
            loop.add_signal_handler(number, over.set)
    async with AsyncExitStack() as stack:
        for service in services:
            await service.start(serving)
            stack.push_async_callback(service.stop)
        loading = asyncio.ensure_future(engine.load())
        await over.wait()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(queue.drain(), options.shutdown_s)
    await asyncio.wait([loading])
