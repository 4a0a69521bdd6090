"""A server in this process on a free port, with a session that answers at once, and sounds to send it."""

from __future__ import annotations

import io
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import soundfile
import uvicorn

import allears
from allears.audio import SAMPLE_RATE, open_audio
from allears.decode.answers import Audio, Choice, Embedding, Segment, Transcript, Word
from allears.meeting.minutes import Minutes, Speaker, Spoken, Turn
from allears.runtime.result import Result
from allears.runtime.stream_events import Final, Partial, SpeechEnd, SpeechStart
from allears.server.app import create_app
from allears.server.engine import Engine
from allears.server.options import ServerOptions
from allears.server.run import listen, serve
from allears.spec import Resolution, TaskSpec
from tests.unit.cli.fakes import SPEC, heard

MODEL = replace(
    SPEC,
    tasks=(
        *SPEC.tasks,
        TaskSpec("translate", Resolution.TEXT, {"kind": "transcript", "to": "en"}, file="decoder.onnx"),
        TaskSpec("emotion", Resolution.CLIP, {"kind": "top-one"}, file="emotion.onnx"),
    ),
)
WINDOW_S = 1.0  # of the fake, so that short clips have several


class FakeSession:
    """Hears how long and how loud a clip is, so that answers cannot be mixed up; a window a second.

    Attributes:
        gate: windows wait for it.
        num_windows: heard so far, by all.
    """

    spec, folder = MODEL, Path(allears.__file__).parent / "models" / "allears-base"  # whose voices they are
    understands = False

    def __init__(self, *, window_takes_s: float = 0.0) -> None:
        self.gate, self.num_windows, self.takes_s = threading.Event(), 0, window_takes_s
        self.asked: list[dict[str, Any]] = []
        self.gate.set()

    def load(self) -> None:
        self.gate.wait(20)

    def hear(self, source: Any, *, tasks: Any = None, sample_rate: Any = None, **options: Any) -> Result:
        self.asked.append({"tasks": tasks, **options})
        with open_audio(source, sample_rate=sample_rate) as stream:
            audio = stream.read_all()
            total_s = len(audio) / SAMPLE_RATE
            for at in np.arange(WINDOW_S, total_s + WINDOW_S, WINDOW_S):
                self.gate.wait(20)
                time.sleep(self.takes_s)
                self.num_windows += 1
                if tell := options.get("on_progress"):
                    tell(min(at, total_s), total_s)
                if tell := options.get("on_transcript"):
                    tell(transcript(audio, min(at, total_s)))
        every = heard("x").answers | {"transcribe": transcript(audio, total_s), "emotion": Choice("joy", 0.9)}
        every["translate"] = Transcript((Segment(0.0, total_s, "in English"),), "en")
        wanted = tasks or ("transcribe", "speech", "speaker", "emotion")
        answers = {name: every[name] for name in wanted}
        return heard("x", duration_s=total_s, answers=answers, nearest=None)

    def stream(self, **options: Any) -> FakeStream:
        self.asked.append(options)
        return FakeStream(options["sample_rate"])


class CleaningSession(FakeSession):
    """Takes noise away by halving everything."""

    spec = replace(MODEL, tasks=(*MODEL.tasks, TaskSpec("clean", Resolution.CLIP, {"kind": "spectral_mask"})))

    def hear(self, source: Any, *, tasks: Any = None, sample_rate: Any = None, **options: Any) -> Result:
        if tasks != ("clean",):
            return super().hear(source, tasks=tasks, sample_rate=sample_rate, **options)
        with open_audio(source, sample_rate=sample_rate) as stream:
            audio = stream.read_all()
        return heard("x", duration_s=len(audio) / SAMPLE_RATE, answers={"clean": Audio(audio / 2, SAMPLE_RATE)})


class FakeStream:
    """An utterance begins with the first chunk and is over after a second of audio, or at the end."""

    def __init__(self, rate: int) -> None:
        self._rate, self._num = rate, 0

    def feed(self, chunk: np.ndarray) -> list[Any]:
        before, self._num = self._num, self._num + len(chunk)
        words = (Word("Hello", 0.0, 0.4, 1.0), Word("there.", 0.4, 0.9, 1.0))
        events: list[Any] = [] if before else [SpeechStart(0.1, 0.0)]
        if self._num >= self._rate > before:
            return [*events, Partial(1.0, 0.0, words[:1], words[1:]), *self._final()]
        return events

    def finish(self) -> list[Any]:
        return self._final() if 0 < self._num < self._rate else []

    def _final(self) -> list[Any]:
        return [SpeechEnd(1.0, 0.9), Final(1.0, 0.0, 0.9, 0.0, heard("stream"))]


class TwoSpeakers:
    """Says that the first half is one's and the second another's."""

    def diarize(self, session: Any, file: Any, asked: Any, *, num_speakers: Any, on_progress: Any) -> Minutes:
        with open_audio(file) as stream:
            audio = stream.read_all()
        half = len(audio) / SAMPLE_RATE / 2
        on_progress(half, 2 * half)
        like_the_fake, other = (Embedding(np.array(v, np.float32)) for v in ([0.6, 0.8], [0.8, -0.6]))
        words = transcript(audio, 2 * half).words if asked is not None else ()
        turns = tuple(_turn(who, [w for w in words if is_his(w.start_s)]) for who, is_his in
                      (("x", lambda at: at < half), ("y", lambda at: at >= half)) if words)  # fmt: skip
        speakers = (Speaker("x", "Speaker 1", other, half), Speaker("y", "Speaker 2", like_the_fake, half))
        return Minutes("upload", 2 * half, speakers, turns, (Spoken("x", 0.0, half), Spoken("y", half, 2 * half)))


def _turn(who: str, words: list[Word]) -> Turn:
    return Turn(who, words[0].start_s, words[-1].end_s, " ".join(word.text for word in words), tuple(words))


def transcript(audio: np.ndarray, until_s: float) -> Transcript:
    """Word n is `n:LEVEL` of second n."""
    words = [
        Word(f"{at}:{np.abs(audio[at * SAMPLE_RATE : (at + 1) * SAMPLE_RATE]).max():.2f}", at, at + 0.5, 0.9)
        for at in range(int(until_s))
    ]
    segments = tuple(Segment(word.start_s, word.end_s, word.text, (word,)) for word in words)
    return Transcript(segments, "en")


def said(seconds: int, level: float) -> str:
    """What the fake hears in `sound(seconds, level)`."""
    return " ".join(f"{at}:{level:.2f}" for at in range(seconds))


def sound(seconds: float = 2.0, level: float = 0.25, kind: str = "WAV", subtype: str | None = None) -> bytes:
    """A file of a steady level."""
    file = io.BytesIO()
    samples = np.full(round(seconds * SAMPLE_RATE), level, np.float32)
    soundfile.write(file, samples, SAMPLE_RATE, format=kind, subtype=subtype)
    return file.getvalue()


@dataclass
class Live:
    """A server that runs."""

    url: str
    port: int
    session: FakeSession
    app: Any
    http: httpx.Client

    @property
    def v1(self) -> str:
        return f"{self.url}/v1"


@contextmanager
def running(
    *,
    is_ready: bool = True,
    session: Any = None,
    more: dict[str, Any] | None = None,
    certificate: Any = None,
    **options: Any,
) -> Iterator[Live]:
    """The server, stopped at the end; `more` are further arguments of `create_app`."""
    chosen = ServerOptions(**{"port": 0, "shutdown_s": 10.0, **options})
    fake = session or FakeSession()
    app = create_app(chosen, Engine(lambda: fake), **(more or {}))
    servers: list[uvicorn.Server] = []
    bound = listen(chosen)
    port = bound.getsockname()[1]
    thread = threading.Thread(
        target=serve, args=(app, chosen, bound), kwargs={"on_server": servers.append, "certificate": certificate}
    )
    thread.start()
    try:
        wait_for(lambda: bool(servers) and servers[0].started)
        if is_ready:
            wait_for(lambda: app.state.serving.engine.state != "loading")
        url = f"http://127.0.0.1:{port}"
        with httpx.Client(base_url=f"{url}/v1", verify=False, timeout=20) as client:  # a call without one reads all CAs
            yield Live(url, port, fake, app, client)
    finally:
        servers[0].should_exit = True
        thread.join(20)
        bound.close()
        assert not thread.is_alive(), "the server did not stop"


def wait_for(is_so: Any, seconds: float = 10.0) -> None:
    """Until it is so."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it never came"
        time.sleep(0.005)


def raw(port: int, data: bytes) -> socket.socket:
    """A connection on which these bytes were sent."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.sendall(data)
    return connection
