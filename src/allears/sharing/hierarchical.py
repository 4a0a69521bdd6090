"""Hierarchical sharing: tasks of the ear read low layers, tasks of meaning high ones; higher tasks may see lower ones.

x_k is the chosen layer of task k, or what it reads else; y_k = x_k + a_k(x_k), a_k a bottleneck.
`is_cascaded`: y_k = x_k + a_k(x_k) + sum over lower tasks j of c_kj(y_j), c_kj a bottleneck. Lower: a smaller depth; a
task without a depth of its own is above all that have one.
Source: Sogaard and Goldberg 2016, "Deep multi-task learning with low level tasks supervised at lower layers"; Hashimoto
et al. 2017, "A Joint Many-Task Model" (higher tasks see what lower ones found). Ours differs: higher tasks see the
features of lower tasks, not the embeddings of their labels; every bottleneck starts as 0.

Letters: L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import Bottleneck, own_parameters
from allears.sharing._checks import check_counts
from allears.sharing._layer_mix import LayerMix

__all__ = ["Hierarchy", "hierarchical"]


class Hierarchy(nn.Module):
    """See the module and `hierarchical` for the options.

    Attributes:
        depth: task -> the layer it reads, for those that have one.
        below: task -> the tasks whose features it sees, lowest first.
    """

    def __init__(
        self, mix: LayerMix, depth: Mapping[str, int], below: Mapping[str, Sequence[str]], num_layers: int, width: int
    ) -> None:
        super().__init__()
        self.mix, self.depth, self.below = mix, dict(depth), {task: tuple(lower) for task, lower in below.items()}
        self.num_layers = num_layers
        self.adapters = nn.ModuleDict({task: Bottleneck(mix.dim, width) for task in below})
        self.cascade = nn.ModuleDict(
            {
                task: nn.ModuleDict({low: Bottleneck(mix.dim, width) for low in lower})
                for task, lower in below.items()
                if lower
            }
        )

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        wanted = tuple(self.below) if tasks is None else tuple(tasks)
        needed = dict.fromkeys(task for name in wanted for task in (*self.below[name], name))
        order = sorted(needed, key=lambda task: len(self.below[task]))  # a lower task sees fewer
        inputs = self.mix.read(hidden, [task for task in order if task not in self.depth])
        done: dict[str, Tensor] = {}
        for task in order:
            x = inputs[task] if task in inputs else self._tap(hidden, task)
            done[task] = x + self.adapters[task](x)
            for low in self.below[task]:
                done[task] = done[task] + cast(nn.ModuleDict, self.cascade[task])[low](done[low])
        return {task: done[task] for task in wanted}

    def _tap(self, hidden: Hidden, task: str) -> Tensor:
        """The layer of a task, (B, T, D), normed as in a mix; the encoder's output is as it is."""
        at = self.depth[task]
        if at == self.num_layers - 1:
            return hidden.layers[at]
        return nn.functional.layer_norm(hidden.layers[at], (self.mix.dim,))

    def layer_weights(self) -> dict[str, Tensor]:
        """Of the tasks that mix; a task with a depth reads that layer alone."""
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        """The parts of tasks that a higher one sees."""
        seen = dict.fromkeys(low for lower in self.below.values() for low in lower)
        parts = [self.adapters[low] for low in seen] + [self.cascade[low] for low in seen if low in self.cascade]
        return own_parameters(*parts)


def _below(tasks: Sequence[str], depth: Mapping[str, int]) -> dict[str, list[str]]:
    """Task -> the tasks of smaller depth, lowest first."""
    lowest_first = sorted(depth, key=lambda task: depth[task])
    return {task: [low for low in lowest_first if task not in depth or depth[low] < depth[task]] for task in tasks}


def _check_depth(depth: Mapping[str, int], tasks: Sequence[str], num_layers: int) -> None:
    unknown = sorted(set(depth) - set(tasks))
    if unknown:
        raise ValueError(f"depth is given for {unknown}, but the tasks are {sorted(tasks)}: remove or rename them")
    bad = {task: at for task, at in depth.items() if not isinstance(at, int) or not 0 <= at < num_layers}
    if bad:
        raise ValueError(
            f"a depth is the number of a layer, 0 (the input of the encoder's first layer) to {num_layers - 1} (its "
            f"output), got {bad}"
        )


@SHARINGS.register
def hierarchical(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    depth: Mapping[str, int] | None = None,
    is_cascaded: bool = False,
    width: int = 64,
) -> Hierarchy:
    """Each task reads the layer it needs, or mixes.

    Args:
        reads: task -> what it reads if it has no depth.
        dim: D.
        num_layers: L of the encoder.
        depth: task -> layer, 0 to L - 1.
        is_cascaded: whether tasks see the features of tasks of smaller depth.
        width: in the middle of the bottlenecks.

    Raises:
        ValueError: a depth for an unknown task or outside the encoder, or a cascade without any depth.
    """
    check_counts(width=width)
    given, tasks = dict(depth or {}), tuple(reads)
    _check_depth(given, tasks, num_layers)
    if is_cascaded and not given:
        raise ValueError("is_cascaded needs to know which tasks are lower: add `depth: {task: layer}`")
    below = _below(tasks, given) if is_cascaded else {task: [] for task in tasks}
    mix = LayerMix({task: how for task, how in reads.items() if task not in given}, dim, num_layers)
    return Hierarchy(mix, given, below, num_layers, width)
