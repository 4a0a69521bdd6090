"""When somebody speaks in a recording, without a model: from its loudness, or from a file that says so.

In: samples of a clean recording, or an RTTM file. Out: frames, (T,). The truth that voice activity is trained on and
measured against.

Letters: S samples, T frames.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

__all__ = ["frames_of_rttm", "loud_frames"]


def loud_frames(clean: np.ndarray, frame_samples: int, num_frames: int) -> np.ndarray:
    """Where a clean recording (S,) is louder than its own background, (T,) bool.

    A frame is loud within 35 dB of the clip's loud frames (95th percentile) and 8 dB above its quiet ones (10th), but
    never below -65 dBFS; pauses under 0.2 s inside speech are filled, bursts under 0.06 s dropped.
    """
    padded = np.zeros(num_frames * frame_samples, np.float32)
    padded[: min(len(clean), len(padded))] = clean[: len(padded)]
    level_db = 10 * np.log10(padded.reshape(num_frames, frame_samples).astype(np.float64).var(axis=1) + 1e-12)
    inside = level_db[: max(1, -(-len(clean) // frame_samples))]
    loud, quiet = np.percentile(inside, 95), np.percentile(inside, 10)
    threshold = max(loud - 35.0, min(quiet + 8.0, loud - 15.0), -65.0)
    return _close(level_db > threshold, fill=10, drop=3)


def frames_of_rttm(
    path: str | Path, num_frames: int, frame_shift_s: float, *, time_scale: float = 1.0, offset_s: float = 0.0
) -> np.ndarray:
    """Frames in which any speaker of an RTTM file is active, (T,) float32; its times are scaled, then moved."""
    out = np.zeros(num_frames, np.float32)
    with open(path, encoding="utf-8") as file:
        for line in file:
            parts = line.split()
            if parts and parts[0] == "SPEAKER":
                start = float(parts[3]) * time_scale + offset_s
                stop = start + float(parts[4]) * time_scale
                out[round(start / frame_shift_s) : round(stop / frame_shift_s)] = 1.0
    return out


def _close(active: np.ndarray, fill: int, drop: int) -> np.ndarray:
    """Fill inner gaps shorter than `fill` frames, then drop runs shorter than `drop`."""
    out = active.copy()
    for start, stop in _runs(~out):
        if stop - start < fill and start > 0 and stop < len(out):
            out[start:stop] = True
    for start, stop in _runs(out):
        if stop - start < drop:
            out[start:stop] = False
    return out


def _runs(active: np.ndarray) -> np.ndarray:
    """(first, one past the last) of every run of true, (R, 2)."""
    return np.flatnonzero(np.diff(np.concatenate([[0], active.astype(np.int8), [0]]))).reshape(-1, 2)
