"""The bands of a mel spectrum, in numpy: what the training side and the speaking side share.

In: how many bands, of which transform. Out: a matrix from powers of frequencies to powers of bands.
"""

from __future__ import annotations

import numpy as np

__all__ = ["mel_filters"]


def mel_filters(num_mels: int, sample_rate: int, n_fft: int) -> np.ndarray:
    """Triangular filters on Slaney's mel scale, each of unit area. Shape (num_mels, n_fft // 2 + 1).

    Slaney: linear below 1 kHz (200/3 Hz a mel), logarithmic above (27 mels for a factor of 6.4).
    """
    min_log_hz, hz_per_mel, log_step = 1000.0, 200.0 / 3, np.log(6.4) / 27.0
    min_log_mel = min_log_hz / hz_per_mel
    max_mel = min_log_mel + np.log(sample_rate / 2 / min_log_hz) / log_step
    mels = np.linspace(0.0, max_mel, num_mels + 2)
    edges_hz = np.where(mels < min_log_mel, mels * hz_per_mel, min_log_hz * np.exp(log_step * (mels - min_log_mel)))
    bins_hz = np.linspace(0, sample_rate / 2, n_fft // 2 + 1)
    slopes = edges_hz[:, None] - bins_hz[None, :]
    widths = np.diff(edges_hz)
    rising = -slopes[:-2] / widths[:-1, None]
    falling = slopes[2:] / widths[1:, None]
    filters = np.maximum(0.0, np.minimum(rising, falling))
    return np.asarray((filters * (2.0 / (edges_hz[2:] - edges_hz[:-2]))[:, None]).astype(np.float32))
