"""PLE: experts of each task's own beside experts for all, level on level; gates keep apart what is shared and what not.

At each level, with shared experts E_s and experts E_k of task k:
x_k' = x_k + sum over E_s and E_k of softmax(W_k x_k) * [E_s(x_s), E_k(x_k)],
x_s' = x_s + sum over all experts of softmax(W_s x_s) * [E_s(x_s), E_1(x_1), ..., E_K(x_K)]; the last level has no x_s'.
x_k starts as what task k reads of the layers, x_s as a learned layer mix of its own; y_k is x_k behind the last level.
Source: Tang et al. 2020, "Progressive Layered Extraction"; one level is their CGC. Ours differs: experts are
bottlenecks whose sum is added to x, so that it starts as hard sharing; gates have no bias and a frame for their input;
in theirs x_s and every x_k start as the same vector.

Letters: K tasks, L layers, B clips, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import Bottleneck, blend, own_parameters
from allears.sharing._checks import check_counts
from allears.sharing._layer_mix import LayerMix

__all__ = ["LayeredExperts", "ple"]

_SHARED = "shared"  # name of the common layer mix; it is in a module of its own, a task may be called so, too


class _Level(nn.Module):
    """One extraction level; `gate` is that of x_s, absent at the last level."""

    def __init__(
        self, tasks: Sequence[str], dim: int, *, num_shared: int, num_own: int, width: int, is_last: bool
    ) -> None:
        super().__init__()
        self.shared = _experts(dim, width, num_shared)
        self.own = nn.ModuleDict({task: _experts(dim, width, num_own) for task in tasks})
        self.gates = nn.ModuleDict({task: nn.Linear(dim, num_shared + num_own, bias=False) for task in tasks})
        self.gate = None if is_last else nn.Linear(dim, num_shared + num_own * len(tasks), bias=False)

    def forward(self, common: Tensor, states: Mapping[str, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """x_s and the x_k that are wanted -> those of the next level; x_s stays as it is at the last one."""
        shared = [expert(common) for expert in self.shared]
        own = {task: [expert(x) for expert in cast(nn.ModuleList, self.own[task])] for task, x in states.items()}
        new = {task: x + blend(self.gates[task](x).softmax(-1), shared + own[task]) for task, x in states.items()}
        if self.gate is not None:
            every = shared + [output for task in self.own for output in own[task]]
            common = common + blend(self.gate(common).softmax(-1), every)
        return common, new


def _experts(dim: int, width: int, count: int) -> nn.ModuleList:
    return nn.ModuleList(Bottleneck(dim, width) for _ in range(count))


class LayeredExperts(nn.Module):
    """See the module and `ple` for the options. Attribute `levels`: lowest first."""

    def __init__(self, mix: LayerMix, common: LayerMix, tasks: Sequence[str], levels: Sequence[_Level]) -> None:
        super().__init__()
        self.tasks, self.mix, self.common = tuple(tasks), mix, common
        self.levels = nn.ModuleList(levels)

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        wanted = self.tasks if tasks is None else tuple(tasks)
        common = self.common.read(hidden, [_SHARED])[_SHARED]
        states = self.mix.read(hidden, self.tasks if len(self.levels) > 1 else wanted)
        for level in self.levels:
            if level.gate is None:
                states = {task: states[task] for task in wanted}
            common, states = level(common, states)
        return states

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        """The common parts, and those of a task that reach x_s of a later level: experts of all levels but the last,
        gates of all but the last two."""
        if len(self.tasks) == 1:
            return []
        *lower, last = cast(Sequence[_Level], self.levels)
        parts: list[nn.Module] = [self.common, last.shared]
        for level in lower:
            assert level.gate is not None
            parts += [level.shared, level.own, level.gate]
        parts += [level.gates for level in lower[:-1]]
        return own_parameters(*parts, *([self.mix] if lower else []))


@SHARINGS.register
def ple(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    num_levels: int = 2,
    num_shared: int = 2,
    num_own: int = 1,
    width: int = 64,
) -> LayeredExperts:
    """Experts for all and experts of each task's own, in levels.

    Args:
        reads: task -> what it reads.
        dim: D.
        num_layers: L of the encoder.
        num_levels: extraction levels.
        num_shared: experts for all, a level.
        num_own: experts of each task's own, a level.
        width: in the middle of an expert.

    Raises:
        ValueError: a count below 1.
    """
    check_counts(num_levels=num_levels, num_shared=num_shared, num_own=num_own, width=width)
    tasks = tuple(reads)
    levels = [
        _Level(tasks, dim, num_shared=num_shared, num_own=num_own, width=width, is_last=number == num_levels - 1)
        for number in range(num_levels)
    ]
    common = LayerMix({_SHARED: "mix"}, dim, num_layers)
    return LayeredExperts(LayerMix(reads, dim, num_layers), common, tasks, levels)
