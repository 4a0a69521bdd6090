"""The service in this process, on a free port, with a session that answers at once."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.client import AsyncTcpClient
from wyoming.event import Event

from allears.assistant.settings import Settings
from allears.assistant.skill import Tools
from allears.assistant.store import Store
from allears.server.engine import Engine
from allears.server.fair_queue import FairQueue
from allears.server.metrics import Metrics
from allears.server.options import ServerOptions
from allears.server.serving import Serving
from allears.wyoming.address import bind, read_address
from allears.wyoming.mind import Mind, open_mind
from allears.wyoming.options import WyomingOptions
from allears.wyoming.service import WyomingService
from tests.unit.server.live import FakeSession

RATE = 16_000
WAIT_S = 30.0


class Beeps:
    """A voice: a tenth of a second a sentence. `said`: what it was given."""

    names: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.said: list[str] = []

    def speak(self, text: str, *, voice: str, speed: float) -> tuple[np.ndarray, int]:
        self.said.append(text)
        if "fail" in text:
            raise OSError("no breath")
        return np.full(2205, 0.5, np.float32), 22_050


@dataclass
class Port:
    """A port that is answered."""

    port: int
    service: WyomingService
    serving: Serving
    session: Any

    async def ask(self, *events: Event, until: str) -> list[Event]:
        """What comes back on a connection of its own, up to an event of that type."""
        async with AsyncTcpClient("127.0.0.1", self.port, read_timeout=WAIT_S) as client:
            for event in events:
                await client.write_event(event)
            return await read_until(client, until)

    async def raw(self, data: bytes) -> bytes:
        """What comes back for bytes, until the server hangs up or nothing comes any more."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(data)
        try:
            await writer.drain()
            writer.write_eof()
            return await asyncio.wait_for(reader.read(), WAIT_S)
        except ConnectionError:
            return b""
        finally:
            writer.close()


async def read_until(client: AsyncTcpClient, kind: str) -> list[Event]:
    """Events up to one of that type; a connection that ends before fails the test."""
    found: list[Event] = []
    while not found or found[-1].type != kind:
        event = await client.read_event()
        assert event is not None, f"the server hung up after {[one.type for one in found]}"
        found.append(event)
        if event.type == "error" and kind != "error":
            raise AssertionError(event.data)
    return found


def mind_of(**options: Any) -> Mind:
    """A mind with the usual skills and nothing remembered."""
    return open_mind(Tools(Store(":memory:"), Settings({})), **options)


@asynccontextmanager
async def answering(
    *, mind: Mind | None = None, voice: Any = None, session: Any = None, is_loaded: bool = True,
    server: dict[str, Any] | None = None, keywords_folder: str | None = None, **options: Any,
) -> AsyncIterator[Port]:  # fmt: skip
    """The service, stopped at the end."""
    chosen = ServerOptions(**{"port": 0, "shutdown_s": 5.0, **(server or {})})
    fake = session or FakeSession()
    engine = Engine(lambda: fake)
    queue = FairQueue(num_workers=1, num_waiting=8, num_per_client=8)
    serving = Serving(chosen, engine, queue, Metrics(queue), voice)
    address = read_address("tcp://127.0.0.1:0")
    bound = bind(address)
    assert bound is not None
    service = WyomingService(
        WyomingOptions(**options), address, bound, model=fake.spec, mind=mind, keywords_folder=keywords_folder
    )
    await service.start(serving)
    if is_loaded:
        await engine.load()
    try:
        yield Port(bound.getsockname()[1], service, serving, fake)
    finally:
        await service.stop()
        await queue.drain()


def scenario(story: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """A test that is a coroutine."""

    def run() -> None:
        asyncio.run(asyncio.wait_for(story(), 90))

    run.__name__, run.__doc__ = story.__name__, story.__doc__
    return run


def sound_events(seconds: float, *, rate: int = RATE, level: int = 8000, has_stop: bool = True) -> list[Event]:
    """A command's sound, in chunks of a tenth of a second as Home Assistant sends it."""
    chunk = np.full(rate // 10, level, "<i2").tobytes()
    return [
        AudioStart(rate, 2, 1).event(),
        *(AudioChunk(rate, 2, 1, chunk).event() for _ in range(round(seconds * 10))),
        *([AudioStop().event()] if has_stop else []),
    ]


def demo_clip() -> Path:
    """The clip that ships."""
    import allears

    return Path(allears.__file__).parent / "assets" / "demo.flac"
