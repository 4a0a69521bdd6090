"""Branches: some tasks have their own copy of the encoder's upper layers, and train it; others read the shared.

A task in `tasks` reads layers 0 to `at` of the encoder as they are, and in place of the layers above those of its
branch, which start as copies of the encoder's own: at the first step nothing has changed. What is below stays shared
and may stay frozen, so a task can be taught more without touching what the others hear; it costs the branch's layers
at run time, and nothing where the task is not asked for. The branch is a part of the task's head when exported.
Source: branched multi-task networks, Vandenhende et al. 2020, "Branched Multi-Task Networks: Deciding What Layers To
Share". Ours differs: where to branch is chosen by hand, and branches start as copies.

Letters: L layers, B clips, T frames, D width, H heads.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.parts.attention_layer import AttentionLayer
from allears.sharing import SHARINGS
from allears.sharing._checks import check_counts
from allears.sharing._layer_mix import LayerMix

__all__ = ["Branch", "Branches", "branch"]


class Branch(nn.Module):
    """Layers of attention from one of the encoder's layers upwards; the last is normed, as the encoder's is."""

    def __init__(self, depth: int, dim: int, num_heads: int, hidden_dim: int) -> None:
        super().__init__()
        self.layers = nn.ModuleList(AttentionLayer(dim, num_heads, hidden_dim) for _ in range(depth))
        self.layer_norm = nn.LayerNorm(dim)

    def forward(self, x: Tensor, mask: Tensor | None) -> Tensor:
        """(B, T, D) -> (depth, B, T, D)"""
        stack: list[Tensor] = []
        for layer in self.layers:
            x = layer(x, mask)
            stack.append(x)
        stack[-1] = self.layer_norm(x)
        return torch.stack(stack)


class Branches(nn.Module):
    """See the module and `branch` for the options. Attribute `branches`: task name -> its `Branch`."""

    def __init__(self, mix: LayerMix, all_tasks: Sequence[str], at: int, branches: Mapping[str, Branch]) -> None:
        super().__init__()
        self.mix, self.at, self._all = mix, at, tuple(all_tasks)
        self.branches = nn.ModuleDict(branches)

    def start_from(self, upper: Mapping[str, Tensor]) -> None:
        """Every branch becomes a copy of these layers of the encoder.

        Raises:
            ValueError: they have another shape.
        """
        for task, own in self.branches.items():
            try:
                own.load_state_dict(upper)
            except RuntimeError as error:
                raise ValueError(f"the branch of {task} is not shaped like the encoder's layers: {error}") from error

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        wanted = self._all if tasks is None else tuple(tasks)
        features = self.mix.read(hidden, [task for task in wanted if task not in self.branches])
        mask = None if hidden.num_frames is None else hidden.mask()[:, None, None, :]
        for task in wanted:
            if task in self.branches:
                upper = self.branches[task](hidden.layers[self.at], mask)
                own = Hidden(torch.cat([hidden.layers[: self.at + 1], upper]), hidden.num_frames)
                features |= self.mix.read(own, [task])
        return {task: features[task] for task in wanted}

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        return []


@SHARINGS.register
def branch(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    at: int | None = None,
    tasks: Sequence[str] | None = None,
    num_heads: int = 8,
    hidden_dim: int | None = None,
) -> Branches:
    """Own upper layers for some tasks.

    Args:
        reads: task -> what it reads.
        dim: D.
        num_layers: L of the encoder.
        at: the last shared layer, 0 to L - 2; L - 2 (one layer of its own) if None.
        tasks: who has a branch; all if None.
        num_heads: H of the encoder's layers.
        hidden_dim: width between the two matrices of a layer; 4 D if None.

    Raises:
        ValueError: an unknown task, or a layer with nothing above it.
    """
    check_counts(num_heads=num_heads)
    named = tuple(reads) if tasks is None else tuple(tasks)
    unknown = sorted(set(named) - set(reads))
    if unknown:
        raise ValueError(f"branches are given for {unknown}, but the tasks are {sorted(reads)}: remove or rename them")
    place = num_layers - 2 if at is None else at
    if not 0 <= place <= num_layers - 2:
        raise ValueError(f"at is the last shared layer, 0 to {num_layers - 2}, got {place}")
    depth, hidden = num_layers - 1 - place, hidden_dim or 4 * dim
    own = {task: Branch(depth, dim, num_heads, hidden) for task in named}
    return Branches(LayerMix(reads, dim, num_layers), tuple(reads), place, own)
