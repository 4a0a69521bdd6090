"""One block of a Conformer, made so that padding and the other clips of a batch change nothing.

In: frames (B, T, D) and which of them are real. Out: frames (B, T, D).
Source: Gulati et al. 2020, x + FF(x) / 2, + attention, + convolution, + FF / 2, layer norm ("macaron").
Ours differs in two things:
- Position: rotary (Su et al. 2021), q and k are turned by an angle that grows with time, so that their product depends
  on the distance alone; Gulati adds the relative sinusoids of Transformer-XL (Dai et al. 2019) to the scores. Rotary
  has no parameters, no T x T table, and exports with any length.
- The convolution module norms with a layer norm of each frame, where Gulati has batch norm, whose statistics would
  depend on padding and on the other clips. Frames past a clip's end are silenced before the depthwise convolution.

Letters: B clips, T frames, D width, H heads, R = D / H.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.parts.attention import Attention
from allears.parts.padding import keep

__all__ = ["ConformerBlock", "rotary", "turn"]

_BASE = 10_000.0  # longest wavelength / 2 pi, frames; Su et al. 2021


def rotary(num_frames: int, width: int, device: torch.device) -> tuple[Tensor, Tensor]:
    """Cosine and sine of t / 10000^(2 i / R) for frame t and pair i, each (T, R / 2)."""
    rates = _BASE ** (-torch.arange(0, width, 2, dtype=torch.float32, device=device) / width)
    angles = torch.arange(num_frames, dtype=torch.float32, device=device)[:, None] * rates[None, :]
    return angles.cos(), angles.sin()


def turn(x: Tensor, angles: tuple[Tensor, Tensor]) -> Tensor:
    """Turn each pair (i, i + R / 2) of x (B, H, T, R) by its angle: (a cos - b sin, a sin + b cos)."""
    a, b = x.chunk(2, dim=-1)
    cos, sin = (angle.to(x.dtype) for angle in angles)
    return torch.cat([a * cos - b * sin, a * sin + b * cos], dim=-1)


class _FeedForward(nn.Module):
    def __init__(self, dim: int, dropout: float) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(dim)
        self.grow, self.shrink = nn.Linear(dim, 4 * dim), nn.Linear(4 * dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor) -> Tensor:
        return self.dropout(self.shrink(self.dropout(nn.functional.silu(self.grow(self.norm(x))))))


class _Convolution(nn.Module):
    """Norm, pointwise, GLU, depthwise, norm, swish, pointwise, dropout."""

    def __init__(self, dim: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.norm_in, self.norm = nn.LayerNorm(dim), nn.LayerNorm(dim)
        self.gate = nn.Linear(dim, 2 * dim)
        self.depthwise = nn.Conv1d(dim, dim, kernel, padding=kernel // 2, groups=dim)
        self.project = nn.Linear(dim, dim)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: Tensor, num_frames: Tensor | None) -> Tensor:
        x = keep(nn.functional.glu(self.gate(self.norm_in(x)), dim=-1), num_frames)
        x = self.depthwise(x.transpose(1, 2)).transpose(1, 2)
        return self.dropout(self.project(nn.functional.silu(self.norm(x))))


class ConformerBlock(nn.Module):
    """See the module.

    Args:
        dim: D.
        num_heads: H.
        kernel: frames of the depthwise convolution, odd.
        dropout: share dropped in training after each part.
    """

    def __init__(self, dim: int, num_heads: int, kernel: int, dropout: float) -> None:
        super().__init__()
        self.before, self.after = _FeedForward(dim, dropout), _FeedForward(dim, dropout)
        self.attention_norm, self.attention = nn.LayerNorm(dim), Attention(dim, num_heads)
        self.convolution = _Convolution(dim, kernel, dropout)
        self.norm = nn.LayerNorm(dim)
        self.dropout = nn.Dropout(dropout)

    def forward(
        self, x: Tensor, angles: tuple[Tensor, Tensor], mask: Tensor | None, num_frames: Tensor | None
    ) -> Tensor:
        """x (B, T, D), angles of `rotary`, mask (B, 1, 1, T) true where a frame is real -> (B, T, D)."""
        x = x + 0.5 * self.before(x)
        x = x + self.dropout(self._attend(self.attention_norm(x), angles, mask))
        x = x + self.convolution(x, num_frames)
        return self.norm(x + 0.5 * self.after(x))

    def _attend(self, x: Tensor, angles: tuple[Tensor, Tensor], mask: Tensor | None) -> Tensor:
        own = self.attention
        q, k, v = own.split(own.q_proj(x)), own.split(own.k_proj(x)), own.split(own.v_proj(x))
        return own.mix(turn(q, angles), turn(k, angles), v, mask)
