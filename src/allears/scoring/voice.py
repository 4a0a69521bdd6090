"""How far a spoken sentence is from the same sentence as somebody said it: spectrum, pitch, timing, pronunciation.

In: frames of both (log-mel, F0), which need not be as many; durations; phones. Out: plain numbers; None where there is
nothing to count. No torch.

Mel-cepstral distortion (Kubichek 1993, "Mel-cepstral distance measure for objective speech quality assessment"):

    MCD = 10 / ln 10 * sqrt(2 * sum_{d = 1}^{D} (c_d - c'_d)^2)   dB, the mean over pairs of frames,
    ln |S(w)| = c_0 + sum_d c_d cos(d w)   on the mel scale,

c_0 (loudness) left out, which is the root mean square of the difference of the two smoothed spectra in dB. Frames are
paired by dynamic time warping (Sakoe and Chiba 1978) of the cepstra. Ours differs: the cepstrum is that of the 80 mel
bands that our voices are made of, not of an all-pass warped spectrum, so compare numbers of this file with each other
alone.

Letters: T, U frames of the two, M mel bands, D coefficients, N phones, K pairs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np

from allears.scoring.rates import text_error

__all__ = [
    "SaidFrames",
    "VoiceScores",
    "cepstra",
    "compare_frames",
    "distortion_db",
    "duration_error_ms",
    "f0_error_cents",
    "mean_scores",
    "phone_error",
    "voicing_error",
    "warp",
]

NUM_CEPSTRA = 13  # as in most papers on speech synthesis
_DB = 10.0 / np.log(10.0)
_CENTS = 1200.0


@dataclass(frozen=True, eq=False)
class SaidFrames:
    """A sentence as frames.

    Attributes:
        mel: (T, M) ln of the amplitude in each band.
        f0: (T,) Hz, 0 where nothing vibrates.
        durations: (N,) frames of each phone.
    """

    mel: np.ndarray
    f0: np.ndarray
    durations: np.ndarray


@dataclass(frozen=True)
class VoiceScores:
    """How far one is from the other; lower is better everywhere.

    Attributes:
        mcd_db: mel-cepstral distortion.
        f0_cents: root mean square error of F0 where both are voiced.
        voicing_error: share of frames that one says are voiced and the other not.
        duration_ms: mean absolute error of the phones' durations.
    """

    mcd_db: float | None = None
    f0_cents: float | None = None
    voicing_error: float | None = None
    duration_ms: float | None = None


def cepstra(log_mel: np.ndarray, count: int = NUM_CEPSTRA) -> np.ndarray:
    """(T, M) -> (T, D): c_d = 2 / M sum_k ln a_k cos(pi d (k + 1/2) / M), d = 1 to D."""
    bands = log_mel.shape[1]
    waves = np.cos(np.pi * np.arange(1, count + 1)[:, None] * (np.arange(bands) + 0.5) / bands)
    return np.asarray(2.0 / bands * log_mel @ waves.T)


def distortion_db(said: np.ndarray, wanted: np.ndarray) -> float | None:
    """MCD of paired frames (K, D) twice."""
    if not len(said):
        return None
    return float((_DB * np.sqrt(2.0 * np.square(said - wanted).sum(axis=1))).mean())


def warp(said: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The pairs (K,) of frames of (T, D) and (U, D) on the cheapest way through both.

    cost(t, u) = |said_t - wanted_u| + min of cost(t - 1, u), cost(t, u - 1), cost(t - 1, u - 1). Antidiagonals are
    computed at once: what stands on one depends on those before it alone.

    Raises:
        ValueError: one of them has no frame.
    """
    rows, columns = len(said), len(wanted)
    if not rows or not columns:
        raise ValueError(f"{rows} frames cannot be compared with {columns}: give two sounds of 12.5 ms or more")
    squares = np.square(said).sum(1)[:, None] + np.square(wanted).sum(1) - 2 * said @ wanted.T
    near = np.sqrt(np.maximum(squares, 0.0))
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    for diagonal in range(2, rows + columns + 1):
        t = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        u = diagonal - t
        before = np.minimum(np.minimum(total[t - 1, u], total[t, u - 1]), total[t - 1, u - 1])
        total[t, u] = near[t - 1, u - 1] + before
    return _back(total)


def _back(total: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    t, u = total.shape[0] - 1, total.shape[1] - 1
    pairs = [(t - 1, u - 1)]
    while (t, u) != (1, 1):
        t, u = min(((t - 1, u - 1), (t - 1, u), (t, u - 1)), key=lambda at: total[at])
        pairs.append((t - 1, u - 1))
    found = np.array(pairs[::-1])
    return found[:, 0], found[:, 1]


def f0_error_cents(said: np.ndarray, wanted: np.ndarray) -> float | None:
    """Root mean square of 1200 log2(said / wanted) over the pairs (K,) that are voiced in both."""
    both = (said > 0) & (wanted > 0)
    if not both.any():
        return None
    return float(np.sqrt(np.square(_CENTS * np.log2(said[both] / wanted[both])).mean()))


def voicing_error(said: np.ndarray, wanted: np.ndarray) -> float | None:
    """Share of the pairs (K,) of which one alone is voiced."""
    return float(((said > 0) != (wanted > 0)).mean()) if len(said) else None


def duration_error_ms(said: np.ndarray, wanted: np.ndarray, frame_s: float) -> float | None:
    """Mean absolute error of the phones' durations, (N,) frames each.

    Raises:
        ValueError: durations of another number of phones.
    """
    if len(said) != len(wanted):
        raise ValueError(f"durations of {len(said)} and of {len(wanted)} phones: compare the same sentence")
    return float(1000.0 * frame_s * np.abs(said - wanted).mean()) if len(said) else None


def phone_error(said: Sequence[str], wanted: Sequence[str]) -> float | None:
    """(substitutions + deletions + insertions) / phones over all words together, a character a phone."""
    return text_error(wanted, said, "cer")


def compare_frames(said: SaidFrames, wanted: SaidFrames, frame_s: float) -> VoiceScores:
    """All measures of one sentence; `frame_s` is a frame's time."""
    first, second = cepstra(said.mel), cepstra(wanted.mel)
    t, u = warp(first, second)
    return VoiceScores(
        distortion_db(first[t], second[u]),
        f0_error_cents(said.f0[t], wanted.f0[u]),
        voicing_error(said.f0[t], wanted.f0[u]),
        duration_error_ms(said.durations, wanted.durations, frame_s),
    )


def mean_scores(scores: Sequence[VoiceScores]) -> VoiceScores:
    """The mean of each measure over the sentences that have it."""
    found = {one.name: [v for s in scores if (v := getattr(s, one.name)) is not None] for one in fields(VoiceScores)}
    return VoiceScores(**{name: float(np.mean(values)) for name, values in found.items() if values})
