"""The computer's volume, through the mixer program that is installed.

In: percent. Out: percent. Known are wpctl (PipeWire), pactl (PulseAudio) and amixer (ALSA), in that order.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

__all__ = ["Mixer", "MixerError", "find_mixer"]

_TIMEOUT_S = 3.0
Run = Callable[[Sequence[str]], str]
"""A command line -> what it prints."""


class MixerError(Exception):
    """The mixer does not do as it is told, or there is none; the message says why."""


@dataclass(frozen=True)
class _Program:
    get: str
    set: str
    mute: str
    pattern: str
    scale: float


_PROGRAMS = {
    "wpctl": _Program(
        "wpctl get-volume @DEFAULT_AUDIO_SINK@", "wpctl set-volume @DEFAULT_AUDIO_SINK@ {percent}%",
        "wpctl set-mute @DEFAULT_AUDIO_SINK@ {mute}", r"Volume: ([\d.]+)", 100.0,
    ),
    "pactl": _Program(
        "pactl get-sink-volume @DEFAULT_SINK@", "pactl set-sink-volume @DEFAULT_SINK@ {percent}%",
        "pactl set-sink-mute @DEFAULT_SINK@ {mute}", r"(\d+)%", 1.0,
    ),
    "amixer": _Program(
        "amixer sget Master", "amixer sset Master {percent}%", "amixer sset Master {switch}", r"\[(\d+)%\]", 1.0,
    ),
}  # fmt: skip


class Mixer:
    """See the module.

    Args:
        name: of the program.
        run: runs it.
    """

    def __init__(self, name: str, run: Run | None = None) -> None:
        self._program, self._run = _PROGRAMS[name], run or _run

    def get(self) -> int:
        """The volume in percent."""
        said = self._run(self._program.get.split())
        found = re.search(self._program.pattern, said)
        if found is None:
            raise MixerError(f"{self._program.get!r} said {said.strip()[:60]!r}, which is no volume")
        return round(float(found[1]) * self._program.scale)

    def set(self, percent: float) -> int:
        """Set it, 0 to 100; what it is now."""
        level = min(100, max(0, round(percent)))
        self._run(self._program.set.format(percent=level).split())
        return level

    def mute(self, is_muted: bool) -> None:
        """Mute, or not."""
        command = self._program.mute.format(mute=int(is_muted), switch="mute" if is_muted else "unmute")
        self._run(command.split())


def find_mixer(run: Run | None = None) -> Mixer:
    """The mixer of this computer.

    Raises:
        MixerError: none is installed.
    """
    name = next((name for name in _PROGRAMS if shutil.which(name)), None)
    if name is None:
        raise MixerError(f"none of {', '.join(_PROGRAMS)} is installed")
    return Mixer(name, run)


def _run(command: Sequence[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_TIMEOUT_S, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise MixerError(f"{command[0]} did not run ({error})") from error
    if done.returncode:
        raise MixerError(f"{command[0]} failed: {' '.join(done.stderr.split())[-120:] or done.returncode}")
    return done.stdout
