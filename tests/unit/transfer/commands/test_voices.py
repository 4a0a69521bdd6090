"""Programs that speak: found, called, and told of when they fail."""

from __future__ import annotations

import random
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest

from allears.transfer.commands import voices
from allears.transfer.commands.voices import Speaking, Voice, find_voices, speak

BEEP = """
import sys, wave
text = sys.stdin.read()
with wave.open(sys.argv[1], "wb") as out:
    out.setparams((1, 2, 16000, 0, "NONE", ""))
    out.writeframes(b"\\x00\\x10" * 100 * len(text.strip()))
"""


@pytest.fixture
def beeper(tmp_path: Path) -> str:
    script = tmp_path / "beep.py"
    script.write_text(BEEP)
    return f"{sys.executable} {script} {{out}}"


def test_a_template_reads_the_text_and_writes_the_file(beeper: str) -> None:
    (voice, *_) = find_voices("xx", [beeper])
    assert len(speak("hello", voice)) == 500


def test_without_any_program_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices.shutil, "which", lambda name: None)
    with pytest.raises(ValueError, match="install espeak-ng"):
        find_voices("en")


def test_voices_of_a_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voices.shutil, "which", lambda name: f"/bin/{name}")
    english, german = find_voices("en-GB"), find_voices("de")
    assert {voice.program for voice in english} == {"flite", "espeak-ng"}
    assert {voice.program for voice in german} == {"espeak-ng"}
    assert all(voice.name.partition("+")[0] == "de" for voice in german)
    assert len(set(english)) == len(english)


@pytest.mark.parametrize("template", ["", "no-such-program-here {out}", f"{sys.executable} x"])
def test_a_wrong_template_is_refused(template: str) -> None:
    with pytest.raises(ValueError, match="--voice-command must start with a program"):
        find_voices("en", [template])


def test_a_program_that_fails_is_quoted(tmp_path: Path) -> None:
    script = tmp_path / "fail.py"
    script.write_text("import sys; sys.exit('no such voice')")
    with pytest.raises(ValueError, match="wrote no sound for 'hello' \\(no such voice\\)"):
        speak("hello", Voice(f"{sys.executable} {script} {{out}}"))


def test_ways_to_speak_follow_from_the_generator() -> None:
    one, two = Speaking.drawn(random.Random(1)), Speaking.drawn(random.Random(1))
    assert one == two != Speaking.drawn(random.Random(2))


@pytest.mark.parametrize("program", ["espeak-ng", "flite"])
def test_slow_speech_is_longer(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed")
    voice = next(voice for voice in find_voices("en") if voice.program == program)
    quick, slow = (speak("turn on the light", voice, Speaking(speed)) for speed in (1.25, 0.8))
    assert len(slow) > 1.2 * len(quick)
    assert np.abs(quick).max() > 0.01
