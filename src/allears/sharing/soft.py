"""Soft sharing: a small tower a task on top of the encoder, and a penalty on how the towers lie to each other.

y_k = tower_k(x_k), x_k what task k reads of the layers; every tower starts as a copy of the first.
l2:         sum_k ||W_k - mean_j W_j||_F^2 over all weights W of the towers: they stay near each other.
            Source: Duong et al. 2015, "Low Resource Dependency Parsing" (||W_a - W_b||_F^2 between two networks). Ours
            differs: distance to the mean, which is 1 / K times the sum over all pairs and needs no pairs.
orthogonal: mean over pairs (i, j) and blocks of ||A_i A_j^T||_F^2 / (||A_i||_F^2 ||A_j||_F^2), A (H, D) the matrix
            through which a block reads its frame: they look at different directions. Source: the difference loss
            ||H_s^T H_p||_F^2 of Bousmalis et al. 2016, "Domain Separation Networks". Ours differs: matrices in place
            of the hidden states H of a batch (a penalty of parameters is the same whatever the batch), and divided by
            the norms, so that it cannot be met by making the weights small.

Letters: K tasks, L layers, B clips, T frames, D width, H hidden width.
"""

from __future__ import annotations

import copy
import itertools
from collections.abc import Iterator, Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import Bottleneck, tower
from allears.sharing._checks import check_choice, check_counts, check_weights
from allears.sharing._layer_mix import LayerMix
from allears.sharing._schedule import SHAPES, Shape, scheduled

__all__ = ["SoftSharing", "soft"]


class SoftSharing(nn.Module):
    """See the module and `soft` for the options. Attribute `towers`: task name -> its tower."""

    def __init__(self, mix: LayerMix, towers: Mapping[str, nn.Module], l2: tuple[float, Shape],
                 orthogonal: tuple[float, Shape]) -> None:  # fmt: skip
        super().__init__()
        self.mix, self.towers = mix, nn.ModuleDict(towers)
        self._l2, self._orthogonal = l2, orthogonal

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        inputs = self.mix.read(hidden, tuple(self.towers) if tasks is None else tuple(tasks))
        return {task: self.towers[task](x) for task, x in inputs.items()}

    def penalty(self, progress: float) -> Tensor:
        l2, orthogonal = scheduled(*self._l2, progress), scheduled(*self._orthogonal, progress)
        total = next(self.towers.parameters()).new_zeros(())
        if l2:
            total = total + l2 * torch.stack([_spread(same) for same in self._alike()]).sum()
        if orthogonal and len(self.towers) > 1:
            total = total + orthogonal * torch.stack([_overlap(a, b) for a, b in self._pairs()]).mean()
        return total

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        return []

    def _alike(self) -> Iterator[tuple[nn.Parameter, ...]]:
        """The parameter of each tower that stands in the same place."""
        return zip(*(t.parameters() for t in self.towers.values()), strict=True)

    def _pairs(self) -> Iterator[tuple[Tensor, Tensor]]:
        """Matrices (H, D) of the same block of two towers."""
        readers = [[m.down.weight for m in t.modules() if isinstance(m, Bottleneck)] for t in self.towers.values()]
        for one, other in itertools.combinations(readers, 2):
            yield from zip(one, other, strict=True)


def _spread(same: Sequence[Tensor]) -> Tensor:
    stacked = torch.stack(list(same))
    return (stacked - stacked.mean(0)).square().sum()


def _overlap(a: Tensor, b: Tensor) -> Tensor:
    return (a @ b.T).square().sum() / (a.square().sum() * b.square().sum())


@SHARINGS.register
def soft(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    num_blocks: int = 1,
    width: int = 128,
    l2: float = 0.01,
    l2_schedule: Shape = "constant",
    orthogonal: float = 0.0,
    orthogonal_schedule: Shape = "constant",
) -> SoftSharing:
    """A tower a task, held near each other or apart.

    Args:
        reads: task -> what it reads.
        dim: D.
        num_layers: L of the encoder.
        num_blocks: residual bottlenecks of a tower.
        width: H, width in the middle of each.
        l2: weight of the squared distance of the towers to their mean; 0 for none.
        l2_schedule: `constant`, or falling to 0 over the run: `linear`, `cosine`.
        orthogonal: weight of the overlap of what the towers look at; 0 for none.
        orthogonal_schedule: likewise.

    Raises:
        ValueError: a count below 1, a negative weight, or another schedule.
    """
    check_counts(num_blocks=num_blocks, width=width)
    check_weights(l2=l2, orthogonal=orthogonal)
    check_choice("l2_schedule", l2_schedule, SHAPES)
    check_choice("orthogonal_schedule", orthogonal_schedule, SHAPES)
    first = tower(dim, width, num_blocks)
    towers = {task: copy.deepcopy(first) for task in reads}
    mix = LayerMix(reads, dim, num_layers)
    return SoftSharing(mix, towers, (l2, l2_schedule), (orthogonal, orthogonal_schedule))
