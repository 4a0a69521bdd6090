"""The multi-task model: encoder -> sharing -> heads. One pass over the audio, one output a task.

Letters: B clips, S samples, T frames, D width.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

import torch
from torch import Tensor, nn

from allears.batch import Batch
from allears.encoders.base import Encoder
from allears.parts.clean_head import run_head
from allears.reach import reached_by
from allears.reversal import Reversal, reverse
from allears.sharing.base import Sharing
from allears.tasks.base import Task

__all__ = ["MultiTaskModel", "TaskLosses"]


@dataclass(frozen=True)
class TaskLosses:
    """Losses of one batch.

    Attributes:
        losses: task -> scalar; a task that no clip is labelled for is absent.
        layers: (L, B, T, D) of the encoder, in the graph of the losses.
    """

    losses: dict[str, Tensor]
    layers: Tensor


class MultiTaskModel(nn.Module):
    """One encoder, one sharing, a head a task. A single-task model is a dict of one.

    Args:
        encoder: an `Encoder` that is a module.
        sharing: a `Sharing` that is a module.
        tasks: task name -> task.
        reversals: adversarial tasks among them -> how strongly they push the encoder.
    """

    def __init__(
        self,
        encoder: nn.Module,
        sharing: nn.Module,
        tasks: Mapping[str, Task],
        reversals: Mapping[str, Reversal] | None = None,
    ) -> None:
        super().__init__()
        self.encoder, self.sharing = encoder, sharing
        self.tasks, self.reversals = dict(tasks), dict(reversals or {})
        self._reached: dict[str, list[nn.Parameter]] = {}
        self._trainable: list[int] = []  # what trained when that was found out
        dim = cast(Encoder, encoder).dim
        self.heads = nn.ModuleDict({name: task.head(dim) for name, task in tasks.items()})

    def features(self, audio: Tensor, num_samples: Tensor, tasks: Sequence[str]) -> tuple[dict[str, Tensor], Tensor]:
        """Features (B, T, D) of the named tasks and the frames (B,) of each clip, of one encoder pass."""
        hidden = cast(Encoder, self.encoder)(audio, num_samples)
        assert hidden.num_frames is not None
        return cast(Sharing, self.sharing)(hidden, tasks), hidden.num_frames

    def losses(self, batch: Batch, tasks: Sequence[str] | None = None, *, progress: float = 0.0) -> dict[str, Tensor]:
        """The loss of every task that some clip of the batch is labelled for; of the named tasks only, if given."""
        return self.task_losses(batch, tasks, progress=progress).losses

    def task_losses(self, batch: Batch, tasks: Sequence[str] | None = None, *, progress: float = 0.0) -> TaskLosses:
        """The same, with the encoder's layers that the losses were computed from; `progress` (0 to 1, over the run) is
        where adversarial tasks are in their schedule."""
        present = [name for name in (self.tasks if tasks is None else tasks) if name in batch.labels]
        hidden = cast(Encoder, self.encoder)(batch.audio, batch.num_samples)
        assert hidden.num_frames is not None
        features, num_frames = cast(Sharing, self.sharing)(hidden, present), hidden.num_frames
        losses: dict[str, Tensor] = {}
        for name in present:
            if name in self.reversals:
                features[name] = reverse(features[name], self.reversals[name].strength(progress))
            loss = self.tasks[name].loss(self.heads[name], features[name], num_frames, batch.labels[name])
            if loss is not None:
                losses[name] = loss
        return TaskLosses(losses, hidden.layers)

    def forward(self, audio: Tensor, num_samples: Tensor, tasks: Sequence[str] | None = None) -> dict[str, Any]:
        """What each head gives for clips (B, S); of the named tasks only, if given."""
        wanted = list(self.tasks) if tasks is None else list(tasks)
        features, num_frames = self.features(audio, num_samples, wanted)
        return {name: run_head(self.heads[name], features[name], num_frames, audio) for name in wanted}

    def shared_parameters(self) -> list[nn.Parameter]:
        """Trainable parameters of encoder and sharing that more than one task's gradient reaches."""
        return [p for p, tasks in self._tasks_of().items() if len(tasks) > 1]

    def adversary_parameters(self) -> list[nn.Parameter]:
        """Trainable parameters of the sharing that adversarial tasks alone reach: their own part of it."""
        own = set(self.sharing.parameters())
        return [p for p, tasks in self._tasks_of().items() if p in own and tasks <= set(self.reversals)]

    @property
    def reached(self) -> Mapping[str, Sequence[nn.Parameter]]:
        """Task -> trainable parameters of encoder and sharing that it reaches."""
        self._tasks_of()
        return self._reached

    def keep_reached(self, reached: Mapping[str, Sequence[nn.Parameter]]) -> None:
        """What was `reached` before every parameter was replaced (sharding), in terms of the new ones."""
        self._reached, self._trainable = {task: list(found) for task, found in reached.items()}, self._trainable_ids()

    def _trainable_ids(self) -> list[int]:
        return [id(p) for part in (self.encoder, self.sharing) for p in part.parameters() if p.requires_grad]

    def _tasks_of(self) -> dict[nn.Parameter, set[str]]:
        """Parameter -> tasks that reach it; found out anew when something was frozen or thawed."""
        parts = (self.encoder, self.sharing)
        trainable = self._trainable_ids()
        if trainable != self._trainable:
            self._reached, self._trainable = reached_by(*parts, list(self.tasks)), trainable
        tasks_of: dict[nn.Parameter, set[str]] = {}
        for part in parts:
            tasks_of |= {p: set() for p in part.parameters() if p.requires_grad}
        for task, parameters in self._reached.items():
            for parameter in parameters:
                tasks_of[parameter].add(task)
        return tasks_of

    @torch.no_grad()
    def num_parameters(self) -> dict[str, int]:
        """Parameters by part, for the log."""
        parts: dict[str, nn.Module] = {"encoder": self.encoder, "sharing": self.sharing}
        parts |= {f"head:{name}": head for name, head in self.heads.items()}
        return {name: sum(p.numel() for p in part.parameters()) for name, part in parts.items()}
