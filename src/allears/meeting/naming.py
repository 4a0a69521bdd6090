"""Voices of a meeting -> speakers: enrolled voices give their names, all others are numbered.

In: a `Diarization` and the enrolled voices. Out: speakers, and who spoke when by their ids. An enrolled voice names one
voice of the meeting, the most like it: two voices that were told apart are not put together because both are near it.
A voice that may be an enrolled one stays numbered, and says whose it may be.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from allears.decode.answers import Embedding
from allears.meeting.diarize import Diarization
from allears.meeting.minutes import Speaker, Spoken
from allears.runtime.result import Nearest

__all__ = ["NearestVoice", "name_speakers"]

NearestVoice = Callable[[Embedding], Nearest | None]
"""What `Voices.nearest` does."""


def name_speakers(found: Diarization, nearest: NearestVoice) -> tuple[tuple[Speaker, ...], tuple[Spoken, ...]]:
    """Speakers, and their stretches; both in order of time."""
    near = [nearest(Embedding(vector)) for vector in found.voices]
    owners = _owners(near)
    seconds = np.zeros(len(found.voices))
    for stretch in found.stretches:
        seconds[stretch.voice] += stretch.end_s - stretch.start_s
    speakers = []
    for voice, one in enumerate(near):
        is_known = one is not None and owners.get(one.id or one.name) == voice
        is_near = one is not None and not is_known and (one.is_match or one.is_borderline)
        name = one.name if one is not None and is_known else f"Speaker {voice + 1}"
        maybe = one.name if one is not None and is_near else ""
        length_s = round(float(seconds[voice]), 3)
        speakers.append(Speaker(f"S{voice + 1}", name, Embedding(found.voices[voice]), length_s, is_known, maybe))
    spoken = tuple(Spoken(speakers[s.voice].id, s.start_s, s.end_s) for s in found.stretches)
    return tuple(speakers), spoken


def _owners(near: Sequence[Nearest | None]) -> dict[str, int]:
    """Enrolled voice -> the voice of the meeting that is it."""
    matches = [(one.similarity, voice, one) for voice, one in enumerate(near) if one is not None and one.is_match]
    owners: dict[str, int] = {}
    for _, voice, one in sorted(matches, key=lambda match: -match[0]):
        owners.setdefault(one.id or one.name, voice)
    return owners
