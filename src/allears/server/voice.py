"""A voice that speaks: what the route needs of one, allears' own, and a program (espeak-ng, piper, ...) as one.

A program is given the text on standard input and gives a WAV file on standard output. It is run without a shell, so a
text cannot be a command.
"""

from __future__ import annotations

import io
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import numpy as np
import soundfile

__all__ = ["CommandVoice", "OwnVoice", "Voice", "voice_for"]

_MAX_S = 120.0  # no text of the allowed length takes a program longer


class Voice(Protocol):
    """Speaks."""

    @property
    def names(self) -> tuple[str, ...]:
        """Voices it can be asked for; empty if it takes any name."""
        ...

    def speak(self, text: str, *, voice: str, speed: float) -> tuple[np.ndarray, int]:
        """The text as sound: (S,) float32 in [-1, 1], and its rate, Hz.

        Raises:
            OSError: it cannot.
            ValueError: the text, or how it is to be said, is nothing it can say.
        """
        ...

    def parts(self, text: str, *, voice: str, speed: float) -> Iterator[tuple[np.ndarray, int]]:
        """The same, sentence by sentence."""
        ...


def voice_for(command: str | None, model: str | Path | None) -> Voice | None:
    """A program if one is named, else allears' own voice if there is a model of one, else none.

    Args:
        command: of the program.
        model: folder of the voice; the one that is found if None.

    Raises:
        ValueError: a program that is not there; both are named; a folder that is no voice.
    """
    from allears.speaking.folder import find_voice

    if command and model:
        raise ValueError("--voice-command and --voice-model are two voices: leave one of them out")
    if command:
        return CommandVoice(command)
    found = find_voice(model)
    return None if found is None else OwnVoice(found)


class OwnVoice:
    """Allears' own.

    Args:
        model: folder of it.

    Raises:
        ModelError: it is none.
    """

    def __init__(self, model: Path) -> None:
        from allears.speaking.voice import Voice as Speaker

        self._speaker = Speaker(model)
        self.names: tuple[str, ...] = tuple(voice.name for voice in self._speaker.spec.voices)

    def speak(self, text: str, *, voice: str, speed: float) -> tuple[np.ndarray, int]:
        """See `Voice`."""
        said = self._speaker.say(text, voice=voice or None, speed=speed)
        return said.audio, said.sample_rate

    def parts(self, text: str, *, voice: str, speed: float) -> Iterator[tuple[np.ndarray, int]]:
        """See `Voice`."""
        return ((said.audio, said.sample_rate) for said in self._speaker.stream(text, voice=voice or None, speed=speed))


class CommandVoice:
    """A program that speaks.

    Args:
        command: such as `espeak-ng --stdout -v en`; `{voice}` and `{speed}` in it stand for what a client asks for.

    Raises:
        ValueError: there is no such program.
    """

    names: tuple[str, ...] = ()

    def __init__(self, command: str) -> None:
        self._words = shlex.split(command)
        if not self._words or shutil.which(self._words[0]) is None:
            raise ValueError(
                f"the program of --voice-command is not installed, got {command!r}: install it, such as with "
                "apt install espeak-ng, or give its whole path"
            )

    def speak(self, text: str, *, voice: str, speed: float) -> tuple[np.ndarray, int]:
        """See `Voice`."""
        named = {"{voice}": voice, "{speed}": f"{speed:g}"}
        words = [named.get(word, word) for word in self._words]
        done = subprocess.run(words, input=text.encode(), capture_output=True, timeout=_MAX_S, check=False)
        if done.returncode:
            raise OSError(f"{words[0]} failed ({done.returncode}): {done.stderr.decode(errors='replace')[:200]}")
        try:
            samples, rate = soundfile.read(io.BytesIO(done.stdout), dtype="float32", always_2d=True)
        except soundfile.LibsndfileError as error:
            raise OSError(f"{words[0]} gave no WAV file on standard output: {error}") from error
        return samples.mean(axis=1), int(rate)

    def parts(self, text: str, *, voice: str, speed: float) -> Iterator[tuple[np.ndarray, int]]:
        """See `Voice`: all at once, since nobody knows how a program cuts a text."""
        yield self.speak(text, voice=voice, speed=speed)
