"""What keeps a clip's frames the same whatever clips lie beside it in the batch.

Letters: B clips, T frames, D features a frame, H LSTM cells a direction.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence

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
    """x (B, T, D) -> states (B, T, 2 H) of a bidirectional LSTM; the way back starts at each clip's own end."""
    if num_frames is None:
        return cast(Tensor, lstm(x)[0])
    lengths = num_frames.cpu()  # where packing wants them
    packed = pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
    return pad_packed_sequence(lstm(packed)[0], batch_first=True, total_length=x.shape[1])[0]
