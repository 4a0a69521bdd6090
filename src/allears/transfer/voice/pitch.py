"""How high a voice is, frame by frame, out of its sound.

In: samples (S,) at 24 kHz. Out: F0 (T,) Hz, 0 where nothing vibrates, T = S // 300, the frames of `voice_frames.py`.
Source: Boersma 1993, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise ratio of a
sampled sound". The autocorrelation of a windowed frame is divided by that of the window,

    r(tau) = r_frame(tau) / r_window(tau),

its peaks are what the pitch may be, and of all ways through the frames' peaks (or through "unvoiced") the one is taken
with the largest sum of strengths less the costs of jumps. Constants are the paper's. Ours differs: peaks are refined
by a parabola, not by sinc interpolation, which at 24 kHz is right to 5 cents. (pyworld wants a compiler and an old
setuptools, librosa a just-in-time compiler; neither is light.)

Letters: S samples, T frames, K candidates a frame, the last of them "unvoiced".
"""

from __future__ import annotations

import numpy as np

from allears.voice_frames import FRAME_S, HOP, SAMPLE_RATE

__all__ = ["MAX_HZ", "MIN_HZ", "f0_of"]

MIN_HZ, MAX_HZ = 60.0, 600.0
_WINDOW = int(3 * SAMPLE_RATE / MIN_HZ)  # three periods of the lowest voice: 50 ms
_FFT = 4_096  # more than the window and the longest lag
_PEAKS = 6
_SILENT, _UNVOICED = 0.03, 0.45  # thresholds of silence and of voicing
_OCTAVE, _OCTAVE_JUMP, _CHANGE = 0.01, 0.35, 0.14  # costs
_PACE = 0.01 / FRAME_S  # the costs of jumps are meant for frames of 10 ms
_LAGS = slice(int(SAMPLE_RATE / MAX_HZ), int(SAMPLE_RATE / MIN_HZ) + 1)


def f0_of(sound: np.ndarray) -> np.ndarray:
    """(S,) -> (T,) float32 Hz."""
    count = len(sound) // HOP
    if not count:
        return np.zeros(0, np.float32)
    frames, loud = _frames(sound, count)
    hz, strength = _candidates(_autocorrelation(frames), loud)
    return _best_way(hz, strength).astype(np.float32)


def _frames(sound: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """(T, window) centred as `voice_frames` has them, and how loud each is against the loudest."""
    centred = np.asarray(sound, np.float64) - np.mean(sound)
    padded = np.pad(centred, (_WINDOW // 2 - HOP // 2, _WINDOW))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _WINDOW)[: count * HOP : HOP]
    frames = frames - frames.mean(axis=1, keepdims=True)
    peak = np.abs(frames).max(axis=1)
    return frames, peak / max(float(np.abs(centred).max()), 1e-9)


def _autocorrelation(frames: np.ndarray) -> np.ndarray:
    """(T, lags) from lag 0 to the longest one and one more; 1 at lag 0."""
    window = 0.5 - 0.5 * np.cos(2 * np.pi * (np.arange(_WINDOW) + 0.5) / _WINDOW)

    def of(x: np.ndarray) -> np.ndarray:
        found = np.fft.irfft(np.square(np.abs(np.fft.rfft(x, _FFT))))[..., : _LAGS.stop + 1]
        return np.asarray(found / np.maximum(found[..., :1], 1e-12))

    return np.asarray(of(frames * window) / of(window))


def _candidates(r: np.ndarray, loud: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(T, K) Hz and strengths of the best peaks, -inf where there is none; the last is unvoiced, 0 Hz."""
    inner = r[:, _LAGS]
    left, right = r[:, _LAGS.start - 1 : _LAGS.stop - 1], r[:, _LAGS.start + 1 : _LAGS.stop + 1]
    bend = left - 2 * inner + right
    is_peak = (inner > left) & (inner >= right)
    shift = np.where(is_peak, 0.5 * (left - right) / np.where(is_peak, bend, 1.0), 0.0)
    lags = np.arange(_LAGS.start, _LAGS.stop) + shift
    height = np.minimum(inner - 0.25 * (left - right) * shift, 1.0)
    strength = np.where(is_peak, height - _OCTAVE * np.log2(MIN_HZ * lags / SAMPLE_RATE), -np.inf)
    best = np.argsort(-strength, axis=1)[:, :_PEAKS]
    hz = SAMPLE_RATE / np.take_along_axis(lags, best, axis=1)
    unvoiced = _UNVOICED + np.maximum(0.0, 2 - loud / (_SILENT / (1 + _UNVOICED)))
    found = np.take_along_axis(strength, best, axis=1)
    return np.pad(hz, ((0, 0), (0, 1))), np.concatenate([found, unvoiced[:, None]], axis=1)


def _best_way(hz: np.ndarray, strength: np.ndarray) -> np.ndarray:
    """(T,) Hz of the way with the largest sum (Viterbi)."""
    octaves = np.log2(np.maximum(hz, 1.0))
    total, came = strength[0], np.zeros(hz.shape, np.int64)
    for t in range(1, len(hz)):
        jump = _OCTAVE_JUMP * np.abs(octaves[t - 1][:, None] - octaves[t])
        was, is_ = hz[t - 1][:, None] > 0, hz[t] > 0
        cost = _PACE * np.where(was & is_, jump, np.where(was != is_, _CHANGE, 0.0))
        ways = total[:, None] - cost
        came[t] = ways.argmax(axis=0)
        total = ways.max(axis=0) + strength[t]
    at, found = int(total.argmax()), np.zeros(len(hz))
    for t in range(len(hz) - 1, -1, -1):
        found[t] = hz[t, at]
        at = int(came[t, at])
    return found
