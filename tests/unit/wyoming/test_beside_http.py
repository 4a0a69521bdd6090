"""The port beside the HTTP server: one session for both, and both stop together."""

from __future__ import annotations

import asyncio

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
pytest.importorskip("fastapi", reason="the extra `server` is not installed")

from wyoming.client import AsyncTcpClient

from allears.wyoming.address import bind, read_address
from allears.wyoming.options import WyomingOptions
from allears.wyoming.service import WyomingService
from tests.unit.server.live import FakeSession, running, said, sound
from tests.unit.wyoming.live import read_until, sound_events


async def _hear(port: int) -> str:
    async with AsyncTcpClient("127.0.0.1", port, read_timeout=20) as client:
        for event in sound_events(1.2):
            await client.write_event(event)
        return (await read_until(client, "transcript"))[-1].data["text"]


def test_both_ask_the_same_session() -> None:
    session, address = FakeSession(), read_address("tcp://127.0.0.1:0")
    bound = bind(address)
    assert bound is not None
    port = bound.getsockname()[1]
    service = WyomingService(WyomingOptions(), address, bound, model=session.spec)
    with running(session=session, more={"services": [service]}) as live:
        assert asyncio.run(_hear(port)) == "Hello there."
        reply = live.http.post("/analyze", files={"file": ("a.wav", sound())})
        assert reply.json()["text"] == said(2, 0.25)
        asked = [one for one in session.asked if "sample_rate" in one]
        assert len(asked) == 1, "the stream was the port's"
        live.http.get(f"{live.url}/metrics").raise_for_status()
    with pytest.raises(ConnectionError):
        asyncio.run(_hear(port))
