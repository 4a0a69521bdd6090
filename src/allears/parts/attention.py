"""Multi-head attention with Whisper's projections: one module for the encoders, the text decoder and the exporter.

In: queries from x, keys and values of the same or another sequence. Out: as many frames as x has.
Source: Vaswani et al. 2017, Attention(Q, K, V) = softmax(Q K^T / sqrt(D / H)) V. The keys' projection has no bias, as
in Radford et al. 2022. The names of the parameters are those of Hugging Face checkpoints.

Letters: B clips, N queries, T keys, D width, H heads.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

__all__ = ["Attention"]


class Attention(nn.Module):
    """Projections of H heads, and the ways in which keys and values reach them.

    Args:
        dim: D.
        num_heads: H.
        head_width: of a head; D / H if None. A pruned attention has fewer heads of the same width.

    Raises:
        ValueError: `dim` cannot be cut into `num_heads`.
    """

    def __init__(self, dim: int, num_heads: int, head_width: int | None = None) -> None:
        super().__init__()
        if head_width is None and dim % num_heads:
            raise ValueError(
                f"a width of {dim} cannot be cut into {num_heads} heads: give a dim that num_heads divides"
            )
        inner = dim if head_width is None else num_heads * head_width
        self.num_heads = num_heads
        self.q_proj = nn.Linear(dim, inner)
        self.k_proj = nn.Linear(dim, inner, bias=False)  # Whisper has no bias here
        self.v_proj = nn.Linear(dim, inner)
        self.out_proj = nn.Linear(inner, dim)

    def split(self, x: Tensor) -> Tensor:
        """(B, N, D) -> (B, H, N, D / H)"""
        return x.unflatten(-1, (self.num_heads, -1)).transpose(1, 2)

    def mix(self, queries: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """Split queries, keys, values (B, H, N or T, D / H) -> (B, N, D); the mask is true where one may look."""
        mixed = nn.functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        out: Tensor = self.out_proj(mixed.transpose(1, 2).flatten(2))
        return out

    def attend(self, x: Tensor, keys: Tensor, values: Tensor, mask: Tensor | None) -> Tensor:
        """Queries from x (B, N, D); keys and values (B, H, T, D / H) are given -> (B, N, D)."""
        return self.mix(self.split(self.q_proj(x)), keys, values, mask)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """Attention of x (B, N, D) to itself -> (B, N, D)."""
        q, k, v = self.split(self.q_proj(x)), self.split(self.k_proj(x)), self.split(self.v_proj(x))
        return self.mix(q, k, v, mask)

    def attend_with_weights(
        self, x: Tensor, keys_transposed: Tensor, values: Tensor, blocked: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """As `attend`, step by step, with keys (B, H, D / H, T): also the attention weights (B, H, N, T).

        `blocked` is added to the scores: 0 where one may look, a large negative number elsewhere.
        """
        q = self.split(self.q_proj(x))
        scores = torch.matmul(q * q.shape[-1] ** -0.5, keys_transposed)
        weights = torch.softmax(scores if blocked is None else scores + blocked, dim=-1)
        out: Tensor = self.out_proj(torch.matmul(weights, values).transpose(1, 2).flatten(2))
        return out, weights
