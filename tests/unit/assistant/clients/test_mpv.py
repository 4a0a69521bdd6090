"""mpv as a process, played by a program that opens its socket and goes."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest

from allears.assistant.clients.mpv import Mpv, PlayerError

PROGRAM = f"""#!{sys.executable}
import json, socket, sys
path = next(word.split("=", 1)[1] for word in sys.argv if word.startswith("--input-ipc-server="))
server = socket.socket(socket.AF_UNIX)
server.bind(path)
server.listen()
wire, _ = server.accept()
for line in wire.makefile("rb"):
    asked = json.loads(line)
    if asked["command"][0] == "quit":
        break
    wire.sendall(json.dumps({{"request_id": asked["request_id"], "error": "success",
     "data": sys.argv[1]}}).encode() + b"\\n")
"""


def test_it_is_started_told_and_ended(tmp_path: Path) -> None:
    program = tmp_path / "mpv"
    program.write_text(PROGRAM)
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    mpv = Mpv(str(program))
    assert mpv.tell("get_property", "media-title") == "--idle=yes"
    process = mpv._process
    assert process is not None
    mpv.is_playing = True
    with pytest.raises(PlayerError, match="gave no answer"):
        mpv.tell("quit")
    assert not mpv.is_playing
    mpv.close()
    assert process.poll() is not None


def test_no_socket_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("allears.assistant.clients.mpv._START_S", 0.0)
    with pytest.raises(PlayerError, match="gave no answer"):
        Mpv("", tmp_path / "none.sock").pause()
