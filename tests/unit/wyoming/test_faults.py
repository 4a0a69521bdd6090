"""What goes wrong: rubbish, half messages, hang-ups, too much of everything. No crash, clear errors."""

from __future__ import annotations

import asyncio
import json
import random

import pytest

pytest.importorskip("wyoming", reason="the extra `wyoming` is not installed")
pytest.importorskip("hassil", reason="the extra `commands` is not installed")

from wyoming.asr import Transcribe, Transcript
from wyoming.client import AsyncTcpClient
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Describe

from allears.wyoming.frames import MAX_LINE, MAX_PAYLOAD
from tests.unit.wyoming.live import Beeps, answering, mind_of, read_until, scenario, sound_events

DESCRIBE = b'{"type": "describe"}\n'


async def is_alive(port) -> bool:
    return (await port.ask(Describe().event(), until="info"))[-1].type == "info"


def errors_in(data: bytes) -> list[str]:
    """The codes of the errors in what came back."""
    heads = [line for line in data.split(b"\n") if line.startswith(b'{"type": "error"')]
    return ["error" for _ in heads]


@scenario
async def test_what_is_no_message_is_told_and_ends_the_connection() -> None:
    garbage = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\n",
        b"[1, 2]\n",
        b"null\n",
        b"{}\n",
        b'{"type": 5}\n',
        b'{"type": "describe", "data": []}\n',
        b'{"type": "describe", "data_length": -1}\n',
        b'{"type": "describe", "data_length": "9"}\n',
        b'{"type": "describe", "data_length": true}\n',
        b'{"type": "describe", "data_length": 2}\n[]',
        b'{"type": "audio-chunk", "payload_length": %d}\n' % (MAX_PAYLOAD + 1),
        b'{"type": "describe", "data_length": 99999999999}\n',
        b"[" * 30_000 + b"\n",
        b"x" * (2 * MAX_LINE) + b"\n",
    ]
    async with answering() as port:
        for data in garbage:
            back = await port.raw(data + DESCRIBE)
            assert b'"type": "info"' not in back, data[:60]
            assert errors_in(back) or not back, data[:60]  # a line that is too long is cut off before it is read
        assert await is_alive(port)


@scenario
async def test_half_messages_and_hang_ups_hurt_nobody() -> None:
    whole = b"".join(_bytes(event) for event in sound_events(0.3))
    async with answering(mind=mind_of()) as port:
        for at in range(0, len(whole), 997):
            await port.raw(whole[:at])
        _, writer = await asyncio.open_connection("127.0.0.1", port.port)
        writer.write(_bytes(Transcript("what can you do").event()))
        writer.transport.abort()  # before the answer
        assert await is_alive(port)


@scenario
async def test_a_thousand_malformed_messages() -> None:
    """Every kind of message with values that are none, on connections that go on."""
    draw = random.Random(0)
    kinds = [
        "transcribe", "detect", "audio-start", "audio-chunk", "audio-stop", "transcript", "recognize", "synthesize",
        "synthesize-start", "synthesize-chunk", "synthesize-stop", "ping", "describe", "select-program", "nonsense",
    ]  # fmt: skip
    values = [None, 5, -1, 10**30, 0.5, "x", "x" * 5000, [], [1], {}, {"name": 5}, True, "\ud83d"]
    names = ["text", "language", "names", "rate", "width", "channels", "voice", "context", "timestamp"]
    async with answering(mind=mind_of(), voice=Beeps()) as port:
        for _ in range(20):
            async with AsyncTcpClient("127.0.0.1", port.port, read_timeout=5) as client:
                for _ in range(50):
                    data = {name: draw.choice(values) for name in draw.sample(names, draw.randrange(len(names)))}
                    payload = draw.choice([None, b"\x00", b"\x01" * 640])
                    client._writer.write(_bytes(Event(draw.choice(kinds), data, payload)))
                await client.write_event(Event("ping", {"text": "still there"}))
                while True:
                    event = await client.read_event()
                    assert event is not None
                    if event.type == "pong" and event.data.get("text") == "still there":
                        break
        assert port.service._house._num_listening == 0
        assert await is_alive(port)


@scenario
async def test_wrong_values_are_told_and_the_connection_goes_on() -> None:
    cases = [
        (Event("transcribe", {"language": 5}), "language"),
        (Event("audio-start", {"rate": 1, "width": 2, "channels": 1}), "rate"),
        (Event("audio-start", {"rate": 16000, "width": 3, "channels": 1}), "width"),
        (Event("audio-chunk", {"rate": 16000, "width": 2, "channels": 1}, b"\x00"), "whole number of samples"),
        (Event("transcript", {}), "text must be a text"),
        (Event("transcript", {"text": "x" * 5000}), "4096"),
        (Event("detect", {"names": "computer"}), "list"),
        (Event("synthesize", {"text": "Hello."}), "no voice"),
        (Event("recognize", {"text": "x"}), "nobody understands"),
    ]
    async with answering() as port, AsyncTcpClient("127.0.0.1", port.port, read_timeout=5) as client:
        for event, says in cases:
            await client.write_event(event)
            error = Error.from_event((await read_until(client, "error"))[-1])
            assert says in error.text
        await client.write_event(Describe().event())
        assert await read_until(client, "info")


@scenario
async def test_a_command_without_end_is_ended() -> None:
    async with answering(end_s=None, server={"max_audio_s": 0.5}) as port:
        events = await port.ask(Transcribe().event(), *sound_events(0.8), until="error")
        assert "longer than 0.5 s" in events[-1].data["text"]
        assert port.service._house._num_listening == 0


@scenario
async def test_as_many_listen_as_the_server_lets() -> None:
    async with answering(server={"num_realtime": 1}) as port:
        async with AsyncTcpClient("127.0.0.1", port.port, read_timeout=5) as first:
            for event in sound_events(0.3, has_stop=False):
                await first.write_event(event)
            await asyncio.sleep(0.2)
            events = await port.ask(*sound_events(0.3, has_stop=False), until="error")
            assert (events[-1].data["code"], port.service._house._num_listening) == ("too_many_requests", 1)
        await asyncio.sleep(0.1)  # the first hung up: its place is free
        events = await port.ask(*sound_events(1.2), until="transcript")
        assert events[-1].data["text"]


@scenario
async def test_too_many_connections_are_told_so() -> None:
    async with answering(num_connections=1) as port, AsyncTcpClient("127.0.0.1", port.port) as first:
        await first.write_event(Describe().event())
        await read_until(first, "info")
        assert b"all connections are taken" in await port.raw(DESCRIBE)


@scenario
async def test_who_sends_nothing_is_let_go() -> None:
    async with answering(idle_s=0.1, message_s=0.1) as port:
        for data in (b"", b'{"type": "ping", "data_length": 40}\n{'):
            reader, writer = await asyncio.open_connection("127.0.0.1", port.port)
            writer.write(data)
            back = await asyncio.wait_for(reader.read(), 5)
            assert b"too-slow" in back
            writer.close()
        assert await is_alive(port)


@scenario
async def test_a_session_that_breaks_is_an_error_and_no_more() -> None:
    class Broken:
        def feed(self, chunk):
            raise RuntimeError("out of memory")

    async with answering() as port:
        port.session.stream = lambda **options: Broken()
        events = await port.ask(*sound_events(0.2), until="error")
        assert "RuntimeError" in events[-1].data["text"]
        assert await is_alive(port)


def _bytes(event: Event) -> bytes:
    """As a client may write it, whatever is in it."""
    data = json.dumps(event.data).encode()
    payload = event.payload or b""
    head = {"type": event.type, "data_length": len(data), "payload_length": len(payload)}
    return json.dumps(head).encode() + b"\n" + data + payload
