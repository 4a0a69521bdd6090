"""How far a sound is from another, by its spectra: several windows, no phase.

Source: multi-resolution STFT loss (Yamamoto et al. 2020, Parallel WaveGAN): for each window,

    |  |X| - |Y|  |_F / |  |X|  |_F  +  mean of | ln |X| - ln |Y| |

Letters: B clips, S samples.
"""

from __future__ import annotations

import torch
from torch import Tensor

from allears.vocoder.transform import magnitudes

__all__ = ["WINDOWS", "spectral_distance"]

WINDOWS = ((512, 128), (1_024, 256), (2_048, 512))  # samples of a window, and to the next: 21, 43, 85 ms at 24 kHz


def spectral_distance(said: Tensor, wanted: Tensor) -> Tensor:
    """(B, S) twice -> a number, the mean over windows and clips."""
    total = torch.zeros((), device=said.device)
    for fft, hop in WINDOWS:
        x, y = magnitudes(wanted, fft, hop), magnitudes(said, fft, hop)
        gap = (x - y).flatten(1).norm(dim=1) / x.flatten(1).norm(dim=1).clamp(min=1e-4)
        total = total + gap.mean() + (x.log() - y.log()).abs().mean()
    return total / len(WINDOWS)
