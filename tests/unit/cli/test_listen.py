"""`allears listen`, from its arguments to its exit code, with a stream that needs no model."""

from __future__ import annotations

import io
import json
import sys
import types
from dataclasses import replace
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
import soundfile

from allears.cli import _session, listen
from allears.cli._live import Live
from allears.cli._microphone import microphone
from allears.cli.app import main
from allears.commands.answer import Command, SlotValue
from allears.keywords import KeywordHit
from allears.runtime.result import Result
from allears.runtime.stream import Stream
from allears.runtime.stream_options import StreamOptions
from allears.understand import Meaning
from tests.unit.runtime.stream_fakes import RATE, FakeEar, said

Capture = pytest.CaptureFixture[str]
TWO = said(0.5, "one", 0.1, "two", 1.2, "three", 0.1)


class _Session:
    """Its streams hear levels."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def stream(self, *, language: str | None, sample_rate: int, options: StreamOptions) -> Stream:
        self.asked = {"language": language, "sample_rate": sample_rate, "options": options}
        return Stream(FakeEar().ear, sample_rate=sample_rate, options=options)


@pytest.fixture
def session(monkeypatch: pytest.MonkeyPatch) -> _Session:
    fake = _Session()
    monkeypatch.setattr(_session, "open_session", lambda args: fake)
    return fake


@pytest.fixture
def wav(tmp_path: Path) -> str:
    path = tmp_path / "two.wav"
    soundfile.write(path, TWO, RATE)
    return str(path)


class _Keywords:
    """Hears one keyword at the end of the first chunk."""

    def push(self, chunk: np.ndarray, state: Any, *, is_last: bool = False) -> tuple[tuple[KeywordHit, ...], int]:
        hit = KeywordHit("computer", 0.1, 0.4, 0.9, 0.01, "examples")
        return (() if state else (hit,)), 1


def test_keywords_are_lines_and_events(session: _Session, wav: str, monkeypatch: Any, capsys: Capture) -> None:
    real = FakeEar

    class WithKeywords(real):
        def __init__(self) -> None:
            super().__init__()
            self.ear = replace(self.ear, keywords=_Keywords())

    monkeypatch.setattr(sys.modules[__name__], "FakeEar", WithKeywords)
    assert main(["listen", wav]) == 0
    assert capsys.readouterr().out.splitlines()[0] == "0.10-0.40\t[computer]"
    assert main(["listen", wav, "--json"]) == 0
    event = json.loads(capsys.readouterr().out.splitlines()[0])
    assert (event["event"], event["keyword"], event["start"]) == ("keyword", "computer", 0.1)


def pipe(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=io.BytesIO(data)))


def test_a_line_an_utterance(session: _Session, wav: str, capsys: Capture) -> None:
    assert main(["listen", wav, "--language", "en"]) == 0
    captured = capsys.readouterr()
    assert captured.out == "0.50-1.40\tone two\n2.60-3.00\tthree\n"
    assert captured.err == "", "no terminal, no partial results"
    assert session.asked["language"] == "en"


def test_json_has_every_event(session: _Session, wav: str, capsys: Capture) -> None:
    assert main(["listen", wav, "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [e["event"] for e in events if e["event"] != "partial"] == ["speech_start", "speech_end", "final"] * 2
    assert next(e for e in events if e["event"] == "partial")["text"] == "one"
    final = events[-1]
    assert final["result"]["text"] == "three"
    assert final["result"]["segments"][0]["words"][0]["start"] == pytest.approx(2.6)


def test_raw_samples_from_a_pipe(session: _Session, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    pipe(monkeypatch, (TWO * 32767).astype("<i2").tobytes() + b"\1")
    assert main(["listen", "-"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines()[-1] == "2.60-3.00\tthree"
    assert "the last 1 bytes are no whole sample" in captured.err


def test_raw_samples_of_another_rate_and_two_channels(
    session: _Session, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    tone = 0.3 * np.sin(2 * np.pi * 300 * np.arange(48_000) / 48_000)
    both = np.stack([np.concatenate([np.zeros(24_000), tone, np.zeros(48_000)])] * 2, axis=1)
    pipe(monkeypatch, (both * 32767).astype("<i2").tobytes())
    assert main(["listen", "-", "--rate", "48000", "--channels", "2", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [e["event"] for e in events if e["event"] != "partial"] == ["speech_start", "speech_end", "final"]
    assert events[0]["start"] == pytest.approx(0.5, abs=0.021)


def test_realtime_waits(session: _Session, wav: str, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = types.SimpleNamespace(now=0.0)

    def sleep(seconds: float) -> None:
        clock.now += seconds

    monkeypatch.setattr("allears.cli._chunks.time.sleep", sleep)
    monkeypatch.setattr("allears.cli._chunks.time.monotonic", lambda: clock.now)
    assert main(["listen", wav, "--realtime"]) == 0
    assert clock.now == pytest.approx(len(TWO) / RATE)


def test_options_reach_the_stream(session: _Session, wav: str) -> None:
    assert main(["listen", wav, "--silence", "0.5", "--longest", "8", "-q"]) == 0
    options = session.asked["options"]
    assert (options.endpoint.min_silence_s, options.endpoint.max_utterance_s) == (0.5, 8.0)
    assert options.partial_every_s == 0.0


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "listen to one thing"),
        (["a.wav", "--mic"], "listen to one thing"),
        (["a.wav", "--rate", "8000"], "--rate is for"),
        (["a.wav", "--channels", "2"], "--channels is for"),
        (["a.wav", "--device", "0"], "--device is for"),
        (["-", "--realtime"], "--realtime is for a file"),
        (["a.wav"], "does not exist"),
        (["-", "--silence", "0.1"], "hint_s must be"),
    ],
)
def test_wrong_usage(session: _Session, arguments: list[str], says: str, capsys: Capture) -> None:
    assert main(["listen", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_a_missing_extra_is_named(session: _Session, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    assert main(["listen", "--mic"]) == 2
    assert "pip install 'allears[mic]'" in capsys.readouterr().err


class _Recording:
    """Gives two chunks, then Ctrl-C."""

    def __init__(self, *, callback: Any, blocksize: int, **options: Any) -> None:
        self.callback, self.blocksize = callback, blocksize

    def __enter__(self) -> Self:
        pcm = (TWO * 32767).astype(np.int16)[:, None]
        self.callback(pcm[: 2 * RATE], 2 * RATE, None, "")
        self.callback(pcm[2 * RATE :], len(pcm) - 2 * RATE, None, "input overflow")
        return self

    def __exit__(self, *_: object) -> None:
        pass


def test_the_microphone_until_ctrl_c(session: _Session, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    fake = types.SimpleNamespace(InputStream=_Recording, PortAudioError=OSError)
    monkeypatch.setitem(sys.modules, "sounddevice", fake)

    def until_empty(rate: int, device: str | None) -> Any:
        chunks = microphone(rate, device)
        yield next(chunks)
        yield next(chunks)
        raise KeyboardInterrupt

    monkeypatch.setattr("allears.cli._microphone.microphone", until_empty)
    assert main(["listen", "--mic"]) == 0
    captured = capsys.readouterr()
    assert captured.out.splitlines() == ["0.50-1.40\tone two", "2.60-3.00\tthree"]
    assert "microphone: input overflow" in captured.err


def test_words_are_shown_on_a_terminal_only() -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, file = Terminal(), io.StringIO()
    for out, is_quiet in ((terminal, False), (file, False), (quiet := Terminal(), True)):
        with Live(is_quiet=is_quiet, file=out) as live:
            live.show(["turn", "on"], ["the"])
    assert "turn on" in terminal.getvalue()
    assert "the" in terminal.getvalue()
    assert file.getvalue() == quiet.getvalue() == ""


def test_what_was_meant_stands_behind_the_text() -> None:
    meaning = Meaning("on", "home", "home", 0.8, "on", 0.7, (), 1.0, True)
    assert listen._meaning(Result("a.wav", 1.0, {}, meaning=meaning)) == "\ton() 70%, home"
    assert listen._meaning(Result("a.wav", 1.0, {})) == ""


def test_what_was_commanded_stands_behind_the_text() -> None:
    command = Command("LightSet", {"room": SlotValue("kitchen")}, 0.8, "kitchen light", True)
    assert listen._command(Result("a.wav", 1.0, {}, command=command)) == "\tLightSet(room=kitchen) 80%"
    assert listen._command(Result("a.wav", 1.0, {})) == ""


def test_commands_reach_the_stream(wav: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    pytest.importorskip("hassil", reason="commands need the extra allears[commands]")
    demo = Path(__file__).parents[3] / "docs" / "examples" / "commands.yaml"
    asked: dict[str, Any] = {}

    class Commanded(_Session):
        def stream(self, **options: Any) -> Stream:
            asked["commands"] = options.pop("commands")
            return super().stream(**options)

    monkeypatch.setattr(_session, "open_session", lambda args: Commanded())
    assert main(["listen", wav, "--commands", str(demo), "--threshold", "0.7"]) == 0
    assert (asked["commands"].language, asked["commands"].threshold) == ("en", 0.7)
    assert main(["listen", wav, "--commands", "nowhere.yaml"]) == 2
    assert "nowhere.yaml" in capsys.readouterr().err
