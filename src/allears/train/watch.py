"""What is measured beside the training: conflict and affinity of tasks, layer weights and task vectors of the sharing.

In: the state of a run, at a step. Out: records `conflict`, `affinity`, `sharing` in the log. Nothing here changes what
is trained: no gradient stays, no random number is drawn.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from allears.balance._conflict import measure_conflict
from allears.batch import Batch
from allears.regimes.base import Turn
from allears.sharing.base import HasLayerWeights, HasTaskVectors
from allears.steady import steady
from allears.train.affinity import measure_affinity
from allears.train.global_losses import global_task_losses
from allears.train.logs import Log
from allears.train.plan import Plan
from allears.train.shard import is_sharded
from allears.train.state import TrainState

__all__ = ["Watch", "sharing_record"]


class Watch:
    """Writes records when they are due.

    Args:
        plan: says how often.
        run_log: where to.
    """

    def __init__(self, plan: Plan, run_log: Log) -> None:
        self._plan, self._log = plan, run_log

    def before_backward(self, state: TrainState, batch: Batch, turn: Turn) -> None:
        """`affinity`, at the step that is about to be taken. Computed in fp32 and without dropout."""
        if not _is_due(state.step, self._plan.log_affinity_every_steps):
            return
        progress = state.step / self._plan.num_steps
        with steady(state.model):
            found = measure_affinity(
                lambda: global_task_losses(state.model, batch, list(turn.weights), progress=progress).losses,
                state.model.shared_parameters(),
                rate=state.optimizer.param_groups[0]["lr"],
            )
        if found:
            self._log.write("affinity", state.step + 1, affinity=found)

    def conflict(
        self, state: TrainState, losses: Mapping[str, Tensor], shared: Sequence[nn.Parameter], features: Tensor
    ) -> None:
        """`conflict`: cosines and norms of the tasks' gradients, while the graph of the losses is there. A task whose
        gradient is zero has no cosine."""
        if not _is_due(state.step, self._plan.log_conflict_every_steps) or len(losses) < 2:
            return
        if not shared and not features.requires_grad:
            return  # everything that is shared is frozen: there is nothing to quarrel about
        at_features = not shared or any(is_sharded(p) for p in shared)
        found = measure_conflict(losses, shared, features=features if at_features else None)
        cosine: dict[str, dict[str, float]] = {task: {task: 1.0} for task in losses}
        for (first, second), value in found.cosine.items():
            cosine[first][second] = cosine[second][first] = float(value)
        norm = {task: float(value) for task, value in found.norm.items()}
        self._log.write("conflict", state.step + 1, cosine=cosine, norm=norm)

    def sharing(self, state: TrainState) -> None:
        """`sharing`: what each task reads of each layer, and its vector."""
        record = sharing_record(state.model.sharing)
        if record:
            self._log.write("sharing", state.step, **record)


@torch.no_grad()
def sharing_record(sharing: nn.Module) -> dict[str, Any]:
    """Layer weights and task vectors as plain lists; only what the sharing has."""
    record: dict[str, Any] = {}
    if isinstance(sharing, HasLayerWeights):
        record["layer_weights"] = {task: weights.tolist() for task, weights in sharing.layer_weights().items()}
    if isinstance(sharing, HasTaskVectors):
        record["task_vectors"] = {task: vector.tolist() for task, vector in sharing.task_vectors().items()}
    return record


def _is_due(step: int, every_steps: int | None) -> bool:
    """Whether the step after `step` steps is one to measure: every so many, the first included."""
    return every_steps is not None and step % every_steps == 0
