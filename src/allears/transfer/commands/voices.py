"""Made-up voices: sentences spoken by programs that are installed, as processes of their own.

In: a text and a voice. Out: samples. Known are espeak-ng and flite; any other program that reads a text from standard
input and writes a sound file is named by a template, such as `piper --model x.onnx --output_file {out}`.
"""

from __future__ import annotations

import random
import shlex
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from allears.audio import AudioError, read_audio
from allears.vocabulary import base_language

__all__ = ["Speaking", "Voice", "find_voices", "speak"]

OUT = "{out}"  # in a template: the sound file to write
_TIMEOUT_S = 60
_VARIANTS = (
    "", "f1", "f2", "f3", "f4", "m1", "m2", "m3", "m5", "m7", "klatt", "klatt3", "Annie", "Andy", "Alicia", "Mike",
    "belinda", "steph", "adam", "paul",
)  # fmt: skip
_ENGLISH = ("en-us", "en-gb", "en-gb-scotland", "en-gb-x-rp", "en-gb-x-gbcwmd", "en-029")
_FLITE = ("slt", "rms", "awb", "kal16")


@dataclass(frozen=True)
class Voice:
    """A voice.

    Attributes:
        program: `espeak-ng`, `flite`, or a template with `{out}`.
        name: of the voice in the program; empty for a template.
    """

    program: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.program} {self.name}".strip()


@dataclass(frozen=True)
class Speaking:
    """How something is said: `speed` and `pitch` are factors, 1 is usual; a template knows neither."""

    speed: float = 1.0
    pitch: float = 1.0

    @classmethod
    def drawn(cls, rng: random.Random) -> Speaking:
        """Anybody's way to speak."""
        return cls(round(rng.uniform(0.8, 1.25), 2), round(rng.uniform(0.75, 1.35), 2))


def find_voices(language: str, templates: Sequence[str] = ()) -> list[Voice]:
    """The voices there are for a language; those of templates first.

    Raises:
        ValueError: none, or a template that names no program or no `{out}`.
    """
    voices = [_templated(template) for template in templates]
    base = base_language(language)
    if shutil.which("flite") and base == "en":
        voices += [Voice("flite", name) for name in _FLITE]
    if shutil.which("espeak-ng"):
        accents = _ENGLISH if base == "en" else (base,)
        voices += [Voice("espeak-ng", f"{a}+{v}" if v else a) for v in _VARIANTS for a in accents]
    if not voices:
        raise ValueError(
            f"nothing here speaks {language!r}: install espeak-ng (`apt install espeak-ng`; for English also flite), "
            "or give --voice-command with a program that reads a text and writes {out}"
        )
    return voices


def speak(text: str, voice: Voice, how: Speaking | None = None) -> np.ndarray:
    """Samples (S,) at 16 kHz.

    Raises:
        ValueError: the program failed, or wrote no sound; the message has what it said.
    """
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "said.wav"
        command, given = _command(text, voice, how or Speaking(), str(out))
        try:
            done = subprocess.run(command, input=given, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise ValueError(f"{voice} said nothing of {text!r} ({error}): try it by hand") from error
        try:
            audio = read_audio(out)
        except (AudioError, OSError) as error:
            said = " ".join(done.stderr.split())[-200:] or f"exit code {done.returncode}"
            raise ValueError(f"{voice} wrote no sound for {text!r} ({said}): try it by hand") from error
    if not np.abs(audio).max(initial=0.0):
        raise ValueError(f"{voice} wrote silence for {text!r}: try it by hand")
    return audio


def _templated(template: str) -> Voice:
    words = shlex.split(template)
    if not words or shutil.which(words[0]) is None or not any(OUT in word for word in words):
        raise ValueError(
            f"--voice-command must start with a program that is installed and name {OUT}, the file it writes, got "
            f"{template!r}: for instance 'piper --model voice.onnx --output_file {OUT}'"
        )
    return Voice(template)


def _command(text: str, voice: Voice, how: Speaking, out: str) -> tuple[list[str], str | None]:
    """The process, and what it reads on standard input."""
    if voice.program == "espeak-ng":  # words a minute, pitch 0 to 99
        pitch = min(99, max(0, round(50 * how.pitch)))
        return [
            "espeak-ng",
            "-v",
            voice.name,
            "-s",
            str(round(165 * how.speed)),
            "-p",
            str(pitch),
            "-w",
            out,
            text,
        ], None
    if voice.program == "flite":
        stretch, mean_f0 = f"duration_stretch={1 / how.speed:.2f}", f"int_f0_target_mean={round(120 * how.pitch)}"
        return ["flite", "-voice", voice.name, "--setf", stretch, "--setf", mean_f0, "-t", text, "-o", out], None
    return [word.replace(OUT, out) for word in shlex.split(voice.program)], f"{text}\n"
