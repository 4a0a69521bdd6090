"""A program that speaks: asked as it wants to be, and refused in time."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from allears.assistant.voice import CommandVoice, OwnVoice, VoiceError
from tests.unit.tiny_voice import write_tiny_voice

WRITER = """
import sys, wave
text = sys.argv[2] if len(sys.argv) > 2 else sys.stdin.read().strip()
with wave.open(sys.argv[1], "wb") as out:
    out.setnchannels(1); out.setsampwidth(2); out.setframerate(8000)
    out.writeframes(b"\\x00\\x40" * (800 * len(text.split())))
"""


@pytest.fixture
def program(tmp_path: Path) -> str:
    path = tmp_path / "speak.py"
    path.write_text(WRITER)
    return f"{sys.executable} {path}"


@pytest.mark.parametrize("ending", ["", " {text}"])
def test_it_reads_the_text_and_is_heard_at_our_rate(program: str, ending: str) -> None:
    samples = CommandVoice(f"{program} {{out}}{ending}").say("one two three")
    assert abs(len(samples) - 4800) < 50
    assert samples.dtype == np.float32


@pytest.mark.parametrize("template", ["", "no-such-program {out}", "python3", "python3 'a {out}"])
def test_what_is_no_program_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="--voice-command"):
        CommandVoice(template)


def test_a_program_that_writes_nothing_is_told(tmp_path: Path) -> None:
    quiet = tmp_path / "quiet.py"
    quiet.write_text("import sys; sys.exit('no voice installed')")
    with pytest.raises(VoiceError, match="no voice installed"):
        CommandVoice(f"{sys.executable} {quiet} {{out}}").say("hello")


def test_our_own_voice_speaks_and_says_what_it_cannot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLEARS_HOME", str(tmp_path / "home"))
    voice = OwnVoice(write_tiny_voice(tmp_path / "tiny"), "ben")
    samples = voice.say("Hello world.")
    assert voice.sample_rate == 24_000
    assert samples.dtype == np.float32
    assert len(samples) / voice.sample_rate == pytest.approx(15 * 0.05, abs=0.03)
    with pytest.raises(VoiceError, match="nothing in"):
        voice.say("...")
