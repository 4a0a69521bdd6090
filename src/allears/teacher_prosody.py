"""How a sentence was said, phone by phone: durations, pitch, level, out of a file beside the sound.

In: an .npz (`recipes/voice/teach.py` writes such) with `durations` (N,) in units, `f0` (T,) Hz a frame of 12.5 ms, and
`frames_a_unit` (2 if it is not there). Out: frozen arrays. Torch is not needed.

Letters: N phones, T frames of 12.5 ms.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

__all__ = ["LEVEL", "MEL", "PITCH", "VOICED_HZ", "Prosody", "Scale", "fit_frames", "phone_prosody", "read_prosody"]

VOICED_HZ = 40.0  # below, the teacher's curve means silence or a voice that has stopped
_FRAMES_A_UNIT = 2  # of the teacher: 25 ms


@dataclass(frozen=True)
class Scale:
    """Where a quantity lies: (value - mean) / std is about standard normal.

    Attributes:
        mean, std: of the quantity.
    """

    mean: float
    std: float


PITCH = Scale(float(np.log(160.0)), 0.35)  # of ln Hz; between men's and women's voices
MEL = Scale(-7.5, 2.75)  # of `voice_frames.log_mel`
LEVEL = Scale(-4.5, 2.0)  # of ln amplitude, `voice_frames.level`


@dataclass(frozen=True, eq=False)
class Prosody:
    """What is in the file.

    Attributes:
        durations: (N,) int64, frames of each phone.
        f0: (T,) float32 Hz, 0 where nothing vibrates; T is the sum of the durations.
    """

    durations: np.ndarray
    f0: np.ndarray


@lru_cache(maxsize=128)  # several labels of a clip read the same file one after another
def read_prosody(path: str) -> Prosody:
    """Read such a file.

    Raises:
        ValueError: durations and pitch do not belong together, or a phone lasts no time.
    """
    with np.load(path) as data:
        unit = int(data["frames_a_unit"]) if "frames_a_unit" in data else _FRAMES_A_UNIT
        given, f0 = data["durations"], data["f0"].astype(np.float32)
    durations = given.astype(np.int64) * unit
    if not np.array_equal(given, durations // unit):
        raise ValueError(f"{path}: durations are whole units, got {given.tolist()}: write the file again, rounded")
    if durations.sum() != len(f0):
        raise ValueError(
            f"{path}: the durations make {durations.sum()} frames, f0 has {len(f0)}: write the file again, with one "
            "value of f0 a frame of 12.5 ms"
        )
    if durations.min() < 1:
        raise ValueError(f"{path}: a phone lasts {durations.min()} frames, 1 or more are allowed: align the clip again")
    return Prosody(durations, np.where(f0 > VOICED_HZ, f0, 0.0).astype(np.float32))


def phone_prosody(prosody: Prosody, level: np.ndarray) -> np.ndarray:
    """(N, 3) float32: pitch (mean over voiced frames, 0 if unvoiced), whether it is voiced, level; first and last in
    standard deviations.

    Args:
        prosody: of the sentence.
        level: (T',) of its sound, `voice_frames.level`; short of frames, the last one goes on.

    A phone is voiced if at least half of its frames are. FastSpeech 2 (Ren et al. 2021) has pitch and energy a frame;
    ours are a phone's, as in FastPitch (Lancucki 2021): less to predict, and easy to steer.
    """
    owner = np.repeat(np.arange(len(prosody.durations)), prosody.durations)
    count = np.maximum(prosody.durations, 1)
    voiced = prosody.f0 > 0
    num_voiced = np.bincount(owner, voiced, len(count))
    pitch = np.bincount(owner, np.log(np.where(voiced, prosody.f0, 1.0)), len(count)) / np.maximum(num_voiced, 1)
    loud = np.bincount(owner, fit_frames(level, len(owner)), len(count)) / count
    is_voiced = 2 * num_voiced >= count
    rows = [
        np.where(is_voiced, (pitch - PITCH.mean) / PITCH.std, 0.0),
        is_voiced,
        (loud - LEVEL.mean) / LEVEL.std,
    ]
    return np.stack(rows, axis=1).astype(np.float32)


def fit_frames(values: np.ndarray, count: int) -> np.ndarray:
    """(T', ...) -> (T, ...): cut, or the last one again: sound and durations may differ by a frame or two."""
    return values[np.minimum(np.arange(count), len(values) - 1)]
