"""Clients that behave badly, seeded and bounded: rubbish, hang-ups, garbage frames, slowness. For servers on loopback.

In: a server's address and how many times. Out: a `Tally`: how often it went as it should (a clear error, or a
connection that was let go), and what went otherwise.
"""

from __future__ import annotations

import json
import random
import socket
import struct
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx

__all__ = ["Tally", "garbage_frames", "hang_ups", "malformed", "slow_loris"]

PATHS = ("analyze", "audio/transcriptions", "audio/translations", "audio/diarization", "audio/voices", "audio/speech")
KINDS = ("multipart/form-data; boundary=b", "multipart/form-data", "application/json", "", "text/plain")
PART = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.wav"\r\n\r\n'
BODIES = (
    b"", b"--b", b"--b\r\n\r\n\r\n--b--\r\n", PART, PART + b"\r\n--b--\r\n", PART + b"RIFF\xff\xff\r\n--b--\r\n",
    b'--b\r\nContent-Disposition: form-data; name="model"\r\n\r\nx\r\n--b--\r\n', b"\x00\xff\xfe" * 100, b"[" * 3000,
)  # fmt: skip
FRAMES = (
    "", "{", "[]", "null", '{"type": 7}', '{"type": "response.create"}', b"\x00\xff" * 50, "[" * 5000,
    '{"type": "input_audio_buffer.append"}', '{"type": "input_audio_buffer.append", "audio": "!"}',
    '{"type": "session.update", "session": {"audio": 3}}',
)  # fmt: skip
CLEAR = frozenset((400, 408, 413, 415, 422, 501))
_WAIT_S = 60.0
_TRICKLE_S = 0.5


@dataclass
class Tally:
    """Attributes: `num` tries; `num_right`: went as they should; `wrong`: what went otherwise, the first ten."""

    num: int = 0
    num_right: int = 0
    wrong: list[str] = field(default_factory=list)

    def add(self, is_right: bool, what: str) -> None:
        self.num += 1
        self.num_right += is_right
        if not is_right and len(self.wrong) < 10:
            self.wrong.append(what)


def malformed(url: str, num: int, seed: int = 0) -> Tally:
    """Requests that no client should send: each is an error in JSON that says what is wrong."""
    draw, tally = random.Random(seed), Tally()
    with httpx.Client(base_url=f"{url}/v1", timeout=_WAIT_S) as client:
        for _ in range(num):
            body = draw.choice(BODIES)
            body = body[: draw.randrange(len(body) + 1)] if draw.random() < 0.5 else body
            path, kind = draw.choice(PATHS), draw.choice(KINDS)
            reply = client.post(f"/{path}", content=body, headers={"content-type": kind})
            tally.add(_is_clear(reply), f"{path}, {kind!r}, {body[:40]!r}: {reply.status_code} {reply.text[:80]}")
    return tally


def hang_ups(url: str, num: int, clip: bytes, seed: int = 0) -> Tally:
    """Uploads that end anywhere, half of them with a reset: all that they held is given back."""
    draw, tally = random.Random(seed), Tally()
    body = PART + clip + b"\r\n--b--\r\n"
    head = _head(url, f"POST /v1/analyze HTTP/1.1\r\nContent-Length: {len(body)}\r\n")
    for _ in range(num):
        whole = head + body
        connection = _connect(url)
        connection.sendall(whole[: draw.randrange(1, len(whole) + 1)])
        if draw.random() < 0.5:  # a reset in place of an end: RFC 1122, 4.2.2.13
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()
    until = time.monotonic() + _WAIT_S
    while (taken := _places_taken(url)) and time.monotonic() < until:
        time.sleep(0.05)
    for number in range(num):
        tally.add(number >= taken, f"{taken} places are still taken after {_WAIT_S:g} s")
    return tally


def garbage_frames(url: str, num: int, seed: int = 0, *, each: int = 20) -> Tally:
    """Websocket messages that mean nothing, some a connection: each is an error event, and the session goes on."""
    from websockets.exceptions import WebSocketException
    from websockets.sync.client import connect

    draw, tally = random.Random(seed), Tally()
    address = url.replace("http", "ws", 1) + "/v1/realtime"
    while tally.num < num:
        try:
            with connect(address, open_timeout=_WAIT_S) as frames:
                frames.recv(_WAIT_S)
                for _ in range(min(each, num - tally.num)):
                    frame = draw.choice(FRAMES)
                    frames.send(frame)
                    told = json.loads(frames.recv(_WAIT_S))
                    is_clear = told["type"] == "error" and bool(told["error"]["message"])
                    tally.add(is_clear, f"{frame[:40]!r}: {told}")
        except (WebSocketException, OSError) as error:
            tally.add(False, repr(error))
        with _connect(url) as raw:  # and one that breaks the protocol itself
            raw.sendall(_upgrade(url) + random.Random(draw.random()).randbytes(200))
    return tally


def slow_loris(url: str, num: int, polite: bytes, *, until_s: float) -> tuple[Tally, list[float]]:
    """Connections that send a byte of their headers now and then: each is let go, and others are answered meanwhile.

    Args:
        polite: a clip that somebody else sends all the time.
        until_s: after so long a connection should be gone.

    Returns:
        The tally, and seconds that the polite client waited for each answer; infinity for one that was none.
    """
    head, begun = _head(url, "GET /health HTTP/1.1\r\n")[:-4], time.monotonic()
    lines = [_connect(url) for _ in range(num)]
    for line in lines:
        line.settimeout(0.001)
        line.sendall(head)
    open_lines, waits = list(lines), []
    with httpx.Client(timeout=_WAIT_S) as client:
        while open_lines and time.monotonic() - begun < until_s:
            waits.append(_polite(client, url, polite))
            open_lines = [line for line in open_lines if _is_open(line)]
            time.sleep(_TRICKLE_S)
    tally = Tally()
    for line in lines:
        tally.add(line not in open_lines, f"open after {until_s:g} s")
        line.close()
    return tally, waits


def _polite(client: httpx.Client, url: str, clip: bytes) -> float:
    begun = time.monotonic()
    reply = client.post(f"{url}/v1/analyze", files={"file": ("a.wav", clip)})
    return time.monotonic() - begun if reply.status_code == 200 else float("inf")


def _is_open(line: socket.socket) -> bool:
    """Send one more byte; whether there is still somebody."""
    try:
        line.sendall(b"x")
        return line.recv(100) != b""
    except TimeoutError:
        return True
    except OSError:
        return False


def _is_clear(reply: httpx.Response) -> bool:
    try:
        return reply.status_code in CLEAR and bool(reply.json()["error"]["message"])
    except (ValueError, KeyError, TypeError):
        return False


def _places_taken(url: str) -> int:
    return int(httpx.get(f"{url}/v1/status", timeout=_WAIT_S).json()["load"]["places_taken"])


def _connect(url: str) -> socket.socket:
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port or 80), timeout=_WAIT_S)


def _head(url: str, first: str, lines: Sequence[str] = ("Content-Type: multipart/form-data; boundary=b",)) -> bytes:
    return "".join([first, f"Host: {urlsplit(url).netloc}\r\n", *(f"{line}\r\n" for line in lines), "\r\n"]).encode()


def _upgrade(url: str) -> bytes:
    wanted = ("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==")  # fmt: skip
    return _head(url, "GET /v1/realtime HTTP/1.1\r\n", wanted)
