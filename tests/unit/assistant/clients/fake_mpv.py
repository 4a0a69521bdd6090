"""mpv's socket, without mpv: answers commands, with an event before each answer."""

from __future__ import annotations

import json
import socket
import threading
from pathlib import Path
from typing import Any


class FakeMpv:
    """`told`: commands, in order."""

    def __init__(self, path: Path) -> None:
        self.told: list[list[Any]] = []
        self.properties: dict[str, Any] = {"volume": 80.0}
        self._server = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._server.bind(str(path))
        self._server.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                wire, _ = self._server.accept()
            except OSError:
                return
            with wire, wire.makefile("rwb", buffering=0) as lines:
                for line in lines:
                    asked = json.loads(line)
                    answer = {"request_id": asked["request_id"], **self._do(asked["command"])}
                    lines.write(b'{"event": "idle"}\n' + json.dumps(answer).encode() + b"\n")

    def _do(self, command: list[Any]) -> dict[str, Any]:
        self.told.append(command)
        match command:
            case ["get_property", name]:
                known = name in self.properties
                return (
                    {"error": "success", "data": self.properties[name]} if known else {"error": "property unavailable"}
                )
            case ["set_property", name, value]:
                self.properties[name] = value
            case ["playlist-next", *_]:
                return {"error": "no next"}
        return {"error": "success", "data": None}
