"""What speaks the replies: anything that makes samples of a text.

In: a text. Out: samples. `OwnVoice` is allears' own; `CommandVoice` is a program of its own, such as espeak-ng.
"""

from __future__ import annotations

import shlex
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Protocol

import numpy as np

from allears.audio import SAMPLE_RATE, AudioError, read_audio

__all__ = ["CommandVoice", "OwnVoice", "Voice", "VoiceError"]

_OUT, _TEXT = "{out}", "{text}"
_TIMEOUT_S = 30.0


class VoiceError(Exception):
    """A text could not be spoken; the message says why."""


class Voice(Protocol):
    """What speaks.

    Attributes:
        sample_rate: of what it says, Hz.
    """

    @property
    def sample_rate(self) -> int: ...

    def say(self, text: str) -> np.ndarray:
        """Samples (S,) float32 in [-1, 1].

        Raises:
            VoiceError: it cannot.
        """
        ...


class OwnVoice:
    """Allears' own voice; the user's words are said as they sound.

    Args:
        model: folder of it.
        name: who speaks; the first voice if None.

    Raises:
        ModelError: it is no voice.
        ValueError: it has no such voice.
    """

    def __init__(self, model: Path, name: str | None = None) -> None:
        from allears.speaking.voice import Voice as Speaker

        self._speaker = Speaker(model, voice=name, user_words=True)

    @property
    def sample_rate(self) -> int:
        return self._speaker.sample_rate

    def say(self, text: str) -> np.ndarray:
        """See `Voice.say`."""
        try:
            return self._speaker.say(text).audio
        except ValueError as error:
            raise VoiceError(str(error)) from error


class CommandVoice:
    """A program that reads a text and writes a sound file.

    Args:
        template: its command line. `{out}` is the file; `{text}` the text, which it reads from standard input if that
            is not there.

    Raises:
        ValueError: no program that is installed, or no `{out}`.
    """

    def __init__(self, template: str) -> None:
        try:
            self._words = shlex.split(template)
        except ValueError as error:
            raise ValueError(f"--voice-command {template!r} cannot be read ({error}): close its quotes") from error
        if not self._words or shutil.which(self._words[0]) is None or not any(_OUT in word for word in self._words):
            raise ValueError(
                f"--voice-command must start with a program that is installed and name {_OUT}, the file it writes, got "
                f"{template!r}: for instance 'espeak-ng --stdin -w {_OUT}'"
            )

    @property
    def sample_rate(self) -> int:
        return SAMPLE_RATE

    def say(self, text: str) -> np.ndarray:
        """See `Voice.say`."""
        with tempfile.TemporaryDirectory(prefix="allears-") as folder:
            out = Path(folder) / "said.wav"
            command = [word.replace(_OUT, str(out)).replace(_TEXT, text) for word in self._words]
            try:
                done = subprocess.run(
                    command, input=f"{text}\n", capture_output=True, text=True, timeout=_TIMEOUT_S, check=False
                )
                return read_audio(out)
            except (subprocess.TimeoutExpired, AudioError, OSError) as error:
                said = " ".join(done.stderr.split())[-200:] if isinstance(error, AudioError) else str(error)
                raise VoiceError(f"{self._words[0]} did not speak {text!r}: {said or error}") from error
