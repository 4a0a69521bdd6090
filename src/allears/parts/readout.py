"""A CTC head that begins as the last words of a text decoder: what that would write here, frame by frame.

Whisper's decoder ends with a layer that reads frames of the encoder by attention and says tokens. Left alone with one
frame, without attention and without what was written before, its values already point at the token spoken there:

    scores = E norm(W V x + context)

with x the frame, V and W the values and output of the last cross-attention, E the token embeddings, norm the last
layer norm. `context` is what two LSTMs add to that, nothing at first, and a score for the blank. So a head is worth
something before its first step, and knows how words are spelt that it never met in training.

Source: ours, after the logit lens (nostalgebraist 2020, "interpreting GPT: the logit lens") and Dar et al. 2023,
"Analyzing Transformers in Embedding Space". What fills E, V, W and norm: `readout_start.py`.

Letters: B clips, T frames, s stride, D width, H cells a direction, C units (the blank is number 0).
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn

from allears.parts.padding import keep, run_lstm

__all__ = ["READOUT_STRIDE", "ReadoutHead"]

READOUT_STRIDE = 2  # 40 ms a score: enough for pieces of words

_BLANK = 12.0  # about what the likeliest token scores in Whisper where none is spoken


class ReadoutHead(nn.Module):
    """Scores of units, (B, T / s, C), T / s rounded up: s frames, one after another, are answered together.

    Args:
        dim: D, of the frames and of the decoder.
        num_units: C.
        hidden: H.
        depth: LSTMs.
        stride: s.
        dropout: before each LSTM and after the last.
    """

    def __init__(
        self,
        dim: int,
        num_units: int,
        *,
        hidden: int = 256,
        depth: int = 2,
        stride: int = READOUT_STRIDE,
        dropout: float = 0.1,
    ) -> None:
        super().__init__()
        width = 2 * hidden
        self.stride = stride
        self.value, self.write = nn.Linear(dim, dim), nn.Linear(dim, dim)
        self.norm = nn.LayerNorm(dim)
        self.tokens = nn.Linear(dim, num_units - 1)
        self.project = nn.Linear(stride * dim, width)
        self.lstms = nn.ModuleList(nn.LSTM(width, hidden, batch_first=True, bidirectional=True) for _ in range(depth))
        self.norms = nn.ModuleList(nn.LayerNorm(width) for _ in range(depth + 1))
        self.dropout = nn.Dropout(dropout)
        self.context, self.blank = nn.Linear(width, dim), nn.Linear(width, 1)
        for linear in (self.context, self.blank):
            nn.init.zeros_(linear.weight)
            nn.init.zeros_(linear.bias)
        nn.init.constant_(self.blank.bias, _BLANK)

    def forward(self, features: Tensor, num_frames: Tensor) -> Tensor:
        count = (features.shape[1] + self.stride - 1) // self.stride
        padded = nn.functional.pad(keep(features, num_frames), (0, 0, 0, self.stride - 1))
        frames = padded[:, : count * self.stride].unflatten(1, (-1, self.stride))  # (B, T / s, s, D)
        # exported graphs run one clip, all of it
        steps = None if torch.compiler.is_exporting() else (num_frames + self.stride - 1) // self.stride
        x = self.project(frames.flatten(2))
        for lstm, norm in zip(self.lstms, self.norms[:-1], strict=True):
            x = x + run_lstm(cast(nn.LSTM, lstm), self.dropout(norm(x)), steps)
        x = self.dropout(self.norms[-1](x))
        read = self.write(self.value(frames.mean(2)))
        return torch.cat([self.blank(x), self.tokens(self.norm(read + self.context(x)))], dim=2)
