"""Mask stretches of time and bands of frequency of log-mel frames: SpecAugment.

In: log-mel (B, F, M). Out: the same with masked cells set to the clip's mean. Source: Park et al. 2019, policy LD
(two masks of each sort). Ours differs: no time warping (the paper finds it least useful), and no more than a fifth of a
clip's frames is masked by one time mask, so that short clips keep their words.

Letters: B clips, F mel bands, M frames of 10 ms.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["spec_augment"]


def spec_augment(
    mel: Tensor,
    generator: torch.Generator,
    *,
    num_frames: Tensor | None = None,
    num_time_masks: int = 2,
    max_time_frames: int = 100,
    max_time_share: float = 0.2,
    num_frequency_masks: int = 2,
    max_frequency_bands: int = 27,
) -> Tensor:
    """Masked copy of `mel` (B, F, M).

    Args:
        mel: log-mel.
        generator: on the CPU; the same state gives the same masks.
        num_frames: (B,) real frames of each clip; time masks lie within them. None: all M.
        num_time_masks: masks of each clip along time.
        max_time_frames: longest time mask, frames.
        max_time_share: longest time mask as a share of the clip.
        num_frequency_masks: masks of each clip along frequency.
        max_frequency_bands: widest frequency mask, bands.
    """
    batch, bands, frames = mel.shape
    real = torch.full((batch,), frames) if num_frames is None else num_frames.cpu().clamp(max=frames)
    longest = (real * max_time_share).clamp(max=max_time_frames)
    masked = _stripes(frames, real, longest, num_time_masks, generator)[:, None, :]
    widest = torch.full((batch,), float(max_frequency_bands))
    masked = masked | _stripes(bands, torch.full((batch,), bands), widest, num_frequency_masks, generator)[:, :, None]
    inside = (torch.arange(frames)[None, :] < real[:, None]).to(mel.device)[:, None, :]
    count = (inside.sum((1, 2), keepdim=True) * bands).clamp(min=1)
    mean = (mel * inside).sum((1, 2), keepdim=True) / count
    return torch.where(masked.to(mel.device) & inside, mean, mel)


def _stripes(size: int, real: Tensor, longest: Tensor, count: int, generator: torch.Generator) -> Tensor:
    """(B, size) true inside `count` random stripes of at most `longest` (B,) cells, within the first `real` (B,)."""
    shape = (len(real), count)
    width = (torch.rand(shape, generator=generator) * (longest[:, None] + 1)).floor()
    start = (torch.rand(shape, generator=generator) * (real[:, None] - width + 1).clamp(min=1)).floor()
    at = torch.arange(size)[None, None, :]
    return ((at >= start[..., None]) & (at < (start + width)[..., None])).any(1)
