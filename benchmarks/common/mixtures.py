"""Noisy recordings whose speech is known to 10 ms: held-out speech, rooms and noise put together, seeded.

In: clean clips, noise clips, room responses. Out: `Mixture` values of 10 to 20 s. Labels come from the clean, dry
speech: a 10 ms frame is speech where its level is within 35 dB of the clip's loud frames (95th percentile of level);
holes up to 200 ms are filled (a stop, a breath), bursts under 50 ms dropped (a click). A room moves nothing: its
response is aligned to its direct sound, and its tail is not called speech.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from allears.audio import SAMPLE_RATE, load_clip
from allears.data.manifest import Clip

__all__ = ["GRID", "Mixture", "label", "mix"]

GRID = SAMPLE_RATE // 100  # samples of a 10 ms label frame
BELOW_LOUD_DB = 35.0
FILL_FRAMES = 20  # 200 ms
DROP_FRAMES = 5  # 50 ms
LENGTH_S = (10.0, 20.0)
PAUSE_S = (0.3, 3.0)
SPEECH_RMS = 0.05  # -26 dBFS on speech, usual in speech corpora
PEAK = 0.99
EARLY = SAMPLE_RATE // 20  # 50 ms: what the ear takes as part of the direct sound
MAX_PIECE_S = 8.0  # longer clips are cut, so that every mixture has pauses


@dataclass(frozen=True, eq=False)
class Mixture:
    """A noisy recording.

    Attributes:
        audio: (S,) float32 at 16 kHz.
        is_speech: (F,) bool, F = frames of 10 ms.
        snr_db: level of speech (where it is speech) over that of the noise.
        in_room: whether a room response was put on the speech.
        voice: (S,) float32, the speech in it without the noise, as the room makes it sound; None where it is not known.
        early: (S,) the same with what the room adds within 50 ms of the direct sound alone.
    """

    audio: np.ndarray
    is_speech: np.ndarray
    snr_db: float
    in_room: bool
    voice: np.ndarray | None = None
    early: np.ndarray | None = None


def label(clean: np.ndarray) -> np.ndarray:
    """Which 10 ms frames of a clean clip (S,) are speech, (F,) bool."""
    frames = clean[: len(clean) // GRID * GRID].reshape(-1, GRID)
    level_db = 10 * np.log10(np.mean(frames.astype(np.float64) ** 2, axis=1) + 1e-12)
    is_speech = level_db > np.percentile(level_db, 95) - BELOW_LOUD_DB
    is_speech = _drop_runs(is_speech, False, FILL_FRAMES, inner_only=True)
    return _drop_runs(is_speech, True, DROP_FRAMES, inner_only=False)


def mix(
    rng: random.Random,
    speech: Sequence[Clip],
    noises: Sequence[Clip],
    rooms: Sequence[Clip],
    snr_db: float,
    *,
    length_s: tuple[float, float] = LENGTH_S,
) -> Mixture:
    """One mixture; a room half of the time."""
    length = int(rng.uniform(*length_s) * SAMPLE_RATE) // GRID * GRID
    dry, is_speech = _string(rng, speech, length)
    in_room = bool(rooms) and rng.random() < 0.5
    response = load_clip(rng.choice(rooms)) if in_room else np.ones(1, np.float32)
    voice, early = _in_room(dry, response) if in_room else (dry, dry)
    mask = np.repeat(is_speech, GRID)
    loudness = SPEECH_RMS / max(1e-9, _rms(voice[mask]))
    voice, early = voice * loudness, early * loudness
    noise = _noise(rng, noises, length)
    audio = voice + noise * (SPEECH_RMS / max(1e-9, _rms(noise)) * 10 ** (-snr_db / 20))
    scale = min(1.0, PEAK / max(1e-9, float(np.abs(audio).max())))
    audio, voice, early = ((sound * scale).astype(np.float32) for sound in (audio, voice, early))
    return Mixture(audio, is_speech, snr_db, in_room, voice, early)


def _string(rng: random.Random, speech: Sequence[Clip], length: int) -> tuple[np.ndarray, np.ndarray]:
    """Clips one after another with pauses between them, and the labels of the whole."""
    audio, is_speech = np.zeros(length, np.float32), np.zeros(length // GRID, bool)
    at = _pause(rng)
    while at < length:
        clip = load_clip(rng.choice(speech))[: round(MAX_PIECE_S * SAMPLE_RATE)]
        clip = clip * (SPEECH_RMS / max(1e-9, _rms(clip)))
        clip, flags = _whole_frames(clip, length - at)
        audio[at : at + len(clip)] = clip
        is_speech[at // GRID : at // GRID + len(flags)] = flags
        at += len(clip) + _pause(rng)
    return audio, is_speech


def _whole_frames(clip: np.ndarray, room: int) -> tuple[np.ndarray, np.ndarray]:
    flags = label(clip)
    count = min(len(flags), room // GRID)
    return clip[: count * GRID], flags[:count]


def _pause(rng: random.Random) -> int:
    return int(rng.uniform(*PAUSE_S) * SAMPLE_RATE) // GRID * GRID


def _in_room(dry: np.ndarray, response: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Speech in a room, its direct sound where the dry one was; and the same without the late part of the room."""
    from scipy.signal import fftconvolve

    heard = response[int(np.abs(response).argmax()) :]
    full, early = (fftconvolve(dry, part)[: len(dry)].astype(np.float32) for part in (heard, heard[:EARLY]))
    return full, early


def _noise(rng: random.Random, noises: Sequence[Clip], length: int) -> np.ndarray:
    """Noises of one class, one after another."""
    first = rng.choice(noises)
    same = [clip for clip in noises if clip.labels.get("noise") == first.labels.get("noise")]
    pieces, have = [load_clip(first)], len(load_clip(first))
    while have < length:
        pieces.append(load_clip(rng.choice(same)))
        have += len(pieces[-1])
    return np.concatenate(pieces)[:length]


def _drop_runs(flags: np.ndarray, value: bool, shorter_than: int, *, inner_only: bool) -> np.ndarray:
    """Flip runs of `value` of at most `shorter_than` frames (those touching an end stay if `inner_only`)."""
    out = flags.copy()
    edges = np.flatnonzero(np.diff(flags.astype(np.int8))) + 1
    bounds = [0, *edges.tolist(), len(flags)]
    for start, end in itertools.pairwise(bounds):
        at_end = start == 0 or end == len(flags)
        if end > start and flags[start] == value and end - start <= shorter_than and not (inner_only and at_end):
            out[start:end] = not value
    return out


def _rms(audio: np.ndarray) -> float:
    return float(np.sqrt(np.mean(audio.astype(np.float64) ** 2))) if len(audio) else 0.0
