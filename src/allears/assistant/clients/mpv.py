"""mpv as a process of its own, told what to do through its socket (JSON IPC).

In: files, commands. Out: sound. Source: mpv's manual, "JSON IPC": one JSON object a line,
`{"command": [...], "request_id": n}`; answers carry `error` ("success") and the id, events come between them.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

__all__ = ["Mpv", "PlayerError"]

_START_S, _ANSWER_S = 3.0, 2.0
_QUIET = 20  # percent of the volume while somebody speaks


class PlayerError(Exception):
    """The player does not do as it is told; the message says why."""


class Mpv:
    """See the module.

    Args:
        program: mpv's name, started when something is to be played; empty if it runs already.
        path: of its socket; one in a folder of its own if None.
    """

    def __init__(self, program: str = "mpv", path: str | Path | None = None) -> None:
        self._program, self._path = program, None if path is None else Path(path)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._socket: socket.socket | None = None
        self._rest, self._ids = b"", itertools.count(1)
        self.is_playing, self._volume = False, 100.0

    def play(self, files: Sequence[Path]) -> None:
        """Play files, one after the other, in place of what plays.

        Raises:
            PlayerError: mpv is not there, or refuses.
        """
        for number, file in enumerate(files):
            self.tell("loadfile", str(file), "append" if number else "replace")
        self.tell("set_property", "pause", False)
        self.is_playing = True

    def pause(self, is_paused: bool = True) -> None:
        """Pause, or go on."""
        self.tell("set_property", "pause", is_paused)
        self.is_playing = not is_paused

    def skip(self, by: int) -> None:
        """The next file (1), or the one before (-1)."""
        self.tell("playlist-next" if by > 0 else "playlist-prev", "weak")

    def title(self) -> str:
        """What plays; empty if nothing does."""
        return str(self.tell("get_property", "media-title") or "")

    def duck(self, is_on: bool) -> None:
        """Quieter, or as before."""
        if not self.is_playing:
            return
        if is_on:
            self._volume = float(self.tell("get_property", "volume") or 100.0)
        self.tell("set_property", "volume", min(self._volume, _QUIET) if is_on else self._volume)

    def close(self) -> None:
        """End the process, if it was started here."""
        self._hang_up()
        if self._process is not None:
            self._process.terminate()
            try:
                self._process.wait(timeout=_ANSWER_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
            self._process = None
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def tell(self, *command: Any) -> Any:
        """A command of mpv's; the data it answers with.

        Raises:
            PlayerError: mpv is not there, or refuses.
        """
        number = next(self._ids)
        try:
            wire = self._wire()
            wire.sendall(json.dumps({"command": list(command), "request_id": number}).encode() + b"\n")
            while (answer := self._line(wire)).get("request_id") != number:
                pass  # an event
        except (OSError, ValueError) as error:
            self._hang_up()
            raise PlayerError(f"the player gave no answer to {command[0]!r} ({error})") from error
        if answer.get("error") not in ("success", "property unavailable"):
            raise PlayerError(f"the player refused {command[0]!r}: {answer.get('error')}")
        return answer.get("data")

    def _line(self, wire: socket.socket) -> dict[str, Any]:
        while b"\n" not in self._rest:
            got = wire.recv(65536)
            if not got:
                raise OSError("it has ended")
            self._rest += got
        line, _, self._rest = self._rest.partition(b"\n")
        found = json.loads(line)
        return found if isinstance(found, dict) else {}

    def _wire(self) -> socket.socket:
        if self._socket is None:
            path = self._start()
            wire = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            wire.settimeout(_ANSWER_S)
            try:
                wire.connect(str(path))
            except OSError:
                wire.close()
                raise
            self._socket = wire
        return self._socket

    def _start(self) -> Path:
        """The socket of a process that runs."""
        if self._program and (self._process is None or self._process.poll() is not None):
            if shutil.which(self._program) is None:
                raise PlayerError(f"{self._program} is not installed: apt install mpv")
            self._folder = self._folder or tempfile.TemporaryDirectory(prefix="allears-")
            self._path = Path(self._folder.name) / "mpv.sock"
            self._path.unlink(missing_ok=True)
            self._process = subprocess.Popen(
                [self._program, "--idle=yes", "--no-video", "--no-terminal", f"--input-ipc-server={self._path}"],
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
        assert self._path is not None, "a socket or a program was given"
        until = time.monotonic() + _START_S
        while not os.path.exists(self._path) and time.monotonic() < until:
            time.sleep(0.02)
        return self._path

    def _hang_up(self) -> None:
        if self._socket is not None:
            self._socket.close()
        self._socket, self._rest, self.is_playing = None, b"", False
