"""What keeps a clip's frames the same whatever clips lie beside it in the batch.

Letters: B clips, T frames, D features a frame, H LSTM cells a direction.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

__all__ = ["frame_mask", "keep", "run_lstm"]


def frame_mask(length: int, num_frames: Tensor) -> Tensor:
    """(B, length), true where a frame is one of the clip's `num_frames` (B,)."""
    return torch.arange(length, device=num_frames.device)[None, :] < num_frames[:, None]


def keep(x: Tensor, num_frames: Tensor | None) -> Tensor:
    """x (B, T, ...) with zeros from frame `num_frames` (B,) on; x itself without it."""
    if num_frames is None:
        return x
    mask = frame_mask(x.shape[1], num_frames)
    return x * mask.reshape(*mask.shape, *[1] * (x.ndim - 2))


def run_lstm(lstm: nn.LSTM, x: Tensor, num_frames: Tensor | None) -> Tensor:
    """x (B, T, D) -> states (B, T, 2 H) of a bidirectional LSTM; the way back starts at each clip's own end.

    Each way is run by itself, the way back over the clip's frames in reverse order: what PyTorch does with packed
    sequences too, in a quarter of the time on a CPU (its fast LSTM takes no packed sequences).

    Args:
        lstm: one layer, bidirectional, `batch_first`.
        x: B clips of at most T frames.
        num_frames: (B,), or None where every clip is T frames long.
    """
    if num_frames is None:
        return cast(Tensor, lstm(x)[0])
    weights: list[Tensor] = list(lstm.parameters())
    there, back = weights[: len(weights) // 2], weights[len(weights) // 2 :]
    ahead = _run_one_way(lstm, x, there)
    behind = _reverse(_run_one_way(lstm, _reverse(x, num_frames), back), num_frames)
    return keep(torch.cat([ahead, behind], dim=2), num_frames)


def _run_one_way(lstm: nn.LSTM, x: Tensor, weights: list[Tensor]) -> Tensor:
    start = x.new_zeros(1, x.shape[0], lstm.hidden_size)
    return torch.lstm(x, (start, start), weights, lstm.bias, 1, 0.0, lstm.training, False, True)[0]


def _reverse(x: Tensor, num_frames: Tensor) -> Tensor:
    """x (B, T, D) with each clip's frames in reverse order; what lies past its end stays there."""
    time = torch.arange(x.shape[1], device=x.device)[None, :]
    source = torch.where(time < num_frames[:, None], num_frames[:, None] - 1 - time, time)
    return x.gather(1, source[:, :, None].expand_as(x))
