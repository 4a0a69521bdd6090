"""`allears chat`, from its arguments to its exit code; by text, and by sound with a stream that needs no model."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from allears.cli import _session
from allears.cli._chat_parts import pushed
from allears.cli.app import main
from allears.runtime.stream import Stream
from allears.spec import ModelSpec, Resolution, TaskSpec
from tests.unit.assistant.test_voice import WRITER
from tests.unit.runtime.stream_fakes import RATE, FakeEar, said

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    for name in ("ALLEARS_ASSISTANT", "ALLEARS_VOICES", "HASS_SERVER", "HASS_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path / "home" / "assistant"


@pytest.fixture
def speaks(tmp_path: Path) -> str:
    program = tmp_path / "speak.py"
    program.write_text(WRITER)
    return f"{sys.executable} {program} {{out}}"


def test_a_conversation_in_writing(home: Path, capsys: Capture) -> None:
    assert main(["chat", "--text", "set a timer", "--text", "ten minutes", "-q"]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "you: set a timer", "allears: For how long?", "you: ten minutes", "allears: Timer set for 10 minutes.",
    ]  # fmt: skip
    assert (home / "assistant.sqlite").is_file()
    assert main(["chat", "--text", "what timers do I have", "--who", "Ann"]) == 0
    shown = capsys.readouterr()
    assert "left on the timer" in shown.out
    assert shown.out.startswith("Ann: ")
    assert shown.err.startswith("took: understand ")


def test_lines_of_stdin_and_events(monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("what's on the shopping list\n\nblurb\n"))
    assert main(["chat", "--text", "-", "--json", "--skill", "lists"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == ["understood", "reply", "understood", "reply"]
    assert events[1]["skill"] == "lists"
    assert (events[2]["is_accepted"], "skill" in events[3]) == (False, False)


def test_replies_are_spoken_into_a_file(tmp_path: Path, speaks: str, capsys: Capture) -> None:
    out = tmp_path / "reply.wav"
    assert main(["chat", "--text", "set a timer", "--voice-command", speaks, "--out", str(out)]) == 0
    samples, rate = soundfile.read(out)
    assert rate == RATE
    assert abs(len(samples) - 3 * 1600) < 50  # "For how long?"
    assert "voice" in capsys.readouterr().err


class _Session:
    """Its streams hear levels."""

    spec = ModelSpec("m", "1", RATE, 0.02, 0.0, 30.0, 1, 16,
                     (TaskSpec("transcribe", Resolution.TEXT, {"kind": "transcript"}),))  # fmt: skip

    def stream(self, *, tasks: Any, language: str, commands: Any, options: Any) -> Stream:
        assert (tasks, language) == (["transcribe"], "en")
        assert options.endpoint.min_silence_s == 0.5
        assert commands.match("what time is it").is_accepted
        return Stream(FakeEar().ear, options=options)


def test_a_file_is_heard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    monkeypatch.setattr(_session, "open_session", lambda args: _Session())
    wav = tmp_path / "a.wav"
    soundfile.write(wav, said(0.5, "one", 0.1, "two", 1.2), RATE)
    assert main(["chat", "--in", str(wav), "--no-enrol"]) == 0
    shown = capsys.readouterr()
    assert shown.out.splitlines() == ["you: one two", "allears: Sorry, what did you say?"]
    assert "took: silence " in shown.err


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["--text", "a", "--in", "b.wav"], "--text is not heard"), (["--in", "b.wav", "--push"], "for the microphone"),
        (["--realtime"], "--realtime is for --in"), (["--who", "Ann"], "--who is for --text"),
        (["--text", "a", "--out", "b.wav"], "add --voice-command"),
        (["--text", "a", "--out", "b.mp3", "--voice-command", "x"], "must end in .wav"),
        (["--text", "a", "--silence", "0"], "0.2 to 5 s"),
        (["--text", "a", "--skill", "wether"], "Did you mean 'weather'"),
        (["--text", "a", "--voice-command", "no-such {out}"], "a program that is installed"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused(arguments: list[str], match: str, capsys: Capture) -> None:
    assert main(["chat", *arguments]) == 2
    assert match in capsys.readouterr().err


def test_settings_that_nobody_reads_are_told(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    home.mkdir(parents=True)
    (home / "assistant.toml").write_text('[weather]\ncitty = "Oslo"\n')
    assert main(["chat", "--text", "hello"]) == 0
    assert "did you mean 'city'?" in caplog.text


def test_enter_begins_and_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    presses = [True, False]

    class Assistant:
        ducked: list[bool] = []  # noqa: RUF012  one test's

        def duck(self, is_on: bool) -> None:
            self.ducked.append(is_on)

    def no_thread(*, target: Any, args: Any, daemon: bool) -> Any:
        nonlocal is_on
        (is_on,) = args
        return type("T", (), {"start": lambda self: None})()

    is_on: Any = None
    monkeypatch.setattr("allears.cli._chat_parts.threading.Thread", no_thread)
    chunks = iter([np.full(1600, i + 1, np.int16) for i in range(4)])

    def heard() -> Any:
        for number, chunk in enumerate(chunks):
            if number in (1, 3) and presses:
                (is_on.set if presses.pop(0) else is_on.clear)()
            yield chunk

    out = list(pushed(heard(), Assistant()))  # type: ignore[arg-type]
    assert [int(chunk.max()) for chunk in out] == [0, 2, 3, 0, 0]
    assert [len(chunk) for chunk in out] == [1600, 1600, 1600, 24000, 1600]
    assert Assistant.ducked == [True, False]


def test_without_the_extra_it_says_what_to_install() -> None:
    code = "import sys; sys.modules['hassil'] = None\n"
    code += "from allears.cli.app import main\nsys.exit(main(['chat', '--text', 'hello']))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "needs hassil, which is not installed: pip install 'allears[commands]'" in done.stderr


def test_a_voice_model_speaks_the_replies(tmp_path: Path, capsys: Capture) -> None:
    from tests.unit.tiny_voice import write_tiny_voice

    folder, out = str(write_tiny_voice(tmp_path / "tiny")), tmp_path / "reply.wav"
    assert main(["chat", "--text", "set a timer", "-q", "--out", str(out), "--voice-model", folder]) == 0
    samples, rate = soundfile.read(out)
    assert rate == 24_000
    assert np.abs(samples).max() > 0.02
    assert "For how long?" in capsys.readouterr().out


def test_nothing_is_written_where_nothing_speaks(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ALLEARS_VOICE_MODEL", raising=False)
    monkeypatch.setattr("allears.speaking.folder.DEFAULT_VOICE", tmp_path / "none")
    assert main(["chat", "--text", "hello", "--out", str(tmp_path / "a.wav")]) == 2
    assert "add --voice-command or --voice-model" in capsys.readouterr().err
    assert main(["chat", "--text", "hello", "--voice", "ben"]) == 2
    assert "add --voice-model" in capsys.readouterr().err
    assert main(["chat", "--text", "hello", "--voice", "ben", "--voice-command", "espeak-ng -w {out}"]) == 2
    assert "--voice-command is a voice of its own" in capsys.readouterr().err
