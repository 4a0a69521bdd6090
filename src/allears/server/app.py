"""Puts the server together: what routes share, the routes, what stands before them, and what runs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Protocol

from fastapi import FastAPI

from allears import __version__
from allears.server.access import Guard
from allears.server.diarizer import Diarizer
from allears.server.engine import Engine
from allears.server.errors import add_handlers
from allears.server.fair_queue import FairQueue
from allears.server.limits import BodyLimits
from allears.server.metrics import Metrics, Observed
from allears.server.options import ServerOptions
from allears.server.routes import all_routers
from allears.server.serving import Serving
from allears.server.voice import Voice

__all__ = ["Service", "create_app"]


class Service(Protocol):
    """Something that answers beside HTTP, with the same session and queue: another protocol on another port."""

    async def start(self, serving: Serving) -> None:
        """Begin to answer; the model may not be loaded yet."""
        ...

    async def stop(self) -> None:
        """Let nobody in any more, and finish what was accepted."""
        ...


def create_app(
    options: ServerOptions,
    engine: Engine,
    *,
    voice: Voice | None = None,
    diarizer: Diarizer | None = None,
    voices_folder: str | None = None,
    services: Sequence[Service] = (),
) -> FastAPI:
    """The application; its model is loaded when it is started, and it answers meanwhile.

    Args:
        options: how it is run.
        engine: the session.
        voice: speaks; None for none.
        diarizer: tells who spoke when; None for none.
        voices_folder: of enrolled voices; the user's own if None.
        services: started with it and stopped with it.
    """
    queue = FairQueue(
        num_workers=options.num_workers, num_waiting=options.num_waiting, num_per_client=options.num_per_client
    )
    metrics = Metrics(queue)
    serving = Serving(options, engine, queue, metrics, voice, diarizer, voices_folder)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        loading = asyncio.ensure_future(engine.load())
        async with AsyncExitStack() as stack:
            for service in services:
                await service.start(serving)
                stack.push_async_callback(service.stop)
            yield
        await queue.drain()
        await asyncio.wait([loading])

    app = FastAPI(
        title="allears",
        version=__version__,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        description="One encoder hears everything; see docs/server.md.",
    )  # fmt: skip  the pages of docs_url would fetch scripts from elsewhere
    app.state.serving = serving
    add_handlers(app)
    for router in all_routers(serving):
        app.include_router(router)
    app.add_middleware(BodyLimits, options=options)
    app.add_middleware(Guard, keys=options.keys)
    app.add_middleware(Observed, metrics=metrics)  # the last one added is asked first
    return app
