"""Task graph: each task is a node; in every frame the nodes look at each other and tell what they know.

n_k = U_k norm(x_k) + z_k, x_k what task k reads of the layers, z_k its vector;
num_rounds times: n_k <- n_k + O sum_j a_kj V norm(n_j), a_kj = softmax_j(<Q norm(n_k), K norm(n_j)> / sqrt(N / H)) over
all tasks j, H such attentions side by side; then the message back, y_k = x_k + M_k n_k.
Source: self-attention of Vaswani et al. 2017, over the tasks of one frame; attention as the edges of a graph is
Velickovic et al. 2018, "Graph Attention Networks" (they score with a small network, not a product). Ours differs from
both: every node sees every node, itself among them; M_k and z_k start as 0, so that it starts as hard sharing.

Letters: K tasks, L layers, B clips, T frames, D width, N width of a node, H attention heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import own_parameters
from allears.sharing._checks import check_counts, check_divides
from allears.sharing._layer_mix import LayerMix

__all__ = ["TaskGraph", "task_graph"]


class _Round(nn.Module):
    """Nodes (B, T, K, N) look at each other, frame by frame."""

    def __init__(self, width: int, num_heads: int) -> None:
        super().__init__()
        self.num_heads = num_heads
        self.norm = nn.LayerNorm(width)
        self.query, self.key, self.value, self.out = (nn.Linear(width, width, bias=False) for _ in range(4))

    def forward(self, nodes: Tensor) -> Tensor:
        normed = self.norm(nodes)
        q, k, v = (self._split(part(normed)) for part in (self.query, self.key, self.value))
        weights = (torch.matmul(q, k.transpose(-1, -2)) / q.shape[-1] ** 0.5).softmax(-1)
        return nodes + self.out(torch.matmul(weights, v).transpose(2, 3).flatten(3))

    def _split(self, x: Tensor) -> Tensor:
        """(B, T, K, N) -> (B, T, H, K, N / H)"""
        return x.unflatten(-1, (self.num_heads, -1)).transpose(2, 3)


class TaskGraph(nn.Module):
    """See the module and `task_graph` for the options. Attribute `vectors`: task name -> (N,)."""

    def __init__(self, mix: LayerMix, tasks: Sequence[str], width: int, num_rounds: int, num_heads: int) -> None:
        super().__init__()
        self.tasks, self.mix = tuple(tasks), mix
        self.vectors = nn.ParameterDict({task: nn.Parameter(torch.zeros(width)) for task in tasks})
        self.into = nn.ModuleDict({task: nn.Linear(mix.dim, width) for task in tasks})
        self.rounds = nn.ModuleList(_Round(width, num_heads) for _ in range(num_rounds))
        self.back = nn.ModuleDict({task: nn.Linear(width, mix.dim) for task in tasks})
        for layer in self.back.parameters():
            nn.init.zeros_(layer)

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        wanted = self.tasks if tasks is None else tuple(tasks)
        inputs = self.mix.read(hidden, self.tasks)
        nodes = torch.stack([self._node(task, inputs[task]) for task in self.tasks], dim=2)
        for look in self.rounds:
            nodes = look(nodes)
        return {task: inputs[task] + self.back[task](nodes[:, :, self.tasks.index(task)]) for task in wanted}

    def _node(self, task: str, x: Tensor) -> Tensor:
        """(B, T, D) -> (B, T, N)"""
        return self.into[task](nn.functional.layer_norm(x, (self.mix.dim,))) + self.vectors[task]

    def task_vectors(self) -> dict[str, Tensor]:
        return dict(self.vectors.items())

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        """All but the ways back: every node hears every node."""
        return own_parameters(self.mix, self.vectors, self.into, self.rounds) if len(self.tasks) > 1 else []


@SHARINGS.register
def task_graph(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    width: int = 64,
    num_rounds: int = 1,
    num_heads: int = 4,
) -> TaskGraph:
    """Tasks as nodes that attend to each other in every frame.

    Args:
        reads: task -> what it reads.
        dim: D.
        num_layers: L of the encoder.
        width: N, of a node and of a task vector.
        num_rounds: how often the nodes look at each other.
        num_heads: H; must divide `width`.

    Raises:
        ValueError: a count below 1, or `num_heads` does not divide.
    """
    check_counts(width=width, num_rounds=num_rounds)
    check_divides("num_heads", num_heads, "width", width)
    return TaskGraph(LayerMix(reads, dim, num_layers), tuple(reads), width, num_rounds, num_heads)
