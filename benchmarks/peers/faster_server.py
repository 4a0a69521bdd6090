"""Peer: faster-whisper base int8 behind the least FastAPI there can be, as a process; speaches serves the same engine.

python benchmarks/peers/faster_server.py --whisper-ct2 DIR --threads 2

Prints its address as JSON. One model, one clip at a time with all threads: what CTranslate2 does best on few cores.
"""

from __future__ import annotations

import argparse
import io
import json
import socket
import sys
from pathlib import Path
from threading import Lock
from typing import Annotated

import uvicorn
from fastapi import FastAPI, Form, UploadFile

sys.path.insert(0, str(Path(__file__).parents[1]))

from peers.faster import FasterWhisper

__all__ = ["main"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--whisper-ct2", type=Path, required=True)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    peer, turn, app = FasterWhisper(args), Lock(), FastAPI()

    @app.get("/health")
    def health() -> dict[str, str]:
        return {"status": "ready"}

    @app.post("/v1/audio/transcriptions")
    def transcribe(file: UploadFile, language: Annotated[str, Form()] = "en") -> dict[str, str]:
        with turn:
            segments, _ = peer._model.transcribe(io.BytesIO(file.file.read()), language=language, **peer.options)
            return {"text": "".join(segment.text for segment in segments).strip()}

    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.bind(("127.0.0.1", 0))
    print(json.dumps({"url": f"http://127.0.0.1:{bound.getsockname()[1]}"}), flush=True)
    uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run(sockets=[bound])
    return 0


if __name__ == "__main__":
    sys.exit(main())
