"""Parts of a clip that are taken away while a head learns, so that it guesses from what lies around.

Source: Park et al. 2019, "SpecAugment", and Baevski et al. 2020 (wav2vec 2.0), appendix B, who mask what an encoder
gives rather than what it is given: frames in spans, and features in blocks for the whole clip. Masked is 0, as there
when fine-tuning.

Letters: B clips, T frames, D features.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["mask_spans"]

_SPAN = 10  # frames: 0.2 s of a Whisper encoder's, a short word
_BLOCK = 1 / 16  # of the features


def mask_spans(frames: Tensor, num_frames: Tensor, share: float) -> Tensor:
    """Frames (B, T, D) with about `share` of each clip's `num_frames` (B,) in spans, and of the features in blocks, 0.

    Spans may overlap, so a little less is masked than asked for.
    """
    size, length, dim = frames.shape
    block = max(1, int(dim * _BLOCK))
    hidden = _spans(size, length, _SPAN, share * num_frames / _SPAN, num_frames)
    count = torch.full((size,), share * dim / block, device=frames.device)
    blocks = _spans(size, dim, block, count, torch.full_like(num_frames, dim))
    return frames.masked_fill(hidden[:, :, None] | blocks[:, None, :], 0.0)


def _spans(size: int, length: int, width: int, expected: Tensor, stops: Tensor) -> Tensor:
    """(size, length), true in spans of `width` that start before each row's stop; `expected` of them in a row."""
    places = torch.arange(length, device=stops.device)[None, :]
    chance = (expected / stops.clamp(min=1))[:, None] * (places < stops[:, None])
    starts = torch.rand(size, length, device=stops.device) < chance
    padded = torch.nn.functional.pad(starts.float(), (width - 1, 0))
    return torch.nn.functional.max_pool1d(padded[:, None], width, stride=1)[:, 0] > 0
