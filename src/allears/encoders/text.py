"""What is said, read: phones (or letters) with a voice and a dialect; the encoder of models that speak.

In: items (B, P, 3) int64: the item itself (0 is padding), its voice, its dialect (0: not known); see
`data/inputs/phones.py`. Out: `Hidden`, one frame an item.
Source: the encoder of FastSpeech 2 (Ren et al. 2021), with Conformer blocks (Gulati et al. 2020, rotary positions).
Ours differs: voice and dialect are conditions of every block: a factor and a summand for each feature (FiLM, Perez et
al. 2018), which begin at 1 and 0.

Letters: B clips, P items, D width, C width of the conditions, L layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from allears.audio import SAMPLE_RATE
from allears.encoders import ENCODERS
from allears.encoders.base import Hidden, Stages
from allears.parts.conformer_block import ConformerBlock, rotary
from allears.parts.padding import frame_mask, keep

__all__ = ["TextEncoder", "text"]

_ITEMS_A_SECOND = 12.0  # phones of ordinary speech


class Film(nn.Module):
    """x (B, P, D), conditions (B, P, C) -> x * (1 + factor) + summand."""

    def __init__(self, dim: int, condition_dim: int) -> None:
        super().__init__()
        self.bend = nn.Linear(condition_dim, 2 * dim)
        nn.init.zeros_(self.bend.weight)
        nn.init.zeros_(self.bend.bias)

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        factor, summand = self.bend(condition).chunk(2, dim=-1)
        return x * (1.0 + factor) + summand


class _Layer(nn.Module):
    def __init__(self, dim: int, num_heads: int, kernel: int, dropout: float, condition_dim: int) -> None:
        super().__init__()
        self.film = Film(dim, condition_dim)
        self.block = ConformerBlock(dim, num_heads, kernel, dropout)

    def forward(
        self,
        x: Tensor,
        condition: Tensor,
        angles: tuple[Tensor, Tensor],
        mask: Tensor | None,
        counts: Tensor | None,
    ) -> Tensor:
        out: Tensor = self.block(self.film(x, condition), angles, mask, counts)
        return out


class TextEncoder(nn.Module):
    """See the module.

    Args:
        dim: D; its share a head must be even.
        depth: blocks.
        num_heads: heads of the attention.
        kernel: items that a block's convolution spans, odd.
        dropout: share dropped in training.
        num_items, num_voices, num_dialects: how many ids there is room for; a spec may have fewer.
        condition_dim: C.

    Attributes:
        num_layers: L, the embedded items and each block's output.
        frame_shift_s: of one sample: an item counts as a sample, a frame is one item.

    Raises:
        ValueError: an even kernel, or heads that do not fit.
    """

    tail_s = 0.0
    frame_shift_s = 1 / SAMPLE_RATE

    def __init__(
        self,
        dim: int = 192,
        depth: int = 4,
        num_heads: int = 4,
        kernel: int = 7,
        dropout: float = 0.1,
        num_items: int = 256,
        num_voices: int = 64,
        num_dialects: int = 8,
        condition_dim: int = 64,
    ) -> None:
        super().__init__()
        if kernel % 2 == 0:
            raise ValueError(f"kernel must be odd, got {kernel}: it is centred on an item; {kernel + 1} is the next")
        if dim % (2 * num_heads):
            raise ValueError(
                f"a width of {dim} leaves {num_heads} heads no even share: give a multiple of twice the heads"
            )
        self.dim, self.num_layers, self.num_heads = dim, depth + 1, num_heads
        self.items = nn.Embedding(num_items, dim)
        self.voices, self.dialects = nn.Embedding(num_voices, condition_dim), nn.Embedding(num_dialects, condition_dim)
        self.layers = nn.ModuleList(_Layer(dim, num_heads, kernel, dropout, condition_dim) for _ in range(depth))

    def num_frames(self, num_samples: Tensor) -> Tensor:
        """As many as there are items, (B,) -> (B,)."""
        return num_samples.clamp(min=1)

    def forward(self, audio: Tensor, num_samples: Tensor | None = None) -> Hidden:
        """Items (B, P, 3), their number (B,) -> Hidden of P frames; without `num_samples` every clip is P long."""
        counts = None if num_samples is None else self.num_frames(num_samples)
        item, voice, dialect = audio.unbind(-1)
        condition = self.voices(voice) + self.dialects(dialect)
        angles = rotary(item.shape[1], self.dim // self.num_heads, item.device)
        mask = None if counts is None else frame_mask(item.shape[1], counts)[:, None, None, :]
        stack = [keep(self.items(item), counts)]
        for layer in self.layers:
            stack.append(layer(stack[-1], condition, angles, mask, counts))
        return Hidden(torch.stack(stack), counts)

    def stages(self) -> Stages:
        """Items first, then the conditions, then the blocks."""
        return Stages((self.items,), (self.voices, self.dialects), tuple(self.layers))

    def example(self, num_clips: int, seconds: float) -> Tensor:
        """Items, voices and dialects at random, (B, P, 3)."""
        count = max(2, round(seconds * _ITEMS_A_SECOND))
        tables = (self.items, self.voices, self.dialects)
        return torch.stack([torch.randint(1, t.num_embeddings, (num_clips, count)) for t in tables], dim=-1)


@ENCODERS.register
def text(
    *,
    dim: int = 192,
    depth: int = 4,
    num_heads: int = 4,
    kernel: int = 7,
    dropout: float = 0.1,
    num_items: int = 256,
    num_voices: int = 64,
    num_dialects: int = 8,
    condition_dim: int = 64,
) -> TextEncoder:
    """Phones, voice and dialect, for a model that speaks: 3.7 million parameters at the default sizes."""
    return TextEncoder(dim, depth, num_heads, kernel, dropout, num_items, num_voices, num_dialects, condition_dim)
