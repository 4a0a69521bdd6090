"""Listen to one clip with a sceptic's ear: can it be read, how long is it, is anything in it.

In: a clip. Out: `AudioFacts`, or `AudioFault`. Nothing is repaired. No torch.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
import soundfile

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip

__all__ = ["AudioFacts", "AudioFault", "probe"]

_FULL_SCALE = 0.999
_INT16 = 32768  # a 16 bit file's samples are k / 32768


@dataclass(frozen=True)
class AudioFacts:
    """What a readable clip is like.

    Attributes:
        duration_s: measured; for a quick look as the head of the file says.
        peak: highest absolute sample; None after a quick look.
        clipped_share: share of samples at full scale; None after a quick look.
        digest: of the samples at 16 bits: the same for the same sound in any lossless file; None after a quick look.
    """

    duration_s: float
    peak: float | None = None
    clipped_share: float | None = None
    digest: str | None = None


@dataclass(frozen=True)
class AudioFault:
    """Why a clip cannot be used. `kind`: `missing-file`, `empty-audio`, `nan-audio` or `unreadable-audio`."""

    kind: str
    why: str


def probe(clip: Clip, *, is_quick: bool = False) -> AudioFacts | AudioFault:
    """Look at a clip; with `is_quick` at the head of its file only."""
    if not clip.audio.is_file():
        return AudioFault("missing-file", f"no file {clip.audio}")
    if clip.audio.stat().st_size == 0:
        return AudioFault("empty-audio", f"{clip.audio} has 0 bytes")
    return _look(clip) if is_quick else _listen(clip)


def _look(clip: Clip) -> AudioFacts | AudioFault:
    try:
        info = soundfile.info(str(clip.audio))
    except soundfile.LibsndfileError:
        return _listen(clip)  # a format whose head only the full reader knows
    left_s = info.frames / info.samplerate - clip.start_s
    if left_s <= 0:
        return AudioFault("empty-audio", f"{clip.audio} has nothing after {clip.start_s:g} s")
    cut = clip.start_s and clip.duration_s is not None
    return AudioFacts(min(left_s, clip.duration_s) if cut and clip.duration_s is not None else left_s)


def _listen(clip: Clip) -> AudioFacts | AudioFault:
    try:
        audio = load_clip(clip)
    except (OSError, RuntimeError, ValueError) as error:
        return AudioFault(_kind_of_fault(clip), str(error))
    if not len(audio):
        return AudioFault("empty-audio", f"{clip.audio} has no samples")
    magnitude = np.abs(audio)
    coarse = np.round(np.clip(audio, -1, 1) * _INT16).astype("<i4")
    return AudioFacts(
        len(audio) / SAMPLE_RATE,
        peak=float(magnitude.max()),
        clipped_share=float((magnitude >= _FULL_SCALE).mean()),
        digest=hashlib.sha256(coarse.tobytes()).hexdigest(),
    )


def _kind_of_fault(clip: Clip) -> str:
    """Tell what kept a clip from being read, past the reader that refuses it."""
    try:
        with soundfile.SoundFile(clip.audio) as file:
            if round(clip.start_s * file.samplerate) >= file.frames:
                return "empty-audio"
            samples = file.read(dtype="float32")
    except (OSError, RuntimeError):
        return "unreadable-audio"
    return "unreadable-audio" if np.isfinite(samples).all() else "nan-audio"
