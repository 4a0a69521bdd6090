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
    """

    def __init__(self, encoder: nn.Module, sharing: nn.Module, tasks: Mapping[str, Task]) -> None:
        super().__init__()
        self.encoder, self.sharing = encoder, sharing
        self.tasks = dict(tasks)
        dim = cast(Encoder, encoder).dim
        self.heads = nn.ModuleDict({name: task.head(dim) for name, task in tasks.items()})

    def features(self, audio: Tensor, num_samples: Tensor, tasks: Sequence[str]) -> tuple[dict[str, Tensor], Tensor]:
        """Features (B, T, D) of the named tasks and the frames (B,) of each clip, of one encoder pass."""
        hidden = cast(Encoder, self.encoder)(audio, num_samples)
        assert hidden.num_frames is not None
        return cast(Sharing, self.sharing)(hidden, tasks), hidden.num_frames

    def losses(self, batch: Batch, tasks: Sequence[str] | None = None) -> dict[str, Tensor]:
        """The loss of every task that some clip of the batch is labelled for; of the named tasks only, if given."""
        return self.task_losses(batch, tasks).losses

    def task_losses(self, batch: Batch, tasks: Sequence[str] | None = None) -> TaskLosses:
        """The same, with the encoder's layers that the losses were computed from."""
        present = [name for name in (self.tasks if tasks is None else tasks) if name in batch.labels]
        hidden = cast(Encoder, self.encoder)(batch.audio, batch.num_samples)
        assert hidden.num_frames is not None
        features, num_frames = cast(Sharing, self.sharing)(hidden, present), hidden.num_frames
        losses: dict[str, Tensor] = {}
        for name in present:
            loss = self.tasks[name].loss(self.heads[name], features[name], num_frames, batch.labels[name])
            if loss is not None:
                losses[name] = loss
        return TaskLosses(losses, hidden.layers)

    def forward(self, audio: Tensor, num_samples: Tensor, tasks: Sequence[str] | None = None) -> dict[str, Any]:
        """What each head gives for clips (B, S); of the named tasks only, if given."""
        wanted = list(self.tasks) if tasks is None else list(tasks)
        features, num_frames = self.features(audio, num_samples, wanted)
        return {name: self.heads[name](features[name], num_frames) for name in wanted}

    def shared_parameters(self) -> list[nn.Parameter]:
        """Trainable parameters that more than one task's gradient reaches."""
        own = [p for p in self.encoder.parameters() if p.requires_grad]
        return own + [p for p in cast(Sharing, self.sharing).shared_parameters() if p.requires_grad]

    @torch.no_grad()
    def num_parameters(self) -> dict[str, int]:
        """Parameters by part, for the log."""
        parts: dict[str, nn.Module] = {"encoder": self.encoder, "sharing": self.sharing}
        parts |= {f"head:{name}": head for name, head in self.heads.items()}
        return {name: sum(p.numel() for p in part.parameters()) for name, part in parts.items()}
