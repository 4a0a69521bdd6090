"""A pre-norm Transformer layer with Whisper's parts, for the encoder and for branches of it.

In: frames (B, T, D). Out: as many. The names of the parameters are those of Hugging Face checkpoints.
Source: Radford et al. 2022.
"""

from __future__ import annotations

from torch import Tensor, nn

from allears.parts.attention import Attention

__all__ = ["AttentionLayer"]


class AttentionLayer(nn.Module):
    """Attention, then two matrices with a GELU between them, each around a residual.

    Args:
        dim: D.
        num_heads: of the attention.
        hidden_dim: width between the two matrices.
    """

    def __init__(self, dim: int, num_heads: int, hidden_dim: int, head_width: int | None = None) -> None:
        super().__init__()
        self.self_attn = Attention(dim, num_heads, head_width)
        self.self_attn_layer_norm = nn.LayerNorm(dim)
        self.fc1 = nn.Linear(dim, hidden_dim)
        self.fc2 = nn.Linear(hidden_dim, dim)
        self.final_layer_norm = nn.LayerNorm(dim)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """x (B, T, D); the mask, if any, is true where one may look."""
        x = x + self.self_attn(self.self_attn_layer_norm(x), mask)
        out: Tensor = x + self.fc2(nn.functional.gelu(self.fc1(self.final_layer_norm(x))))
        return out
