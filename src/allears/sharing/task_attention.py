"""Task attention: a learned vector a task says which frames, and which groups of features, its head should hear.

alpha_k = attention(x_k, z_k), head_k(alpha_k * x_k): x_k (T, D) is what task k reads of the layers, z_k its vector.
s_kht = <(W x_kt)_h, z_kh> / sqrt(Z / H): one score a frame t and attention head h, which weighs D / H features.
gate `sigmoid`: alpha = 2 sigmoid(s): each frame by itself, 0 to 2.
gate `softmax`: alpha = n exp(s_t) / sum_t' exp(s_t') over the n real frames of the clip: they compete, with mean 1.
Source: scaled dot-product attention with a learned query, Vaswani et al. 2017 and Yang et al. 2016 (one context vector
a task); soft attention masks a task, Liu et al. 2019, "End-to-End Multi-Task Learning with Attention". Ours differs:
weights are scaled so that z_k = 0, where every task starts, leaves the features as they are; and they weigh the frames
and do not sum them up, since a head may want an answer a frame.

Letters: L layers, B clips, T frames, D width, Z size of a task vector, H attention heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import own_parameters
from allears.sharing._checks import check_choice, check_divides
from allears.sharing._layer_mix import LayerMix

__all__ = ["TaskAttention", "task_attention"]

Gate = Literal["sigmoid", "softmax"]


class TaskAttention(nn.Module):
    """See the module and `task_attention` for the options. Attribute `vectors`: task name -> (Z,)."""

    def __init__(self, mix: LayerMix, tasks: Sequence[str], size: int, num_heads: int, gate: Gate) -> None:
        super().__init__()
        self.mix, self.num_heads, self.gate = mix, num_heads, gate
        self.vectors = nn.ParameterDict({task: nn.Parameter(torch.zeros(size)) for task in tasks})
        self.key = nn.Linear(mix.dim, size, bias=False)

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        inputs = self.mix.read(hidden, tuple(self.vectors) if tasks is None else tuple(tasks))
        mask = hidden.mask()[:, :, None]
        return {task: _weigh(x, self._attend(task, x, mask)) for task, x in inputs.items()}

    def _attend(self, task: str, x: Tensor, mask: Tensor) -> Tensor:
        """x (B, T, D), mask (B, T, 1) -> weights (B, T, H)."""
        keys = self.key(x).unflatten(-1, (self.num_heads, -1))
        query = self.vectors[task].unflatten(0, (self.num_heads, -1))
        scores = (keys * query).sum(-1) / query.shape[1] ** 0.5
        if self.gate == "sigmoid":
            return 2.0 * scores.sigmoid()
        return scores.masked_fill(~mask, -torch.inf).softmax(1) * mask.sum(1, keepdim=True)

    def task_vectors(self) -> dict[str, Tensor]:
        return dict(self.vectors.items())

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        return own_parameters(self.key) if len(self.vectors) > 1 else []


def _weigh(x: Tensor, alpha: Tensor) -> Tensor:
    """(B, T, D) and (B, T, H) -> (B, T, D): each weight for its group of D / H features."""
    return (x.unflatten(-1, (alpha.shape[-1], -1)) * alpha[:, :, :, None]).flatten(2)


@SHARINGS.register
def task_attention(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    size: int = 64,
    num_heads: int = 4,
    gate: Gate = "sigmoid",
) -> TaskAttention:
    """A vector a task attends over the features.

    Args:
        reads: task -> what it reads.
        dim: D.
        num_layers: L of the encoder.
        size: Z, of a task vector.
        num_heads: H; must divide `size` and the encoder's width. 1 weighs whole frames.
        gate: `sigmoid`: frame by frame; `softmax`: the frames of a clip compete (for answers a clip).

    Raises:
        ValueError: `num_heads` does not divide, or another gate.
    """
    check_divides("num_heads", num_heads, "size", size)
    check_divides("num_heads", num_heads, "the encoder's width", dim)
    check_choice("gate", gate, get_args(Gate))
    return TaskAttention(LayerMix(reads, dim, num_layers), tuple(reads), size, num_heads, gate)
