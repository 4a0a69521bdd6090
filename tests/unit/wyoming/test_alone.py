"""The protocol without HTTP: in a process of its own over standard input and output, and over a Unix socket."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
pytest.importorskip("fastapi", reason="the extra `server` is not installed")

from wyoming.client import AsyncClient
from wyoming.info import Describe

from allears.runtime.onnx_file import ModelError
from allears.server.engine import Engine
from allears.server.options import ServerOptions
from allears.wyoming.address import bind, read_address
from allears.wyoming.alone import serve_alone
from allears.wyoming.options import WyomingOptions
from allears.wyoming.service import WyomingService
from tests.unit.server.live import FakeSession
from tests.unit.wyoming.live import scenario


def test_standard_input_and_output() -> None:
    command = [sys.executable, "-W", "ignore", "-m", "allears", "serve", "--no-http", "--wyoming", "stdio://"]
    asked = b'{"type": "describe"}\n{"type": "ping", "data": {"text": "hi"}}\n'
    done = subprocess.run([*command, "--skill", "none"], input=asked, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    kinds = [json.loads(line)["type"] for line in done.stdout.split(b"\n") if line.startswith(b'{"type"')]
    assert kinds[0] == "info"
    assert b'"pong"' in done.stdout


def _service(tmp_path) -> tuple[WyomingService, str]:
    uri = f"unix://{tmp_path}/w.sock"
    address = read_address(uri)
    return WyomingService(WyomingOptions(), address, bind(address), model=FakeSession.spec), uri


def test_a_unix_socket_until_it_is_told_to_stop(tmp_path) -> None:
    @scenario
    async def story() -> None:
        service, uri = _service(tmp_path)
        stop = asyncio.Event()
        alone = asyncio.ensure_future(serve_alone(ServerOptions(), Engine(FakeSession), [service], stop=stop))
        await asyncio.sleep(0.1)
        async with AsyncClient.from_uri(uri, read_timeout=5) as client:
            await client.write_event(Describe().event())
            event = await client.read_event()
            assert event is not None
            assert event.type == "info"
        stop.set()
        await asyncio.wait_for(alone, 10)
        assert not (tmp_path / "w.sock").exists()

    story()


def test_a_model_that_cannot_be_loaded_ends_it(tmp_path) -> None:
    def broken():
        raise ModelError("it is damaged")

    @scenario
    async def story() -> None:
        service, _ = _service(tmp_path)
        engine = Engine(broken)
        await asyncio.wait_for(serve_alone(ServerOptions(), engine, [service]), 10)
        assert isinstance(engine.error, ModelError)

    story()
