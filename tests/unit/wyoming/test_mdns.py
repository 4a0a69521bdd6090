"""What is announced, to whom, and when there is no use in it. Nothing is sent here."""

from __future__ import annotations

import asyncio
import sys
from types import ModuleType, SimpleNamespace

import pytest

from allears.wyoming.address import read_address
from allears.wyoming.mdns import Announcement


@pytest.mark.parametrize("uri", ["tcp://127.0.0.1:1", "tcp://localhost:1", "unix:///tmp/a", "stdio://"])
def test_an_address_nobody_else_reaches_is_refused(uri) -> None:
    with pytest.raises(ValueError, match="cannot reach"):
        Announcement(read_address(uri), 1)


def test_it_is_announced_and_taken_back(monkeypatch) -> None:
    did: list[object] = []

    class Zeroconf:
        async def async_register_service(self, info, allow_name_change):
            did.append((info.kind, info.name, info.port, allow_name_change))

        async def async_unregister_all_services(self):
            did.append("taken back")

        async def async_close(self):
            did.append("closed")

    def info(kind, name, *, addresses, port, server):
        assert len(addresses[0]) == 4
        return SimpleNamespace(kind=kind, name=name, port=port, server=server)

    fake = ModuleType("zeroconf.asyncio")
    fake.AsyncServiceInfo, fake.AsyncZeroconf = info, Zeroconf
    monkeypatch.setitem(sys.modules, "zeroconf", ModuleType("zeroconf"))
    monkeypatch.setitem(sys.modules, "zeroconf.asyncio", fake)
    announcement = Announcement(read_address("tcp://0.0.0.0:10300"), 10_300, name="hall")

    async def story() -> None:
        await announcement.start()
        await announcement.stop()

    asyncio.run(story())
    kind = "_wyoming._tcp.local."
    assert did == [(kind, f"hall.{kind}", 10_300, True), "taken back", "closed"]
