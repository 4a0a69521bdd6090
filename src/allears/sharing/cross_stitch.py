"""Cross-stitch: a tower a task; behind every block, each task's frames become a learned mixture of all tasks' frames.

g_j = block_j(h_j), then h_i = sum_j alpha_ij g_j for every block; h_j starts as what task j reads of the layers.
Source: Misra et al. 2016, "Cross-stitch Networks for Multi-task Learning", equation 1, for K tasks instead of 2; alpha
starts as theirs, 0.9 for a task itself and 0.1 for the others together. Ours differs: the towers are residual
bottlenecks on a shared encoder, not whole networks.

Letters: K tasks, L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import own_parameters, tower
from allears.sharing._checks import check_counts
from allears.sharing._layer_mix import LayerMix

__all__ = ["CrossStitch", "cross_stitch"]

_OWN = 0.9  # of a task itself at the start


class _Stitch(nn.Module):
    """One unit. Attribute `alpha`: task name -> its row, (K) or (K * D); flat, since vectors do not decay."""

    def __init__(self, tasks: Sequence[str], num_channels: int) -> None:
        super().__init__()
        self.alpha = nn.ParameterDict({task: nn.Parameter(_start(tasks, task, num_channels)) for task in tasks})

    def forward(self, states: Mapping[str, Tensor], wanted: Sequence[str]) -> dict[str, Tensor]:
        stacked = torch.stack([states[task] for task in self.alpha])
        return {task: (self.alpha[task].view(len(stacked), 1, 1, -1) * stacked).sum(0) for task in wanted}


def _start(tasks: Sequence[str], task: str, num_channels: int) -> Tensor:
    if len(tasks) == 1:
        return torch.ones(num_channels)
    other = (1.0 - _OWN) / (len(tasks) - 1)
    return torch.tensor([_OWN if t == task else other for t in tasks]).repeat_interleave(num_channels)


class CrossStitch(nn.Module):
    """See the module and `cross_stitch` for the options."""

    def __init__(self, mix: LayerMix, tasks: Sequence[str], num_blocks: int, width: int, num_channels: int) -> None:
        super().__init__()
        self.tasks, self.mix = tuple(tasks), mix
        self.towers = nn.ModuleDict({task: tower(mix.dim, width, num_blocks) for task in tasks})
        self.stitches = nn.ModuleList(_Stitch(tasks, num_channels) for _ in range(num_blocks))

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        wanted = self.tasks if tasks is None else tuple(tasks)
        states, last = self.mix.read(hidden, self.tasks), len(self.stitches) - 1
        for level, stitch in enumerate(self.stitches):
            states = {task: cast(nn.Sequential, self.towers[task])[level](x) for task, x in states.items()}
            states = stitch(states, wanted if level == last else self.tasks)
        return states

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        """All but the rows of the last unit: each of those makes one task's features."""
        return own_parameters(self.mix, self.towers, *self.stitches[:-1]) if len(self.tasks) > 1 else []


@SHARINGS.register
def cross_stitch(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    num_blocks: int = 2,
    width: int = 128,
    is_per_channel: bool = False,
) -> CrossStitch:
    """Towers whose frames are mixed behind every block.

    Args:
        reads: task -> what it reads.
        dim: D.
        num_layers: L of the encoder.
        num_blocks: residual bottlenecks of a tower, a unit behind each.
        width: in the middle of each bottleneck.
        is_per_channel: an alpha for each of the D features, not one for all.

    Raises:
        ValueError: a count below 1.
    """
    check_counts(num_blocks=num_blocks, width=width)
    mix = LayerMix(reads, dim, num_layers)
    return CrossStitch(mix, tuple(reads), num_blocks, width, dim if is_per_channel else 1)
