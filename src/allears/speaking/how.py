"""How something is said: by which voice, in which dialect, how fast, how high.

In: what was asked for, what the model has. Out: `How`; an error with what there is.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from allears.voice_spec import VoiceSpec

__all__ = ["MAX_PITCH", "MAX_SPEED", "MIN_SPEED", "How", "how_of", "pitch_in_range", "speed_in_range"]

MIN_SPEED, MAX_SPEED = 0.5, 2.0
MAX_PITCH = 12.0  # semitones up or down


@dataclass(frozen=True)
class How:
    """What was chosen.

    Attributes:
        voice: id of it.
        dialect: such as `en-GB`.
        speed: factor.
        pitch: semitones.
    """

    voice: int
    dialect: str
    speed: float = 1.0
    pitch: float = 0.0


def how_of(spec: VoiceSpec, voice: str | None, dialect: str | None, speed: float = 1.0, pitch: float = 0.0) -> How:
    """What was asked for; without a voice the first one of the dialect, without a dialect the voice's own.

    Raises:
        ValueError: a voice or dialect the model does not have, a speed or pitch out of range.
    """
    if dialect is not None and dialect not in spec.dialects:
        raise ValueError(f"the voice model {spec.name!r} has no dialect {dialect!r}: it has {', '.join(spec.dialects)}")
    number = _number(spec, voice, dialect)
    own = spec.voices[number].dialect
    return How(number, dialect or own, speed_in_range(speed), pitch_in_range(pitch))


def _number(spec: VoiceSpec, voice: str | None, dialect: str | None) -> int:
    names = [each.name for each in spec.voices]
    if voice is None:
        return next((number for number, each in enumerate(spec.voices) if dialect in (None, each.dialect)), 0)
    if voice not in names:
        raise ValueError(f"the voice model {spec.name!r} has no voice {voice!r}: it has {', '.join(names)}")
    return names.index(voice)


def speed_in_range(speed: float) -> float:
    """The speed.

    Raises:
        ValueError: it is out of range, or no number.
    """
    if not (math.isfinite(speed) and MIN_SPEED <= speed <= MAX_SPEED):
        raise ValueError(
            f"speed must be {MIN_SPEED:g} to {MAX_SPEED:g}, got {speed:g} (with the rate of prosody): 1 is usual"
        )
    return speed


def pitch_in_range(pitch: float) -> float:
    """The pitch.

    Raises:
        ValueError: it is out of range, or no number.
    """
    if not (math.isfinite(pitch) and abs(pitch) <= MAX_PITCH):
        raise ValueError(
            f"pitch must be {-MAX_PITCH:g} to {MAX_PITCH:g} semitones, got {pitch:g} (with that of prosody): 0 is usual"
        )
    return pitch
