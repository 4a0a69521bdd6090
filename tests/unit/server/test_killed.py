"""The server is killed (SIGKILL) while it hears, twice: clients that ask again are all answered, and rightly."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.unit.server.alone import WAIT_S, alone
from tests.unit.server.live import said, sound, wait_for

NUM_CLIPS, LEVELS = 36, (0.1, 0.2, 0.3)
BUSY = (429, 503)


class Clients:
    """They send a clip until it is answered; what goes wrong meanwhile is an error they can tell from an answer."""

    def __init__(self, url: str) -> None:
        self.url, self.num_again = url, 0
        self.heard: dict[int, str] = {}
        self._lock = threading.Lock()

    def send(self, number: int) -> None:
        clip, until = sound(2, LEVELS[number % 3], subtype="FLOAT"), time.monotonic() + WAIT_S
        while time.monotonic() < until:
            try:
                reply = httpx.post(f"{self.url}/v1/analyze", files={"file": clip}, timeout=WAIT_S)
            except httpx.TransportError:
                self.num_again += 1
                time.sleep(0.05)
                continue
            if reply.status_code not in BUSY:
                assert reply.status_code == 200, reply.text
                with self._lock:
                    self.heard[number] = reply.json()["text"]
                return


@pytest.fixture
def spool(tmp_path):
    """Where uploads wait."""
    folder = tmp_path / "spool"
    folder.mkdir()
    return folder


def test_nothing_is_lost_and_nothing_is_left_behind(spool) -> None:
    more = {"TMPDIR": str(spool)}
    with ThreadPoolExecutor(4) as pool:
        with alone(window_takes_s=0.01, more=more) as (url, process):
            clients, port = Clients(url), int(url.rpartition(":")[2])
            sent = [pool.submit(clients.send, number) for number in range(NUM_CLIPS)]
            wait_for(lambda: len(clients.heard) >= NUM_CLIPS // 3, WAIT_S)
            process.kill()
            assert process.wait(WAIT_S) == -9
        with alone(port, more=more):
            for each in sent:
                each.result()
    assert clients.heard == {number: said(2, LEVELS[number % 3]) for number in range(NUM_CLIPS)}
    assert clients.num_again > 0
    assert list(spool.iterdir()) == []
