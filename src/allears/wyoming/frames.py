"""Messages as bytes: a line of JSON, then data and payload of the lengths that it names. Nothing here trusts a client.

In: a stream of bytes. Out: events. The library's own reader takes any length and any JSON; here lengths and times are
bounded, and what is no message is an error. After one the stream cannot be read on: nobody knows where the next begins.

Source: README.md of the package `wyoming` 1.10 (MIT), "Format".
"""

from __future__ import annotations

import asyncio
import json
from typing import Any

from wyoming.event import Event

__all__ = ["MAX_DATA", "MAX_LINE", "MAX_PAYLOAD", "FrameError", "read_event"]

MAX_LINE = 64 * 1024  # bytes of the first line
MAX_DATA = 256 * 1024  # bytes of JSON after it
MAX_PAYLOAD = 4 * 1024 * 1024  # bytes of sound in one message: two minutes at 16 kHz


class FrameError(ValueError):
    """What came is no message of the protocol."""


async def read_event(reader: asyncio.StreamReader, *, idle_s: float, message_s: float) -> Event | None:
    """The next message; None if the client hung up, in the middle of one too.

    Args:
        reader: made with `limit=MAX_LINE`.
        idle_s: waited for its first line.
        message_s: waited for the rest.

    Raises:
        FrameError: it is no message, or too large.
        TimeoutError: nothing came, or not all of it.
    """
    try:
        line = await asyncio.wait_for(reader.readline(), idle_s)
        if not line.endswith(b"\n"):
            return None
        head = _object(line, "a message begins with a line of JSON")
        data = _part(head, "data_length", MAX_DATA)
        payload = _part(head, "payload_length", MAX_PAYLOAD)
        rest = await asyncio.wait_for(reader.readexactly(data + payload), message_s)
    except asyncio.IncompleteReadError:
        return None
    except ConnectionError:
        return None
    except ValueError as error:
        if isinstance(error, FrameError):
            raise
        raise FrameError(f"the first line of a message has more than {MAX_LINE} bytes: shorten it") from error
    return _event(head, rest[:data], rest[data:])


def _event(head: dict[str, Any], data: bytes, payload: bytes) -> Event:
    kind, stated = head.get("type"), head.get("data")
    if not isinstance(kind, str) or not isinstance(stated, dict | None):
        raise FrameError("a message has a `type`, a text, and its `data` is an object")
    more = _object(data, "the data of a message is a JSON object") if data else {}
    return Event(kind, {**(stated or {}), **more}, payload or None)


def _object(text: bytes, rule: str) -> dict[str, Any]:
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"{rule}, got {text[:40]!r}") from error
    if not isinstance(found, dict):
        raise FrameError(f"{rule}, got {text[:40]!r}")
    return found


def _part(head: dict[str, Any], name: str, most: int) -> int:
    length = head.get(name)
    if length is None:
        return 0
    if isinstance(length, bool) or not isinstance(length, int) or not 0 <= length <= most:
        raise FrameError(f"{name} is {str(length)[:40]}; allowed: a whole number up to {most}")
    return length
