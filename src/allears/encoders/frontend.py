"""What the encoders that train from scratch read: log-mel or MFCC frames, ten milliseconds each.

In: audio (B, S) at 16 kHz with the number of real samples (B,). Out: (B, M, C), M a whole number of encoder frames.

Letters: B clips, S samples, M frames (10 ms), C features a frame.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.encoders.logmel import HOP, N_FFT, LogMel
from allears.encoders.mfcc import Mfcc

__all__ = ["FEATURES", "add_frontend", "read_frames"]

FEATURES = ("log-mel", "mfcc")
NUM_MELS = 80  # log-mel bands


def add_frontend(encoder: nn.Module, features: str) -> int:
    """Give `encoder` the module `log_mel` (SpecAugment looks for that name) or `mfcc`. Returns C.

    Raises:
        ValueError: other features.
    """
    match features:
        case "log-mel":
            encoder.log_mel = LogMel(NUM_MELS)
            return NUM_MELS
        case "mfcc":
            encoder.mfcc = mfcc = Mfcc()
            return mfcc.dim
    raise ValueError(f"features must be one of {', '.join(FEATURES)}, got {features!r}")


def read_frames(encoder: nn.Module, audio: Tensor, num_samples: Tensor | None, samples_per_frame: int) -> Tensor:
    """audio (B, S) -> (B, M, C) by the module that `add_frontend` gave; every clip is S long without `num_samples`.

    M is S in encoder frames of `samples_per_frame`, rounded up, in frames of 10 ms.
    """
    length = audio.shape[1]
    pad_to = (length + samples_per_frame - 1) // samples_per_frame * samples_per_frame
    # Not -(-S // size): ONNX divides towards zero. Silence past the clip as long as a window: the last frames see the
    # same whether other clips are longer or not.
    padded = nn.functional.pad(audio, (0, pad_to + N_FFT - length))
    if hasattr(encoder, "log_mel"):
        return encoder.log_mel(padded)[:, :, : pad_to // HOP].transpose(1, 2)
    if num_samples is None:
        num_samples = torch.full((audio.shape[0],), length, dtype=torch.int64, device=audio.device)
    real = ((num_samples + HOP - 1) // HOP).clamp(min=1)
    return encoder.mfcc(padded, real)[:, :, : pad_to // HOP].transpose(1, 2)
