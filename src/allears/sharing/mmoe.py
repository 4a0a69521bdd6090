"""MMoE: a few experts for all tasks; each task has a gate that says, frame by frame, how much it takes of each.

y_k = x_k + sum_e g_ke(x_k) f_e(x_k), g_k(x) = softmax(W_k x), x_k what task k reads of the layers.
Source: Ma et al. 2018, "Modeling Task Relationships in Multi-task Learning with Multi-gate Mixture-of-Experts",
equations 6 and 7. Ours differs: the experts are bottlenecks whose sum is added to x_k, so that it starts as hard
sharing; a gate has a frame and not a clip for its input; tasks that read different layers have different x_k.
balance: CV(importance)^2 over the experts, importance_e = sum over tasks and frames of g_ke. Source: Shazeer et al.
2017, "Outrageously Large Neural Networks", equations 6 and 7. Ours differs: a task's frames are averaged first, so that
a task with few clips counts as much; and its gradient reaches the gates alone.

Letters: K tasks, L layers, B clips, T frames, D width, E experts.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor, nn

from allears.encoders.base import Hidden
from allears.sharing import SHARINGS
from allears.sharing._blocks import Bottleneck, blend, own_parameters
from allears.sharing._checks import check_counts, check_weights
from allears.sharing._layer_mix import LayerMix

__all__ = ["MultiGateExperts", "mmoe"]


class MultiGateExperts(nn.Module):
    """See the module and `mmoe` for the options."""

    def __init__(self, mix: LayerMix, tasks: Sequence[str], num_experts: int, width: int, balance: float) -> None:
        super().__init__()
        self.mix, self.balance = mix, balance
        self.experts = nn.ModuleList(Bottleneck(mix.dim, width) for _ in range(num_experts))
        self.gates = nn.ModuleDict({task: nn.Linear(mix.dim, num_experts, bias=False) for task in tasks})
        self._importance: Tensor | None = None  # (E,) of the last forward in training, until `penalty` takes it

    def forward(self, hidden: Hidden, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        inputs = self.mix.read(hidden, tuple(self.gates) if tasks is None else tuple(tasks))
        outputs = {id(x): [expert(x) for expert in self.experts] for x in inputs.values()}  # once for all that read it
        if self.training and self.balance:
            self._importance = self._load(inputs, hidden.mask())
        return {task: x + blend(self.gates[task](x).softmax(-1), outputs[id(x)]) for task, x in inputs.items()}

    def _load(self, inputs: Mapping[str, Tensor], mask: Tensor) -> Tensor | None:
        """(E,): how much the tasks take of each expert, over real frames (B, T); detached from all but the gates."""
        used = [self.gates[task](x.detach()[mask]).softmax(-1).mean(0) for task, x in inputs.items()]
        return torch.stack(used).sum(0) if used else None

    def penalty(self, progress: float) -> Tensor:
        """CV^2 of what the last forward in training took of each expert; 0 if there was none since the last call."""
        load, self._importance = self._importance, None
        if load is None:
            return next(self.parameters()).new_zeros(())
        return self.balance * load.var(correction=0) / load.mean().square()

    def layer_weights(self) -> dict[str, Tensor]:
        return self.mix.layer_weights()

    def shared_parameters(self) -> list[nn.Parameter]:
        return own_parameters(self.experts) if len(self.gates) > 1 else []


@SHARINGS.register
def mmoe(
    *,
    reads: Mapping[str, str],
    dim: int,
    num_layers: int,
    num_experts: int = 4,
    width: int = 128,
    balance: float = 0.0,
) -> MultiGateExperts:
    """Experts for all, a gate a task.

    Args:
        reads: task -> what it reads.
        dim: D.
        num_layers: L of the encoder.
        num_experts: E, at least 2.
        width: in the middle of an expert.
        balance: weight of the penalty on experts that are used unequally; 0 for none.

    Raises:
        ValueError: too few experts, a width below 1 or a negative weight.
    """
    check_counts(2, num_experts=num_experts)  # of one, a gate has nothing to choose from
    check_counts(width=width)
    check_weights(balance=balance)
    return MultiGateExperts(LayerMix(reads, dim, num_layers), tuple(reads), num_experts, width, balance)
